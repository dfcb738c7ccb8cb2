import { useEffect, useRef, useState } from "preact/hooks";
import { BUSY } from "../parts";
import { copied } from "./clipboard";

export interface Copying {
  /** What became of it: "Copied."; "" at first. */
  said: string;
  /** What could not be copied and is to be copied by hand; "" else. */
  byHand: string;
  copy(what: string, text: () => Promise<string>): void;
  end(): void;
}

const SAID_MS = 4000;
/** As of other requests. */
const LATE_MS = 2000;

/** Copies what may have to be asked for first. */
export function useCopy(near: { current: HTMLElement | null }): Copying {
  const [said, say] = useState("");
  const [byHand, setByHand] = useState("");
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const turn = useRef(0);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      turn.current = -1;
    },
    [],
  );

  async function copy(what: string, text: () => Promise<string>) {
    if (turn.current < 0) return;
    turn.current += 1;
    const mine = turn.current;
    const current = () => turn.current === mine;
    clearTimeout(timer.current);
    setByHand("");
    timer.current = setTimeout(() => say(BUSY), LATE_MS);
    try {
      const whole = await text();
      if (!current()) return;
      const done = await copied(whole, near.current);
      if (!current()) return;
      say(done ? `Copied ${what}.` : "");
      setByHand(done ? "" : whole);
    } catch (error) {
      if (current()) say(error instanceof Error ? error.message : String(error));
    } finally {
      if (current()) {
        clearTimeout(timer.current);
        timer.current = setTimeout(() => say(""), SAID_MS);
      }
    }
  }
  return { said, byHand, copy, end: () => setByHand("") };
}
