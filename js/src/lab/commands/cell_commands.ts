/** The commands that run the active cell's configuration with another magic. */
import type { JupyterFrontEnd } from "@jupyterlab/application";
import type { ISessionContext } from "@jupyterlab/apputils";
import type { INotebookTracker } from "@jupyterlab/notebook";
import type { LabIcon } from "@jupyterlab/ui-components";
import type { LiveSettings, Settings } from "../settings";
import { activeCell, watch } from "./active_cell";
import { mayReplace, tell } from "./answers";
import { type ConfigurationCell, checkCode, previewCode, submitCode } from "./configuration_cell";
import { checkIcon, previewIcon, submitIcon } from "./icons";
import { runInCell, runs } from "./run_in_cell";

interface CellCommand {
  readonly id: string;
  readonly label: string;
  readonly caption: string;
  readonly icon: LabIcon;
  code(cell: ConfigurationCell, settings: Settings): string;
}

const COMMANDS: readonly CellCommand[] = [
  {
    id: "dd-jupyter:preview-cell",
    label: "Preview This Cell's Configuration",
    caption: "Preview this cell's configuration",
    icon: previewIcon,
    code: (cell, { defaultRecords }) => previewCode(cell, defaultRecords),
  },
  {
    id: "dd-jupyter:check-cell",
    label: "Check Where Its Resources Are",
    caption: "Check where the resources of this cell's configuration are",
    icon: checkIcon,
    code: (cell) => checkCode(cell),
  },
  {
    id: "dd-jupyter:submit-cell",
    label: "Submit This Cell's Configuration…",
    caption: "Show the form that submits this cell's configuration",
    icon: submitIcon,
    code: (cell, { workspace }) => submitCode(cell, workspace),
  },
];

export const CELL_COMMANDS = COMMANDS.map(({ id }) => id);

export function addCellCommands(
  app: JupyterFrontEnd,
  tracker: INotebookTracker,
  settings: LiveSettings,
  dialogs: ISessionContext.IDialogs,
): void {
  async function start(command: CellCommand): Promise<void> {
    const active = activeCell(app, tracker);
    if (!active || runs(active.cell)) return;
    const { panel, cell, configuration } = active;
    const code = command.code(configuration, settings.now);
    if (code !== configuration.text && !(await mayReplace(cell))) return;
    await runInCell(panel, cell, code).catch((problem: unknown) => tell(problem, panel, dialogs));
  }

  for (const command of COMMANDS) {
    app.commands.addCommand(command.id, {
      // In a toolbar the icon says it; its caption is what a screen reader says.
      label: ({ toolbar }) => (toolbar ? "" : command.label),
      caption: command.caption,
      icon: command.icon,
      isVisible: ({ toolbar }) => !toolbar || activeCell(app, tracker) !== undefined,
      isEnabled: () => {
        const active = activeCell(app, tracker);
        return active !== undefined && !runs(active.cell);
      },
      execute: () => start(command),
    });
  }
  watch(app, tracker, () => {
    for (const id of CELL_COMMANDS) app.commands.notifyCommandChanged(id);
  });
}
