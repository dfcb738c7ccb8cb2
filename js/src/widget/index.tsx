/** All views: puts one in the page and ties its source to the kernel. */
import type { AnyModel, RenderProps } from "@anywidget/types";
import { render as draw } from "preact";
import { Remembered } from "../view/memory";
import { View } from "../view/view";
import type { Wire } from "../wire/wire";
import { kernelSource, sayHello } from "./kernel";
import { addStyles } from "./styles";

interface Traits {
  live: Wire["live"];
  key: string;
}

/** As soon as the model is there, even if nothing shows it yet: the kernel then knows that someone could. */
export function initialize({ model }: { model: AnyModel }): () => void {
  const source = kernelSource(model);
  const leave = sayHello(source);
  return () => {
    leave();
    source.close();
  };
}

export function render({ model, el }: RenderProps<Traits>): () => void {
  const source = kernelSource(model as unknown as AnyModel);
  addStyles(el);
  const root = document.createElement("div");
  root.className = "dd";
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
    source.close();
    root.remove();
  };
}

export default { initialize, render };
