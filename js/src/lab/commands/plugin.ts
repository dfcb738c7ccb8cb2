/** The commands of Data Designer: in menus, in the palette, in the launcher, in the toolbar of a cell. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import {
  ICommandPalette,
  type ISessionContext,
  ISessionContextDialogs,
  SessionContextDialogs,
} from "@jupyterlab/apputils";
import { IDefaultFileBrowser } from "@jupyterlab/filebrowser";
import { ILauncher } from "@jupyterlab/launcher";
import { INotebookTracker } from "@jupyterlab/notebook";
import { dataDesignerIcon } from "../icon";
import { ISettings, type LiveSettings } from "../settings";
import { addCellCommands, CELL_COMMANDS } from "./cell_commands";
import { pictureUrl } from "./icons";
import { addNotebookCommands, NEW_FROM_TUTORIAL, NEW_NOTEBOOK } from "./notebook_commands";
import { addJobsCommand, SHOW_JOBS } from "./show_jobs";

const CATEGORY = "Data Designer";

export const commands: JupyterFrontEndPlugin<void> = {
  id: "dd-jupyter:commands",
  description: "Commands for configurations, tutorials and jobs.",
  autoStart: true,
  requires: [ISettings, INotebookTracker],
  optional: [ICommandPalette, ILauncher, IDefaultFileBrowser, ISessionContextDialogs],
  activate: (
    app: JupyterFrontEnd,
    settings: LiveSettings,
    tracker: INotebookTracker,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    browser: IDefaultFileBrowser | null,
    dialogs: ISessionContext.IDialogs | null,
  ) => {
    addCellCommands(app, tracker, settings, dialogs ?? new SessionContextDialogs());
    addNotebookCommands(app, tracker, browser);
    addJobsCommand(app);

    for (const command of [...CELL_COMMANDS, NEW_NOTEBOOK, NEW_FROM_TUTORIAL, SHOW_JOBS]) {
      palette?.addItem({ command, category: CATEGORY });
    }
    const isLauncher = true;
    launcher?.add({
      command: NEW_NOTEBOOK,
      category: "Notebook",
      rank: 20,
      args: { isLauncher },
      kernelIconUrl: pictureUrl(dataDesignerIcon),
    });
    launcher?.add({ command: NEW_FROM_TUTORIAL, category: "Other", rank: 20, args: { isLauncher } });
  },
};
