import { useMemo, useState } from "preact/hooks";
import { type Piece, wordChanges } from "../record/word_changes";
import { count } from "../words";

/** What both texts have in common is cut where it is longer: a change in a long prompt is found at once. */
const LONG = 280;
/** Of what is cut, as much is left on either side. */
const LEFT = 110;

interface Props {
  /** null where there was none. */
  before: string | null;
  after: string | null;
  /** Whether it is code or a template, to be set as such. */
  code?: boolean;
}

/** A text as it was and as it is, next to each other, the words that differ marked. */
export function ChangedText({ before, after, code = false }: Props) {
  const [whole, show] = useState(false);
  const both = useMemo(() => changesOf(before ?? "", after ?? ""), [before, after]);
  const long = [...both.before, ...both.after].some(isLong);
  return (
    <div class="dd-change">
      <Side pieces={before === null ? null : both.before} was code={code} whole={whole} />
      <Side pieces={after === null ? null : both.after} code={code} whole={whole} />
      {long && (
        <button type="button" class="dd-link" aria-expanded={whole} onClick={() => show(!whole)}>
          {whole ? "Show less" : "Show the whole text"}
        </button>
      )}
    </div>
  );
}

/** Of a number or a single word no part is marked, but all of it. */
export const isOneWord = (text: string) => !/\s/.test(text.trim());

function changesOf(before: string, after: string): { before: Piece[]; after: Piece[] } {
  if (!isOneWord(before) || !isOneWord(after)) return wordChanges(before, after);
  return { before: [{ text: before, changed: true }], after: [{ text: after, changed: true }] };
}

interface SideProps {
  pieces: Piece[] | null;
  was?: boolean;
  code: boolean;
  whole: boolean;
}

function Side({ pieces, was = false, code, whole }: SideProps) {
  const Mark = was ? "del" : "ins";
  return (
    <p class={`${was ? "dd-was" : "dd-now"}${code ? " dd-mono" : ""}`}>
      <span class="dd-unseen">{was ? "before: " : "after: "}</span>
      {pieces === null && <span class="dd-quiet">not set</span>}
      {pieces?.map((piece, at) => {
        if (piece.changed) return <Mark key={at}>{piece.text}</Mark>;
        return whole || !isLong(piece) ? piece.text : <Cut key={at} text={piece.text} />;
      })}
    </p>
  );
}

function Cut({ text }: { text: string }) {
  return (
    <>
      {text.slice(0, LEFT)}
      <span class="dd-quiet"> … {count(text.length - 2 * LEFT)} characters … </span>
      {text.slice(-LEFT)}
    </>
  );
}

const isLong = ({ text, changed }: Piece) => !changed && text.length > LONG;
