import type { SavedView, StatusView } from "../../wire/wire";
import { count } from "../words";

type Live = SavedView["live"];

/** Of a run that was at work when it was last drawn here: how it went on is not known. */
const WAS_AT_WORK: StatusView = { mark: "○", text: "Was at work", tone: "waiting" };

/**
 * The view without what only a kernel can go on with: no Stop, nothing that is not kept; no clock either, unless the run
 * is at work now.
 */
export function asKept({ live, answers }: SavedView, isAtWork = false): Live {
  if (live.view === "report") return { ...live, at_work: "" };
  if (live.view !== "run") return { ...live, table: { ...live.table, told: false } };
  return {
    ...live,
    ...(live.state === "running" && !isAtWork && { state: "cancelled", status: WAS_AT_WORK, step: "" }),
    stop: "none",
    way_on: [], // it names variables of a kernel that may be gone
    failed_records: answers.failures ? live.failed_records : 0,
    table: live.table && answers.rows ? { ...live.table, told: false } : null,
    job: live.job && { ...live.job, has_records: false, transfer: "" },
  };
}

/** What of it the notebook keeps, and how to get the rest. */
export function keptInWords({ live, answers }: SavedView): string {
  if (live.view === "report")
    return "Kept in the notebook as it was found then. Run the cell again to look everything up anew.";
  if (live.view === "run" && live.state === "running")
    return "Kept in the notebook as it stood when it was last drawn here. How it went on is not known.";
  const kept = answers.rows?.rows.length ?? 0;
  const there = live.table?.rows ?? kept;
  const isOnDisk = live.view === "run" && live.title === "Create";
  if (kept >= there) {
    const all = kept === 0 ? "" : kept === 1 ? ", with its one record" : `, with all ${count(kept)} records`;
    return `Kept in the notebook${all}.`;
  }
  const some = kept === 0 ? "none of the" : kept === 1 ? "the first of" : `the first ${count(kept)} of`;
  const others = isOnDisk ? "The others are in the dataset's folder." : "Run the cell again for the others.";
  return `The notebook keeps ${some} ${count(there)} records. ${others}`;
}
