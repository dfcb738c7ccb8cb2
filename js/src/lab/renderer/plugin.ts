import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import { Jobs } from "./jobs";
import { SavedOutput } from "./output";
import { Turns } from "./turns";

/** As in dd_jupyter/display/saved_model.py. */
const MIME_TYPE = "application/vnd.dd-jupyter.v1+json";

/** Before the view of a widget, which has -10, and HTML, which has 50. */
const RANK = -20;

/** Draws what outputs keep, in notebooks that are not trusted too: it is read as written by anybody. */
export const renderer: JupyterFrontEndPlugin<void> = {
  id: "dd-jupyter:renderer",
  description: "Draws the outputs of dd_jupyter, with or without a kernel.",
  autoStart: true,
  requires: [IRenderMimeRegistry],
  activate: (_app: JupyterFrontEnd, registry: IRenderMimeRegistry) => {
    const [jobs, turns] = [new Jobs(), new Turns()];
    const createRenderer = ({ mimeType }: { mimeType: string }) => new SavedOutput(mimeType, jobs, turns);
    registry.addFactory({ safe: true, mimeTypes: [MIME_TYPE], defaultRank: RANK, createRenderer });
  },
};
