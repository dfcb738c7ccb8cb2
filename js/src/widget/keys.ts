/**
 * Keeps keys that are typed in a view from the notebook around it.
 *
 * In JupyterLab and Notebook 7 letters are commands wherever the focus is, in an output too: "d" twice deletes the
 * cell. JupyterLab hears a key when it has bubbled up, where it can be stopped. Notebook 7 hears it before the view
 * does, and leaves alone only an element that bears a mark of its own; kept on it, the mark would silence Ctrl+S
 * too, so the element bears it for as long as the key is on its way.
 */

/** With Ctrl or Cmd: selects all cells, merges, moves or folds them. */
const OF_CELLS = new Set(["a", "m", "backspace", "arrowup", "arrowdown", "arrowleft", "arrowright"]);

const MARK = "data-lm-suppress-shortcuts";

/** Keeps the keys typed in `root`; gives a way to end that. */
export function keepKeys(root: HTMLElement): () => void {
  const isKept = ({ key, ctrlKey, metaKey }: KeyboardEvent) =>
    !(ctrlKey || metaKey) || OF_CELLS.has(key.toLowerCase());
  const stop = (event: KeyboardEvent) => isKept(event) && event.stopPropagation();

  /** Before anyone else in the page. */
  function mark(event: KeyboardEvent) {
    const { target } = event;
    if (!(target instanceof HTMLElement) || !root.contains(target) || !isKept(event)) return;
    target.setAttribute(MARK, "true");
    setTimeout(() => target.removeAttribute(MARK));
  }

  root.addEventListener("keydown", stop);
  window.addEventListener("keydown", mark, true);
  return () => {
    root.removeEventListener("keydown", stop);
    window.removeEventListener("keydown", mark, true);
  };
}
