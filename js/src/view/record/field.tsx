import { useState } from "preact/hooks";
import type { ColumnHeadView, FieldView } from "../../wire/wire";
import { useId } from "../ids";
import { offers, type Source } from "../source";
import { Difference } from "./difference";
import { Making } from "./making";
import { Value } from "./value";

/** What the two previews of a comparison are called. */
export interface Sides {
  before: string;
  after: string;
}

interface Props {
  /** The later value in a comparison; null for a column that only the earlier preview has. */
  field: FieldView | null;
  /** The earlier value; undefined where nothing is compared, null for a column that only the later preview has. */
  before: FieldView | null | undefined;
  head: ColumnHeadView | undefined;
  number: number;
  /** Changes with the records. */
  version: number;
  sides: Sides;
  source: Source;
}

/** One column of a record: its name, what makes it, and its value. */
export function Field({ field, before, head, number, version, sides, source }: Props) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const any = field ?? before;
  if (!any) return null;
  const { column } = any;
  const kind = head?.kind || any.kind;
  const opens = kind && offers(source, "generator");
  const made = [kind, head?.detail].filter(Boolean).join(" · ");
  const key = `${number} ${version}`;
  const compared = before !== undefined && (field === null || before === null || field.differs);

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring its own frame
    <div class="dd-field" role="group" aria-labelledby={`${id}-name`}>
      <div class="dd-field-head">
        <b id={`${id}-name`}>
          <bdi>{column}</bdi>
        </b>
        {made && !opens && <span class="dd-quiet dd-made-of">{made}</span>}
        {opens && (
          <button
            type="button"
            class="dd-made"
            aria-expanded={open}
            aria-controls={open ? `${id}-making` : undefined}
            title={`How ${column} is made`}
            onClick={() => setOpen(!open)}
          >
            {made}
            <span aria-hidden="true">{open ? " ▾" : " ▸"}</span>
          </button>
        )}
        {compared && <span class="dd-differs">{field && before ? "differs" : "only in one"}</span>}
      </div>
      {open && (
        <div id={`${id}-making`}>
          <Making column={column} source={source} />
        </div>
      )}
      {compared ? (
        <Difference key={key} before={before} after={field} number={number} sides={sides} />
      ) : (
        field && (
          <Value
            key={key}
            field={field}
            number={number}
            place={offers(source, "text") ? { source, number, column } : null}
          />
        )
      )}
    </div>
  );
}
