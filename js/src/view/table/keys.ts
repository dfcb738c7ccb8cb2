/** What the keys of the table do, as the ARIA practices describe grids. */

/** The cell that has, or would have, the focus. */
export interface Cursor {
  /** From 0; -1 is the head. */
  row: number;
  /** From 0, the record number; the columns in sight follow. */
  column: number;
  /** Where the selected rows begin, of which `row` is the other end; -1 while none is selected. */
  anchor: number;
}

export interface Extent {
  rows: number;
  columns: number;
  /** Rows that a page key passes. */
  page: number;
  /** First row in sight. */
  first: number;
}

/** Where a key leads; undefined for one that does not move. */
export function moved(
  { row, column, anchor }: Cursor,
  { key, shiftKey, ctrlKey, metaKey }: KeyboardEvent,
  { rows, columns, page, first }: Extent,
): Cursor | undefined {
  const far = ctrlKey || metaKey;
  const last = rows - 1;
  function toRow(wished: number): Cursor {
    const to = Math.max(-1, Math.min(wished, last));
    if (to === -1) return { row: -1, column, anchor };
    return { row: to, column, anchor: shiftKey && anchor >= 0 ? anchor : shiftKey && row >= 0 ? row : to };
  }
  const toColumn = (wished: number): Cursor => ({
    row,
    column: Math.max(0, Math.min(wished, columns - 1)),
    anchor,
  });
  switch (key) {
    case "ArrowDown":
      if (row === -1) return toRow(far ? last : first);
      return toRow(far ? last : row + 1);
    case "ArrowUp":
      return toRow(far && row > 0 ? 0 : shiftKey ? Math.max(0, row - 1) : row - 1);
    case "PageDown":
      return toRow(Math.max(0, row) + page);
    case "PageUp":
      return toRow(row === -1 ? -1 : Math.max(0, row - page));
    case "ArrowRight":
      return shiftKey ? undefined : toColumn(far ? columns - 1 : column + 1);
    case "ArrowLeft":
      return shiftKey ? undefined : toColumn(far ? 0 : column - 1);
    case "Home":
      return far ? { ...toRow(0), column: 0 } : toColumn(0);
    case "End":
      return far ? { ...toRow(last), column: columns - 1 } : toColumn(columns - 1);
    default:
      return undefined;
  }
}
