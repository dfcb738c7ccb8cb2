import { useEffect, useRef, useState } from "preact/hooks";
import type { Fields, LiveSubmitView, Plan, PlanView, ProblemView } from "../../wire/wire";
import { BUSY } from "../parts";
import type { Source } from "../source";

/** What is looked up may take its time; whether it does, or nobody has heard of it, is not known. */
export const SLOW = "Still no answer: NeMo Services take their time, or the kernel is busy with a cell.";

interface Submission {
  /** From the press of the button until it is refused. */
  asked: boolean;
  error?: string;
  late?: string;
  problems: readonly ProblemView[];
}

const NOTHING: Submission = { asked: false, problems: [] };

/** Submits, once; what is refused can be tried again. */
export function useSubmission(source: Source, state: LiveSubmitView["state"]) {
  const [submission, setSubmission] = useState(NOTHING);
  const asking = useRef<AbortController | undefined>(undefined);
  // Another view of the same form may have been pressed.
  const asked = submission.asked || state !== "open";

  function submit(fields: Fields, plan: number | null) {
    if (asked || asking.current) return;
    const control = new AbortController();
    asking.current = control;
    setSubmission({ asked: true, problems: [] });
    source
      .ask(
        { op: "submit", fields, plan },
        { onLate: () => setSubmission((last) => ({ ...last, late: last.asked ? BUSY : "" })) },
      )
      .then(
        ({ problems }) => setSubmission({ asked: problems.length === 0, problems }),
        (error: Error) => setSubmission({ asked: false, error: error.message, problems: [] }),
      )
      .finally(() => {
        asking.current = undefined;
      });
  }

  // Once the kernel has heard of it, it says itself what it is busy with.
  const late = state === "open" && submission.asked ? (submission.late ?? "") : "";
  return { ...submission, late, asked, submit, clear: () => setSubmission(NOTHING) };
}

export interface Planned {
  plan: PlanView | undefined;
  error: string;
  late: string;
  asking: boolean;
  ask: (to: Plan["to"]) => void;
  close: () => void;
}

type State = { of: string; plan?: PlanView; error?: string; late?: string; asking?: boolean };

/** A plan of the moves; `of` is what it is for: another one makes it void. */
export function usePlan(source: Source, of: string): Planned {
  const [state, setState] = useState<State>({ of });
  const current = state.of === of ? state : { of };
  const asking = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => asking.current?.abort(), [of]);
  useEffect(
    () =>
      source.hear("plan", (told) =>
        setState((last) => (last.plan?.plan === told.plan ? { ...last, plan: told } : last)),
      ),
    [source],
  );

  function ask(to: Plan["to"]) {
    asking.current?.abort();
    const leaving = new AbortController();
    asking.current = leaving;
    const { signal } = leaving;
    setState({ of, asking: true });
    source
      .ask(
        { op: "plan", to, resources: [] },
        { signal, onLate: () => setState((last) => (last.asking ? { ...last, late: SLOW } : last)) },
      )
      .then(
        (plan) => setState({ of, plan }),
        (error: Error) => signal.aborted || setState({ of, error: error.message }),
      );
  }

  return {
    plan: current.plan,
    error: current.error ?? "",
    late: current.late ?? "",
    asking: current.asking === true,
    ask,
    close: () => setState({ of }),
  };
}
