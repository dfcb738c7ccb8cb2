import type { Wire } from "../wire/wire";

/** What may be asked, by its name: `op` and its arguments. */
export type Asks = Wire["asks"];
/** What answers it. */
export type Replies = Wire["replies"];
/** What is told unasked. */
export type Tells = Wire["tells"];

/** A request; what has a default in the kernel may be left out. */
export type Ask<Op extends keyof Asks> = Asks[Op] & { op: Op };

/** What a view asks, of whomever made it. A view knows neither Jupyter nor where its answers come from. */
export interface Source {
  /**
   * Asks; rejects with a sentence for the person, or with an AbortError when the answer no longer matters.
   * An abort is told to the other side, which stops working on it.
   */
  ask<Op extends keyof Asks>(ask: Ask<Op>, options?: AskOptions): Promise<Replies[Op]>;
  /** Has `hear` called with what is told unasked; gives a way to end that. */
  hear<Kind extends keyof Tells>(kind: Kind, hear: (told: Tells[Kind]) => void): () => void;
  /** Whether it answers that at all. Without this it answers everything. */
  offers?(op: keyof Asks): boolean;
  /** How many rows it has, where they are but the first of the table. */
  readonly kept?: number | undefined;
}

/** Whether to offer a person what needs that answer: what nobody hears has no button. */
export const offers = (source: Source, op: keyof Asks): boolean => source.offers?.(op) ?? true;

export interface AskOptions {
  /** Aborted when the answer no longer matters. */
  signal?: AbortSignal;
  /** Called once when the answer is late; it may still come. */
  onLate?: () => void;
}
