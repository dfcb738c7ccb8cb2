import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ColumnHeadView, Filter } from "../../wire/wire";

const TESTS = ["contains", "equals", "differs", "at least", "at most", "empty", "filled"] as const;
const NUMERIC = ["equals", "differs", "at least", "at most", "empty", "filled"] as const;
const ALONE: readonly Filter["test"][] = ["empty", "filled", "changed"];
const WORDS: Record<Filter["test"], string> = {
  contains: "contains",
  equals: "is",
  differs: "is not",
  "at least": "at least",
  "at most": "at most",
  empty: "is empty",
  filled: "is not empty",
  changed: "changed",
};
/** As many as the kernel takes, the search included. */
export const MOST_FILTERS = 31;

/** "stars at least 3". */
export const inWords = ({ column, test, value }: Filter) =>
  [
    column ?? (test === "changed" ? "anything" : "any column"),
    WORDS[test],
    ALONE.includes(test) ? "" : `“${value}”`,
  ]
    .filter(Boolean)
    .join(" ");

interface ChipsProps {
  filters: readonly Filter[];
  onFilters(filters: readonly Filter[]): void;
}

/** What the rows have in common, each to be removed. */
export function Chips({ filters, onFilters }: ChipsProps) {
  return (
    <>
      {filters.map((filter, at) => (
        <button
          key={inWords(filter)}
          type="button"
          class="dd-filter"
          aria-label={`Remove the filter: ${inWords(filter)}`}
          title={`Remove the filter: ${inWords(filter)}`}
          onClick={() => onFilters(filters.filter((_, other) => other !== at))}
        >
          <span class="dd-cut">{inWords(filter)}</span>
          <span aria-hidden="true">×</span>
        </button>
      ))}
    </>
  );
}

interface FormProps {
  columns: readonly ColumnHeadView[];
  onAdd(filter: Filter): void;
}

/** A filter in the making: column, test, value. */
export function FilterForm({ columns, onAdd }: FormProps) {
  const [at, setAt] = useState(0);
  const [chosen, setTest] = useState<Filter["test"]>("contains");
  const [value, setValue] = useState("");
  const first = useRef<HTMLSelectElement>(null);
  useLayoutEffect(() => first.current?.focus(), []);
  const head = columns[at];
  if (!head) return null;
  const tests: readonly Filter["test"][] = head.numeric ? NUMERIC : TESTS;
  const test = tests.includes(chosen) ? chosen : (tests[0] ?? "equals");
  const alone = ALONE.includes(test);
  const ready = alone || value.trim() !== "";

  function add(event: Event) {
    event.preventDefault();
    if (ready) onAdd({ column: head?.name ?? null, test, value: alone ? "" : value.trim() });
  }

  return (
    <form class="dd-drawer" aria-label="Filter" onSubmit={add}>
      <label>
        <span class="dd-unseen">Column</span>
        <select
          class="dd-input"
          ref={first}
          value={at}
          onChange={({ currentTarget }) => setAt(Number(currentTarget.value))}
        >
          {columns.map(({ name }, index) => (
            <option key={name} value={index}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span class="dd-unseen">Test</span>
        <select
          class="dd-input"
          value={test}
          onChange={({ currentTarget }) => setTest(currentTarget.value as Filter["test"])}
        >
          {tests.map((each) => (
            <option key={each} value={each}>
              {WORDS[each]}
            </option>
          ))}
        </select>
      </label>
      {!alone && (
        <label class="dd-value-field">
          <span class="dd-unseen">Value</span>
          <input
            class="dd-input"
            maxLength={1000}
            inputMode={head.numeric ? "decimal" : "text"}
            placeholder="Value"
            value={value}
            onInput={({ currentTarget }) => setValue(currentTarget.value)}
          />
        </label>
      )}
      <button type="submit" class="dd-button" aria-disabled={!ready}>
        Add filter
      </button>
    </form>
  );
}
