import { useState } from "preact/hooks";
import type { ColumnProfileView, ProfileView } from "../../wire/wire";
import { Empty, useAnswer, Waiting } from "../parts";
import type { Source } from "../source";
import { count } from "../words";
import { Distribution } from "./distribution";

/** From so many columns on one is found by its name. */
const MANY = 16;

interface Props {
  /** Changes with the records. */
  version: number;
  source: Source;
}

/** What the values of each column are like. */
export function Columns({ version, source }: Props) {
  const answer = useAnswer<ProfileView>(
    (options) => source.ask({ op: "profile" }, options),
    [source, version],
  );
  const [wanted, want] = useState("");
  if (!answer.value) {
    return (
      <div class="dd-columns-wait" aria-busy={!answer.error}>
        <Waiting answer={answer} />
        {!answer.error && !answer.late && <Empty>Counting…</Empty>}
      </div>
    );
  }
  const { records, drawn, columns } = answer.value;
  if (columns.length === 0) return <Empty>The records have no columns.</Empty>;
  const found = columns.filter(({ name, kind }) =>
    `${name}\n${kind}`.toLowerCase().includes(wanted.toLowerCase()),
  );
  return (
    <div class="dd-columns">
      <Waiting answer={answer} />
      {(columns.length >= MANY || drawn < records) && (
        <div class="dd-columns-head">
          {columns.length >= MANY && (
            <input
              type="search"
              class="dd-find"
              placeholder="Find a column"
              aria-label="Find a column"
              value={wanted}
              onInput={({ currentTarget }) => want(currentTarget.value)}
              onKeyDown={(event) => event.stopPropagation()} // typing is for the field only
            />
          )}
          {wanted && (
            <span class="dd-quiet" role="status">
              {count(found.length)} of {count(columns.length)} columns
            </span>
          )}
          <span class="dd-space" />
          {drawn < records && (
            <span class="dd-quiet">
              Distributions are of the first {count(drawn)} of {count(records)} records
            </span>
          )}
        </div>
      )}
      {found.length === 0 && <Empty>No column has “{wanted}” in its name.</Empty>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <ul class="dd-column-list" tabIndex={0} aria-label="Columns">
        {found.map((column, index) => (
          <Column key={`${index} ${column.name}`} column={column} records={records} />
        ))}
      </ul>
    </div>
  );
}

function Column({ column, records }: { column: ColumnProfileView; records: number }) {
  const { name, kind, dtype, nulls, unique, tokens } = column;
  return (
    <li class="dd-column">
      <div class="dd-column-name">
        <b>
          <bdi>{name}</bdi>
        </b>
        <span class="dd-quiet">
          <bdi>{kind}</bdi>
        </span>
      </div>
      <div class="dd-column-facts">
        <span>
          {dtype}
          {unique !== null && <span class="dd-quiet"> · {count(unique)} different</span>}
        </span>
        {nulls > 0 && <Nulls nulls={nulls} records={records} />}
      </div>
      <div class="dd-column-values">
        <Distribution column={column} />
        {tokens && <p class="dd-quiet">Tokens a record: {tokens}</p>}
      </div>
    </li>
  );
}

/** How much of a column is empty. */
function Nulls({ nulls, records }: { nulls: number; records: number }) {
  const share = records > 0 ? Math.min(1, nulls / records) : 0;
  return (
    <span class="dd-nulls">
      <span>
        {count(nulls)} empty <span class="dd-quiet">{percent(share)}</span>
      </span>
      <span class="dd-nulls-bar" aria-hidden="true">
        <span style={{ width: `${share * 100}%` }} />
      </span>
    </span>
  );
}

/** "12%", "0.4%", "<0.1%": what is there never becomes nothing, nor a part the whole. */
export function percent(share: number): string {
  const hundredths = share * 100;
  if (hundredths === 0 || hundredths === 100) return `${hundredths}%`;
  if (hundredths < 0.1) return "<0.1%";
  if (hundredths > 99.9) return ">99.9%";
  return hundredths < 10 || hundredths > 90 ? `${hundredths.toFixed(1)}%` : `${Math.round(hundredths)}%`;
}
