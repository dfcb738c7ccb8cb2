/** Views as the kernel writes them into a notebook. */
import type { LiveRunView, SavedView } from "../src/wire/wire";
import { JOB, RUNNING } from "./kernel";
import { COLUMNS, cells, field, table } from "./table_source";

export const KEY = "0123456789abcdef0123456789abcdef";
const KEPT = 10;

const numbers = Array.from({ length: KEPT }, (_, number) => number);

/** A run of 25 records, of which the notebook keeps ten, and four of them in full. */
export function savedRun(
  live: Partial<LiveRunView> = {},
  answers: Partial<SavedView["answers"]> = {},
): SavedView {
  return {
    version: 1,
    key: KEY,
    live: { ...RUNNING, state: "completed", stop: "none", step: "", expected: 25, table: table(25), ...live },
    answers: {
      rows: { version: 1, start: 0, total: KEPT, numbers, rows: numbers.map(cells) },
      records: numbers.slice(0, 4).map((number) => ({
        number,
        fields: COLUMNS.map(({ name }, at) => field(name, cells(number)[at]?.text ?? "")),
        before: [],
      })),
      log: {
        first: 0,
        next: 1,
        lines: [{ time: "14:02:11", level: "info", text: "Preview begins", cut: 0 }],
      },
      ...answers,
    },
  };
}

/** A job that was at work when the notebook was saved. */
export const savedJob = (live: Partial<LiveRunView> = {}): SavedView =>
  savedRun(
    { title: "Create", state: "running", stop: "cancel", table: null, job: JOB.job, ...live },
    { records: [] },
  );

/** As it comes from a file. */
export const asJson = (saved: SavedView) => JSON.parse(JSON.stringify(saved));
