/** A job, or a run of this machine, followed through the server for as long as someone looks at it. */
import { Poll } from "@lumino/polling";
import type { Source } from "../view/source";
import type { LiveRunView, LogView, Wire } from "../wire/wire";
import { get, serverSource } from "./server";

/** Between two looks at what is at work; longer after failures, and none in a page out of sight. */
const EVERY_MS = 2000;
const AT_MOST_MS = 60_000;

type Tells = Wire["tells"];

export interface Followed {
  /** As it was last seen; undefined before. */
  readonly live: LiveRunView | undefined;
  /** Why it could not be seen the last time; undefined when it was. */
  readonly problem: Error | undefined;
  readonly source: Source;
  /** Has `look` called whenever that changes; gives a way to end it. */
  onChange(look: () => void): () => void;
  /** Looks now, and goes on looking. */
  refresh(): void;
  /** Looks no more, until `refresh`: nobody sees it. */
  rest(): void;
  close(): void;
}

/** Follows what is below `path`, until its end. */
export function follow(path: string, deployment: string): Followed {
  let live: LiveRunView | undefined;
  let problem: Error | undefined;
  const looking = new Set<() => void>();
  const hearing = new Map<string, Set<(told: never) => void>>();
  const asking = serverSource(path, deployment);
  let lines: number | undefined;

  async function look() {
    try {
      const seen = await get<LiveRunView>(path, { deployment });
      live = seen;
      problem = undefined;
      for (const tell of looking) tell();
      await tellLog(seen);
    } catch (error) {
      problem = error instanceof Error ? error : new Error(String(error));
      for (const tell of looking) tell();
      throw problem; // so that the next look waits longer
    }
    if (live.state !== "running") void poll.stop();
  }

  /** New lines of the log, for a view that shows it. */
  async function tellLog(seen: LiveRunView) {
    const hear = hearing.get("log");
    if (!hear?.size || (lines !== undefined && seen.log_lines <= lines)) return;
    const told: LogView = await asking.ask({ op: "log", after: lines ?? 0 });
    lines = told.next;
    for (const each of hear) each({ ...told, tell: "log" } as never);
  }

  const poll = new Poll({
    auto: true,
    factory: look,
    frequency: { interval: EVERY_MS, backoff: true, max: AT_MOST_MS },
    standby: "when-hidden",
    name: `dd-jupyter:${path}`,
  });

  const source: Source = {
    offers: (op) => asking.offers?.(op) ?? true,
    async ask(asked, options) {
      const answer = await asking.ask(asked, options);
      if (asked.op === "stop" || asked.op === "sample" || asked.op === "download") void poll.refresh();
      return answer;
    },
    hear<Kind extends keyof Tells>(kind: Kind, told: (told: Tells[Kind]) => void) {
      const listeners = hearing.get(kind) ?? new Set();
      hearing.set(kind, listeners.add(told as (told: never) => void));
      return () => void listeners.delete(told as (told: never) => void);
    },
  };

  return {
    get live() {
      return live;
    },
    get problem() {
      return problem;
    },
    source,
    onChange: (look) => {
      looking.add(look);
      return () => void looking.delete(look);
    },
    refresh: () => void poll.refresh(),
    rest: () => void poll.stop(),
    close: () => {
      poll.dispose();
      looking.clear();
      hearing.clear();
    },
  };
}
