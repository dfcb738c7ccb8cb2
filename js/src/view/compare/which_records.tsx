import type { ComponentChildren } from "preact";
import type { Filter, LiveCompareView } from "../../wire/wire";
import { count } from "../words";

/** Which records are shown: all, those that differ, or those that differ in one column. */
export type Which = { show: "all" } | { show: "changed" } | { show: "column"; column: string };

/** At first only what differs is shown, where something is the same. */
export function usualWhich(live: LiveCompareView): Which {
  const differing = live.changed + alone(live);
  return { show: differing > 0 && differing < (live.table.rows ?? 0) ? "changed" : "all" };
}

export function asFilters(which: Which): Filter[] {
  if (which.show === "all") return [];
  return [{ column: which.show === "column" ? which.column : null, test: "changed", value: "" }];
}

/** Records that but one of the two has. */
const alone = ({ table, compared }: LiveCompareView) => (table.rows ?? compared) - compared;

/** Whether there is anything to choose between. */
export const differs = (live: LiveCompareView) => live.changed + alone(live) > 0;

interface Props {
  live: LiveCompareView;
  which: Which;
  choose(which: Which): void;
}

/** Chooses which records are shown, and says on which side of a cell which value stands. */
export function WhichRecords({ live, which, choose }: Props) {
  const column = which.show === "column" ? live.columns.find(({ name }) => name === which.column) : undefined;
  const more = alone(live);
  return (
    <div class="dd-which">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would bring its own frame */}
      <div class="dd-which-records" role="group" aria-label="Records that are shown">
        <Segment chosen={which.show === "all"} onClick={() => choose({ show: "all" })}>
          All <HowMany n={live.table.rows ?? 0} />
        </Segment>
        <Segment chosen={which.show === "changed"} onClick={() => choose({ show: "changed" })}>
          Only those that differ <HowMany n={live.changed + more} />
        </Segment>
        {column && (
          <Segment chosen onClick={() => choose({ show: "changed" })}>
            <code class="dd-mono">{column.name}</code> differs <HowMany n={column.changed + more} />
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
    <button type="button" class="dd-which-record" aria-pressed={chosen} onClick={onClick}>
      {children}
    </button>
  );
}

const HowMany = ({ n }: { n: number }) => <span class="dd-quiet dd-number">{count(n)}</span>;
