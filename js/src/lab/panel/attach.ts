/** "Attach in this notebook": a cell that holds the job from then on. */
import type { NotebookActions, NotebookPanel } from "@jupyterlab/notebook";
import type { Listed } from "./listed";

/** Names of jobs and workspaces as NeMo Services make them. Others become no code: a server may say anything. */
const NAME = /^[a-z][a-z0-9._-]{0,62}$/;
/** An address without anything that a line of IPython would read as code. */
const BASE_URL = /^https?:\/\/[A-Za-z0-9._~:/[\]-]{1,500}$/;
const LOADS = /^[^\S\n]*%(?:re)?load_ext[^\S\n]+dd_jupyter\b/m;

export const USUAL_WORKSPACE = "default";

/** Loads the extension where it is not loaded, and says nothing. */
const LOAD_SILENTLY = "get_ipython().extension_manager.load_extension('dd_jupyter')";

type Job = Pick<Listed, "kind" | "name" | "workspace" | "deployment" | "path">;

/** What an attached job needs of its surroundings. */
export interface Surroundings {
  /** Whether a cell of the notebook loads our extension. */
  readonly loads: boolean;
  /** The deployment that is meant where none is named. */
  readonly usual: string;
  /** The workspace that is meant there where none is named. */
  readonly usualWorkspace: string;
}

/** The lines of the cell. Throws a sentence for what must not become code. */
export function attachCode(job: Job, { loads, usual, usualWorkspace }: Surroundings): string {
  const [kind, workspace = "", name = ""] = job.path.split("/");
  if (kind !== "jobs" || job.kind !== "job") {
    throw new Error("Only a job can be attached: a run in a kernel ends with its kernel.");
  }
  if (!NAME.test(name) || !NAME.test(workspace)) {
    throw new Error(
      "This job has a name that NeMo Services do not give, so no cell is made of it. Attach it by hand with `%dd_attach`.",
    );
  }
  const elsewhere = job.deployment !== "" && job.deployment !== usual;
  if (elsewhere && !BASE_URL.test(job.deployment)) {
    throw new Error(
      "The base URL of this job's deployment is an unusual one, so no cell is made of it. Attach it by hand with `%dd_connect` and `%dd_attach`.",
    );
  }
  const isUsual = workspace === USUAL_WORKSPACE && (elsewhere || usualWorkspace === USUAL_WORKSPACE);
  return [
    ...(loads ? [] : ["%load_ext dd_jupyter"]),
    ...(elsewhere ? [`%dd_connect --base-url ${job.deployment}`] : []),
    `%dd_attach ${isUsual ? name : `${workspace}/${name}`}`,
  ].join("\n");
}

/** Whether a cell of these loads our extension. */
export const loadsExtension = (sources: Iterable<string>) =>
  [...sources].some((source) => LOADS.test(source));

/** What is needed of JupyterLab's actions. */
type Actions = Pick<typeof NotebookActions, "insertBelow" | "changeCellType" | "run">;

/** Puts the cell below the active one, and runs it. */
export async function attach(
  job: Job,
  panel: NotebookPanel,
  usual: Pick<Surroundings, "usual" | "usualWorkspace">,
  actions: Actions,
): Promise<void> {
  const { content: notebook, sessionContext } = panel;
  const cells = notebook.model ? [...notebook.model.cells] : [];
  const loads = loadsExtension(
    cells.filter(({ type }) => type === "code").map(({ sharedModel }) => sharedModel.getSource()),
  );
  const code = attachCode(job, { ...usual, loads });
  await sessionContext.ready;
  const kernel = sessionContext.session?.kernel;
  const language = (await kernel?.spec)?.language ?? "python";
  if (language.toLowerCase() !== "python") {
    throw new Error(
      `This notebook runs ${language}. Open one with a Python kernel, and attach the job there.`,
    );
  }
  if (loads) kernel?.requestExecute({ code: LOAD_SILENTLY, silent: true, store_history: false });
  actions.insertBelow(notebook);
  actions.changeCellType(notebook, "code");
  notebook.activeCell?.model.sharedModel.setSource(code);
  // Not waited for: it ends when the cell does.
  void actions.run(notebook, sessionContext);
}
