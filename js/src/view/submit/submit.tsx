import { Fragment } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Fields, LiveSubmitView, PlanView, ProblemView } from "../../wire/wire";
import { useId } from "../ids";
import { useRemembered } from "../memory";
import { Chip, Notice, Prose, useAnswer, Waiting } from "../parts";
import type { Moves } from "../report/moves";
import { PlanPanel } from "../report/plan";
import type { Source } from "../source";
import { Row, TextField } from "./field";
import { Resources } from "./resources";
import { useSettled } from "./settled";
import { type Planned, usePlan, useSubmission } from "./submission";
import { Where } from "./where";
import { Workspace } from "./workspace";

/** How long after the last key the kernel is asked: for its rules, and for what it has to look up. */
const TYPED_MS = 250;
const CHANGED_MS = 500;

interface Props {
  live: LiveSubmitView;
  source: Source;
}

/** The form that makes a dataset, or has it made; a line of what was chosen once that is done. */
export function SubmitView({ live, source }: Props) {
  const view = useRef<HTMLElement>(null);
  const done = live.state === "done";
  const wasDone = useRef(done);
  useLayoutEffect(() => {
    // The button that had the focus is gone.
    if (done && !wasDone.current) view.current?.focus();
    wasDone.current = done;
  }, [done]);
  return (
    <section
      class="dd-view dd-submit"
      aria-label={`Create ${live.name}`.trim()}
      ref={view}
      tabIndex={-1}
      // Letters are typed here, which JupyterLab would take as its own.
      data-lm-suppress-shortcuts="true"
    >
      <header class="dd-head">
        <b>Create</b>
        {live.name && <code class="dd-mono dd-cut">{live.name}</code>}
        {done && (
          <span class="dd-quiet">
            <Prose text={live.chosen} />
          </span>
        )}
        <span class="dd-space" />
        <span role="status" aria-live="polite">
          {live.state === "busy" && <Chip mark="●" text={live.step} tone="running" />}
          {done && (
            <Chip mark="✓" text={live.location === "submit" ? "Submitted" : "Started"} tone="completed" />
          )}
        </span>
      </header>
      {!done && <Form live={live} source={source} />}
    </section>
  );
}

function Form({ live, source }: Props) {
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const [fields, setFields] = useRemembered<Fields>("fields", fieldsOf(live));
  const submission = useSubmission(source, live.state);
  const typed = useSettled(fields, TYPED_MS);
  const place = useSettled(placeOf(fields), CHANGED_MS);
  const workspaces = useAnswer((how) => source.ask({ op: "workspaces" }, how), [source]);
  const [look, lookAgain] = useState(0);
  const asked = `${place} ${look}`;
  const looked = useAnswer(
    async (how) => ({ asked, found: await source.ask({ op: "look up", fields }, how) }),
    [source, asked],
  );
  const current = place === placeOf(fields) && looked.value?.asked === asked;
  const found = current && !looked.error ? looked.value?.found : undefined;
  const migrate = (found?.moves ?? 0) > 0;
  const draft = useAnswer(
    (how) => source.ask({ op: "draft", fields: typed, migrate }, how),
    [source, typed, migrate],
  );
  const plan = usePlan(source, `${placeOf(fields)} ${look}`);

  function change(part: Partial<Fields>) {
    if (submission.problems.length > 0 || submission.error) submission.clear();
    setFields({ ...fields, ...part });
  }
  const readOnly = submission.asked;
  const problems = [...submission.problems, ...(draft.value?.problems ?? [])];
  const problem = (field: ProblemView["field"]) => problems.find((one) => one.field === field)?.text ?? "";
  const text = (field: ProblemView["field"]) => ({
    id: `${id}-${field}`,
    value: fields[field],
    change: (value: string) => change({ [field]: value }),
    problem: problem(field),
    readOnly,
  });
  useEffect(() => {
    // To what was refused, for whoever cannot see where it turned red.
    if (submission.problems.length > 0)
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [submission.problems]);

  const inServices = fields.location === "submit";
  const toPlan = migrate && !plan.plan;
  const blocked = Boolean(found?.others) || (plan.plan !== undefined && !isReady(plan.plan));
  const off = readOnly || blocked || plan.asking;
  const askPlan = () => plan.asking || plan.ask(inServices ? "services" : "local");

  function closePlan() {
    plan.close();
    form.current?.querySelector<HTMLElement>('[type="submit"]')?.focus();
  }
  function press(event: Event) {
    event.preventDefault();
    if (off) return;
    if (toPlan) askPlan();
    else submission.submit(fields, plan.plan?.plan ?? null);
  }

  return (
    <form class="dd-form" ref={form} onSubmit={press} noValidate>
      <Where location={fields.location} choose={(location) => change({ location })} readOnly={readOnly} />
      <Row label="Records" id={`${id}-records`} problem={problem("records")}>
        <TextField {...text("records")} size={9} numeric />
        {draft.value?.forecast && <span class="dd-quiet">{draft.value.forecast}</span>}
      </Row>
      {inServices ? (
        <Row
          label="Job name"
          id={`${id}-job_name`}
          problem={problem("job_name")}
          other={{ id: `${id}-workspace`, problem: problem("workspace") }}
        >
          <TextField {...text("job_name")} size={32} />
          <span class="dd-form-with">
            <span class="dd-quiet">in workspace</span>
            <Workspace {...text("workspace")} known={workspaces.value} />
          </span>
        </Row>
      ) : (
        <Row
          label="Dataset"
          id={`${id}-dataset_name`}
          problem={problem("dataset_name")}
          other={{ id: `${id}-artifact_path`, problem: problem("artifact_path") }}
        >
          <TextField {...text("dataset_name")} size={20} />
          <span class="dd-form-with">
            <span class="dd-quiet">in folder</span>
            <TextField {...text("artifact_path")} size={20} label="Folder" />
          </span>
        </Row>
      )}
      <Resources
        looked={looked}
        again={() => lookAgain(look + 1)}
        found={found}
        plan={plan}
        askPlan={askPlan}
        readOnly={readOnly}
      />
      {plan.plan && (
        <PlanPanel
          moves={shownOnly({ ...plan, close: closePlan }, submission.asked && !isDone(plan.plan))}
          variable=""
        />
      )}
      <div class="dd-form-row">
        <span />
        <div>
          <div class="dd-form-line">
            <button
              type="submit"
              class="dd-button dd-primary dd-form-button"
              aria-disabled={off}
              aria-describedby={`${id}-does`}
            >
              {buttonText(inServices, migrate && !isDone(plan.plan), toPlan, submission.asked)}
            </button>
            <span class="dd-quiet" id={`${id}-does`}>
              {blocked ? (
                "What is in the way has to be mended first."
              ) : (
                <Prose text={draft.value?.words ?? ""} />
              )}
            </span>
          </div>
          <div aria-live="polite">
            {submission.error && <Notice level="error" text={submission.error} />}
            {submission.late && <Notice level="info" text={submission.late} />}
            <Waiting answer={draft} />
          </div>
        </div>
      </div>
      {draft.value?.code && (
        <p class="dd-foot">
          <span>
            Without this form: <Line code={draft.value.code} />
          </span>
        </p>
      )}
    </form>
  );
}

/** A line to copy, which breaks between its words only. */
function Line({ code }: { code: string }) {
  return (
    <code class="dd-mono">
      {code.split(" ").map((word, index) => (
        <Fragment key={index}>
          {index > 0 && " "}
          <span>{word}</span>
        </Fragment>
      ))}
    </code>
  );
}

function buttonText(inServices: boolean, moves: boolean, toPlan: boolean, asked: boolean): string {
  if (asked) return inServices ? "Submitting…" : "Starting…";
  const verb = inServices ? "Submit" : "Create";
  if (!moves) return verb;
  return `Move and ${verb.toLowerCase()}${toPlan ? "…" : ""}`;
}

/** Whether the plan can be carried out from here, or was. */
function isReady({ can_apply, migration }: PlanView) {
  return can_apply || migration.status.tone === "running" || migration.status.tone === "completed";
}

const isDone = (plan: PlanView | undefined) => plan?.migration.status.tone === "completed";

/** The plan without a button of its own: the form's does both. */
function shownOnly({ plan, error, late, close }: Planned, applying: boolean): Moves {
  const shown = plan ? { ...plan, can_apply: false } : null;
  const nothing = () => undefined;
  return {
    shown,
    asking: applying ? "apply" : "",
    planning: "",
    home: { current: null },
    busy: applying,
    error,
    late,
    plan: nothing,
    apply: nothing,
    check: nothing,
    close,
  };
}

/** What a look-up is about: a new one is needed once it changes. */
function placeOf({ location, workspace, artifact_path }: Fields): string {
  return JSON.stringify([location, location === "submit" ? workspace : artifact_path]);
}

function fieldsOf({
  location,
  records,
  job_name,
  workspace,
  dataset_name,
  artifact_path,
}: LiveSubmitView): Fields {
  return { location, records, job_name, workspace, dataset_name, artifact_path };
}
