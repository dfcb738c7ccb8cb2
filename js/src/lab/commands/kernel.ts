/** Our extension for IPython, in the kernel of a notebook. */
import type { ISessionContext } from "@jupyterlab/apputils";

const LOAD = "get_ipython().extension_manager.load_extension('dd_jupyter')";

/** Why a kernel cannot run a configuration. */
export class KernelProblem extends Error {
  constructor(
    readonly kind: "no kernel" | "not Python" | "not installed" | "does not load",
    message: string,
  ) {
    super(message);
  }
}

/**
 * Loads it, unless that was done; says nothing in the notebook. False when the kernel was interrupted before.
 *
 * Throws:
 *   KernelProblem: When there is no kernel, or it has no dd_jupyter.
 */
export async function load(sessionContext: ISessionContext): Promise<boolean> {
  const kernel = sessionContext.session?.kernel;
  if (!kernel)
    throw new KernelProblem("no kernel", "This notebook has no kernel. Choose one, and try again.");
  const spec = await kernel.spec;
  if (spec && spec.language.toLowerCase() !== "python") {
    throw new KernelProblem(
      "not Python",
      `Configurations run in Python, and the kernel of this notebook, ${spec.display_name}, speaks ${spec.language}. Choose another kernel.`,
    );
  }
  const asked = { code: LOAD, silent: true, store_history: false, stop_on_error: false };
  const { content } = await kernel.requestExecute(asked).done;
  if (content.status === "ok") return true;
  if (content.status !== "error" || content.ename === "KeyboardInterrupt") return false;
  throw refused(content.ename, content.evalue);
}

function refused(ename: string, evalue: string): KernelProblem {
  if (ename === "ModuleNotFoundError" && evalue.includes("'dd_jupyter'")) {
    return new KernelProblem(
      "not installed",
      "The kernel of this notebook has no dd_jupyter. Install it there with `%pip install dd-jupyter`.",
    );
  }
  return new KernelProblem("does not load", `The kernel cannot load dd_jupyter. ${ename}: ${evalue}`);
}
