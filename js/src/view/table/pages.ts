/** The rows of a table, a page at a time: what is in sight is asked for, what is near it when there is time. */

import type { CellView, Filter, RowsTold, Sort } from "../../wire/wire";
import { lateness } from "../parts";
import type { Ask, Source } from "../source";

/** About four screens: a first page of 20 columns stays under 100 kB. */
export const PAGE = 50;

/** Pages that are kept: 3,000 rows. The ones farthest from what is in sight go first. */
const KEPT = 60;

/** Who drags the scroll bar passes many pages: one is asked for where the drag rests this long. */
const REST_MS = 80;

export interface Row {
  /** Of the record in the dataset, from 0. */
  number: number;
  cells: readonly CellView[];
}

/** Rows that could not be had, and why. */
export interface Failed {
  error: string;
  /** First row, and the row after the last. */
  start: number;
  end: number;
}

export type RowAt = Row | Failed | "loading";

/** Rows to be shown, whoever has them. */
export interface Rows {
  /** How many; undefined while that is not known. */
  total: number | undefined;
  /** The same object as long as the row is the same. */
  at(index: number): RowAt;
  /** Says which rows are in sight, the last one not included. */
  want(first: number, last: number): void;
  /** Asks for failed rows once more. */
  again(failed: Failed): void;
  /** A sentence while an answer is late; else "". */
  late: string;
  /** Whether they are still those of the order and filters before. */
  stale: boolean;
}

export interface Query {
  sort: readonly Sort[];
  filters: readonly Filter[];
}

type Page = { asking: AbortController } | { rows: readonly Row[] } | { failed: Failed };

/** Rows that are asked for. */
export class Pages implements Rows {
  total: number | undefined;
  late = "";
  readonly stale = false;
  /** Whether anything was answered, an error included. */
  answered = false;
  private readonly pages = new Map<number, Page>();
  private wanted = { first: 0, last: 0, down: true };
  private timer: ReturnType<typeof setTimeout> | undefined;
  private moved = Number.NEGATIVE_INFINITY;
  private closed = false;

  constructor(
    private readonly source: Source,
    private readonly query: Query,
    private readonly changed: () => void,
  ) {}

  at(index: number): RowAt {
    const page = this.pages.get(Math.floor(index / PAGE));
    if (page === undefined || "asking" in page) return "loading";
    return "failed" in page ? page.failed : (page.rows[index % PAGE] ?? "loading");
  }

  want(first: number, last: number) {
    if (this.closed) return;
    const leaps = Math.abs(first - this.wanted.first) > PAGE;
    this.wanted = { first, last: Math.max(first + 1, last), down: first >= this.wanted.first };
    const rested = performance.now() - this.moved > REST_MS;
    this.moved = performance.now();
    if (!leaps || rested) this.askWanted();
    else this.askLater();
  }

  again({ start }: Failed) {
    this.pages.delete(start / PAGE);
    this.changed();
    this.ask(start / PAGE);
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    for (const page of this.pages.values()) if ("asking" in page) page.asking.abort();
  }

  private askLater() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.askWanted(), REST_MS);
  }

  private askWanted() {
    clearTimeout(this.timer);
    const [first, last] = this.inSight();
    for (const [number, page] of this.pages)
      if ("asking" in page && (number < first - 1 || number > last + 1)) {
        page.asking.abort();
        this.pages.delete(number);
      }
    for (let number = first; number <= last; number++) if (!this.pages.has(number)) this.ask(number);
    this.askNear();
  }

  /** The page that comes next in the direction of the scrolling, then the one before; none while others are awaited. */
  private askNear() {
    if ([...this.pages.values()].some((page) => "asking" in page)) return;
    const [first, last] = this.inSight();
    const end = Math.ceil((this.total ?? 0) / PAGE);
    const near = (this.wanted.down ? [last + 1, first - 1] : [first - 1, last + 1]).find(
      (number) => number >= 0 && number < end && !this.pages.has(number),
    );
    if (near !== undefined) this.ask(near);
  }

  private inSight(): [number, number] {
    return [Math.floor(this.wanted.first / PAGE), Math.floor((this.wanted.last - 1) / PAGE)];
  }

  private ask(number: number) {
    const asking = new AbortController();
    const { signal } = asking;
    const start = number * PAGE;
    const end = this.total === undefined ? start + PAGE : Math.max(start, Math.min(start + PAGE, this.total));
    this.pages.set(number, { asking });
    const { onLate, end: answered } = lateness((sentence) => this.isLate(sentence));
    const ask: Ask<"rows"> = {
      op: "rows",
      start,
      end,
      sort: [...this.query.sort],
      filters: [...this.query.filters],
    };
    this.source
      .ask(ask, { signal, onLate })
      .then(
        ({ rows, numbers, total }) => {
          this.total = total;
          this.pages.set(number, {
            rows: rows.map((cells, at) => ({ number: numbers[at] ?? start + at, cells: cells.map(whole) })),
          });
        },
        (error: Error) => {
          if (!signal.aborted) this.pages.set(number, { failed: { error: error.message, start, end } });
        },
      )
      .finally(() => {
        answered();
        if (signal.aborted || this.closed) return;
        this.late = "";
        this.answered = true;
        this.forget();
        this.changed();
        this.askNear();
      });
  }

  private isLate(late: string) {
    if (this.closed) return;
    this.late = late;
    this.changed();
  }

  private forget() {
    const middle = (this.wanted.first + this.wanted.last) / 2 / PAGE - 0.5;
    const far = [...this.pages.keys()].sort((a, b) => Math.abs(b - middle) - Math.abs(a - middle));
    for (const number of far.slice(0, Math.max(0, far.length - KEPT))) {
      const page = this.pages.get(number);
      if (page && "rows" in page) this.pages.delete(number);
    }
  }
}

/** Rows that were told while a run makes them. */
export function toldRows({ rows, numbers }: Pick<RowsTold, "rows" | "numbers">): Rows {
  const told = rows.map((cells, at) => ({ number: numbers[at] ?? at, cells: cells.map(whole) }));
  return {
    total: told.length,
    at: (index) => told[index] ?? "loading",
    want() {},
    again() {},
    late: "",
    stale: false,
  };
}

/** What goes without saying is not sent: it would be a third of a page. */
const whole = (cell: Partial<CellView>): CellView => ({
  text: "",
  form: "text",
  note: "",
  before: null,
  ...cell,
});

/** Whether it is a row, and not one that is still to come. */
export const isRow = (at: RowAt): at is Row => typeof at === "object" && "number" in at;
/** Whether it could not be had. */
export const isFailed = (at: RowAt): at is Failed => typeof at === "object" && "error" in at;
