import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { LocationView, Plan, PlanView } from "../../wire/wire";
import { useRemembered } from "../memory";
import { lateness } from "../parts";
import type { Ask, Replies, Source } from "../source";

/** Where resources have to come from to be of use in a location. */
export const BACKENDS: Record<LocationView["location"], Plan["to"]> = { run: "local", submit: "services" };

export interface Moves {
  /** The plan that was made last, as it stands; null without one. */
  shown: PlanView | null;
  /** What the kernel was asked for and has not answered. */
  asking: "" | "plan" | "apply" | "check";
  /** Which plan was asked for and is not there yet; "" for none. */
  planning: string;
  /** Whether nothing else can be asked for now. */
  busy: boolean;
  /** Why the kernel has not done what it was asked. */
  error: string;
  /** A sentence, once an answer is late. */
  late: string;
  /** Plans the moves of some rows of the report, or of all: `resources` is empty then. */
  plan(to: Plan["to"], resources: number[], by: HTMLElement): void;
  apply(): void;
  check(): void;
  close(): void;
  /** Has the focus where the button that had it is gone. */
  home: RefObject<HTMLButtonElement>;
}

/** What tells a plan that was asked for from others. */
export const planOf = (to: Plan["to"], resources: readonly number[]) => `${to} ${resources.join(" ")}`;

/** Plans, carries out and looks up anew: one thing at a time, each asked for once. */
export function useMoves(source: Source): Moves {
  const [shown, setShown] = useRemembered<PlanView | null>("plan", null);
  const [asking, setAsking] = useState<Moves["asking"]>("");
  const [planning, setPlanning] = useState("");
  const [error, setError] = useState("");
  const [late, setLate] = useState("");
  // A second click may come before the first has been drawn.
  const asked = useRef<AbortController>();
  const opener = useRef<HTMLElement>();
  const home = useRef<HTMLButtonElement>(null);
  useEffect(() => source.hear("plan", ({ tell: _, ...plan }) => setShown(plan)), [source]);
  useEffect(() => () => asked.current?.abort(), []);
  const atWork = shown?.migration.status.tone === "running";

  function ask<Op extends "plan" | "apply" | "check">(what: Ask<Op>, then: (reply: Replies[Op]) => void) {
    if (asked.current) return;
    const leaving = new AbortController();
    const { signal } = leaving;
    asked.current = leaving;
    setAsking(what.op);
    setError("");
    const { onLate, end } = lateness(setLate);
    const settle = (how: () => void) => {
      end();
      asked.current = undefined;
      if (signal.aborted) return;
      setAsking("");
      setLate("");
      how();
    };
    source.ask(what, { signal, onLate }).then(
      (reply) => settle(() => then(reply)),
      (refused: Error) => settle(() => setError(refused.message)),
    );
  }

  return {
    shown,
    asking,
    planning: asking === "plan" ? planning : "",
    busy: asking !== "" || atWork,
    error,
    late,
    plan(to, resources, by) {
      if (atWork) return;
      if (!asked.current) {
        opener.current = by;
        setPlanning(planOf(to, resources));
      }
      ask({ op: "plan", to, resources }, setShown);
    },
    apply() {
      if (shown?.can_apply) ask({ op: "apply", plan: shown.plan }, setShown);
    },
    check() {
      ask({ op: "check" }, () => undefined);
    },
    close() {
      setShown(null);
      setError("");
      (opener.current?.isConnected ? opener : home).current?.focus();
    },
    home,
  };
}
