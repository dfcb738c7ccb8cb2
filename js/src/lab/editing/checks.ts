/** Marks what is wrong in an editor, and tells it: at the pointer, at F8, and to screen readers. */
import { forEachDiagnostic, linter } from "@codemirror/lint";
import { type EditorState, type Extension, Prec, StateEffect, StateField } from "@codemirror/state";
import { type Command, EditorView, keymap, showTooltip, type Tooltip, tooltips } from "@codemirror/view";
import { configurationIn } from "./cell";
import { diagnose, type Problem } from "./diagnosis";
import type { Schema } from "./schema";

/** So long nothing is typed before it is checked. */
const PAUSE_MS = 300;

/** Checks the editor's text; without a schema only whether it is YAML. */
export function checks(schema: () => Promise<Schema | undefined>): Extension {
  const told = new WeakMap<EditorView, number>();
  return [
    linter(
      async (view) => {
        const known = await schema();
        const text = view.state.doc.toString();
        const cell = configurationIn(text);
        const problems = cell ? diagnose(text, cell.from, cell.format, known) : [];
        if ((told.get(view) ?? 0) !== problems.length) {
          told.set(view, problems.length);
          // Not now: an editor is being changed with the result of this.
          setTimeout(() => announce(view, counted(problems.length)));
        }
        return problems.map((one) => ({ ...one, renderMessage: () => drawn(one) }));
      },
      { delay: PAUSE_MS },
    ),
    TOLD,
    // In the page, as a cell cuts off what stands out of it.
    tooltips({ parent: document.body }),
    Prec.high(
      keymap.of([
        { key: "F8", run: tellOf(1), preventDefault: true },
        { key: "Shift-F8", run: tellOf(-1), preventDefault: true },
      ]),
    ),
  ];
}

const tell = StateEffect.define<Tooltip | null>();

/** The problem that a key led to, told until the cursor moves on. */
const TOLD = StateField.define<Tooltip | null>({
  create: () => null,
  update(shown, transaction) {
    for (const effect of transaction.effects) if (effect.is(tell)) return effect.value;
    return transaction.docChanged || transaction.selection ? null : shown;
  },
  provide: (field) => [
    showTooltip.from(field),
    keymap.of([
      {
        key: "Escape",
        run: (view) => {
          if (!view.state.field(field)) return false;
          view.dispatch({ effects: tell.of(null) });
          return true;
        },
      },
    ]),
  ],
});

/** Moves to the next problem, or the one before, round and round; lint's own keys need a newer JupyterLab. */
function tellOf(direction: 1 | -1): Command {
  return (view) => {
    const places: number[] = [];
    forEachDiagnostic(view.state, (_, from) => places.push(from));
    if (!places.length) return false;
    const at = view.state.selection.main.head;
    const ahead = places.filter((place) => (place - at) * direction > 0);
    const first = direction > 0 ? Math.min : Math.max;
    const place = first(...(ahead.length ? ahead : places));
    const found = problemsAt(view.state, place);
    view.dispatch({ selection: { anchor: place }, scrollIntoView: true, effects: tell.of(tooltip(found)) });
    announce(view, found.map((one) => one.message).join(" "));
    return true;
  };
}

function problemsAt(state: EditorState, place: number): readonly Problem[] {
  const found: Problem[] = [];
  forEachDiagnostic(state, ({ message, severity }, from, to) => {
    if (from <= place && place <= to && (severity === "error" || severity === "warning"))
      found.push({ from, to, severity, message });
  });
  return found;
}

function tooltip(problems: readonly Problem[]): Tooltip | null {
  const [first] = problems;
  if (!first) return null;
  const end = Math.max(...problems.map((one) => one.to));
  return { pos: first.from, end, above: false, arrow: false, create: () => ({ dom: all(problems) }) };
}

function all(problems: readonly Problem[]): HTMLElement {
  const list = document.createElement("div");
  list.append(...problems.map(drawn));
  return list;
}

function drawn({ message, severity }: Pick<Problem, "message" | "severity">): HTMLElement {
  const problem = document.createElement("div");
  problem.className = severity === "error" ? "dd dd-problem" : "dd dd-problem dd-problem-warning";
  // Names between backticks are drawn as code.
  for (const [index, part] of message.split("`").entries()) {
    const node = document.createElement(index % 2 ? "code" : "span");
    node.textContent = part;
    problem.append(node);
  }
  return problem;
}

function announce(view: EditorView, text: string): void {
  if (view.dom.isConnected) view.dispatch({ effects: EditorView.announce.of(text) });
}

function counted(problems: number): string {
  if (!problems) return "No problems in this configuration.";
  return `${problems === 1 ? "1 problem" : `${problems} problems`} in this configuration. Press F8 to go to the next.`;
}
