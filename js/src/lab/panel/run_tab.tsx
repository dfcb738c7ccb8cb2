/** A run or a job in a tab of its own, followed for as long as somebody sees it. */
import { MainAreaWidget } from "@jupyterlab/apputils";
import type { Message } from "@lumino/messaging";
import { choose, Remembered } from "../../view/memory";
import { Chip, Notice } from "../../view/parts";
import type { Source } from "../../view/source";
import { View } from "../../view/view";
import { type Followed, follow } from "../followed";
import { dataDesignerIcon } from "../icon";
import { PreactWidget } from "../preact_widget";
import { ServerError } from "../server";
import { addressOf, fileOf, keyOf } from "./listed";
import type { Shown } from "./shown";

export class RunTab extends MainAreaWidget<RunContent> {
  constructor(readonly shown: Shown) {
    super({ content: new RunContent(shown) });
    this.id = `dd-jupyter-run-${keyOf(shown)}`;
    this.title.label = shown.name || fileOf(shown.path);
    this.title.caption = `Data Designer: ${this.title.label}`;
    this.title.icon = dataDesignerIcon;
    this.title.closable = true;
    this.toolbar.hide();
  }
}

class RunContent extends PreactWidget {
  readonly #followed: Followed;
  #heardAt = Date.now();
  #times = 0;
  readonly #key: string;
  readonly #source: Source;

  constructor(shown: Shown) {
    const address = addressOf(shown.path) ?? "";
    // A run of this machine is where its record is.
    const followed = follow(address, address.startsWith("runs/") ? "" : shown.deployment);
    const key = keyOf(shown);
    super(() => this.#draw());
    this.#key = key;
    this.#followed = followed;
    this.#source = followed.source;
    this.addClass("dd-run-tab");
    this.node.tabIndex = -1; // so that the tab can have the focus
    followed.onChange(() => {
      if (!followed.problem) this.#heardAt = Date.now();
      this.refresh();
    });
  }

  /** Puts a tab of the view in front: "Log". */
  choose(tab: string): void {
    choose(this.#key, "tab", tab);
    this.#times += 1;
    this.refresh();
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#followed.close();
    super.dispose();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    if (!this.isVisible) this.#followed.rest(); // a tab that came back behind others
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    if (this.#followed.live?.state !== "running" && this.#followed.live) return;
    this.#followed.refresh();
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this.#followed.rest();
  }

  protected override onActivateRequest(_message: Message): void {
    this.node.focus();
  }

  #draw() {
    const { live, problem } = this.#followed;
    if (!live) {
      return problem ? (
        <div class="dd-view dd-run-waiting">
          <Notice level="error" text={problem.message} />
          <p>
            <button type="button" class="dd-button" onClick={() => this.#followed.refresh()}>
              Try again
            </button>
          </p>
        </div>
      ) : (
        <div class="dd-view dd-run-waiting" role="status">
          <Chip mark="○" text="Looking …" tone="waiting" />
        </div>
      );
    }
    return (
      <>
        {problem && (
          <div class="dd-view dd-run-waiting" role="status">
            <Notice
              level="warning"
              text={`${problem.message}${isGone(problem) ? "" : " What is shown is how it was last seen; it is tried again by itself."}`}
            />
          </div>
        )}
        <Remembered model={this.#key} key={this.#times}>
          <View live={live} heardAt={problem ? Date.now() : this.#heardAt} source={this.#source} />
        </Remembered>
      </>
    );
  }
}

const isGone = (problem: Error) => problem instanceof ServerError && problem.status === 404;
