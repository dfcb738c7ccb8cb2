/** The plugins for JupyterLab 4 and Notebook 7. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ISettingRegistry } from "@jupyterlab/settingregistry";
import { initialize, render } from "../widget/index";
import { commands } from "./commands/plugin";
import { editing } from "./editing/plugin";
import { panel } from "./panel/plugin";
import { renderer } from "./renderer/plugin";
import { ISettings, LiveSettings, PLUGIN } from "./settings";

/** Put there by the build: what tells this code of the views from that of another version. */
declare const DD_FINGERPRINT: string;

/** Settings; and kernels with the same version of our code need not send it to this page. */
const settings: JupyterFrontEndPlugin<LiveSettings> = {
  id: PLUGIN,
  description: "Settings of dd_jupyter.",
  autoStart: true,
  provides: ISettings,
  optional: [ISettingRegistry],
  activate: async (_app: JupyterFrontEnd, registry: ISettingRegistry | null) => {
    const page = globalThis as typeof globalThis & { dd_jupyter?: Map<string, Promise<unknown>> };
    page.dd_jupyter ??= new Map();
    page.dd_jupyter.set(DD_FINGERPRINT, Promise.resolve({ initialize, render }));
    const live = new LiveSettings();
    await live.load(registry).catch(() => undefined); // they are a comfort, and have defaults
    return live;
  },
};

export default [settings, renderer, commands, panel, editing];
