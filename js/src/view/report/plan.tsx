import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { DiffLineView, MeterView, MigrationView, PlanView, StatusView, StepView } from "../../wire/wire";
import { Chip, Notice, Prose } from "../parts";
import { count } from "../words";
import type { Moves } from "./moves";

/** What carrying it out is called: where some of it cannot be, where it failed, where all is there already. */
const BUTTONS: Record<StatusView["tone"], string> = {
  waiting: "Do it",
  running: "Do it",
  warning: "Do the rest",
  failed: "Try again",
  cancelled: "Go on",
  completed: "Rewrite the configuration",
};

/** A longer difference is folded: the steps are what matters first. */
const OPEN_UP_TO = 24;

interface Props {
  moves: Moves;
  /** The variable that holds what was moved; "" before it was. */
  variable: string;
}

/** What would be moved and how, with a button that does it; then how far it is, and what came of it. */
export function PlanPanel({ moves, variable }: Props) {
  const panel = useRef<HTMLElement>(null);
  const closing = useRef<HTMLButtonElement>(null);
  const number = moves.shown?.plan;
  const offers = moves.shown?.can_apply === true;
  useEffect(() => {
    if (moves.asking !== "apply") panel.current?.focus();
  }, [number]);
  const applying = moves.asking === "apply" || moves.shown?.migration.status.tone === "running";
  // The button that was pressed is gone when all is done: its neighbour has the focus then.
  const button = offers || applying;
  const pressed = useRef(false);
  useLayoutEffect(() => {
    if (pressed.current && !button) closing.current?.focus();
    pressed.current = false;
  }, [button]);
  if (!moves.shown) return null;
  const { migration } = moves.shown;

  function apply() {
    pressed.current = true;
    moves.apply();
  }

  function leave(event: KeyboardEvent) {
    if (event.key !== "Escape" || applying) return;
    event.stopPropagation(); // it has another meaning for the notebook
    moves.close();
  }

  return (
    <section class="dd-plan" aria-label="Plan" tabIndex={-1} ref={panel} onKeyDown={leave}>
      <header class="dd-head">
        <b>Plan</b>
        <span class="dd-quiet">{migration.where}</span>
        <span class="dd-space" />
        <span role="status" aria-live="polite">
          <Chip {...migration.status} />
        </span>
        {button && (
          <button
            type="button"
            class={`dd-button ${applying ? "" : "dd-primary"}`}
            aria-disabled={moves.busy}
            onClick={apply}
          >
            {applying ? "At work…" : BUTTONS[migration.status.tone]}
          </button>
        )}
        {!applying && (
          <button type="button" class="dd-button" ref={closing} onClick={moves.close}>
            {offers && migration.status.tone !== "failed" ? "Not now" : "Close"}
          </button>
        )}
      </header>
      <div aria-live="polite">
        {migration.notices.map((notice) => (
          <Notice key={notice.text} {...notice} />
        ))}
        {moves.asking !== "plan" && moves.error && <Notice level="error" text={moves.error} />}
      </div>
      <Meter meter={migration.meter} />
      <Steps steps={migration.steps} />
      <Difference migration={migration} />
      <Outcome plan={moves.shown} variable={variable} />
    </section>
  );
}

/** Where the new configuration is, or will be. */
function Outcome({ plan, variable }: { plan: PlanView; variable: string }) {
  const { name } = plan.migration;
  if (!name || !(plan.applied || plan.can_apply)) return null;
  return (
    <p class="dd-plan-outcome dd-quiet">
      {plan.applied && variable ? (
        <>
          <code class="dd-mono">{variable}</code> holds the configuration with what was moved. Yours is
          unchanged.
        </>
      ) : (
        <>
          The new configuration will be in <code class="dd-mono">{name}</code>. Yours stays as it is.
        </>
      )}
    </p>
  );
}

function Meter({ meter }: { meter: MeterView | null }) {
  if (!meter) return null;
  const percent = Math.round(100 * meter.share);
  return (
    <div class="dd-plan-meter">
      <span
        class="dd-bar"
        role="progressbar"
        aria-label="The step at work"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
      >
        <span class="dd-bar-done" style={{ width: `${percent}%` }} />
      </span>
      <span class="dd-number">{meter.parts.join(" · ")}</span>
    </div>
  );
}

function Steps({ steps }: { steps: readonly StepView[] }) {
  if (steps.length === 0) return <p class="dd-empty">Every resource is there already.</p>;
  return (
    <ol class="dd-plan-steps">
      {steps.map((step, index) => (
        <Step key={`${index} ${step.kind} ${step.name}`} step={step} />
      ))}
    </ol>
  );
}

function Step({ step: { action, kind, name, source, target, size, status, text } }: { step: StepView }) {
  return (
    <li>
      <Chip {...status} />
      <div>
        {action && <span class="dd-plan-action">{action}</span>}{" "}
        <span class={action ? "dd-quiet" : ""}>{kind}</span> {name && <code class="dd-mono">{name}</code>}
        {source && (
          <p class="dd-quiet">
            from <Prose text={source} />
          </p>
        )}
      </div>
      <div>
        {target && (
          <>
            <span class="dd-quiet">to</span> <code class="dd-mono">{target}</code>
          </>
        )}
        {size.length > 0 && <p class="dd-quiet">{size.join(", ")}</p>}
        {text && (
          <p>
            <Prose text={text} />
          </p>
        )}
      </div>
    </li>
  );
}

function Difference({ migration: { diff, added, removed, diff_cut } }: { migration: MigrationView }) {
  if (diff.length === 0) return null;
  return (
    <details class="dd-report-fold" open={diff.length <= OPEN_UP_TO}>
      <summary>
        <b>Configuration</b>{" "}
        <span class="dd-quiet">
          +{count(added)} −{count(removed)}
        </span>
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it can be scrolled by keyboard */}
      <section class="dd-plan-diff" tabIndex={0} aria-label="Configuration, before and after">
        <pre>
          {diff.map((line, index) => (
            <DiffLine key={`${index} ${line.text}`} line={line} />
          ))}
        </pre>
      </section>
      {diff_cut > 0 && (
        <p class="dd-empty">
          {count(diff_cut)} more {diff_cut === 1 ? "line" : "lines"}.
        </p>
      )}
    </details>
  );
}

function DiffLine({ line: { sign, text } }: { line: DiffLineView }) {
  const written = `${sign} ${text}`;
  if (sign === "+") return <ins>{written}</ins>;
  if (sign === "-") return <del>{written}</del>;
  return <span>{written}</span>;
}
