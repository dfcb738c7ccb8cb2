/** The anywidget entry: puts a view in the page and ties its source to the kernel. */
import type { AnyModel, RenderProps } from "@anywidget/types";
import { render as draw } from "preact";
import { LiveRun } from "../view/live_run";
import type { Source } from "../view/source";
import type { LiveRunView } from "../wire/run_view";
import { ask, followLog } from "./ask";
import "../view/theme.css";
import "../view/live_run.css";

interface Traits {
  live: LiveRunView;
}

export function render({ model, el }: RenderProps<Traits>): () => void {
  const source: Source = {
    act: (action, options) => ask(model as AnyModel, action, options),
    followLog: (hear) => followLog(model as AnyModel, hear),
  };
  const root = document.createElement("div");
  root.className = "dd";
  el.append(root);

  function show() {
    draw(<LiveRun view={model.get("live")} heardAt={Date.now()} source={source} />, root);
  }
  model.on("change:live", show);
  show();

  return () => {
    model.off("change:live", show);
    draw(null, root);
    root.remove();
  };
}

export default { render };
