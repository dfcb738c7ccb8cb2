/** How wide columns are: numbers narrow, texts share the room, and what a person chose stays. */
import type { CellView, ColumnHeadView } from "../../wire/wire";
import { count } from "../words";
import { isRow, type Rows } from "./pages";

export const NARROWEST = 48;
const NUMBER = 160;
/** A name is not wider than this on its own account. */
const NAME = 200;
/** A text is not wider than this until everything else has its room. */
const LONG = 360;
const TEXT = 120;
const PADDING = 24;
/** Of a letter, where the browser does not tell. */
const LETTER = 7.5;
const CODE_LETTER = 7.3;
const SMALL = 11 / 13;
/** Room for the mark of an order. */
const MARK = 28;
/** Rows that are measured. */
const SAMPLE = 30;

/** How wide a text is on one line. */
export type Ruler = (text: string, bold?: boolean) => number;

/** A ruler for the font of an element. */
export function rulerOf(element: HTMLElement | null): Ruler {
  const context = element && document.createElement("canvas").getContext?.("2d");
  if (!element || !context) return (text) => text.length * LETTER;
  const { fontFamily, fontSize } = getComputedStyle(element);
  return (text, bold = false) => {
    context.font = `${bold ? "600 " : ""}${fontSize} ${fontFamily}`;
    return context.measureText(text).width;
  };
}

/** The width that the column of record numbers needs. */
export const numberWidth = (largest: number, ruler: Ruler) =>
  Math.max(44, Math.ceil(ruler(count(Math.max(1, largest))) + PADDING));

export interface Shown {
  head: ColumnHeadView;
  /** Which cell of a row is its. */
  index: number;
}

/** What each column would like to have, by the rows from `first` on. */
export function wishes(columns: readonly Shown[], rows: Rows, first: number, ruler: Ruler): number[] {
  const there = Math.max(0, Math.min(SAMPLE, (rows.total ?? 0) - first));
  const sample = Array.from({ length: there }, (_, at) => rows.at(first + at)).filter(isRow);
  return columns.map(({ head, index }) => {
    const name = Math.max(ruler(head.name, true) + MARK, ruler(under(head)) * SMALL) + PADDING;
    let longest = 0;
    for (const { cells } of sample) {
      const cell = cells[index];
      if (cell) longest = Math.max(longest, cellWidth(cell, ruler));
    }
    const pairs = sample.some(({ cells }) => (cells[index]?.before ?? null) !== null);
    const most = (head.numeric ? NUMBER : LONG) * (pairs ? 2 : 1);
    return Math.ceil(Math.max(Math.min(name, NAME), Math.min(longest + PADDING, most)));
  });
}

function cellWidth(cell: CellView, ruler: Ruler): number {
  const { text, form, note, before } = cell;
  // In a comparison both values have the room of the longer one.
  if (before !== null)
    return (
      2 *
        Math.max(
          cellWidth({ ...cell, before: null }, ruler),
          cellWidth({ ...cell, before: null, text: before }, ruler),
        ) +
      PADDING
    );
  if (form === "code" || form === "json") return text.length * CODE_LETTER;
  const sign = form === "image" ? 20 : 0;
  return ruler(text.slice(0, 60)) + (note ? ruler(` ${note}`) : 0) + sign + 2;
}

/** What is said quietly below the name of a column. */
export const under = ({ kind, detail }: ColumnHeadView) => [kind, detail].filter(Boolean).join(" · ");

/** The widths that fit the room, if they can. */
export function fitted(
  columns: readonly Shown[],
  wished: readonly number[],
  chosen: Readonly<Record<string, number>>,
  room: number,
): number[] {
  // Its own names only: a column may be called `valueOf`.
  const own = (name: string) => (Object.hasOwn(chosen, name) ? chosen[name] : undefined);
  const widths = columns.map(({ head }, at) => own(head.name) ?? wished[at] ?? TEXT);
  const free = columns.flatMap(({ head }, at) => (head.numeric || own(head.name) !== undefined ? [] : [at]));
  // Only a column of pairs of texts, of a comparison, wants more than a long text.
  const values = (at: number) => ((wished[at] ?? 0) > LONG ? 2 : 1);
  const sum = widths.reduce((total, width) => total + width, 0);
  if (sum > room) {
    const given = room - sum + free.reduce((total, at) => total + (widths[at] ?? 0), 0);
    const most = Math.max(
      TEXT,
      evenly(
        free.flatMap((at) => Array<number>(values(at)).fill((widths[at] ?? 0) / values(at))),
        given,
      ),
    );
    for (const at of free) widths[at] = Math.min(widths[at] ?? 0, most * values(at));
  }
  const left = room - widths.reduce((total, width) => total + width, 0);
  if (left > 0) {
    const long = free.filter((at) => (wished[at] ?? 0) >= LONG);
    const takers = long.length > 0 ? long : free.slice(-1);
    for (const at of takers) widths[at] = (widths[at] ?? 0) + left / takers.length;
  }
  return widths.map(Math.floor);
}

/** The largest width that none may exceed, if all together are to fit the room. */
function evenly(widths: readonly number[], room: number): number {
  let rest = room;
  const sorted = [...widths].sort((a, b) => a - b);
  for (const [at, width] of sorted.entries()) {
    const share = rest / (sorted.length - at);
    if (width >= share) return share;
    rest -= width;
  }
  return Number.POSITIVE_INFINITY;
}
