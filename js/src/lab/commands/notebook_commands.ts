/** The commands that make a new notebook: an empty beginning, or a copy of a tutorial. */
import type { JupyterFrontEnd } from "@jupyterlab/application";
import { showErrorMessage } from "@jupyterlab/apputils";
import { PathExt } from "@jupyterlab/coreutils";
import type { FileBrowser } from "@jupyterlab/filebrowser";
import type { INotebookTracker } from "@jupyterlab/notebook";
import { dataDesignerIcon } from "../icon";
import { tutorialIcon } from "./icons";
import { addNotebook, beginning, forPython, type NotebookContent } from "./new_notebook";
import { chooseTutorial, tutorial } from "./tutorials";

export const NEW_NOTEBOOK = "dd-jupyter:new-notebook";
export const NEW_FROM_TUTORIAL = "dd-jupyter:new-from-tutorial";

export function addNotebookCommands(
  app: JupyterFrontEnd,
  tracker: INotebookTracker,
  browser: FileBrowser | null,
): void {
  const { commands, serviceManager } = app;

  /** The folder that a person is in: the launcher's, the file browser's, or that of the notebook. */
  function folder(cwd: unknown): string {
    if (typeof cwd === "string" && cwd !== "") return cwd;
    return browser?.model.path ?? PathExt.dirname(tracker.currentWidget?.context.path ?? "");
  }

  async function open(cwd: unknown, content: NotebookContent, name?: string): Promise<unknown> {
    await serviceManager.kernelspecs.ready;
    const notebook = forPython(content, serviceManager.kernelspecs.specs);
    const path = await addNotebook(serviceManager.contents, folder(cwd), notebook, name);
    return commands.execute("docmanager:open", { path, factory: "Notebook" });
  }

  /** Gives what was opened, which takes the launcher's place. */
  async function orTell(made: () => Promise<unknown>): Promise<unknown> {
    try {
      return await made();
    } catch (error) {
      await showErrorMessage("No New Notebook", error instanceof Error ? error : String(error));
      return undefined;
    }
  }

  commands.addCommand(NEW_NOTEBOOK, {
    label: ({ isLauncher, isMenu }) =>
      isLauncher ? "Data Designer" : isMenu ? "Data Designer Notebook" : "New Data Designer Notebook",
    caption: "A new notebook with a small configuration and its preview",
    icon: dataDesignerIcon,
    execute: ({ cwd }) => orTell(() => open(cwd, beginning())),
  });

  commands.addCommand(NEW_FROM_TUTORIAL, {
    label: ({ isLauncher }) => (isLauncher ? "Data Designer Tutorials" : "New Notebook from a Tutorial…"),
    caption: "Copy a tutorial of Data Designer into this folder, and open it",
    icon: tutorialIcon,
    execute: ({ cwd, name }) =>
      orTell(async () => {
        const chosen = typeof name === "string" && name !== "" ? name : await chooseTutorial();
        return chosen ? open(cwd, await tutorial(chosen), PathExt.basename(chosen)) : undefined;
      }),
  });
}
