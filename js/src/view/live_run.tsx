import type { LiveRunView, NoticeView } from "../wire/run_view";
import { useNow } from "./clock";
import { LogTail } from "./log_tail";
import { ProgressBars } from "./progress_bars";
import type { Source } from "./source";
import { StopButton, useStop } from "./stop_button";
import { clock } from "./words";

/** A kernel that lives tells of a run at least every five seconds; twice that is worth a word. */
const SILENCE_SECONDS = 10;

const STATES = {
  running: { mark: "●", text: "Running", tone: "running" },
  completed: { mark: "✓", text: "Completed", tone: "completed" },
  cancelled: { mark: "■", text: "Cancelled", tone: "cancelled" },
  failed: { mark: "✕", text: "Failed", tone: "failed" },
} as const;

interface Props {
  view: LiveRunView;
  /** When the view came, in milliseconds. */
  heardAt: number;
  source: Source;
}

/** A run that goes on in the background: where it stands, and a way to stop it. */
export function LiveRun({ view, heardAt, source }: Props) {
  const running = view.state === "running";
  const stop = useStop(source);
  const now = useNow(running);
  const silence = running ? Math.max(0, now - heardAt) / 1000 : 0;
  const status = view.status ?? STATES[view.state];

  return (
    <section class="dd-view" aria-label={`${view.title} ${view.name}`.trim()}>
      <header class="dd-head">
        <b>{view.title}</b>
        {view.name && <code class="dd-mono dd-cut">{view.name}</code>}
        <span class="dd-quiet dd-cut">{view.where}</span>
        <span class="dd-space" />
        <span class="dd-quiet dd-number" role="timer">
          {clock(view.elapsed_seconds + silence)}
        </span>
        <span class={`dd-chip dd-${status.tone}`} role="status" aria-live="polite">
          <span aria-hidden="true">{status.mark}</span>
          {status.text}
        </span>
        {running && <StopButton kind={view.stop} asked={stop.asked} ask={stop.ask} />}
      </header>
      {running && view.step && (
        <p class="dd-step dd-quiet">
          <Prose text={view.step} />
        </p>
      )}
      <div aria-live="polite">
        {view.notices.map((notice) => (
          <Notice key={notice.text} {...notice} />
        ))}
        {running && stop.refused && <Notice level="error" text={stop.refused} />}
        {running && stop.late && (
          <Notice
            level="info"
            text="The kernel is busy with a cell and hears this when the cell ends. The Interrupt button (■) ends the cell now."
          />
        )}
      </div>
      {silence >= SILENCE_SECONDS && (
        <p class="dd-step dd-quiet">No news for {clock(silence)} — is the kernel alive?</p>
      )}
      <ProgressBars columns={view.progress} running={running} />
      {view.status && <LogTail source={source} />}
      {view.facts.length > 0 && (
        <footer class="dd-foot">
          {view.facts.map(({ text, hint }) => (
            <span key={text} title={hint || undefined}>
              {text}
            </span>
          ))}
        </footer>
      )}
    </section>
  );
}

function Notice({ level, text }: NoticeView) {
  return (
    <p class={`dd-notice dd-notice-${level}`}>
      <Prose text={text} />
    </p>
  );
}

/** A sentence of the kernel names things in backticks: every second part is one. */
function Prose({ text }: { text: string }) {
  const parts = text.split("`");
  if (parts.length % 2 === 0) return <>{text}</>;
  return <>{parts.map((part, index) => (index % 2 ? <code class="dd-mono">{part}</code> : part))}</>;
}
