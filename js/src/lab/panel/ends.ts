/** Tells that a run or a job has ended, wherever in JupyterLab the person is by then. */
import { Notification } from "@jupyterlab/apputils";
import { kindOf, type Listed, nameOf } from "./listed";

/** Long enough to read it and to reach the button; it stays among the notifications. */
const SHOWN_MS = 10_000;

export function tellOfEnd(run: Listed, open: () => void): void {
  const what = run.name ? `${kindOf(run)} ${nameOf(run)}` : `A ${kindOf(run).toLowerCase()}`;
  const type = run.state === "completed" ? "success" : run.state === "failed" ? "error" : "info";
  Notification.emit(`${what}: ${run.status.text.toLowerCase()}.`, type, {
    autoClose: SHOWN_MS,
    actions: [{ label: "Open", callback: open, displayType: "link" }],
  });
}
