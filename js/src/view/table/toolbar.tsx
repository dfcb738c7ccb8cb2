import type { ComponentChildren } from "preact";
import type { Filter, TableView } from "../../wire/wire";
import { count } from "../words";
import { Chips } from "./filters";
import { Search } from "./search";

export type Drawer = "" | "filter" | "columns" | "copy";

interface Props {
  table: TableView;
  /** How many rows are shown; undefined while that is not known. */
  total: number | undefined;
  /** Whether it is not known yet how many rows there are, or cannot be. */
  unknown: boolean;
  /** How many rows there are to show, where they are but the first of the table. */
  kept: number | undefined;
  /** Whether there are records to copy. */
  copies: boolean;
  failed: number;
  onlyFailed: boolean;
  onOnlyFailed(only: boolean): void;
  search: string;
  onSearch(text: string): void;
  filters: readonly Filter[];
  onFilters(filters: readonly Filter[]): void;
  drawer: Drawer;
  onDrawer(drawer: Drawer): void;
  /** Columns that are not shown. */
  hidden: number;
  /** What became of a copy. */
  said: string;
  /** More buttons. */
  children?: ComponentChildren;
}

/** What can be done with the whole table. Its drawers open below it, where no output area cuts them off. */
export function Toolbar(props: Props) {
  const { table, failed, onlyFailed, filters, hidden, said } = props;
  const asks = !table.told && !onlyFailed;
  return (
    <div class="dd-tools" role="toolbar" aria-label="Table">
      {asks && (
        <>
          <Search text={props.search} onText={props.onSearch} />
          <DrawerButton name="filter" {...props}>
            Filter
          </DrawerButton>
          <Chips filters={filters} onFilters={props.onFilters} />
        </>
      )}
      <span class="dd-quiet dd-count" role="status">
        {said || (onlyFailed ? "" : rowsInWords(props))}
      </span>
      <span class="dd-space" />
      {props.children}
      {failed > 0 && (
        <button
          type="button"
          class="dd-tool"
          aria-pressed={onlyFailed}
          onClick={() => props.onOnlyFailed(!onlyFailed)}
        >
          Only failed <span class="dd-bad">{count(failed)}</span>
        </button>
      )}
      {!onlyFailed && (
        <>
          <DrawerButton name="columns" {...props}>
            Columns
            {hidden > 0 && (
              <span class="dd-quiet">{` ${table.columns.length - hidden} of ${table.columns.length}`}</span>
            )}
          </DrawerButton>
          {props.copies && (
            <DrawerButton name="copy" {...props}>
              Copy
            </DrawerButton>
          )}
        </>
      )}
    </div>
  );
}

function DrawerButton({
  name,
  drawer,
  onDrawer,
  children,
}: Pick<Props, "drawer" | "onDrawer"> & { name: Drawer; children?: ComponentChildren }) {
  return (
    <button
      type="button"
      class="dd-tool"
      aria-expanded={drawer === name}
      data-drawer={name}
      onClick={() => onDrawer(drawer === name ? "" : name)}
    >
      {children}
      <span class="dd-arrow" aria-hidden="true" />
    </button>
  );
}

function rowsInWords({ table, total, unknown, kept, search, filters }: Props): string {
  if (total === undefined || unknown) return "";
  if (table.told) {
    if (total === 0) return "";
    return table.rows !== null && table.rows > total ? `first ${count(total)} of ${count(table.rows)}` : "";
  }
  if (kept !== undefined && total < kept) return `${count(total)} of the first ${rows(kept)}`;
  if (kept !== undefined)
    return table.rows === null ? `first ${rows(kept)}` : `first ${count(kept)} of ${rows(table.rows)}`;
  if (search === "" && filters.length === 0) return ""; // how many there are stands above
  return table.rows === null ? rows(total) : `${count(total)} of ${rows(table.rows)}`;
}

const rows = (n: number) => `${count(n)} ${n === 1 ? "row" : "rows"}`;
