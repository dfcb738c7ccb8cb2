/** All views: puts one in the page and ties its source to the kernel. */
import type { AnyModel, RenderProps } from "@anywidget/types";
import { render as draw } from "preact";
import { Remembered } from "../view/memory";
import { View } from "../view/view";
import { kernelSource, noticeTheEnd, sayHello } from "./kernel";
import { keepKeys } from "./keys";
import { standIn } from "./stand_in";
import { addStyles } from "./styles";

/** As soon as the model is there: in JupyterLab and Notebook 7 no output has to name it. */
export function initialize({ model }: { model: AnyModel }): () => void {
  const source = kernelSource(model);
  const take = () => standIn(model.get("key"), (el) => render({ model, el }));
  let place = take();
  const leave = noticeTheEnd(
    model,
    source,
    () => place.giveBack(GONE),
    () => {
      place = take();
    },
  );
  return () => {
    leave();
    source.close();
    place.close();
  };
}

const GONE = "The kernel was restarted, and no longer has this. Run the cell again to work with it.";

export function render({ model, el }: Pick<RenderProps, "model" | "el">): () => void {
  const source = kernelSource(model);
  addStyles(el);
  const root = document.createElement("div");
  root.className = "dd";
  const letKeysGo = keepKeys(root);
  el.append(root);

  function show() {
    draw(
      <Remembered model={model.get("key")}>
        <View live={model.get("live")} heardAt={Date.now()} source={source} />
      </Remembered>,
      root,
    );
  }
  model.on("change:live", show);
  show();
  const leave = sayHello(source);

  return () => {
    leave();
    model.off("change:live", show);
    draw(null, root);
    letKeysGo();
    source.close();
    root.remove();
  };
}

export default { initialize, render };
