import type { DrawCell } from "../table/cell";
import { drawCell } from "../table/cell";

/** A value that differs has the earlier one to its left; one that does not stands alone. */
export const pairCell: DrawCell = (cell, head) => {
  if (cell.before === null) return drawCell(cell, head);
  return (
    <span class="dd-pair">
      <del>
        <span class="dd-unseen">before: </span>
        {cell.before || <span class="dd-value-null">null</span>}
      </del>
      <ins>
        <span class="dd-unseen">, after: </span>
        {drawCell({ ...cell, before: null }, head)}
      </ins>
    </span>
  );
};
