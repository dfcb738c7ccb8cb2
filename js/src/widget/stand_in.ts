/**
 * A view takes the place of its static HTML in the page, for as long as someone can draw it.
 *
 * The output that a notebook keeps names no widget: after a restart of the kernel, in a copy that is not trusted
 * and in what nbconvert makes of it, the static HTML stands. Where the kernel has the view, it is drawn beside
 * that output, which is hidden meanwhile.
 */

/** JupyterLab's element around one output; its style sheet for HTML is not for a view. */
const OUTPUT = ".jp-OutputArea-output";

const views = new Map<string, (element: HTMLElement) => () => void>();
/** What is hidden now, with its name and a way to end that. */
const hidden = new Map<HTMLElement, { name: string; close: () => void }>();
let watching: MutationObserver | undefined;
let due = false;

export interface StandIn {
  /** Ends it: the static HTML is there again. */
  close(): void;
  /** The same, with a sentence above it that says why. */
  giveBack(why: string): void;
}

/** Draws with `draw` wherever static HTML of that name is, or comes. */
export function standIn(name: string, draw: (element: HTMLElement) => () => void): StandIn {
  views.set(name, draw);
  watching ??= new MutationObserver(lookSoon);
  watching.observe(document.body, { childList: true, subtree: true });
  look();
  function close() {
    views.delete(name);
    look();
    if (views.size === 0) watching?.disconnect();
  }
  return {
    close,
    giveBack: (why) => {
      const outputs = [...hidden].filter(([, each]) => each.name === name).map(([output]) => output);
      close();
      for (const output of outputs) {
        output.querySelector(":scope > .dd-gone")?.remove();
        output.prepend(sentence(why));
      }
    },
  };
}

function sentence(text: string): HTMLElement {
  const element = document.createElement("p");
  element.className = "dd-gone";
  element.setAttribute("role", "status");
  element.textContent = text;
  return element;
}

/** Pages change often, and in many small steps. */
function lookSoon() {
  if (due) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    look();
  });
}

function look() {
  const there = new Map<HTMLElement, string>();
  for (const marked of document.querySelectorAll<HTMLElement>("[data-ddj-view]")) {
    const name = marked.dataset.ddjView ?? "";
    if (views.has(name)) there.set(marked.closest<HTMLElement>(OUTPUT) ?? marked, name);
  }
  for (const [output, { name, close }] of hidden) {
    if (there.get(output) === name) continue;
    hidden.delete(output);
    close();
  }
  for (const [output, name] of there) {
    if (!hidden.has(output)) hidden.set(output, { name, close: replace(output, name) });
  }
}

function replace(output: HTMLElement, name: string): () => void {
  const element = document.createElement("div");
  element.className = "dd-stand-in";
  output.after(element);
  output.style.display = "none";
  const close = views.get(name)?.(element);
  return () => {
    close?.();
    element.remove();
    output.style.display = "";
  };
}
