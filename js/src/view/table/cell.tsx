import type { ComponentChildren } from "preact";
import type { CellView, ColumnHeadView } from "../../wire/wire";

/** Draws what is in a cell. */
export type DrawCell = (cell: CellView, head: ColumnHeadView) => ComponentChildren;

/** A value as its form looks. In a comparison the former value stands behind it, struck through. */
export const drawCell: DrawCell = (cell) => {
  if (cell.before === null) return <Value cell={cell} />;
  return (
    <span class="dd-changed">
      <ins>{cell.text || cell.form === "pending" ? <Value cell={cell} /> : <Nothing />}</ins>
      <del>
        <span class="dd-unseen">, before: </span>
        {cell.before || <Nothing />}
      </del>
    </span>
  );
};

function Value({ cell: { text, form, note } }: { cell: CellView }) {
  switch (form) {
    case "pending":
      return (
        <span class="dd-value-pending">
          <span aria-hidden="true">·</span>
          <span class="dd-unseen">still to be made</span>
        </span>
      );
    case "null":
      return <span class="dd-value-null">{text || "null"}</span>;
    case "judge":
      return (
        <>
          {text}
          {note && <span class="dd-value-note"> {note}</span>}
        </>
      );
    case "image":
      return (
        <span class="dd-value-image">
          <span class="dd-picture-sign" aria-hidden="true" />
          {text}
        </span>
      );
    case "text":
    case "number":
      if (text === "") return <span class="dd-value-null">empty</span>;
      break;
  }
  return (
    <>
      {form === "code" || form === "json" ? <span class="dd-mono">{text}</span> : text}
      {note && <span class="dd-value-note"> {note}</span>}
    </>
  );
}

const Nothing = () => <span class="dd-value-null">null</span>;
