import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { Filter, Sort, TableView } from "../../wire/wire";
import { useRemembered } from "../memory";
import { Empty, Notice } from "../parts";
import type { Sides } from "../record/field";
import { Inspector } from "../record/inspector";
import { offers, type Source } from "../source";
import { ByHand } from "./by_hand";
import type { DrawCell } from "./cell";
import { ColumnChoice } from "./column_choice";
import { CopyChoice } from "./copy_choice";
import { Failures } from "./failures";
import { FilterForm, inWords, MOST_FILTERS } from "./filters";
import { type Cursor, Grid } from "./grid";
import { isFailed, isRow } from "./pages";
import { type Drawer, Toolbar } from "./toolbar";
import { useRows } from "./use_rows";
import { useTableCopy } from "./use_table_copy";

interface Props {
  table: TableView;
  /** Records given up on: they can be looked at alone. */
  failed: number;
  source: Source;
  /** What the table shows, for who cannot see it. */
  label?: string;
  /** Draws the cells otherwise. */
  draw?: DrawCell;
  /** What the rows have in common anyway, which a person does not take away here. */
  given?: readonly Filter[];
  /** What the two previews of a comparison are called. */
  sides?: Sides;
}

const START: Cursor = { row: 0, column: 0, anchor: -1 };
const NO_SORT: readonly Sort[] = [];
const NO_FILTERS: readonly Filter[] = [];
const NO_COLUMNS: readonly string[] = [];
const USUAL: Readonly<Record<string, number>> = {};

/** The records as a table, and one of them in full beside it. */
export function Records({
  table,
  failed,
  source,
  label = "Records",
  draw,
  given = NO_FILTERS,
  sides,
}: Props) {
  const [sort, setSort] = useRemembered("sort", NO_SORT);
  const [search, setSearch] = useRemembered("search", "");
  const [filters, setFilters] = useRemembered("filters", NO_FILTERS);
  const [hidden, setHidden] = useRemembered("hidden", NO_COLUMNS);
  const [widths, setWidths] = useRemembered("widths", USUAL);
  const [cursor, setCursor] = useRemembered("cursor", START);
  const [open, setOpen] = useRemembered("open", false);
  const [drawer, setDrawer] = useRemembered<Drawer>("drawer", "");
  const [wantsFailed, setOnlyFailed] = useRemembered("only failed", false);
  const onlyFailed = wantsFailed && failed > 0;
  const hasRecords = !table.told && offers(source, "record");
  const element = useRef<HTMLDivElement>(null);

  const query = useQuery(table, sort, search, filters, given);
  const rows = useRows(table, query, source);
  const copying = useTableCopy({ table, rows, cursor, hidden, source, near: element });
  const at = rows.at(cursor.row);
  const number = useLast(isRow(at) ? at.number : undefined);
  const inspects = open && hasRecords && number !== undefined && cursor.row >= 0 && rows.total !== 0;
  const arranged = JSON.stringify(query);
  // In another arrangement the first row is chosen, but not while the table is only drawn anew.
  useChange(arranged, () => setCursor({ ...cursor, row: Math.min(cursor.row, 0), anchor: open ? 0 : -1 }));
  const { focus, giveBack } = useFocusBack();
  const takesFocus = useRef(false);

  function addFilter(filter: Filter) {
    const others = filters.filter((each) => inWords(each) !== inWords(filter));
    if (others.length < MOST_FILTERS) setFilters([...others, filter]);
    setDrawer("");
    element.current?.querySelector<HTMLElement>('[data-drawer="filter"]')?.focus();
  }
  function noFilters() {
    setSearch("");
    setFilters([]);
  }
  function openRow(row: number, how: "by key" | "by pointer") {
    if (!hasRecords) return;
    takesFocus.current = how === "by key";
    setCursor({ ...cursor, row, anchor: row });
    setOpen(true);
  }
  function close() {
    setOpen(false);
    giveBack();
  }
  function move(step: 1 | -1) {
    const row = Math.max(0, Math.min(cursor.row + step, (rows.total ?? 1) - 1));
    setCursor({ ...cursor, row, anchor: row });
  }
  function closeDrawer(event: KeyboardEvent) {
    if (event.key !== "Escape" || drawer === "") return;
    event.stopPropagation(); // it has another meaning for the notebook
    setDrawer("");
    element.current?.querySelector<HTMLElement>(`[data-drawer="${drawer}"]`)?.focus();
  }

  return (
    <div class="dd-records" ref={element}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it hears what its buttons and fields leave */}
      <div onKeyDown={closeDrawer}>
        <Toolbar
          table={table}
          total={rows.total}
          unknown={rows.stale || isFailed(rows.at(0))}
          kept={source.kept}
          copies={hasRecords}
          failed={failed}
          onlyFailed={onlyFailed}
          onOnlyFailed={setOnlyFailed}
          search={search}
          onSearch={(text) => {
            if (text === search) return;
            setSearch(text);
          }}
          filters={filters}
          onFilters={(next) => {
            setFilters(next);
          }}
          drawer={drawer}
          onDrawer={setDrawer}
          hidden={table.columns.filter(({ name }) => hidden.includes(name)).length}
          said={copying.said}
        />
        {!onlyFailed && drawer === "filter" && !table.told && (
          <FilterForm columns={table.columns} onAdd={addFilter} />
        )}
        {!onlyFailed && drawer === "columns" && (
          <ColumnChoice
            columns={table.columns}
            hidden={hidden}
            onHidden={setHidden}
            wide={Object.keys(widths).length > 0}
            onUsualWidths={() => setWidths(USUAL)}
          />
        )}
        {!onlyFailed && drawer === "copy" && hasRecords && <CopyChoice copying={copying} />}
      </div>
      {copying.byHand && <ByHand text={copying.byHand} onEnd={copying.end} />}
      {rows.late && <Notice level="info" text={rows.late} />}
      {onlyFailed ? (
        <Failures version={table.version} failed={failed} source={source} />
      ) : (
        <div class={inspects ? "dd-beside" : ""}>
          <div class="dd-grid-frame">
            <Grid
              label={label}
              columns={table.columns}
              records={table.rows}
              hidden={hidden}
              rows={rows}
              arranged={arranged}
              cursor={cursor}
              onCursor={setCursor}
              sort={table.told ? undefined : query.sort}
              onSort={setSort}
              widths={widths}
              onWidths={setWidths}
              onOpen={openRow}
              {...(inspects ? { onClose: close } : {})}
              onCopy={copying.chosen}
              {...(draw ? { draw } : {})}
              focus={focus}
            />
            {rows.total === 0 && !rows.stale && (
              <Empty>
                {nothing(table, query.filters)}
                {(search !== "" || filters.length > 0) && !table.told && (
                  <button type="button" class="dd-link" onClick={noFilters}>
                    Remove them
                  </button>
                )}
              </Empty>
            )}
          </div>
          {inspects && (
            <div class="dd-inspected">
              <Inspector
                number={number}
                position={cursor.row}
                total={rows.total ?? cursor.row + 1}
                columns={table.columns}
                source={source}
                version={table.version}
                onMove={move}
                onClose={close}
                takesFocus={takesFocus.current}
                {...(sides ? { sides } : {})}
              />
            </div>
          )}
        </div>
      )}
    </div>
  );
}

/** What is asked for; what concerns columns that are no longer there is left out. */
function useQuery(
  table: TableView,
  sort: readonly Sort[],
  search: string,
  filters: readonly Filter[],
  given: readonly Filter[],
) {
  return useMemo(() => {
    const names = new Set(table.columns.map(({ name }) => name));
    const searched: readonly Filter[] = search ? [{ column: null, test: "contains", value: search }] : [];
    return {
      sort: sort.filter(({ column }) => names.has(column)),
      filters: [
        ...given,
        ...searched,
        ...filters.filter(({ column }) => column === null || names.has(column)),
      ],
    };
  }, [JSON.stringify([table.columns, given]), sort, search, filters]);
}

function nothing({ told }: TableView, filters: readonly Filter[]): string {
  if (told) return "Records appear here as they are made.";
  return filters.length === 0 ? "There are no rows." : "No row passes the filters. ";
}

/** The last value that there was, for as long as there is none. */
function useLast<T>(value: T | undefined): T | undefined {
  const last = useRef(value);
  if (value !== undefined) last.current = value;
  return last.current;
}

function useChange(value: string, changed: () => void) {
  const last = useRef(value);
  useLayoutEffect(() => {
    if (last.current !== value) changed();
    last.current = value;
  }, [value]);
}

/** Gives the focus back to the cell of the cursor, once what had it is gone. */
function useFocusBack() {
  const focus = useRef(() => {});
  const back = useRef(false);
  useLayoutEffect(() => {
    if (back.current) focus.current();
    back.current = false;
  });
  return {
    focus,
    giveBack: () => {
      back.current = true;
    },
  };
}
