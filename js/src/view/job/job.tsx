import { useState } from "preact/hooks";
import type { JobLiveView, StatusView } from "../../wire/wire";
import { useId } from "../ids";
import { BUSY, Prose } from "../parts";
import { type Ask, type AskOptions, type Asks, offers, type Source } from "../source";

/** How a job came to where it is; the last step is where it stands. */
export function JobSteps({ steps }: { steps: readonly StatusView[] }) {
  if (steps.length < 2) return null;
  return (
    <ol class="dd-steps" aria-label="Steps of the job">
      {steps.map(({ text, tone }, place) => (
        <li key={place} aria-current={place === steps.length - 1 ? "step" : undefined} class={`dd-${tone}`}>
          {text}
        </li>
      ))}
    </ol>
  );
}

interface Props {
  job: JobLiveView;
  /** The variable that holds it; "" without one. */
  variable: string;
  running: boolean;
  source: Source;
}

type Doing =
  | { state: "no" }
  | { state: "doing" }
  | { state: "late" }
  | { state: "said"; text: string; bad: boolean };

/** Asks for one thing at a time, and keeps what came of it. */
function useDoing(source: Source) {
  const [doing, setDoing] = useState<Doing>({ state: "no" });
  const busy = doing.state === "doing" || doing.state === "late";
  function start<Op extends keyof Asks & ("sample" | "download" | "load")>(asked: Ask<Op>) {
    if (busy) return;
    setDoing({ state: "doing" });
    const options: AskOptions = { onLate: () => setDoing({ state: "late" }) };
    source.ask(asked, options).then(
      ({ text }) => setDoing({ state: "said", text, bad: false }),
      (error: Error) => setDoing({ state: "said", text: error.message, bad: true }),
    );
  }
  return { doing, busy, start };
}

/** What can be done with a job beside cancelling it: look at its records, bring them here, find it again. */
export function JobActions({ job, variable, running, source }: Props) {
  const { doing, busy, start } = useDoing(source);
  const [asking, ask] = useState<"download" | "load" | null>(null);

  function done(asked: () => void) {
    ask(null);
    asked();
  }

  return (
    <div class="dd-actions">
      {job.has_records && (
        <>
          {running && offers(source, "sample") && (
            <button
              type="button"
              class="dd-link"
              aria-disabled={busy}
              onClick={() => start({ op: "sample" })}
            >
              Show a sample
            </button>
          )}
          {offers(source, "download") && (
            <button
              type="button"
              class="dd-link"
              aria-expanded={asking === "download"}
              onClick={() => ask(asking === "download" ? null : "download")}
            >
              Download…
            </button>
          )}
          {offers(source, "load") && (
            <button
              type="button"
              class="dd-link"
              aria-expanded={asking === "load"}
              onClick={() => ask(asking === "load" ? null : "load")}
            >
              Load into a variable…
            </button>
          )}
        </>
      )}
      <span class="dd-space" />
      <span class="dd-quiet">
        Find it again: <code class="dd-mono">%dd_attach {job.address}</code>
      </span>
      {asking === "download" && (
        <Question
          label="Folder"
          initial={job.folder}
          button="Download"
          cancel={() => ask(null)}
          answer={(folder) => done(() => start({ op: "download", folder }))}
        />
      )}
      {asking === "load" && (
        <Question
          label="Variable"
          initial={variable ? `${variable}_records` : "records"}
          button="Load"
          cancel={() => ask(null)}
          answer={(name) => done(() => start({ op: "load", variable: name }))}
        />
      )}
      <p class="dd-said" role="status">
        {busy && <span class="dd-quiet">{job.transfer ? `Downloading: ${job.transfer}` : "At it …"}</span>}
        {doing.state === "late" && !job.transfer && <span class="dd-quiet"> {BUSY}</span>}
        {doing.state === "said" && (
          <span class={doing.bad ? "dd-bad" : ""}>
            <Prose text={doing.text} />
          </span>
        )}
      </p>
    </div>
  );
}

interface QuestionProps {
  label: string;
  initial: string;
  button: string;
  answer: (value: string) => void;
  cancel: () => void;
}

/** One line to fill in; Enter answers, Escape does not. */
function Question({ label, initial, button, answer, cancel }: QuestionProps) {
  const [value, setValue] = useState(initial);
  const id = useId();
  return (
    <form
      class="dd-ask"
      onSubmit={(event) => {
        event.preventDefault();
        answer(value);
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Escape") cancel();
      }}
    >
      <label for={id}>{label}</label>
      <input
        id={id}
        class="dd-input dd-mono"
        value={value}
        autofocus
        onInput={({ currentTarget }) => setValue(currentTarget.value)}
      />
      <button type="submit" class="dd-button dd-primary">
        {button}
      </button>
      <button type="button" class="dd-button" onClick={cancel}>
        Leave it
      </button>
    </form>
  );
}
