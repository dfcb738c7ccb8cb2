/**
 * Keeps keys that are typed in a view from the notebook around it.
 *
 * In JupyterLab letters are commands wherever the focus is, in an output too: "d" twice deletes the cell. Its own
 * mark for what is to be left alone, `data-lm-suppress-shortcuts`, counts only on the element in focus, and above
 * it silences what should be heard: Ctrl+S saves the notebook.
 */

/** With Ctrl or Cmd: selects all cells, merges, moves or folds them. */
const OF_CELLS = new Set(["a", "m", "backspace", "arrowup", "arrowdown", "arrowleft", "arrowright"]);

export function keepKeys(root: HTMLElement) {
  root.addEventListener("keydown", (event) => {
    const { key, ctrlKey, metaKey } = event;
    if (!(ctrlKey || metaKey) || OF_CELLS.has(key.toLowerCase())) event.stopPropagation();
  });
}
