import { useState } from "preact/hooks";
import type { ChangedColumnView, ChangesView, MeasureView } from "../../wire/wire";
import { count } from "../words";

/** As many are listed; the others come with a button. */
const LISTED = 8;

interface Props {
  columns: readonly ChangedColumnView[];
  /** Records that both have. */
  compared: number;
  changes: ChangesView | undefined;
  /** The column whose records alone are shown; "" for none. */
  chosen: string;
  choose(column: string): void;
  names: { before: string; after: string };
}

/** The columns that differ: in how many records, and how their numbers have moved. */
export function ChangedColumns({ columns, compared, changes, chosen, choose, names }: Props) {
  const [all, showAll] = useState(false);
  if (columns.length === 0) return null;
  const listed = all ? columns : columns.slice(0, LISTED);
  return (
    <div class="dd-changed-list">
      <ul aria-label="Columns that differ">
        {listed.map((column) => (
          <li key={column.name}>
            <Name column={column} chosen={chosen === column.name} choose={choose} />
            <span class="dd-quiet dd-kind">{column.kind}</span>
            <Count column={column} compared={compared} names={names} />
            <Words column={column} changes={changes} />
          </li>
        ))}
      </ul>
      {columns.length > LISTED && (
        <button type="button" class="dd-link" aria-expanded={all} onClick={() => showAll(!all)}>
          {all ? "Show fewer columns" : `Show all ${count(columns.length)} columns`}
        </button>
      )}
    </div>
  );
}

interface NameProps {
  column: ChangedColumnView;
  chosen: boolean;
  choose(column: string): void;
}

function Name({ column: { name, changed }, chosen, choose }: NameProps) {
  if (changed === 0) return <code class="dd-mono dd-cut">{name}</code>;
  return (
    <button
      type="button"
      class="dd-filter-button dd-mono"
      aria-pressed={chosen}
      title={chosen ? "Show the other records too" : "Show only the records that differ here"}
      onClick={() => choose(chosen ? "" : name)}
    >
      <span class="dd-cut">{name}</span>
    </button>
  );
}

interface CountProps {
  column: ChangedColumnView;
  compared: number;
  names: { before: string; after: string };
}

function Count({ column: { only, changed }, compared, names }: CountProps) {
  if (only !== "both")
    return (
      <span class="dd-quiet dd-only">
        only in <code class="dd-mono">{names[only]}</code>
      </span>
    );
  return (
    <>
      <span class="dd-bar" aria-hidden="true">
        <span class="dd-bar-done" style={{ width: `${compared ? (100 * changed) / compared : 0}%` }} />
      </span>
      <span class="dd-number">
        {changed ? (
          <>
            {count(changed)} <span class="dd-quiet">of {count(compared)}</span>
          </>
        ) : (
          <span class="dd-quiet">the same</span>
        )}
      </span>
    </>
  );
}

function Words({ column, changes }: { column: ChangedColumnView; changes: ChangesView | undefined }) {
  const measures = changes?.measures.find((one) => one.column === column.name)?.measures ?? [];
  const settings = changes?.settings.filter(({ columns }) => columns.includes(column.name)) ?? [];
  return (
    <span class="dd-measures">
      {measures.map((measure) => (
        <Measure key={measure.name} {...measure} several={measures.length > 1} />
      ))}
      {column.types && <span class="dd-quiet">{column.types}</span>}
      {column.settings && (
        <span class="dd-quiet">
          {settings.length > 0
            ? `${settings.map(({ name }) => name.toLowerCase()).join(", ")} changed`
            : "made otherwise"}
        </span>
      )}
    </span>
  );
}

function Measure({ name, before, after, up, down, judged, several }: MeasureView & { several: boolean }) {
  const [more, less] = judged ? ["better", "worse"] : ["higher", "lower"];
  return (
    <span>
      <span class="dd-quiet">{several && name ? `${name}, mean` : "mean"}</span> {before}
      <span class="dd-quiet" aria-hidden="true">
        {" → "}
      </span>
      <span class="dd-unseen"> before, </span>
      {after}
      <span class="dd-unseen"> after</span>
      {(up > 0 || down > 0) && <span class="dd-quiet">: </span>}
      {up > 0 && (
        <span class={judged ? "dd-completed" : "dd-quiet"}>
          {count(up)} {more}
        </span>
      )}
      {up > 0 && down > 0 && <span class="dd-quiet">, </span>}
      {down > 0 && (
        <span class={judged ? "dd-failed" : "dd-quiet"}>
          {count(down)} {less}
        </span>
      )}
    </span>
  );
}
