/** Runs and jobs as the panel lists them: which are meant, and where each is asked for. */
import type { Wire } from "../../wire/wire";
import { pathOf } from "../server";

export type Listed = Wire["server"]["runs"]["runs"][number];

/** Which of them are shown. */
export type Which = "all" | "work" | "jobs" | "machine";

export const WHICH: Record<Which, string> = {
  all: "All",
  work: "At work",
  jobs: "Jobs",
  machine: "Local",
};

const KINDS: Record<Listed["kind"], string> = { preview: "Preview", create: "Create", job: "Job" };

/** What tells one from all others, whatever the workspace that is looked at. */
export const keyOf = ({ deployment, path }: Pick<Listed, "deployment" | "path">) => `${deployment} ${path}`;

export const isAtWork = ({ state }: Listed) => state === "running";

/** "Preview"; what only a newer server says is shown as it is. */
export const kindOf = ({ kind }: Listed) => KINDS[kind] ?? kind;

/** What a person called it, or what it is. */
export const nameOf = (run: Listed) => run.name || kindOf(run);

/** The file without its folders. */
export const fileOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);

/** Where it is asked for, with every part escaped; undefined for what is neither a run nor a job. */
export function addressOf(path: string): string | undefined {
  const parts = path.split("/");
  const [first, ...names] = parts;
  const isOne = (first === "runs" && names.length === 1) || (first === "jobs" && names.length === 2);
  return isOne && names.every((name) => /[^.]/.test(name)) ? pathOf(...parts) : undefined;
}

/** Whether it is among those that are looked for: each word is in its name, its kind, its state or its notebook. */
export function isMeant(run: Listed, text: string, which: Which): boolean {
  if (which === "work" && !isAtWork(run)) return false;
  if (which === "jobs" && run.kind !== "job") return false;
  if (which === "machine" && run.deployment !== "") return false;
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const all = [run.name, kindOf(run), run.status.text, run.where, run.notebook].join("\n").toLowerCase();
  return words.every((word) => all.includes(word));
}

/** The list, with those of the last one that are as they were: what is the same is drawn but once. */
export function kept(before: readonly Listed[], now: readonly Listed[]): readonly Listed[] {
  const known = new Map(before.map((run) => [keyOf(run), run]));
  const next = now.map((run) => {
    const last = known.get(keyOf(run));
    return last && JSON.stringify(last) === JSON.stringify(run) ? last : run;
  });
  return next.length === before.length && next.every((run, at) => run === before[at]) ? before : next;
}
