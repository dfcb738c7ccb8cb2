import type { Message } from "@lumino/messaging";
import { Widget } from "@lumino/widgets";
import { type ComponentChildren, render } from "preact";
import { keepKeys } from "../widget/keys";
import { addStyles } from "../widget/styles";

/** One of our views as JupyterLab holds it: drawn while it is attached, let go afterwards. */
export class PreactWidget extends Widget {
  #letKeysGo = () => {};
  readonly #draw: () => ComponentChildren;

  constructor(draw: () => ComponentChildren) {
    super();
    this.#draw = draw;
    this.addClass("dd");
  }

  /** Draws anew what it shows. */
  refresh(): void {
    if (this.isAttached) render(this.#draw(), this.node);
  }

  protected override onAfterAttach(_message: Message): void {
    addStyles(this.node);
    this.#letKeysGo = keepKeys(this.node);
    this.refresh();
  }

  protected override onBeforeDetach(_message: Message): void {
    this.#letKeysGo();
    render(null, this.node);
  }
}
