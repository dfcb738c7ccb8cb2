import type { ComponentChildren } from "preact";
import type { Filter, LiveCompareView } from "../../wire/wire";
import type { Source } from "../source";
import { count } from "../words";

/** Which records are shown: all, those that differ, or those that differ in one column. */
export type Which = { show: "all" } | { show: "changed" } | { show: "column"; column: string };

/** At first only what differs is shown, where something is the same. */
export function usualWhich({ changed, table }: LiveCompareView): Which {
  return { show: changed > 0 && changed < (table.rows ?? 0) ? "changed" : "all" };
}

/** The source, of which only those records come. */
export function only(which: Which, source: Source): Source {
  if (which.show === "all") return source;
  const column = which.show === "column" ? which.column : null;
  const filter: Filter = { column, test: "changed", value: "" };
  return {
    ...source,
    ask: (asked, options) =>
      source.ask("filters" in asked ? { ...asked, filters: [...asked.filters, filter] } : asked, options),
  };
}

interface Props {
  live: LiveCompareView;
  which: Which;
  choose(which: Which): void;
}

/** Chooses which records are shown, and says on which side of a cell which value stands. */
export function WhichRecords({ live, which, choose }: Props) {
  const column = which.show === "column" ? live.columns.find(({ name }) => name === which.column) : undefined;
  const alone = (live.table.rows ?? live.compared) - live.compared;
  return (
    <div class="dd-which">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would bring its own frame */}
      <div class="dd-segments" role="group" aria-label="Records that are shown">
        <Segment chosen={which.show === "all"} onClick={() => choose({ show: "all" })}>
          All {count(live.table.rows ?? 0)}
        </Segment>
        {live.changed + alone > 0 && (
          <Segment chosen={which.show === "changed"} onClick={() => choose({ show: "changed" })}>
            Only those that differ {count(live.changed + alone)}
          </Segment>
        )}
        {column && (
          <Segment chosen onClick={() => choose({ show: "changed" })}>
            <code class="dd-mono">{column.name}</code> differs {count(column.changed + alone)}
          </Segment>
        )}
      </div>
      <span class="dd-space" />
      <p class="dd-legend dd-quiet">
        <span class="dd-swatch-was" aria-hidden="true" />
        <bdi class="dd-cut">{live.before.name}</bdi>
        <span>left,</span>
        <span class="dd-swatch-now" aria-hidden="true" />
        <bdi class="dd-cut">{live.after.name}</bdi>
        <span>right</span>
      </p>
    </div>
  );
}

interface SegmentProps {
  chosen: boolean;
  onClick(): void;
  children: ComponentChildren;
}

function Segment({ chosen, onClick, children }: SegmentProps) {
  return (
    <button type="button" class="dd-segment" aria-pressed={chosen} onClick={onClick}>
      {children}
    </button>
  );
}
