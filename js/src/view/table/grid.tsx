// biome-ignore-all lint/a11y/useSemanticElements: an HTML table cannot show but some of its rows
/**
 * A table of any number of rows, of which only those in sight are drawn.
 *
 * Our own instead of HighTable 0.26, which needs a hook that Preact has not (useEffectEvent), is a second stop of
 * Tab labelled by an element that is not there, cannot say of a page that it failed, and is three times as large.
 */
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { ColumnHeadView, Sort } from "../../wire/wire";
import { useRemembered } from "../memory";
import { type DrawCell, drawCell } from "./cell";
import { Head } from "./head";
import { HeightEdge } from "./height_edge";
import { type Cursor, moved } from "./keys";
import { Line } from "./line";
import { isFailed, type Rows } from "./pages";
import { ROW, useScroll } from "./scroll";
import { useRuler, useWidth, useWishes } from "./use_widths";
import { fitted, NARROWEST, numberWidth, type Shown } from "./widths";

export type { Cursor } from "./keys";

/** More rows are scrolled. */
const ROWS_IN_SIGHT = 12;
/** The half row at the end shows that there are more. */
const ROOM = (ROWS_IN_SIGHT + 0.5) * ROW;
/** Rows drawn beyond those in sight, each way. */
const BEYOND = 6;
const STEP = 16;

export interface GridProps {
  /** What it shows, for who cannot see it. */
  label: string;
  columns: readonly ColumnHeadView[];
  /** Records there are, whatever is filtered; null where that is not known. */
  records?: number | null;
  /** Names of the columns that are not shown. */
  hidden?: readonly string[];
  rows: Rows;
  /** Names the order and the filters: with others the table is shown from its start. */
  arranged?: string;
  cursor: Cursor;
  onCursor(cursor: Cursor): void;
  /** By what the rows are sorted; undefined where they cannot be. */
  sort?: readonly Sort[] | undefined;
  onSort?(sort: readonly Sort[]): void;
  /** Widths that a person chose, by the column's name. */
  widths: Readonly<Record<string, number>>;
  onWidths(widths: Readonly<Record<string, number>>): void;
  /** Enter, or a double click, on a row. */
  onOpen(row: number, how: "by key" | "by pointer"): void;
  /** Escape. */
  onClose?(): void;
  /** Ctrl or Cmd with C, where no text is selected; the column from 0, undefined for the record number. */
  onCopy?(column: number | undefined): void;
  /** Draws the cells otherwise. */
  draw?: DrawCell;
  /** Gets a function that gives the focus to the cell of the cursor. */
  focus?: { current: () => void };
  /** What is remembered of it is under this name. */
  memory?: string;
}

export function Grid(props: GridProps) {
  const { label, columns, hidden = NONE, rows, sort, widths, draw = drawCell, memory = "grid" } = props;
  const shown = useMemo<Shown[]>(
    () => columns.map((head, index) => ({ head, index })).filter(({ head }) => !hidden.includes(head.name)),
    [JSON.stringify(columns), hidden],
  );
  const total = rows.total ?? 0;
  const [chosenRoom, chooseRoom] = useRemembered<number | undefined>(`${memory} room`, undefined);
  const room = Math.min(total * ROW, total > ROWS_IN_SIGHT ? (chosenRoom ?? ROOM) : ROOM);
  const scroll = useScroll(memory, total, room, props.arranged ?? "");
  const width = useWidth(scroll.element);
  const cursor = within(props.cursor, total, shown.length + 1);
  const wantsFocus = useRef(false);

  const first = Math.max(0, Math.floor(scroll.top / ROW));
  const last = Math.min(total, Math.ceil((scroll.top + room) / ROW));
  useEffect(() => rows.want(first, Math.max(last, first + 1)), [first, last, rows.total]);

  // Measured by the first rows once they are there, and again only when the columns change or more is told.
  const ruler = useRuler(scroll.element);
  const wished = useWishes(shown, rows, first, ruler);
  const number = numberWidth(Math.max(total, props.records ?? 0), ruler);
  const fits = useMemo(
    () => fitted(shown, wished, widths, width - number),
    [shown, wished, widths, width, number],
  );

  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    scroll.element.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true });
  });
  useLayoutEffect(() => {
    if (cursor.row >= 0 && cursor.anchor >= 0) scroll.reveal(cursor.row);
  }, [cursor.row]);
  if (props.focus) {
    props.focus.current = () =>
      scroll.element.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true });
  }

  function go(to: Cursor) {
    wantsFocus.current = true;
    props.onCursor(to);
    if (to.row >= 0) scroll.reveal(to.row);
    if (to.column > 0) {
      const left = fits.slice(0, to.column - 1).reduce((sum, each) => sum + each, number);
      scroll.revealAcross(left, left + (fits[to.column - 1] ?? 0), number);
    }
  }

  function sortBy(column: string, more: boolean) {
    if (!sort) return;
    const before = sort.find((each) => each.column === column);
    const next = !before
      ? [{ column, descending: false }]
      : before.descending
        ? []
        : [{ column, descending: true }];
    const others = more ? sort : [];
    const at = others.findIndex((each) => each.column === column);
    props.onSort?.(
      at < 0 ? [...others, ...next] : [...others.slice(0, at), ...next, ...others.slice(at + 1)],
    );
  }

  function setWidth(column: string, to: number | undefined) {
    const { [column]: _, ...others } = widths;
    props.onWidths(to === undefined ? others : { ...others, [column]: to });
  }

  function press(event: KeyboardEvent) {
    const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
    if (altKey) return;
    const head = shown[cursor.column - 1]?.head;
    const at = rows.at(cursor.row);
    let to: Cursor | undefined;
    if ((ctrlKey || metaKey) && key.toLowerCase() === "c" && !shiftKey) {
      if (cursor.row < 0 || !props.onCopy || !(getSelection()?.isCollapsed ?? true)) return;
      props.onCopy(shown[cursor.column - 1]?.index);
    } else if (key === "Enter" || key === " ") {
      if (ctrlKey || metaKey) return;
      if (cursor.row < 0) {
        if (head) sortBy(head.name, shiftKey);
      } else if (isFailed(at)) rows.again(at);
      else if (key === "Enter") props.onOpen(cursor.row, "by key");
      else props.onCursor({ ...cursor, anchor: cursor.row });
    } else if (key === "Escape") {
      if (!props.onClose) return;
      props.onClose();
    } else if (cursor.row < 0 && head && shiftKey && (key === "ArrowLeft" || key === "ArrowRight")) {
      setWidth(
        head.name,
        Math.max(NARROWEST, (fits[cursor.column - 1] ?? 0) + (key === "ArrowLeft" ? -STEP : STEP)),
      );
    } else {
      const page = Math.max(1, Math.floor(room / ROW) - 1);
      to = moved(cursor, event, { rows: total, columns: shown.length + 1, page, first });
      if (!to) return;
      go(to);
    }
    event.preventDefault();
    event.stopPropagation(); // all of these mean something else to the notebook
  }

  function point(event: PointerEvent) {
    const place = placeOf(event.target);
    if (!place || event.button !== 0) return;
    if (event.shiftKey) event.preventDefault(); // no text is to be selected from there to here
    const anchor = event.shiftKey && cursor.anchor >= 0 ? cursor.anchor : place.row;
    if (event.shiftKey && place.row >= 0) wantsFocus.current = true;
    props.onCursor({ ...place, anchor: place.row < 0 ? cursor.anchor : anchor });
  }

  /** Whoever gives the focus to a cell, a screen reader for one, takes the cursor along. */
  function follow({ target }: FocusEvent) {
    const place = placeOf(target);
    if (!place || (place.row === cursor.row && place.column === cursor.column)) return;
    props.onCursor({ ...place, anchor: cursor.anchor < 0 || place.row < 0 ? cursor.anchor : place.row });
  }

  function click({ target }: MouseEvent) {
    if (!(target instanceof Element) || !target.closest("[data-again]")) return;
    const row = rows.at(placeOf(target)?.row ?? 0);
    if (isFailed(row)) rows.again(row);
  }

  function open({ target }: MouseEvent) {
    const place = placeOf(target);
    getSelection()?.removeAllRanges(); // the word that a double click selects
    if (place && place.row >= 0) props.onOpen(place.row, "by pointer");
  }

  const drawn = lines(Math.max(0, first - BEYOND), Math.min(total, last + BEYOND), cursor.row, total);
  const [from, until] = [Math.min(cursor.anchor, cursor.row), Math.max(cursor.anchor, cursor.row)];
  const across = number + fits.reduce((sum, each) => sum + each, 0);
  return (
    <>
      <div
        class={scroll.across ? "dd-grid dd-grid-across" : "dd-grid"}
        role="grid"
        aria-label={label}
        aria-rowcount={rows.total === undefined ? -1 : total + 1}
        aria-colcount={shown.length + 1}
        aria-multiselectable="true"
        aria-busy={rows.stale}
        ref={scroll.element}
        style={{
          "--dd-columns": `${number}px ${fits.map((each) => `${each}px`).join(" ")}`,
          "--dd-across": `${across}px`,
          ...(chosenRoom !== undefined && total > ROWS_IN_SIGHT
            ? { height: `calc(var(--dd-head) + ${room}px)` }
            : { maxHeight: `calc(var(--dd-head) + ${room + (total > ROWS_IN_SIGHT ? 0 : ROW)}px)` }),
        }}
        onScroll={scroll.onScroll}
        onKeyDown={press}
        onPointerDown={point}
        onFocusIn={follow}
        onClick={click}
        onDblClick={open}
      >
        <Head
          columns={shown}
          widths={fits}
          reachable={cursor.row < 0 ? cursor.column : -1}
          sort={sort ?? NONE}
          sorts={sort !== undefined}
          onSort={sortBy}
          onWidth={setWidth}
        />
        <div
          class="dd-grid-body"
          role={total > 0 ? "rowgroup" : "presentation"}
          style={{ height: `${scroll.height}px` }}
        >
          {drawn.map((index) => {
            const row = rows.at(index);
            const away = index < first - BEYOND || index >= last + BEYOND;
            const failed = isFailed(row);
            return (
              <Line
                key={index}
                index={index}
                top={away ? 0 : scroll.place(index)}
                row={row}
                columns={shown}
                draw={draw}
                reachable={index === cursor.row ? cursor.column : -1}
                selected={cursor.anchor >= 0 && index >= from && index <= until}
                away={away}
                says={failed && index === Math.max(first, row.start)}
              />
            );
          })}
        </div>
      </div>
      {total > ROWS_IN_SIGHT && <HeightEdge room={room} most={total * ROW} onRoom={chooseRoom} />}
    </>
  );
}

const NONE: readonly never[] = [];

/** The rows to draw: those in sight, and the one that has or would have the focus. */
function lines(start: number, end: number, kept: number, total: number): number[] {
  const drawn = Array.from({ length: Math.max(0, end - start) }, (_, at) => start + at);
  if (kept >= 0 && kept < total && kept < start) drawn.unshift(kept);
  if (kept >= end && kept < total) drawn.push(kept);
  return drawn;
}

function within({ row, column, anchor }: Cursor, rows: number, columns: number): Cursor {
  return {
    row: Math.max(-1, Math.min(row, rows - 1)),
    column: Math.max(0, Math.min(column, columns - 1)),
    anchor: Math.min(anchor, rows - 1),
  };
}

function placeOf(target: EventTarget | null): { row: number; column: number } | undefined {
  const cell = target instanceof Element ? target.closest<HTMLElement>("[data-column]") : null;
  const row = cell?.closest<HTMLElement>("[data-row]");
  return cell && row ? { row: Number(row.dataset.row), column: Number(cell.dataset.column) } : undefined;
}
