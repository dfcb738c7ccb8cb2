/** What a person is asked or told beside a cell. */
import { Dialog, type ISessionContext, showDialog } from "@jupyterlab/apputils";
import type { CodeCell } from "@jupyterlab/cells";
import { NotebookActions, type NotebookPanel } from "@jupyterlab/notebook";
import { showsDataset } from "./dataset_output";
import { KernelProblem } from "./kernel";

const INSTALL = "%pip install dd-jupyter";

/** Says why something cannot be done, with the way on where a click can take it. */
export async function tell(
  problem: unknown,
  panel: NotebookPanel,
  dialogs: ISessionContext.IDialogs,
): Promise<void> {
  const kind = problem instanceof KernelProblem ? problem.kind : "";
  const body = problem instanceof Error ? problem.message : String(problem);
  const close = Dialog.cancelButton({ label: "Close" });
  if (kind === "no kernel" || kind === "not Python") {
    const change = Dialog.okButton({ label: "Choose a Kernel…" });
    const { button } = await showDialog({
      title: "No Kernel for Configurations",
      body,
      buttons: [close, change],
    });
    if (button.accept) await dialogs.selectKernel(panel.sessionContext);
  } else if (kind === "not installed") {
    const add = Dialog.okButton({ label: "Add a Cell That Installs It" });
    const { button } = await showDialog({
      title: "Data Designer Is Not Installed",
      body,
      buttons: [close, add],
    });
    if (button.accept) addAbove(panel, INSTALL);
  } else {
    await showDialog({ title: "This Cell Could Not Be Run", body, buttons: [close] });
  }
}

/** Whether the cell's outputs may go: asked for where they show what cannot be had again with a click. */
export async function mayReplace(cell: CodeCell): Promise<boolean> {
  if (!showsDataset(cell)) return true;
  const { button } = await showDialog({
    title: "Replace the Output?",
    body: "This cell shows a dataset or a job that was made. It stays, and Show Jobs has it; its view here goes.",
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: "Replace" })],
  });
  return button.accept;
}

function addAbove(panel: NotebookPanel, source: string): void {
  NotebookActions.insertAbove(panel.content);
  panel.content.activeCell?.model.sharedModel.setSource(source);
}
