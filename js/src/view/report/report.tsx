import { useEffect, useState } from "preact/hooks";
import type { LiveReportView, LocationView, ReportView } from "../../wire/wire";
import { useNow } from "../clock";
import { type Answer, Chip, Notice, useAnswer, Waiting } from "../parts";
import { offers, type Source } from "../source";
import { clock } from "../words";
import { Checklist } from "./checklist";
import { BACKENDS, type Moves, planOf, useMoves } from "./moves";
import { PlanPanel } from "./plan";
import { ResourceTable } from "./table";

/** A kernel that lives tells of its work every few seconds; several times that is worth a word. */
const SILENCE_SECONDS = 10;

interface Props {
  live: LiveReportView;
  /** When it came, in milliseconds. */
  heardAt: number;
  source: Source;
}

/** What a configuration depends on, where it resolves, and how it gets there. */
export function Report({ live, heardAt, source }: Props) {
  const { report, answer } = useReport(source, live.version);
  const moves = useMoves(source);
  const canPlan = offers(source, "plan");
  const name = `${live.title} ${live.name}`.trim();
  const working = live.at_work !== "";
  const now = useNow(working);
  const silence = working ? Math.max(0, now - heardAt) / 1000 : 0;
  return (
    <section class="dd-view dd-report" aria-label={name}>
      <header class="dd-head">
        <b>{live.title}</b>
        {live.name && <code class="dd-mono dd-cut">{live.name}</code>}
        <span class="dd-space" />
        {working && (
          <span class="dd-quiet dd-number" role="timer">
            {clock(live.elapsed_seconds + silence)}
          </span>
        )}
        <span class="dd-report-verdicts" role="status" aria-live="polite">
          {report?.locations.map(({ location, status }) => (
            <Chip key={location} {...status} />
          ))}
        </span>
        {offers(source, "check") && (
          <span class="dd-report-buttons">
            {report && canPlan && <PlanButtons locations={report.locations} moves={moves} />}
            <button
              type="button"
              class="dd-button"
              ref={moves.home}
              aria-disabled={moves.busy}
              onClick={moves.check}
            >
              {moves.asking === "check" ? "Checking…" : "Check again"}
            </button>
          </span>
        )}
      </header>
      <div aria-live="polite">
        {working && <p class="dd-step dd-quiet">{live.at_work}…</p>}
        {!working && moves.late && <Notice level="info" text={moves.late} />}
        {!moves.shown && moves.error && <Notice level="error" text={moves.error} />}
      </div>
      {silence >= SILENCE_SECONDS && (
        <p class="dd-step dd-quiet">No news for {clock(silence)} — is the kernel alive?</p>
      )}
      <PlanPanel moves={moves} variable={live.variable} />
      <Waiting answer={answer} />
      {report && (
        <>
          <ResourceTable report={report} {...(canPlan ? { moves } : {})} />
          <Checklist report={report} />
          <WaysOn report={report} />
        </>
      )}
    </section>
  );
}

/** The report as it was asked for, or told unasked since. */
function useReport(
  source: Source,
  version: number,
): {
  report: ReportView | undefined;
  answer: Answer<unknown>;
} {
  const answer = useAnswer((options) => source.ask({ op: "resources" }, options), [source, version]);
  const [report, setReport] = useState<ReportView>();
  useEffect(() => void (answer.value?.report && setReport(answer.value.report)), [answer.value]);
  useEffect(() => source.hear("report", (told) => told.report && setReport(told.report)), [source]);
  return { report, answer };
}

const WORDS = { services: "Plan moves to NeMo Services…", local: "Plan moves to this machine…" } as const;

function PlanButtons({ locations, moves }: { locations: readonly LocationView[]; moves: Moves }) {
  const places = locations.filter((location) => location.moves > 0).map(({ location }) => BACKENDS[location]);
  const first = places.includes("services") ? "services" : places[0];
  return (
    <>
      {places.map((to) => (
        <button
          key={to}
          type="button"
          class={`dd-button ${to !== first || moves.shown || moves.busy ? "" : "dd-primary"}`}
          aria-disabled={moves.busy}
          onClick={({ currentTarget }) => moves.plan(to, [], currentTarget)}
        >
          {moves.planning === planOf(to, [])
            ? "Planning…"
            : places.length === 1 && to === "services"
              ? "Plan moves…"
              : WORDS[to]}
        </button>
      ))}
    </>
  );
}

function WaysOn({ report: { way_on } }: { report: ReportView }) {
  if (way_on.length === 0) return null;
  return (
    <footer class="dd-foot">
      <span class="dd-space" />
      {way_on.map(({ text, code }) => (
        <span key={code}>
          {text}: <code class="dd-mono">{code}</code>
        </span>
      ))}
    </footer>
  );
}
