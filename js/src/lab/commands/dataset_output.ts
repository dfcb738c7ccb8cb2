/** What the output of a cell shows. */
import type { CodeCell } from "@jupyterlab/cells";

/** Our own type in an output. */
const TYPE = "application/vnd.dd-jupyter.v1+json";

/** Whether the outputs of a cell show a create or a job. */
export function showsDataset(cell: { model: Pick<CodeCell["model"], "outputs"> }): boolean {
  const { outputs } = cell.model;
  for (let at = 0; at < outputs.length; at++) {
    const saved = outputs.get(at).data[TYPE];
    const live = isRecord(saved) && isRecord(saved.live) ? saved.live : {};
    if (live.view === "run" && live.title !== "Preview") return true;
  }
  return false;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
