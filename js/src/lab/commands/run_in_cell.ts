/** A cell run with other code than its own text: the outputs are the cell's, the text stays. */
import { CodeCell } from "@jupyterlab/cells";
import type { NotebookPanel } from "@jupyterlab/notebook";
import { OutputArea } from "@jupyterlab/outputarea";
import { load } from "./kernel";

/** Cells that were started from here and have not ended: their models. */
const atWork = new WeakSet<object>();

/** Whether a cell runs, however it was started. */
export function runs(cell: CodeCell): boolean {
  return atWork.has(cell.model) || cell.model.executionState === "running" || promptOf(cell) === "[*]:";
}

/**
 * Runs code in a cell, as if the cell said it, and loads our extension into the kernel before; not while the cell runs.
 *
 * The cell itself has not run then, so its prompt has no number afterwards. Where the code is the cell's own text, it is
 * run as ever.
 *
 * Throws:
 *   KernelProblem: When the kernel cannot; the outputs are left as they were.
 */
export async function runInCell(panel: NotebookPanel, cell: CodeCell, code: string): Promise<void> {
  if (runs(cell)) return;
  const { model } = cell;
  const { sessionContext } = panel;
  atWork.add(model);
  showAtWork(cell, true);
  try {
    if (!(await load(sessionContext)) || cell.isDisposed) return;
    if (code === model.sharedModel.getSource()) {
      const { recordTiming } = panel.content.notebookConfig;
      await CodeCell.execute(cell, sessionContext, { recordTiming });
      return;
    }
    model.sharedModel.transact(() => {
      model.clearExecution();
      cell.outputHidden = false;
    }, false);
    model.trusted = true;
    showAtWork(cell, true);
    await OutputArea.execute(code, cell.outputArea, sessionContext, {
      ...model.metadata,
      cellId: model.sharedModel.getId(),
    });
  } catch (error) {
    if (!wasStopped(error)) throw error;
  } finally {
    atWork.delete(model);
    if (!cell.isDisposed) showAtWork(cell, false);
  }
}

/** Whether a kernel was restarted, or ended, before it answered: the person did that, and sees it. */
function wasStopped(error: unknown): boolean {
  return error instanceof Error && /^Canceled future for/.test(error.message);
}

/** `[*]` while it is at work, else what the cell's own last run left. */
function showAtWork(cell: CodeCell, working: boolean): void {
  const { model } = cell;
  if (model.executionState === undefined) {
    cell.setPrompt(working ? "*" : `${model.executionCount ?? ""}`); // before JupyterLab 4.3
  } else {
    model.executionState = working ? "running" : "idle";
  }
}

function promptOf(cell: CodeCell): string {
  return cell.node.querySelector(".jp-InputArea-prompt")?.textContent ?? "";
}
