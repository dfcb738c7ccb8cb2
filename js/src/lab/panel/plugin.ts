/** The plugin: the panel in the side bar, the tabs that it opens, and what keeps it up to date. */
import {
  ILabShell,
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin,
} from "@jupyterlab/application";
import { INotebookTracker, NotebookActions } from "@jupyterlab/notebook";
import { ISettingRegistry } from "@jupyterlab/settingregistry";
import { ISettings, type LiveSettings, PLUGIN } from "../settings";
import type { Acts } from "./acts";
import { attach, USUAL_WORKSPACE } from "./attach";
import { concerns } from "./cells";
import { tellOfEnd } from "./ends";
import type { Listed } from "./listed";
import { type Place, RunsModel } from "./model";
import { PANEL, PanelWidget } from "./panel_widget";
import { addTabs, OPEN } from "./tabs";

/** After the files, the running kernels and the table of contents. */
const RANK = 600;

/** Cells that are run at once are one reason to look, and what they start needs a moment. */
const SETTLE_MS = 400;

export const panel: JupyterFrontEndPlugin<void> = {
  id: "dd-jupyter:panel",
  description: "Runs of this machine and jobs in NeMo Services, in the side bar.",
  autoStart: true,
  requires: [ISettings],
  optional: [ISettingRegistry, ILabShell, ILayoutRestorer, INotebookTracker],
  activate: (
    app: JupyterFrontEnd,
    settings: LiveSettings,
    registry: ISettingRegistry | null,
    labShell: ILabShell | null,
    restorer: ILayoutRestorer | null,
    notebooks: INotebookTracker | null,
  ) => {
    const run = (command: string, args = {}) =>
      void app.commands.execute(command, args).catch(() => undefined);
    const open = (listed: Listed, tab?: string) =>
      run(OPEN, { path: listed.path, deployment: listed.deployment, name: listed.name, ...(tab && { tab }) });

    const model = new RunsModel({
      seconds: () => settings.now.pollSeconds,
      onEnded: (listed) => {
        const isInFront = app.shell.currentWidget === notebooks?.currentWidget && document.hasFocus();
        const seen =
          listed.kind !== "job" && isInFront && notebooks?.currentWidget?.context.path === listed.notebook;
        if (settings.now.notifications && !seen) tellOfEnd(listed, () => open(listed));
      },
    });
    const place = keepPlace(model, settings, registry);

    const acts: Acts = {
      open: (listed) => open(listed),
      openLog: (listed) => open(listed, "Log"),
      notebook: () => notebooks?.currentWidget?.context.path,
      attach: async (listed) => {
        const notebook = notebooks?.currentWidget;
        if (!notebook)
          throw new Error("No notebook is open: open the one that the job is to be attached in.");
        const { chosen = "", deployments = [] } = model.deployments ?? {};
        const usual = deployments.find(({ base_url }) => base_url === chosen);
        app.shell.activateById(notebook.id);
        await attach(
          listed,
          notebook,
          { usual: chosen, usualWorkspace: usual?.workspace || USUAL_WORKSPACE },
          NotebookActions,
        );
      },
      openNotebook: (path) => run("docmanager:open", { path }),
      get showFolder() {
        const [files, show] = ["filebrowser:open-path", "filebrowser:activate"];
        if (!app.commands.hasCommand(files)) return undefined;
        return (path: string) => {
          run(files, { path });
          if (app.commands.hasCommand(show)) run(show);
        };
      },
      choose: place,
    };

    const widget = new PanelWidget(model, acts);
    app.shell.add(widget, "left", { rank: RANK });
    restorer?.add(widget, PANEL);
    addTabs(app, labShell ? "main" : "down", restorer);

    notebooks?.currentChanged.connect(() => widget.refresh());
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stir = (_: unknown, { cell }: { cell: Parameters<typeof concerns>[0] }) => {
      if (!widget.isVisible && !concerns(cell)) return;
      clearTimeout(timer);
      timer = setTimeout(() => model.stir(), SETTLE_MS);
    };
    NotebookActions.executionScheduled.connect(stir);
    NotebookActions.executed.connect(stir);
  },
};

/** The place is that of the settings, and a choice is written there: it lasts, and the settings editor shows it. */
function keepPlace(model: RunsModel, settings: LiveSettings, registry: ISettingRegistry | null) {
  let saving = false;
  const read = () => {
    model.keepPace();
    if (!saving)
      model.choose({
        deployment: settings.now.baseUrl.trim().replace(/\/+$/, ""),
        workspace: settings.now.workspace.trim(),
      });
  };
  settings.onChange(read);
  read();
  return (place: Place) => {
    model.choose(place);
    saving = true;
    void save(place).finally(() => {
      saving = false;
    });
  };

  async function save({ deployment, workspace }: Place) {
    try {
      await registry?.set(PLUGIN, "baseUrl", deployment);
      await registry?.set(PLUGIN, "workspace", workspace);
    } catch {
      // Settings that cannot be written, as on a server for demonstrations: the choice holds for this page.
    }
  }
}
