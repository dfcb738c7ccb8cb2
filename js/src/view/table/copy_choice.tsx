import { count } from "../words";
import type { useTableCopy } from "./use_table_copy";

/** What of the chosen row to copy, and the keys that do so. */
export function CopyChoice({ copying }: { copying: ReturnType<typeof useTableCopy> }) {
  const { ready, selected, column, columnIndex } = copying;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring its own frame
    <div class="dd-drawer" role="group" aria-label="Copy">
      <button
        type="button"
        class="dd-button"
        aria-disabled={!ready || !column}
        onClick={() => column && copying.cell(columnIndex)}
      >
        {column ? (
          <>
            Cell of <span class="dd-mono">{column}</span>
          </>
        ) : (
          "Cell"
        )}
      </button>
      <button type="button" class="dd-button" aria-disabled={!ready} onClick={copying.record}>
        Record as JSON
      </button>
      <button
        type="button"
        class="dd-button"
        aria-disabled={selected === 0}
        onClick={() => selected > 0 && copying.lines()}
      >
        {selected > 1 ? `${count(selected)} rows as TSV` : "Row as TSV"}
      </button>
      <span class="dd-quiet">
        {ready
          ? "Ctrl+C or ⌘C copies the cell in focus; Shift with the arrows selects rows."
          : "Choose a cell first."}
      </span>
    </div>
  );
}
