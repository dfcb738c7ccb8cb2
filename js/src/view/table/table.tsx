import type { LiveTableView } from "../../wire/wire";
import { Columns } from "../columns/columns";
import { offers, type Source } from "../source";
import { Tab, Tabs } from "../tabs";
import { count } from "../words";
import { Records } from "./records";

/** Any DataFrame. */
export function DataFrameView({ live, source }: { live: LiveTableView; source: Source }) {
  const { name, detail, table } = live;
  const label = `${detail} ${name}`.trim();
  return (
    <section class="dd-view" aria-label={label}>
      <header class="dd-head">
        <b>{detail}</b>
        {name && <code class="dd-mono dd-cut">{name}</code>}
        <span class="dd-quiet">{size(table.rows, table.columns.length)}</span>
      </header>
      <Tabs label={label}>
        <Tab name="Records">
          <Records table={table} failed={0} source={source} label={label} />
        </Tab>
        {offers(source, "profile") && (
          <Tab name="Columns" note={count(table.columns.length)}>
            <Columns version={table.version} source={source} />
          </Tab>
        )}
      </Tabs>
    </section>
  );
}

/** "1,204 rows × 5 columns" */
function size(rows: number | null, columns: number): string {
  const across = `${count(columns)} ${columns === 1 ? "column" : "columns"}`;
  return rows === null ? across : `${count(rows)} ${rows === 1 ? "row" : "rows"} × ${across}`;
}
