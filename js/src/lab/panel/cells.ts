import type { Cell, ICodeCellModel } from "@jupyterlab/cells";

const NAMED = /\bdd_|\bddj\b|data_designer/;
const OURS = "application/vnd.dd-jupyter.v1+json";

/** Whether a cell that was run may have started something that the panel lists. */
export function concerns({ model }: Pick<Cell, "model">): boolean {
  if (model.type !== "code") return false;
  if (NAMED.test(model.sharedModel.getSource())) return true;
  const { outputs } = model as ICodeCellModel;
  for (let at = 0; at < outputs.length; at++) {
    if (OURS in outputs.get(at).data) return true;
  }
  return false;
}
