/** The notebooks to learn from, to choose one. */
import { Dialog, showDialog } from "@jupyterlab/apputils";
import type { TutorialView } from "../../wire/wire";
import { PreactWidget } from "../preact_widget";
import { get, pathOf } from "../server";
import type { NotebookContent } from "./new_notebook";

export interface Tutorials {
  tutorials: readonly TutorialView[];
}

/** A tutorial as it is before anything in it has run. */
export function tutorial(name: string): Promise<NotebookContent> {
  return get<NotebookContent>(pathOf("tutorials", name));
}

/** The file of the one that a person chooses; undefined without a choice. */
export async function chooseTutorial(): Promise<string | undefined> {
  const { tutorials } = await get<Tutorials>("tutorials");
  if (tutorials.length === 0) throw new Error("This version of dd_jupyter comes without tutorials.");
  const { button, value } = await showDialog({
    title: "New Notebook from a Tutorial",
    body: new Choice(tutorials),
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: "Open a Copy" })],
    focusNodeSelector: "input:checked",
  });
  return button.accept && value ? value : undefined;
}

/** The tutorials with what they show; the first is chosen. */
class Choice extends PreactWidget implements Dialog.IBodyWidget<string> {
  readonly #chosen: { name: string };

  constructor(tutorials: readonly TutorialView[]) {
    const chosen = { name: tutorials[0]?.name ?? "" };
    const choose = (name: string) => {
      chosen.name = name;
    };
    super(() => <TutorialList tutorials={tutorials} choose={choose} />);
    this.#chosen = chosen;
    this.addClass("dd-tutorials");
  }

  getValue(): string {
    return this.#chosen.name;
  }
}

interface ListProps {
  tutorials: readonly TutorialView[];
  choose(name: string): void;
}

export function TutorialList({ tutorials, choose }: ListProps) {
  return (
    <div role="radiogroup" aria-label="Tutorials" class="dd-tutorial-list">
      {tutorials.map(({ name, title, summary }, at) => (
        <label key={name} class="dd-tutorial">
          <input
            type="radio"
            name="dd-tutorial"
            value={name}
            defaultChecked={at === 0}
            onChange={() => choose(name)}
          />
          <span class="dd-tutorial-title">{title}</span>
          <span class="dd-tutorial-file">{name}</span>
          {summary && <span class="dd-tutorial-summary">{summary}</span>}
        </label>
      ))}
    </div>
  );
}
