// biome-ignore-all lint/a11y/useSemanticElements: an HTML table cannot show but some of its rows
// biome-ignore-all lint/a11y/useFocusableInteractive: cells have the focus, of all of them one at a time
import { Component } from "preact";
import { Prose } from "../parts";
import { count } from "../words";
import type { DrawCell } from "./cell";
import { type Failed, isFailed, isRow, type RowAt } from "./pages";
import type { Shown } from "./widths";

interface Props {
  /** Of all rows, from 0. */
  index: number;
  /** Where it is drawn, in pixels. */
  top: number;
  row: RowAt;
  columns: readonly Shown[];
  draw: DrawCell;
  /** Which cell can be reached by Tab, from 0; -1 if none of this row. */
  reachable: number;
  selected: boolean;
  /** Drawn only to keep the focus. */
  away: boolean;
  /** Whether it is the first row in sight of those that could not be had. */
  says: boolean;
}

/** A row; drawn again only when something of it has changed, as scrolling draws many. */
export class Line extends Component<Props> {
  override shouldComponentUpdate(next: Props) {
    return (Object.keys(next) as (keyof Props)[]).some((name) => next[name] !== this.props[name]);
  }

  override render({ index, top, row, selected, away, says }: Props) {
    const state = row === "loading" ? "dd-row-loading" : isFailed(row) ? "dd-row-failed" : "";
    return (
      <div
        class={`dd-row ${state} ${away ? "dd-row-away" : ""}`}
        role="row"
        aria-rowindex={index + 2}
        aria-selected={selected}
        aria-busy={row === "loading" || undefined}
        data-row={index}
        style={{ top: `${top}px` }}
      >
        {isFailed(row) ? this.failed(row, says) : this.cells()}
      </div>
    );
  }

  private cells() {
    const { row, columns, draw, reachable } = this.props;
    const here = isRow(row) ? row : undefined;
    return [
      <div key="#" class="dd-cell dd-cell-number" role="rowheader" {...place(0, reachable)}>
        {here && count(here.number + 1)}
      </div>,
      ...columns.map(({ head, index }, at) => {
        const cell = here?.cells[index];
        return (
          <div
            key={head.name}
            class={`dd-cell${head.numeric ? " dd-cell-right" : ""}${cell && cell.before !== null ? " dd-cell-changed" : ""}`}
            role="gridcell"
            title={cell && cell.text.length > 12 ? cell.text : undefined}
            {...place(at + 1, reachable)}
          >
            {cell && draw(cell, head)}
          </div>
        );
      }),
    ];
  }

  private failed(failed: Failed, says: boolean) {
    const { columns, reachable } = this.props;
    return (
      <div
        class="dd-cell dd-cell-wide"
        role="gridcell"
        aria-colindex={1}
        aria-colspan={columns.length + 1}
        data-column={0}
        tabIndex={reachable >= 0 ? 0 : -1}
      >
        {says && (
          <span>
            <button type="button" class="dd-link" tabIndex={-1} data-again>
              Ask again
            </button>
            <span>
              {failed.start > 0 && `Rows ${count(failed.start + 1)} to ${count(failed.end)}: `}
              <Prose text={failed.error} />
            </span>
          </span>
        )}
      </div>
    );
  }
}

const place = (column: number, reachable: number) => ({
  "aria-colindex": column + 1,
  "data-column": column,
  tabIndex: column === reachable ? 0 : -1,
});
