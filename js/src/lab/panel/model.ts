/** What the panel knows: the runs and jobs of a place, kept up to date for as long as that is of use. */
import { Poll } from "@lumino/polling";
import type { Wire } from "../../wire/wire";
import { get, post } from "../server";
import { addressOf, isAtWork, kept, keyOf, type Listed } from "./listed";

type Connection = Wire["server"]["connection"];
type Deployments = Wire["server"]["deployments"];
type Say = Wire["replies"]["stop"];

/** As many are asked for at first, and with each wish for more. */
export const FIRST = 100;
const MORE = 200;
/** The server lists no more than that. */
export const MOST = 500;

/** With nothing at work a look is due so many times less often. */
const AT_REST = 6;
const AT_MOST_MS = 60_000;
/** For so long after a cell was run, something may begin at any moment. */
const LIVELY_MS = 30_000;
/** A connection that is well is looked at no more often. */
const CONNECTION_MS = 60_000;

/** Whose jobs are looked at; "" for the server's own choice. */
export interface Place {
  readonly deployment: string;
  readonly workspace: string;
}

/** What came of something that a person did with a run. */
export interface Said {
  /** Still on its way. */
  readonly busy: boolean;
  readonly text: string;
  readonly bad: boolean;
  /** The folder that has the records now, relative to where the server's files begin. */
  readonly folder?: string;
}

export interface ModelOptions {
  /** Seconds between two looks while something is at work. */
  seconds(): number;
  /** Called once for each run that was seen at work and has ended. */
  onEnded(run: Listed): void;
}

export class RunsModel {
  /** Newest first; undefined before the first answer. */
  runs: readonly Listed[] | undefined;
  /** Whether there are older ones. */
  more = false;
  limit = FIRST;
  /** Why jobs may be missing, by the server. */
  problem = "";
  /** Why the server could not be asked the last time. */
  error = "";
  connection: Connection | undefined;
  deployments: Deployments | undefined;
  /** Whether someone waits for an answer: the first one, or one they asked for. */
  waiting = true;

  readonly #options: ModelOptions;
  readonly #poll: Poll;
  readonly #listeners = new Set<() => void>();
  readonly #atWork = new Set<string>();
  readonly #said = new Map<string, Said>();
  #place: Place = { deployment: "", workspace: "" };
  #leaving = new AbortController();
  #asking = false;
  #again = false;
  #inSight = false;
  #livelyUntil = 0;
  #connectionAt = 0;

  constructor(options: ModelOptions) {
    this.#options = options;
    this.#poll = new Poll({
      auto: false,
      factory: () => this.#look(),
      frequency: this.#frequency(),
      linger: 0,
      standby: () => (this.#rests() ? true : "when-hidden"),
      name: "dd-jupyter:runs",
    });
    document.addEventListener("visibilitychange", this.#onVisibility);
  }

  /** The place as it was chosen. */
  get chosen(): Place {
    return this.#place;
  }

  /** The place as it is, with what the server means where nothing is chosen; "" while that is not known. */
  get place(): Place {
    const deployment = this.#place.deployment || this.deployments?.chosen || this.connection?.base_url || "";
    const known = this.deployments?.deployments.find(({ base_url }) => base_url === deployment);
    const workspace = this.#place.workspace || this.connection?.workspace || known?.workspace || "";
    return { deployment, workspace };
  }

  /** What is wrong, and what to do; "" if all is well. */
  get trouble(): string {
    return this.error || this.connection?.problem || this.problem;
  }

  /** Gives a way to end it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Looks at another place; only what ran in kernels is the same there. */
  choose(place: Place): void {
    if (place.deployment === this.#place.deployment && place.workspace === this.#place.workspace) return;
    if (place.deployment !== this.#place.deployment) this.connection = undefined;
    this.#place = place;
    this.#leaving.abort();
    this.#leaving = new AbortController();
    this.runs = this.runs?.filter(({ deployment }) => deployment === "");
    this.problem = "";
    this.limit = FIRST;
    this.refresh();
  }

  /** Looks now, at everything. */
  refresh(): void {
    this.#connectionAt = 0;
    this.waiting = true;
    this.#tell();
    this.#lookNow();
  }

  /** Something may have begun: looks now, and often for a while. */
  stir(): void {
    this.#livelyUntil = Date.now() + LIVELY_MS;
    this.#lookNow();
  }

  /** Nobody sees the panel, or somebody does again. */
  setInSight(inSight: boolean): void {
    const comes = inSight && !this.#inSight;
    this.#inSight = inSight;
    if (comes) this.#lookNow();
  }

  /** Looks as often as the settings say now. */
  keepPace(): void {
    this.#poll.frequency = this.#frequency();
    if (this.#inSight) this.#lookNow();
  }

  showMore(): void {
    this.limit = Math.min(MOST, this.limit + MORE);
    this.waiting = true;
    this.#tell();
    this.#lookNow();
  }

  /** What came of the last thing that was done with it. */
  said(run: Listed): Said | undefined {
    return this.#said.get(keyOf(run));
  }

  cancel(run: Listed): Promise<void> {
    return this.#act(run, "cancel", {}, "Cancelling …");
  }

  download(run: Listed, folder: string): Promise<void> {
    return this.#act(run, "download", { folder }, "Downloading …", folder);
  }

  /** Keeps a sentence beside it, until something else is done with it. */
  say(run: Listed, said: Said | undefined): void {
    if (said) this.#said.set(keyOf(run), said);
    else this.#said.delete(keyOf(run));
    this.#tell();
  }

  close(): void {
    document.removeEventListener("visibilitychange", this.#onVisibility);
    this.#leaving.abort();
    this.#poll.dispose();
    this.#listeners.clear();
  }

  async #act(run: Listed, act: string, body: unknown, doing: string, folder?: string): Promise<void> {
    const address = addressOf(run.path);
    if (!address || this.said(run)?.busy) return;
    this.say(run, { busy: true, text: doing, bad: false });
    try {
      const { text } = await post<Say>(`${address}/${act}`, { deployment: run.deployment }, body);
      this.say(run, { busy: false, text, bad: false, ...(folder !== undefined && { folder }) });
    } catch (error) {
      this.say(run, { busy: false, text: sentence(error), bad: true });
    }
    this.stir();
  }

  readonly #onVisibility = () => {
    if (!document.hidden && !this.#rests()) this.#lookNow();
  };

  #lookNow(): void {
    if (this.#asking) this.#again = true;
    else void this.#poll.refresh();
  }

  async #look(): Promise<void> {
    this.#asking = true;
    try {
      do {
        this.#again = false;
        await this.#ask();
      } while (this.#again);
    } finally {
      this.#asking = false;
      this.waiting = false;
      this.#poll.frequency = this.#frequency();
      this.#tell();
    }
    if (this.error || this.problem) throw new Error(this.error || this.problem); // the next look waits longer
  }

  /** Asks once; what the person left in the meantime is of no interest any more. */
  async #ask(): Promise<void> {
    const { signal } = this.#leaving;
    const around =
      Date.now() - this.#connectionAt > CONNECTION_MS || this.connection?.problem
        ? this.#lookAround(signal)
        : null;
    await Promise.all([this.#list(signal), around]);
    if (around === null && !signal.aborted && this.problem && !this.error) await this.#lookAround(signal);
  }

  async #list(signal: AbortSignal): Promise<void> {
    try {
      const found = await get<Wire["server"]["runs"]>("runs", { ...this.#place, limit: this.limit }, signal);
      if (signal.aborted) return;
      this.runs = kept(this.runs ?? [], found.runs);
      this.more = found.more;
      this.problem = found.problem;
      this.error = "";
      this.#noticeEnds();
    } catch (error) {
      if (signal.aborted) return;
      this.error = sentence(error); // the list stays as it was
    }
    this.#tell();
  }

  /** Where there are deployments, and how the chosen one is. */
  async #lookAround(signal: AbortSignal): Promise<void> {
    const [deployments, connection] = await Promise.allSettled([
      get<Deployments>("deployments", {}, signal),
      get<Connection>("connection", { ...this.#place }, signal),
    ]);
    if (signal.aborted) return;
    if (deployments.status === "fulfilled") this.deployments = deployments.value;
    if (connection.status === "fulfilled") this.connection = connection.value;
    this.#connectionAt = Date.now();
    this.#tell();
  }

  #noticeEnds(): void {
    for (const run of this.runs ?? []) {
      const key = keyOf(run);
      if (isAtWork(run)) this.#atWork.add(key);
      else if (this.#atWork.delete(key)) this.#options.onEnded(run);
    }
  }

  #isAtWork(): boolean {
    return this.runs?.some(isAtWork) ?? false;
  }

  #isLively(): boolean {
    return Date.now() < this.#livelyUntil;
  }

  /** Out of sight a look is of use only while there is an end to tell of. */
  #rests(): boolean {
    return !this.#inSight && !this.#isAtWork() && !this.#isLively();
  }

  #frequency() {
    const isBusy = this.#isAtWork() || this.#isLively() || this.error || this.problem;
    const interval = this.#options.seconds() * 1000 * (isBusy ? 1 : AT_REST);
    return { interval, backoff: 2, max: Math.max(AT_MOST_MS, interval) };
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
