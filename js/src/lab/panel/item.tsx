import { useRef } from "preact/hooks";
import { useId } from "../../view/ids";
import { Chip } from "../../view/parts";
import { count } from "../../view/words";
import type { Acts } from "./acts";
import { fileOf, isAtWork, kindOf, type Listed, nameOf } from "./listed";
import { Menu } from "./menu";
import type { Place, RunsModel, Said } from "./model";
import { ago, span } from "./moments";
import { Outcome } from "./outcome";

interface Props {
  run: Listed;
  said: Said | undefined;
  place: Place;
  model: RunsModel;
  acts: Acts;
  now: number;
  /** Whether the Tab key stops at it. */
  isReached: boolean;
  reach(): void;
  /** Whether its actions are shown. */
  isOpen: boolean;
  setOpen(open: boolean): void;
}

/** A run or a job: what it is, how it stands, and what can be done with it. */
export function Item({ run, said, place, model, acts, now, isReached, reach, isOpen, setOpen }: Props) {
  const id = useId();
  const more = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    more.current?.focus();
  };
  return (
    <li
      class={`dd-jobs-item ${isOpen ? "dd-jobs-opened" : ""}`}
      onFocusCapture={reach}
      onContextMenu={(event) => {
        if (event.shiftKey) return; // the browser's own menu
        event.preventDefault();
        event.stopPropagation(); // JupyterLab's would cover what opens
        setOpen(true);
      }}
    >
      <div class="dd-jobs-line">
        <button
          type="button"
          class="dd-jobs-open"
          title={nameOf(run)}
          tabIndex={isReached ? 0 : -1}
          aria-describedby={`${id}-about`}
          onClick={() => acts.open(run)}
        >
          <Name text={nameOf(run)} />
        </button>
        <time class="dd-quiet" dateTime={run.started || undefined} title={span(run.started, run.ended)}>
          {ago(run.started, now)}
        </time>
        <button
          type="button"
          class="dd-jobs-icon dd-jobs-more"
          ref={more}
          tabIndex={isReached ? 0 : -1}
          aria-label={`What can be done with ${nameOf(run)}`}
          title="What can be done with it"
          aria-expanded={isOpen}
          aria-controls={isOpen ? `${id}-menu` : undefined}
          onClick={() => setOpen(!isOpen)}
        >
          ⋯
        </button>
      </div>
      <div id={`${id}-about`}>
        <div class="dd-jobs-line dd-jobs-state">
          <Chip {...run.status} />
          {run.name && <span class="dd-quiet">{kindOf(run)}</span>}
          <span class="dd-jobs-counts">
            {inShort(run) && (
              <span class="dd-quiet dd-number" title={inFull(run)}>
                {inShort(run)}
                {isWhole(run) && (
                  <span class="dd-jobs-unit">{run.num_records === 1 ? " record" : " records"}</span>
                )}
              </span>
            )}
            {run.failed > 0 && <span class="dd-bad dd-number">{count(run.failed)} failed</span>}
          </span>
        </div>
        <About run={run} place={place} />
      </div>
      {isAtWork(run) && run.done !== null && run.num_records && (
        <Bar done={run.done} failed={run.failed} of={run.num_records} name={nameOf(run)} />
      )}
      {isOpen && <Menu id={`${id}-menu`} run={run} model={model} acts={acts} close={close} />}
      <Outcome run={run} said={said} model={model} acts={acts} />
    </li>
  );
}

/** A name that is too long is cut in its middle: what tells one from the next is often at the end. */
function Name({ text }: { text: string }) {
  const at = text.length > LONG ? text.length - TAIL : text.length;
  return (
    <>
      <span class="dd-cut">{text.slice(0, at)}</span>
      {at < text.length && <span class="dd-jobs-tail">{text.slice(at)}</span>}
    </>
  );
}

const LONG = 18;
const TAIL = 8;

/** Where, if it is not where the panel looks; and in which notebook, if that is known. */
function About({ run, place }: { run: Listed; place: Place }) {
  const isElsewhere =
    run.deployment !== "" && (run.deployment !== place.deployment || run.workspace !== place.workspace);
  const where = !isElsewhere
    ? ""
    : run.deployment === place.deployment
      ? `workspace ${run.workspace}`
      : `${run.workspace} at ${run.deployment.replace(/^https?:\/\//, "")}`;
  if (!where && !run.notebook) return null;
  return (
    <div class="dd-jobs-line dd-jobs-about dd-quiet">
      {where && (
        <span class="dd-cut" title={`${run.where}\n${run.deployment}`}>
          {where}
        </span>
      )}
      {run.notebook && (
        <span class="dd-cut" title={`Started in ${run.notebook}`}>
          {fileOf(run.notebook)}
        </span>
      )}
    </div>
  );
}

interface BarProps {
  done: number;
  failed: number;
  of: number;
  name: string;
}

function Bar({ done, failed, of, name }: BarProps) {
  const percent = (part: number) => `${(100 * Math.min(part, of)) / of}%`;
  return (
    <div
      class="dd-bar"
      role="progressbar"
      aria-label={name}
      aria-valuemin={0}
      aria-valuemax={of}
      aria-valuenow={Math.min(done, of)}
    >
      <span class="dd-bar-done" style={{ width: percent(done) }} />
      <span class="dd-bar-failed" style={{ width: percent(failed) }} />
    </div>
  );
}

/** Whether it broke off, and nobody counted how far it was. */
const isUncounted = (run: Listed) =>
  run.done === null && (run.state === "cancelled" || run.state === "failed");

/** Whether its number says all: so many are made, or are to be. */
const isWhole = (run: Listed) =>
  run.done === null ? !isUncounted(run) : run.done === run.num_records && !isAtWork(run);

/** "62/1,000" while that is news, "1,000" when all are made, "of 1,000" when it is not known how many are. */
function inShort(run: Listed): string {
  const { num_records, done } = run;
  if (num_records === null) return done === null ? "" : count(done);
  if (isUncounted(run)) return `of ${count(num_records)}`;
  return done === null || isWhole(run) ? count(num_records) : `${count(done)}/${count(num_records)}`;
}

function inFull(run: Listed): string {
  const { num_records, done } = run;
  if (num_records === null) return done === null ? "" : `${count(done)} records`;
  const all = `${count(num_records)} ${num_records === 1 ? "record" : "records"}`;
  if (isUncounted(run)) return `${all} were asked for`;
  return done === null || isWhole(run) ? all : `${count(done)} of ${all}`;
}
