import { useEffect, useRef } from "preact/hooks";
import type { ColumnHeadView, FieldView, RecordFieldsView } from "../../wire/wire";
import { useAnswer, Waiting } from "../parts";
import type { Source } from "../source";
import { count } from "../words";
import { Field, type Sides } from "./field";

interface Props {
  /** Of the record in the dataset, from 0. */
  number: number;
  /** Its place in the table as it is arranged, from 0. */
  position: number;
  /** Rows in that table. */
  total: number;
  columns: ColumnHeadView[];
  source: Source;
  /** Changes with the records. */
  version: number;
  onMove: (step: 1 | -1) => void;
  onClose: () => void;
  /** Whether it has the focus as soon as it is there: when a person has just opened it. */
  takesFocus?: boolean;
  /** What the two previews of a comparison are called. */
  sides?: Sides;
}

const SIDES: Sides = { before: "Earlier", after: "Later" };
const STEPS: Record<string, 1 | -1> = { ArrowRight: 1, j: 1, J: 1, ArrowLeft: -1, k: -1, K: -1 };

/** One record in full. The last one stays, dimmed, until the next one is there. */
export function Inspector(props: Props) {
  const { number, position, total, columns, source, version, onMove, onClose, takesFocus, sides } = props;
  const answer = useAnswer<RecordFieldsView>(
    (options) => source.ask({ op: "record", number }, options),
    [source, number, version],
  );
  const fields = useRef<HTMLElement>(null);
  useEffect(() => {
    if (takesFocus) fields.current?.focus();
  }, []);
  const shown = answer.value?.number;
  useEffect(() => {
    if (fields.current) fields.current.scrollTop = 0;
  }, [shown]);

  const canMove = (step: 1 | -1) => position + step >= 0 && position + step < total;
  function move(step: 1 | -1) {
    if (canMove(step)) onMove(step);
  }
  function press(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const step = Object.hasOwn(STEPS, event.key) ? STEPS[event.key] : undefined;
    if (step === undefined && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation(); // they have another meaning for the notebook
    if (step === undefined) onClose();
    else move(step);
  }

  const place = `${count(position + 1)} of ${count(total)}`;
  const title = position === number ? `Record ${place}` : `Record ${count(number + 1)}`;
  const waits = shown !== undefined && shown !== number;
  return (
    <section class="dd-record" aria-label={title} onKeyDown={press}>
      <header class="dd-record-head">
        <span class="dd-cut" aria-live="polite">
          {title}
          {position !== number && <span class="dd-quiet"> · {place} shown</span>}
        </span>
        <span class="dd-space" />
        <HeadButton
          sign="‹"
          label="Previous record"
          keys="← or K"
          off={!canMove(-1)}
          onClick={() => move(-1)}
        />
        <HeadButton sign="›" label="Next record" keys="→ or J" off={!canMove(1)} onClick={() => move(1)} />
        <HeadButton sign="✕" label="Close the record" keys="Esc" onClick={onClose} />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <section class="dd-fields" ref={fields} tabIndex={0} aria-label="Fields" aria-busy={waits}>
        <Waiting answer={answer} />
        {shown !== undefined && answer.value && !(waits && answer.error) && (
          <div class={waits ? "dd-waits" : ""}>
            <Fields
              record={answer.value}
              columns={columns}
              source={source}
              version={version}
              sides={sides ?? SIDES}
            />
          </div>
        )}
      </section>
    </section>
  );
}

interface ButtonProps {
  sign: string;
  label: string;
  keys: string;
  off?: boolean;
  onClick: () => void;
}

/** `aria-disabled`, as a disabled button would lose the focus of whoever came to the end by keyboard. */
function HeadButton({ sign, label, keys, off = false, onClick }: ButtonProps) {
  return (
    <button
      type="button"
      class="dd-icon-button"
      aria-label={label}
      title={`${label} (${keys})`}
      aria-disabled={off}
      onClick={() => off || onClick()}
    >
      <span aria-hidden="true">{sign}</span>
    </button>
  );
}

interface FieldsProps {
  record: RecordFieldsView;
  columns: ColumnHeadView[];
  source: Source;
  version: number;
  sides: Sides;
}

/** A column of several pictures has a field for each, hence fields are told apart by their place in the column too. */
function Fields({ record: { number, fields, before }, columns, source, version, sides }: FieldsProps) {
  const heads = new Map(columns.map((head) => [head.name, head]));
  const later = named(fields);
  const earlier = named(before);
  const compares = before.length > 0;
  const names = [...later.keys(), ...[...earlier.keys()].filter((name) => !later.has(name))];
  return (
    <>
      {names.map((name) => {
        const field = later.get(name) ?? null;
        const old = earlier.get(name) ?? null;
        return (
          <Field
            key={name}
            field={field}
            before={compares ? old : undefined}
            head={heads.get((field ?? old)?.column ?? "")}
            number={number}
            version={version}
            sides={sides}
            source={source}
          />
        );
      })}
    </>
  );
}

function named(fields: FieldView[]): Map<string, FieldView> {
  const seen = new Map<string, number>();
  return new Map(
    fields.map((field) => {
      const times = seen.get(field.column) ?? 0;
      seen.set(field.column, times + 1);
      return [`${times} ${field.column}`, field];
    }),
  );
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
}
