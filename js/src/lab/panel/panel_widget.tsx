/** The panel as JupyterLab holds it. */
import type { Message } from "@lumino/messaging";
import { Remembered } from "../../view/memory";
import { dataDesignerIcon } from "../icon";
import { PreactWidget } from "../preact_widget";
import type { Acts } from "./acts";
import type { RunsModel } from "./model";
import { Panel } from "./panel";

export const PANEL = "dd-jupyter-panel";

export class PanelWidget extends PreactWidget {
  readonly #model: RunsModel;
  readonly #leave: () => void;

  constructor(model: RunsModel, acts: Acts) {
    super(() => (
      <Remembered model={PANEL}>
        <Panel model={model} acts={acts} />
      </Remembered>
    ));
    this.#model = model;
    this.id = PANEL;
    this.title.icon = dataDesignerIcon;
    this.title.caption = "Data Designer";
    this.addClass("dd-jobs");
    this.node.setAttribute("role", "region");
    this.node.setAttribute("aria-label", "Data Designer");
    this.#leave = model.onChange(() => this.isVisible && this.refresh());
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#leave();
    this.#model.close();
    super.dispose();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    if (this.isVisible) this.#model.setInSight(true);
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.#model.setInSight(true);
    this.refresh();
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this.#model.setInSight(false);
  }

  protected override onActivateRequest(_message: Message): void {
    this.node.querySelector<HTMLElement>(".dd-jobs-open[tabindex='0'], select, button")?.focus();
  }
}
