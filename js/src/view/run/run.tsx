import type { LiveRunView } from "../../wire/wire";
import { useNow } from "../clock";
import { Columns } from "../columns/columns";
import { JobActions, JobSteps } from "../job/job";
import { BUSY, Chip, Empty, Notice, Prose } from "../parts";
import { Resources } from "../report/resources";
import { offers, type Source } from "../source";
import { Records } from "../table/records";
import { Tab, Tabs } from "../tabs";
import { clock, count } from "../words";
import { Log } from "./log";
import { ProgressBars } from "./progress_bars";
import { StopButton, useStop } from "./stop_button";

/** A kernel that lives tells of a run at least every five seconds; twice that is worth a word. */
const SILENCE_SECONDS = 10;

const STATES = {
  running: { mark: "●", text: "Running", tone: "running" },
  completed: { mark: "✓", text: "Completed", tone: "completed" },
  cancelled: { mark: "■", text: "Cancelled", tone: "cancelled" },
  failed: { mark: "✕", text: "Failed", tone: "failed" },
} as const;

interface Props {
  live: LiveRunView;
  /** When it came, in milliseconds. */
  heardAt: number;
  source: Source;
}

/** A preview, a create or a job: where it stands, what it made, and a way to stop it. */
export function RunView({ live, heardAt, source }: Props) {
  const running = live.state === "running";
  const stop = useStop(source);
  const now = useNow(running);
  const silence = running ? Math.max(0, now - heardAt) / 1000 : 0;
  const status = live.status ?? STATES[live.state];

  return (
    <section class="dd-view" aria-label={`${live.title} ${live.name}`.trim()}>
      <header class="dd-head">
        <b>{live.title}</b>
        {live.name && <code class="dd-mono dd-cut">{live.name}</code>}
        <span class="dd-quiet dd-cut">{live.where}</span>
        <span class="dd-space" />
        <span class="dd-quiet dd-number" role="timer">
          {clock(live.elapsed_seconds + silence)}
        </span>
        <span role="status" aria-live="polite">
          <Chip {...status} />
        </span>
        {running && <StopButton kind={live.stop} asked={stop.asked} ask={stop.ask} />}
      </header>
      {live.job && <JobSteps steps={live.job.steps} />}
      {running && live.step && (
        <p class="dd-step dd-quiet">
          <Prose text={live.step} />
        </p>
      )}
      <div aria-live="polite">
        {live.notices.map((notice) => (
          <Notice key={notice.text} {...notice} />
        ))}
        {running && stop.refused && <Notice level="error" text={stop.refused} />}
        {running && stop.late && <Notice level="info" text={BUSY} />}
      </div>
      {silence >= SILENCE_SECONDS && (
        <p class="dd-step dd-quiet">
          No news for {clock(silence)}
          {offers(source, "load") ? " — is the kernel alive?" : "."}
        </p>
      )}
      {!allMade(live) && <ProgressBars columns={live.progress} running={running} />}
      <Tabs label={`${live.title} ${live.name}`.trim()}>
        <Tab name="Records" note={recordsNote(live)}>
          {live.table ? (
            <Records table={live.table} failed={live.failed_records} source={source} />
          ) : (
            <Empty>{noRecord(running, source)}</Empty>
          )}
        </Tab>
        {offers(source, "profile") && (
          <Tab name="Columns" note={live.table ? count(live.table.columns.length) : ""}>
            {live.table && !live.table.told ? (
              <Columns version={live.table.version} source={source} />
            ) : (
              <Empty>What the columns are like is shown when the run has ended.</Empty>
            )}
          </Tab>
        )}
        {live.resources !== null && offers(source, "resources") && (
          <Tab name="Resources" note={count(live.resources)} bad={live.stopping > 0}>
            <Resources source={source} />
          </Tab>
        )}
        {offers(source, "log") && (
          <Tab name="Log" note={live.log_lines ? count(live.log_lines) : ""}>
            <Log source={source} />
          </Tab>
        )}
      </Tabs>
      {live.job && <JobActions job={live.job} variable={live.variable} running={running} source={source} />}
      <Foot live={live} />
    </section>
  );
}

function Foot({ live: { facts, forecast, way_on } }: { live: LiveRunView }) {
  if (facts.length === 0 && !forecast && way_on.length === 0) return null;
  return (
    <footer class="dd-foot">
      {facts.map(({ text, hint }) => (
        <span key={text} title={hint || undefined}>
          {text}
        </span>
      ))}
      <span class="dd-space" />
      {forecast && <span>{forecast}</span>}
      {way_on.map(({ text, code }) => (
        <span key={code}>
          {text}: <code class="dd-mono">{code}</code>
        </span>
      ))}
    </footer>
  );
}

/** Bars that are all full say nothing any more. */
function allMade({ state, progress }: LiveRunView): boolean {
  return state === "completed" && progress.every(({ done, total, failed }) => done === total && failed === 0);
}

function noRecord(running: boolean, source: Source): string {
  if (running) return "Records appear here as they are made.";
  return offers(source, "rows") ? "No record was made." : "No record is kept here.";
}

function recordsNote({ table, expected }: LiveRunView): string {
  if (!table || table.rows === null) return "";
  return table.rows < expected ? `${count(table.rows)} of ${count(expected)}` : count(table.rows);
}
