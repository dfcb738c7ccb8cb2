import { useMemo } from "preact/hooks";
import type { FieldView } from "../../wire/wire";
import { count } from "../words";
import type { Sides } from "./field";
import { asText, Value } from "./value";
import { type Piece, wordChanges } from "./word_changes";

interface Props {
  before: FieldView | null | undefined;
  after: FieldView | null;
  number: number;
  sides: Sides;
}

/** The earlier and the later value side by side; the words that differ are marked. */
export function Difference({ before, after, number, sides }: Props) {
  const isPicture = before?.form === "image" || after?.form === "image";
  const changes = useMemo(
    () => (before && after && !isPicture ? wordChanges(asText(before), asText(after)) : null),
    [before, after, isPicture],
  );
  const side = (field: FieldView | null | undefined, pieces: Piece[] | undefined, Mark: "del" | "ins") => {
    if (!field) return <p class="dd-quiet">No such column</p>;
    if (!pieces) return <Value field={field} number={number} place={null} />;
    const isCode = field.form === "code" || field.form === "json";
    return (
      <p class={isCode ? "dd-text dd-mono" : "dd-text"}>
        {pieces.map(({ text, changed }, index) => (changed ? <Mark key={index}>{text}</Mark> : text))}
        {field.cut > 0 && <span class="dd-quiet">… {count(field.cut)} characters more</span>}
      </p>
    );
  };
  return (
    <div class="dd-difference">
      <div>
        <span class="dd-side">
          <bdi>{sides.before}</bdi>
        </span>
        {side(before, changes?.before, "del")}
      </div>
      <div>
        <span class="dd-side">
          <bdi>{sides.after}</bdi>
        </span>
        {side(after, changes?.after, "ins")}
      </div>
    </div>
  );
}
