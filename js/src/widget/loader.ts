/**
 * What each widget brings along: gets the code of all views from the kernel, once a page. Kept small, since it
 * is sent, and by some programs saved, with every widget.
 */
import type { AnyModel, RenderProps } from "@anywidget/types";

type Views = { initialize(props: { model: AnyModel }): () => void; render(props: RenderProps): () => void };
const pages = globalThis as typeof globalThis & { dd_jupyter?: Map<string, Promise<Views>> };

/** Asked again soon: JupyterLab's first messages wait for the end of the cell, later ones do not. */
const AGAIN_MS = 200;
const AT_LAST_MS = 3000;
const TRIES = 50;
const PAUSE_MS = 100;

/** Each model asks its own kernel, as that of another may be busy or gone; whose code comes first serves all. */
async function views(model: AnyModel): Promise<Views> {
  pages.dd_jupyter ??= new Map();
  const loaded = pages.dd_jupyter;
  const fingerprint: string = model.get("fingerprint");
  await named(model, () => loaded.has(fingerprint));
  let loading = loaded.get(fingerprint);
  if (!loading) {
    loading = load(model);
    loaded.set(fingerprint, loading);
    loading.catch(() => loaded.delete(fingerprint));
  }
  return loading;
}

async function load(model: AnyModel): Promise<Views> {
  const packed = new Blob([(await found(model)).get("packed")]).stream();
  const code = await new Response(packed.pipeThrough(new DecompressionStream("gzip"))).blob();
  const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  try {
    return await import(address);
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** Until the kernel has said which of its models holds the code, or that is `needless`; it may be busy with a cell. */
function named(model: AnyModel, needless: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    let again: ReturnType<typeof setTimeout>;
    function ask(pause: number) {
      if (model.get("code") || needless()) return resolve();
      try {
        model.send({ request: "code", ask: { op: "code" } });
      } catch {
        return; // the kernel was restarted meanwhile
      }
      again = setTimeout(ask, pause, Math.min(2 * pause, AT_LAST_MS));
    }
    model.on("change:code", () => {
      clearTimeout(again);
      resolve();
    });
    ask(AGAIN_MS);
  });
}

/** A page that was loaded anew finds the models of a kernel in any order. */
async function found(model: AnyModel, tries = TRIES): Promise<AnyModel> {
  try {
    return await model.widget_manager.get_model(model.get("code"));
  } catch (error) {
    if (tries === 0) throw error;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    return found(model, tries - 1);
  }
}

export default {
  initialize({ model }: { model: AnyModel }) {
    let close: (() => void) | null = () => {};
    views(model).then((loaded) => {
      if (close) close = loaded.initialize({ model });
    });
    return () => {
      close?.();
      close = null;
    };
  },
  async render(props: RenderProps) {
    return (await views(props.model)).render(props);
  },
};
