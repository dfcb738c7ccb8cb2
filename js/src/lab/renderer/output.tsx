import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import type { ReadonlyPartialJSONObject } from "@lumino/coreutils";
import type { Message } from "@lumino/messaging";
import { Widget } from "@lumino/widgets";
import { render } from "preact";
import { keepKeys } from "../../widget/keys";
import { addStyles } from "../../widget/styles";
import { type Drawn, drawnOf, Output, textOf } from "./drawn";
import type { Jobs } from "./jobs";
import { keyOf } from "./read";
import type { Turns } from "./turns";

/** JupyterLab's element around one output: what a live view hides. */
const OUTPUT = ".jp-OutputArea-output";

/**
 * An output as the notebook keeps it. Where the kernel has the view, it is drawn beside this and hides it (see
 * `stand_in.ts`), so this is drawn when it is seen, or in its turn.
 */
export class SavedOutput extends Widget implements IRenderMime.IRenderer {
  readonly #root = document.createElement("div");
  readonly #hiding = new MutationObserver(() => this.#drawOrNot());
  #data: ReadonlyPartialJSONObject = {};
  /** What is drawn; undefined while nothing is. */
  #drawn: Drawn | undefined;
  #pictures = 0;
  #letKeysGo = () => {};

  constructor(
    private readonly mimeType: string,
    private readonly jobs: Jobs,
    private readonly turns: Turns,
  ) {
    super();
    this.addClass("dd-kept-output");
    this.#root.className = "dd";
    this.node.append(this.#root);
  }

  /** Called again with each update of the output: what is chosen in the view stays. */
  async renderModel({ data }: IRenderMime.IMimeModel): Promise<void> {
    this.#data = data;
    this.#pictures++;
    const key = keyOf(data[this.mimeType]);
    if (key === undefined) delete this.node.dataset.ddjView;
    else this.node.dataset.ddjView = key;
    this.node.querySelector(":scope > .dd-gone")?.remove(); // it was said of what stood here before
    if (this.#drawn) this.#draw();
    else this.#drawOrNot();
  }

  protected override onAfterAttach(_message: Message): void {
    addStyles(this.node);
    this.#letKeysGo = keepKeys(this.#root);
    this.#hiding.observe(this.#hidden, { attributes: true, attributeFilter: ["style"] });
    this.#drawOrNot();
  }

  protected override onBeforeDetach(_message: Message): void {
    this.#hiding.disconnect();
    this.#letKeysGo();
    this.#undraw();
  }

  /** What a live view hides when it takes this one's place. */
  get #hidden(): HTMLElement {
    return this.node.closest<HTMLElement>(OUTPUT) ?? this.node;
  }

  /** Whether a kernel draws it now: its cell runs, or there was more than the picture that a notebook is opened with. */
  get #goesOn(): boolean {
    const prompt = this.node.closest(".jp-CodeCell")?.querySelector(".jp-InputArea-prompt");
    return this.#pictures > 1 || prompt?.textContent === "[*]:";
  }

  #drawOrNot() {
    if (!this.isAttached) return;
    if (this.#hidden.style.display === "none") this.#undraw();
    else if (!this.#drawn) this.turns.wait(this.node, () => this.#draw());
  }

  #draw() {
    this.#drawn = drawnOf(this.#data, this.mimeType);
    this.addClass("dd-drawn");
    render(
      <Output drawn={this.#drawn} text={textOf(this.#data)} jobs={this.jobs} goesOn={this.#goesOn} />,
      this.#root,
    );
  }

  #undraw() {
    this.turns.leave(this.node);
    this.#drawn = undefined;
    render(null, this.#root);
  }
}
