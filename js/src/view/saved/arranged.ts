import type { CellView, ColumnHeadView, Filter, RecordFieldsView, RowsView, Sort } from "../../wire/wire";

/** One value, as far as it is kept: in full where its record is. */
interface Value {
  cell: CellView | undefined;
  text: string;
}

type Records = ReadonlyMap<number, RecordFieldsView>;

/** Which of the rows pass the filters, in their order: as dd_jupyter/display/table does it, of so few. */
export function arranged(
  columns: readonly ColumnHeadView[],
  { rows, numbers }: RowsView,
  records: Records,
  sort: readonly Sort[],
  filters: readonly Filter[],
): number[] {
  const places = new Map(columns.map(({ name }, place) => [name, place]));
  const numeric = new Set(columns.filter((head) => head.numeric).map(({ name }) => name));
  const value = (at: number, column: string): Value => {
    const cell = rows[at]?.[places.get(column) ?? -1];
    const field = records.get(numbers[at] ?? at)?.fields.find((each) => each.column === column);
    return { cell, text: (field?.form !== "image" && field?.text) || cell?.text || "" };
  };
  const passes = (at: number) =>
    filters.every((filter) => {
      const named = filter.column === null ? columns.map(({ name }) => name) : [filter.column];
      return named.some((column) => isSo(filter, value(at, column), numeric.has(column)));
    });
  const compare = (one: number, other: number) => {
    for (const { column, descending } of sort) {
      const order = inOrder(value(one, column), value(other, column), numeric.has(column), descending);
      if (order !== 0) return order;
    }
    return one - other;
  };
  return [...rows.keys()].filter(passes).sort(compare);
}

function isSo({ test, value: wanted }: Filter, { cell, text }: Value, numeric: boolean): boolean {
  const missing = isMissing(cell);
  const [here, there] = [text.toLowerCase(), wanted.toLowerCase()];
  const equal = numeric ? asNumber(text) === asNumber(wanted) : here === there;
  switch (test) {
    case "contains":
      return !missing && here.includes(there);
    case "equals":
      return !missing && equal;
    case "differs":
      return missing || !equal;
    case "at least":
      return !missing && (numeric ? asNumber(text) >= asNumber(wanted) : here >= there);
    case "at most":
      return !missing && (numeric ? asNumber(text) <= asNumber(wanted) : here <= there);
    case "empty":
      return missing || text === "";
    case "filled":
      return !missing && text !== "";
    case "changed":
      return typeof cell?.before === "string";
  }
}

/** What is missing comes last in both directions. */
function inOrder(one: Value, other: Value, numeric: boolean, descending: boolean): number {
  const missing = Number(isMissing(one.cell)) - Number(isMissing(other.cell));
  if (missing !== 0 || isMissing(one.cell)) return missing;
  const order = numeric ? asNumber(one.text) - asNumber(other.text) : byCharacters(one.text, other.text);
  return (descending ? -order : order) || 0;
}

const byCharacters = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
const isMissing = (cell: CellView | undefined) =>
  cell === undefined || cell.form === "null" || cell.form === "pending";
const asNumber = (text: string) => Number.parseFloat(text);
