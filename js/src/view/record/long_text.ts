import { useEffect, useRef, useState } from "preact/hooks";
import type { TextView } from "../../wire/wire";
import { BUSY } from "../parts";
import type { Source } from "../source";

/** Beyond this the browser would suffer; the dataset has the rest. */
const MOST_CHARACTERS = 5_000_000;

/** Where the rest of a value is asked for. */
export interface Place {
  source: Source;
  number: number;
  column: string;
}

/** A text of which the beginning is here, and the rest can be had. */
export interface LongText extends TextView {
  /** Whether what is cut can be asked for. */
  hasMore: boolean;
  /** Asks for the next piece; does nothing while one is on its way. */
  more: () => void;
  /** Asks for all that is missing. */
  whole: () => Promise<string>;
  asking: boolean;
  error: string;
  /** A sentence, while an answer is late; else "". */
  late: string;
}

/** Without a place the rest cannot be had. */
export function useLongText(first: TextView, place: Place | null): LongText {
  const [held, hold] = useState({ text: first.text, cut: first.cut });
  const [asking, setAsking] = useState(false);
  const [error, setError] = useState("");
  const [late, setLate] = useState("");
  const leaving = useRef<AbortController>();
  useEffect(() => () => leaving.current?.abort(), []);

  async function load(until: (now: TextView) => boolean): Promise<string> {
    let now: TextView = held;
    if (place === null || asking) return now.text;
    const { source, number, column } = place;
    leaving.current = new AbortController();
    const { signal } = leaving.current;
    const options = { signal, onLate: () => setLate(BUSY) };
    setAsking(true);
    setError("");
    try {
      while (!until(now)) {
        const piece = await source.ask({ op: "text", number, column, start: characters(now.text) }, options);
        if (piece.text === "") break;
        now = { text: now.text + piece.text, cut: piece.cut };
        hold(now);
      }
    } catch (problem) {
      if (!signal.aborted) setError((problem as Error).message);
      throw problem;
    } finally {
      if (!signal.aborted) {
        setAsking(false);
        setLate("");
      }
    }
    return now.text;
  }

  return {
    ...held,
    hasMore: held.cut > 0 && place !== null,
    asking,
    error,
    late,
    more: () => {
      let pieces = 0;
      load(({ cut }) => cut === 0 || pieces++ > 0).catch(() => undefined);
    },
    whole: () => load(({ text, cut }) => cut === 0 || text.length >= MOST_CHARACTERS),
  };
}

/** As Python counts them: a character beyond the sixteenth bit is one, and not two. */
function characters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
