import type { Source } from "../source";

/** What the values of each column are like. */
export function Columns({ version }: { version: number; source: Source }) {
  return <p class="dd-empty">{version}</p>;
}
