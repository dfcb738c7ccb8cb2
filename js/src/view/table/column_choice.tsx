import type { ColumnHeadView } from "../../wire/wire";
import { under } from "./widths";

interface Props {
  columns: readonly ColumnHeadView[];
  hidden: readonly string[];
  onHidden(hidden: readonly string[]): void;
  /** Whether a person set widths. */
  wide: boolean;
  onUsualWidths(): void;
}

/** Which columns are shown; one at least. */
export function ColumnChoice({ columns, hidden, onHidden, wide, onUsualWidths }: Props) {
  const shown = columns.length - columns.filter(({ name }) => hidden.includes(name)).length;
  return (
    <fieldset class="dd-drawer">
      <legend class="dd-unseen">Columns that are shown</legend>
      <div class="dd-column-choice">
        {columns.map((head) => {
          const { name } = head;
          const on = !hidden.includes(name);
          return (
            <label key={name} title={name}>
              <input
                type="checkbox"
                checked={on}
                disabled={on && shown === 1}
                onChange={() => onHidden(on ? [...hidden, name] : hidden.filter((each) => each !== name))}
              />
              <span class="dd-cut">
                {name} <span class="dd-quiet">{under(head)}</span>
              </span>
            </label>
          );
        })}
      </div>
      <button
        type="button"
        class="dd-button"
        aria-disabled={shown === columns.length}
        onClick={() => onHidden([])}
      >
        Show all
      </button>
      <button type="button" class="dd-button" aria-disabled={!wide} onClick={onUsualWidths}>
        Usual widths
      </button>
    </fieldset>
  );
}
