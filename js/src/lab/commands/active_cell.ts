/** The cell that a person is in, and whether it holds a configuration. */
import type { JupyterFrontEnd } from "@jupyterlab/application";
import { CodeCell } from "@jupyterlab/cells";
import type { INotebookTracker, NotebookPanel } from "@jupyterlab/notebook";
import { type ConfigurationCell, configurationCell } from "./configuration_cell";
import { runs } from "./run_in_cell";

export interface ActiveCell {
  readonly panel: NotebookPanel;
  readonly cell: CodeCell;
  readonly configuration: ConfigurationCell;
}

/** The active cell of the notebook in front, if it holds a configuration. */
export function activeCell(app: JupyterFrontEnd, tracker: INotebookTracker): ActiveCell | undefined {
  const panel = tracker.currentWidget;
  if (!panel || panel !== app.shell.currentWidget) return undefined;
  const cell = panel.content.activeCell;
  if (!(cell instanceof CodeCell)) return undefined;
  const configuration = configurationCell(cell.model.sharedModel.getSource());
  return configuration && { panel, cell, configuration };
}

/** Calls `changed` when the active cell is another, and when what is to be said of it may be other than before. */
export function watch(app: JupyterFrontEnd, tracker: INotebookTracker, changed: () => void): void {
  let model: CodeCell["model"] | undefined;
  let said = "";

  function look(): void {
    const active = activeCell(app, tracker);
    const says = active ? (runs(active.cell) ? "runs" : "holds one") : "";
    if (says === said) return;
    said = says;
    changed();
  }
  function follow(): void {
    model?.contentChanged.disconnect(look);
    model?.stateChanged.disconnect(look);
    const cell = tracker.activeCell;
    model = cell instanceof CodeCell ? cell.model : undefined;
    model?.contentChanged.connect(look);
    model?.stateChanged.connect(look);
    look();
  }

  tracker.activeCellChanged.connect(follow);
  tracker.currentChanged.connect(follow);
  app.shell.currentChanged?.connect(look);
  follow();
}
