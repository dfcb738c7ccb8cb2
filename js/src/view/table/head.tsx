// biome-ignore-all lint/a11y/useSemanticElements: as of the rows
// biome-ignore-all lint/a11y/useFocusableInteractive: cells have the focus, of all of them one at a time
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the grid hears the keys
import { useRef } from "preact/hooks";
import type { Sort } from "../../wire/wire";
import { NARROWEST, type Shown, under } from "./widths";

interface Props {
  columns: readonly Shown[];
  widths: readonly number[];
  /** Which head can be reached by Tab, from 0; -1 if none. */
  reachable: number;
  sort: readonly Sort[];
  /** Whether rows can be sorted. */
  sorts: boolean;
  onSort(column: string, more: boolean): void;
  /** A width in pixels; undefined for the one that suits. */
  onWidth(column: string, width: number | undefined): void;
}

/** The names of the columns, and below each quietly what makes it. */
export function Head({ columns, widths, reachable, sort, sorts, onSort, onWidth }: Props) {
  return (
    <div class="dd-grid-head" role="rowgroup">
      <div class="dd-row" role="row" aria-rowindex={1} data-row={-1}>
        <div
          class="dd-cell dd-cell-number"
          role="columnheader"
          aria-colindex={1}
          data-column={0}
          tabIndex={reachable === 0 ? 0 : -1}
        >
          <b aria-hidden="true">#</b>
          <span class="dd-unseen">Record</span>
        </div>
        {columns.map(({ head }, at) => {
          const rank = sort.findIndex(({ column }) => column === head.name);
          const sorted = sort[rank];
          const direction = sorted && (sorted.descending ? "descending" : "ascending");
          return (
            <div
              key={head.name}
              class={`dd-cell${head.numeric ? " dd-cell-right" : ""}${sorts ? " dd-cell-sorts" : ""}`}
              role="columnheader"
              aria-colindex={at + 2}
              aria-sort={rank === 0 ? direction : undefined}
              data-column={at + 1}
              tabIndex={reachable === at + 1 ? 0 : -1}
              title={head.name}
              onClick={({ shiftKey }) => sorts && onSort(head.name, shiftKey)}
            >
              <span class="dd-head-name">
                <b class="dd-cut">{head.name}</b>
                {sorted && (
                  <span class="dd-sorted">
                    <span aria-hidden="true">{sorted.descending ? "↓" : "↑"}</span>
                    {sort.length > 1 && <small aria-hidden="true">{rank + 1}</small>}
                    {rank > 0 && <span class="dd-unseen">{`, then sorted ${direction}`}</span>}
                  </span>
                )}
              </span>
              <span class="dd-head-under dd-quiet dd-cut">{under(head)}</span>
              <Edge
                width={widths[at] ?? 0}
                onWidth={(width) => onWidth(head.name, width)}
                column={head.name}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface EdgeProps {
  column: string;
  width: number;
  onWidth(width: number | undefined): void;
}

/** The edge of a column, to be dragged; a double click gives the width that suits. By keyboard see `keys`. */
function Edge({ column, width, onWidth }: EdgeProps) {
  const from = useRef<{ x: number; width: number }>();
  return (
    <span
      class="dd-edge"
      aria-hidden="true"
      title={`Drag to set the width of ${column}; double click for the one that suits`}
      onClick={(event) => event.stopPropagation()}
      onDblClick={(event) => {
        event.stopPropagation();
        onWidth(undefined);
      }}
      onPointerDown={(event) => {
        event.stopPropagation();
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { x: event.clientX, width };
      }}
      onPointerMove={({ clientX }) => {
        const { current } = from;
        if (current) onWidth(Math.max(NARROWEST, Math.round(current.width + clientX - current.x)));
      }}
      onPointerUp={() => {
        from.current = undefined;
      }}
      onLostPointerCapture={() => {
        from.current = undefined;
      }}
    />
  );
}
