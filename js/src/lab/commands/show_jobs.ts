/** The command that brings the panel of runs and jobs to the front. */
import type { JupyterFrontEnd } from "@jupyterlab/application";
import { dataDesignerIcon } from "../icon";

export const SHOW_JOBS = "dd-jupyter:show-jobs";
const PANEL = "dd-jupyter-panel";

export function addJobsCommand(app: JupyterFrontEnd): void {
  app.commands.addCommand(SHOW_JOBS, {
    label: "Show Jobs",
    caption: "Show runs of this machine and jobs of NeMo Services",
    icon: dataDesignerIcon,
    execute: () => app.shell.activateById(PANEL),
  });
}
