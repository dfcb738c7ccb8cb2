import { useId } from "../../view/ids";
import { count } from "../../view/words";
import { WHICH, type Which } from "./listed";

interface Props {
  text: string;
  onText(text: string): void;
  which: Which;
  onWhich(which: Which): void;
  /** How many are shown, of how many. */
  shown: number;
  of: number;
  more: boolean;
}

/** What is looked for: a word, and one of a few kinds. */
export function Filter({ text, onText, which, onWhich, shown, of, more }: Props) {
  const id = useId();
  return (
    <search class="dd-jobs-filter" aria-label="Runs and jobs">
      <div class="dd-jobs-line">
        <input
          type="search"
          class="dd-input"
          aria-label="Filter by name, state or notebook"
          title="By name, state or notebook"
          placeholder="Filter"
          value={text}
          onInput={({ currentTarget }) => onText(currentTarget.value)}
          onKeyDown={(event) => event.key === "Escape" && onText("")}
        />
        <span class="dd-quiet dd-number" role="status">
          {inWords(shown, of, more)}
        </span>
      </div>
      <div class="dd-jobs-which" role="radiogroup" aria-label="Which are shown">
        {(Object.keys(WHICH) as Which[]).map((each) => (
          <label key={each} class={each === which ? "dd-chosen" : ""}>
            <input type="radio" name={id} checked={each === which} onChange={() => onWhich(each)} />
            {WHICH[each]}
          </label>
        ))}
      </div>
    </search>
  );
}

/** "12 of 300", "300", "100 newest". */
function inWords(shown: number, of: number, more: boolean): string {
  const all = more ? `${count(of)} newest` : count(of);
  return shown === of ? all : `${count(shown)} of ${all}`;
}
