import type { TableView } from "../../wire/wire";
import type { Source } from "../source";
import { count } from "../words";
import { cellText, MOST_ROWS, recordJson, recordsTsv } from "./full_text";
import type { Cursor } from "./keys";
import { isRow, type Rows } from "./pages";
import { useCopy } from "./use_copy";

export interface Of {
  table: TableView;
  rows: Rows;
  cursor: Cursor;
  /** Names of the columns that are not shown. */
  hidden: readonly string[];
  source: Source;
  near: { current: HTMLElement | null };
}

/** Copies what is chosen in a table: a cell, a record, the selected rows. */
export function useTableCopy({ table, rows, cursor, hidden, source, near }: Of) {
  const { copy, ...became } = useCopy(near);
  const at = rows.at(cursor.row);
  const shown = table.columns.map(({ name }) => name).filter((name) => !hidden.includes(name));
  const first = Math.min(cursor.row, cursor.anchor);
  const selected = cursor.anchor < 0 || cursor.row < 0 ? 0 : Math.abs(cursor.row - cursor.anchor) + 1;

  /** The cell in that column, from 0 of all; the record's number without one. */
  function cell(column: number | undefined) {
    if (!isRow(at)) return;
    const name = table.columns[column ?? -1]?.name;
    const here = at.cells[column ?? -1];
    if (name === undefined || here === undefined)
      return copy("the number", async () => String(at.number + 1));
    const asked = !table.told && !["null", "number", "pending"].includes(here.form);
    copy(`the cell of ${name}`, async () => (asked ? cellText(source, at.number, name) : here.text));
  }

  function record() {
    if (isRow(at)) copy(`record ${count(at.number + 1)}`, () => recordJson(source, at.number));
  }

  /** The selected rows; refused where they are too many, or were not seen yet. */
  function lines() {
    const numbers = Array.from({ length: Math.min(selected, MOST_ROWS + 1) }, (_, each) =>
      rows.at(first + each),
    )
      .filter(isRow)
      .map(({ number }) => number);
    copy(selected === 1 ? "1 row" : `${count(selected)} rows`, async () => {
      if (selected > MOST_ROWS) {
        throw new Error(
          `Up to ${MOST_ROWS} rows can be copied at once. For more, use the dataset in the notebook.`,
        );
      }
      if (numbers.length < selected)
        throw new Error("Some of these rows are not here yet. Try again in a moment.");
      return recordsTsv(source, numbers, shown);
    });
  }

  return {
    ...became,
    selected,
    /** What Ctrl+C copies: the selected rows where they are several. */
    chosen: (column: number | undefined) => (selected > 1 && !table.told ? lines() : cell(column)),
    record,
    lines,
    ready: isRow(at),
    column: shown[cursor.column - 1],
    columnIndex: table.columns.findIndex(({ name }) => name === shown[cursor.column - 1]),
    cell,
  };
}
