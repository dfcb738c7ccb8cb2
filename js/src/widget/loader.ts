/**
 * What each widget brings along: finds the code of all views, which one model of the kernel holds, and loads
 * it once a page. Kept small, since it is sent, and by some programs saved, with every widget.
 */
import type { AnyModel, RenderProps } from "@anywidget/types";

type Views = { initialize(props: { model: AnyModel }): () => void; render(props: RenderProps): () => void };
const pages = globalThis as typeof globalThis & { dd_jupyter?: Map<string, Promise<Views>> };

async function views(model: AnyModel): Promise<Views> {
  pages.dd_jupyter ??= new Map();
  const loaded = pages.dd_jupyter;
  const code = await model.widget_manager.get_model(model.get("code"));
  const fingerprint: string = code.get("fingerprint");
  const found = loaded.get(fingerprint);
  if (found) return found;
  const address = URL.createObjectURL(new Blob([code.get("text")], { type: "text/javascript" }));
  const loading: Promise<Views> = import(address).finally(() => URL.revokeObjectURL(address));
  loaded.set(fingerprint, loading);
  loading.catch(() => loaded.delete(fingerprint));
  return loading;
}

export default {
  async initialize({ model }: { model: AnyModel }) {
    return (await views(model)).initialize({ model });
  },
  async render(props: RenderProps) {
    return (await views(props.model)).render(props);
  },
};
