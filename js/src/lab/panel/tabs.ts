/** The tabs of runs and jobs: one each. */
import type { ILayoutRestorer, JupyterFrontEnd } from "@jupyterlab/application";
import { WidgetTracker } from "@jupyterlab/apputils";
import { keyOf } from "./listed";
import { RunTab } from "./run_tab";
import { shownBy } from "./shown";

/** Shows a run: `path`, `deployment`, `name`, and `tab` for what is in front of it. */
export const OPEN = "dd-jupyter:open-run";

/** In JupyterLab there is a main area; Notebook 7 has the notebook there, and tabs below it. */
export function addTabs(app: JupyterFrontEnd, area: "main" | "down", restorer: ILayoutRestorer | null): void {
  const tabs = new WidgetTracker<RunTab>({ namespace: "dd-jupyter-run" });
  app.commands.addCommand(OPEN, {
    label: "Open a run or a job",
    execute: (given) => {
      const shown = shownBy(given);
      if (!shown) throw new Error("This is neither a run nor a job.");
      let tab = tabs.find((each) => keyOf(each.shown) === keyOf(shown));
      if (!tab) {
        tab = new RunTab(shown);
        if (typeof given.tab === "string") tab.content.choose(given.tab);
        tab.addClass(`dd-run-${area}`);
        app.shell.add(tab, area);
        void tabs.add(tab);
      } else if (typeof given.tab === "string") {
        tab.content.choose(given.tab);
      }
      app.shell.activateById(tab.id);
    },
  });
  void restorer?.restore(tabs, {
    command: OPEN,
    args: ({ shown }) => ({ ...shown }),
    name: ({ shown }) => keyOf(shown),
  });
}
