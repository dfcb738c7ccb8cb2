import type { LocationView, ReportView, ResourceView } from "../../wire/wire";
import { useRemembered } from "../memory";
import { count } from "../words";

/** With fewer resources all are in sight, and a choice of kinds would only be in the way. */
const MANY = 9;

const SHOWN = { all: "All", attention: "Need attention", moves: "Can be moved" } as const;
type Shown = keyof typeof SHOWN;

/** A row, with its number in the report. */
export interface Numbered {
  number: number;
  resource: ResourceView;
}

/** Which resources a person wants to see, and the rows of those. */
export function useFilters(report: ReportView) {
  const [shown, setShown] = useRemembered<Shown>("resources shown", "all");
  const [kind, setKind] = useRemembered<string>("kind shown", "");
  const all = report.resources.map((resource, number) => ({ number, resource }));
  const kinds = [...new Set(report.resources.map((resource) => resource.kind))];
  const offersKinds = all.length >= MANY && kinds.length > 1;
  const ofKind =
    offersKinds && kinds.includes(kind) ? all.filter(({ resource }) => resource.kind === kind) : all;
  const by: Record<Shown, Numbered[]> = {
    all: ofKind,
    attention: ofKind.filter(({ resource }) => needsAttention(resource)),
    moves: ofKind.filter(({ resource }) => canBeMoved(resource, report.locations)),
  };
  const choices = (Object.keys(SHOWN) as Shown[]).filter(
    (choice) => choice === "all" || choice === shown || by[choice].length > 0,
  );
  /** Whether there is anything to choose. */
  const offered = choices.length > 1 || offersKinds;
  return {
    shown,
    setShown,
    choices,
    kind,
    setKind,
    kinds: offersKinds ? kinds : [],
    by,
    rows: by[shown],
    offered,
  };
}

function needsAttention({ findings }: ResourceView): boolean {
  return findings.some((found) => found?.status.tone === "failed" || found?.status.tone === "warning");
}

/** A move is of no use while there is nobody to move to. */
export function canBeMoved({ findings }: ResourceView, locations: readonly LocationView[]): boolean {
  return findings.some((found, index) => found?.move && (locations[index]?.moves ?? 0) > 0);
}

export function Filters({ filters }: { filters: ReturnType<typeof useFilters> }) {
  const { shown, setShown, choices, kind, setKind, kinds, by, offered } = filters;
  if (!offered) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring its own frame
    <div class="dd-report-filters" role="group" aria-label="Which resources are shown">
      {choices.map((choice) => (
        <button
          key={choice}
          type="button"
          class="dd-report-choice"
          aria-pressed={choice === shown}
          onClick={() => setShown(choice)}
        >
          {SHOWN[choice]} <span class="dd-quiet">{count(by[choice].length)}</span>
        </button>
      ))}
      {kinds.length > 0 && (
        <select
          class="dd-input"
          aria-label="Kind of resource"
          value={kinds.includes(kind) ? kind : ""}
          onChange={(event) => setKind(event.currentTarget.value)}
        >
          <option value="">Every kind</option>
          {kinds.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}
