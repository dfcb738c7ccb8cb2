import type { TableView } from "../../wire/wire";
import type { Source } from "../source";

interface Props {
  table: TableView;
  /** Records given up on: they can be looked at alone. */
  failed: number;
  source: Source;
}

/** The records as a table, and one of them in full beside it. */
export function Records({ table }: Props) {
  return <p class="dd-empty">{table.rows}</p>;
}
