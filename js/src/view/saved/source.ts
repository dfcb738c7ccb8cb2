import type { LiveTableView, RowsView, SavedView } from "../../wire/wire";
import type { Ask, Asks, Replies, Source } from "../source";
import { count } from "../words";
import { arranged } from "./arranged";

const NOT_KEPT = "The notebook does not keep this. Run the cell again to see it.";

/** What an output keeps, as a source: whatever else is asked for is refused with a sentence. */
export function savedSource({ live, answers }: SavedView): Source {
  const rows = answers.rows ?? undefined;
  const records = new Map((answers.records ?? []).map((record) => [record.number, record]));
  const has: Partial<Record<keyof Asks, boolean>> = {
    rows: rows !== undefined,
    record: records.size > 0,
    profile: Boolean(answers.profile),
    failures: Boolean(answers.failures),
    resources: Boolean(answers.resources?.report),
    log: Boolean(answers.log),
    changes: Boolean(answers.changes),
  };
  const table = "table" in live ? live.table : null;

  function answer(asked: Ask<keyof Asks>): unknown {
    switch (asked.op) {
      case "rows":
        return rows && table && page(table, rows, asked as Ask<"rows">);
      case "record":
        return record((asked as Ask<"record">).number);
      case "profile":
      case "failures":
      case "resources":
      case "log":
      case "changes":
        return answers[asked.op];
    }
    return undefined;
  }

  function record(number: number) {
    const found = records.get(number);
    if (found === undefined && records.size > 0) {
      const first = records.size === 1 ? "record" : `${count(records.size)} records`;
      throw new Error(`The notebook keeps the first ${first} in full. Run the cell again for the others.`);
    }
    return found;
  }

  function page(of: LiveTableView["table"], all: RowsView, { start, end, sort, filters }: Ask<"rows">) {
    const shown = arranged(of.columns, all, records, sort ?? [], filters ?? []);
    return {
      version: all.version,
      start,
      total: shown.length,
      numbers: shown.slice(start, end).map((at) => all.numbers[at] ?? at),
      rows: shown.slice(start, end).map((at) => all.rows[at] ?? []),
    };
  }

  return {
    async ask<Op extends keyof Asks>(asked: Ask<Op>): Promise<Replies[Op]> {
      const found = answer(asked);
      if (found === undefined || found === null) throw new Error(NOT_KEPT);
      return found as Replies[Op];
    },
    hear: () => () => undefined,
    offers: (op) => has[op] ?? false,
    kept: rows && (table?.rows ?? Number.POSITIVE_INFINITY) > rows.rows.length ? rows.rows.length : undefined,
  };
}
