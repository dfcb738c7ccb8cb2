import type { FindingView, LocationView, ReportView, ResourceView } from "../../wire/wire";
import { useRemembered } from "../memory";
import { Empty, Prose } from "../parts";
import { Filters, type Numbered, useFilters } from "./filters";
import { BACKENDS, type Moves, planOf } from "./moves";

interface Props {
  report: ReportView;
  /** What plans the moves; a report that is only read has none. */
  moves?: Moves;
}

/** A row a resource, a column a location, and what is to be seen of them. */
export function ResourceTable({ report, moves }: Props) {
  const filters = useFilters(report);
  const [place, setPlace] = useRemembered("location shown", mostInteresting(report.locations));
  if (report.resources.length === 0) return <Empty>It depends on nothing.</Empty>;
  return (
    <>
      <div class={`dd-report-bar ${filters.offered ? "" : "dd-report-bar-narrow"}`}>
        <Filters filters={filters} />
        <Places locations={report.locations} place={place} setPlace={setPlace} />
      </div>
      {filters.rows.length === 0 ? (
        <Empty>
          {filters.shown === "moves" ? "No resource is left to move." : "No resource is like that."}
        </Empty>
      ) : (
        <table class={`dd-report-resources dd-reads-${place}`}>
          <thead>
            <tr>
              <th scope="col">Resource</th>
              <th scope="col" class="dd-report-users">
                Used by
              </th>
              {report.locations.map(({ location, head }) => (
                <th key={location} scope="col" class={`dd-in-${location}`}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {filters.rows.map((row) => (
              <Row key={row.number} row={row} locations={report.locations} moves={moves} />
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

/** The one to read where there is room for one only: what is wrong comes first. */
function mostInteresting(locations: readonly LocationView[]): string {
  return (locations.find(({ status }) => status.tone === "failed") ?? locations[0])?.location ?? "";
}

/** Where there is room for one location only, which one. */
function Places(props: {
  locations: readonly LocationView[];
  place: string;
  setPlace: (place: string) => void;
}) {
  if (props.locations.length < 2) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring its own frame
    <div class="dd-report-places" role="group" aria-label="Which location is shown">
      {props.locations.map(({ location, label, status }) => (
        <button
          key={location}
          type="button"
          class="dd-report-choice"
          aria-pressed={location === props.place}
          onClick={() => props.setPlace(location)}
        >
          <span class={`dd-${status.tone}`} aria-hidden="true">
            {status.mark}
          </span>{" "}
          {label}
        </button>
      ))}
    </div>
  );
}

function Row({
  row,
  locations,
  moves,
}: {
  row: Numbered;
  locations: LocationView[];
  moves: Moves | undefined;
}) {
  const { resource, number } = row;
  return (
    <tr>
      <th scope="row">
        <span>{resource.kind}</span> {resource.name && <code class="dd-mono">{resource.name}</code>}
        {resource.used_by && (
          <p class="dd-quiet dd-report-users-below">
            <Prose text={resource.used_by} />
          </p>
        )}
      </th>
      <td class="dd-quiet dd-report-users">
        <Prose text={resource.used_by} />
      </td>
      {locations.map((location, index) => {
        const found = resource.findings[index];
        return (
          <td key={location.location} class={`dd-in-${location.location}`}>
            {found ? (
              <Finding found={found} of={resource} number={number} location={location} moves={moves} />
            ) : (
              <span class="dd-quiet">–</span>
            )}
          </td>
        );
      })}
    </tr>
  );
}

interface FindingProps {
  found: FindingView;
  of: ResourceView;
  number: number;
  location: LocationView;
  moves: Moves | undefined;
}

function Finding({ found: { status, text, move }, of, number, location, moves }: FindingProps) {
  const offered = moves && move && location.moves > 0;
  return (
    <div class="dd-report-finding">
      <span class={`dd-${status.tone}`} aria-hidden="true">
        {status.mark}
      </span>
      <div>
        {text ? (
          <>
            <span class="dd-unseen">{status.text}: </span>
            <Prose text={text} />
          </>
        ) : (
          <span class="dd-quiet">{status.text}</span>
        )}
        {move && (
          <p class="dd-quiet">
            <Prose text={move} />{" "}
            {offered && (
              <button
                type="button"
                class="dd-link"
                aria-label={`Move ${of.kind} ${of.name}…`.replace(" …", "…")}
                aria-disabled={moves.busy}
                onClick={({ currentTarget }) =>
                  moves.plan(BACKENDS[location.location], [number], currentTarget)
                }
              >
                {moves.planning === planOf(BACKENDS[location.location], [number]) ? "Planning…" : "Move…"}
              </button>
            )}
          </p>
        )}
      </div>
    </div>
  );
}
