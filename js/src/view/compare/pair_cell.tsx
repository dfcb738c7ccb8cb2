import type { ComponentChildren } from "preact";
import type { CellView } from "../../wire/wire";
import { wordChanges } from "../record/word_changes";
import { type DrawCell, drawCell } from "../table/cell";
import { isOneWord } from "./changed_text";

const TEXTS: readonly string[] = ["text", "json", "code"];

/** A value that differs has the earlier one to its left; one that does not stands alone. */
export const pairCell: DrawCell = (cell, head) => {
  const { before, form } = cell;
  if (before === null) return drawCell(cell, head);
  const former: CellView = {
    ...cell,
    form: form === "null" ? "text" : form,
    text: before,
    note: "",
    before: null,
  };
  const [was, now] = marked(cell, before) ?? [
    before ? drawCell(former, head) : <span class="dd-value-null">null</span>,
    drawCell({ ...cell, before: null }, head),
  ];
  return (
    <span class="dd-pair">
      <del>
        <span class="dd-unseen">before: </span>
        {was}
      </del>
      <ins>
        <span class="dd-unseen">, after: </span>
        {now}
      </ins>
    </span>
  );
};

/** Two texts, the words that differ marked; undefined for what is no text, or but a word. */
function marked(
  { text, form }: CellView,
  before: string,
): [ComponentChildren, ComponentChildren] | undefined {
  if (!TEXTS.includes(form) || text === "" || before === "") return undefined;
  if (isOneWord(text) && isOneWord(before)) return undefined;
  const changes = wordChanges(before, text);
  const [was, now] = [changes.before, changes.after].map((pieces) =>
    pieces.map((piece, at) => (piece.changed ? <mark key={at}>{piece.text}</mark> : piece.text)),
  );
  const set = (pieces: ComponentChildren) =>
    form === "text" ? pieces : <span class="dd-mono">{pieces}</span>;
  return [set(was), set(now)];
}
