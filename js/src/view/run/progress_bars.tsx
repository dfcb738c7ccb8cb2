import type { ColumnProgressView } from "../../wire/wire";
import { count, left, rate } from "../words";

interface Props {
  columns: readonly ColumnProgressView[];
  /** Whether the run goes on: rates and times left are of no interest afterwards. */
  running: boolean;
}

/** How far each column is. */
export function ProgressBars({ columns, running }: Props) {
  if (columns.length === 0) return null;
  return (
    <div class="dd-progress">
      {columns.map((column) => (
        <Bar key={column.name} column={column} running={running} />
      ))}
    </div>
  );
}

function Bar({ column, running }: { column: ColumnProgressView; running: boolean }) {
  const { name, kind, done, total, failed } = column;
  const complete = done >= total;
  const working = running && !complete;
  return (
    <>
      <span class="dd-mono dd-cut" title={name}>
        {name}
      </span>
      <span class="dd-quiet dd-cut dd-kind">{kind}</span>
      <span
        class="dd-bar"
        role="progressbar"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
      >
        <span class={complete ? "dd-bar-complete" : "dd-bar-done"} style={share(done - failed, total)} />
        <span class="dd-bar-failed" style={share(failed, total)} />
      </span>
      <span class="dd-number">{`${count(done)}/${count(total)}`}</span>
      <span class="dd-number dd-quiet">{working ? rate(column.rate) : ""}</span>
      <span class="dd-number dd-quiet">{working ? left(column.seconds_left) : ""}</span>
      <span class="dd-number dd-bad">{failed > 0 ? `${count(failed)} failed` : ""}</span>
    </>
  );
}

const share = (part: number, whole: number) => ({ width: `${whole > 0 ? (100 * part) / whole : 0}%` });
