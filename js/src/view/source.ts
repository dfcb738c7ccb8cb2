/** What a view can ask of whoever made it. A view knows neither Jupyter nor where its answers come from. */
export interface Source {
  /** Does it, or rejects with a sentence for the person, or with AbortError when it no longer matters. */
  act(action: Action, options?: AskOptions): Promise<void>;
  /** Has `hear` called with the newest lines of the log, now and whenever there are new ones; gives a way to end that. */
  followLog(hear: (lines: readonly LogLine[]) => void): () => void;
}

/** A line of the log, cut; the time is in words. */
export interface LogLine {
  time: string;
  level: "debug" | "info" | "warning" | "error";
  text: string;
}

export type Action = "cancel";

export interface AskOptions {
  /** Aborted when the answer no longer matters. */
  signal?: AbortSignal;
  /** Called once when the answer is late; it may still come. */
  onLate?: () => void;
}
