import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { LiveRunView } from "../../wire/wire";
import { YesOrNo } from "../question";
import type { Source } from "../source";

type Stop = { asked: boolean; late?: boolean; refused?: string };

/** Stops the run, once; says so when the kernel refuses or is slow to hear. */
export function useStop(source: Source) {
  const [stop, setStop] = useState<Stop>({ asked: false });
  const asking = useRef<AbortController>();
  useEffect(() => () => asking.current?.abort(), []);

  function ask() {
    if (stop.asked) return;
    asking.current = new AbortController();
    const { signal } = asking.current;
    setStop({ asked: true });
    source.ask({ op: "stop" }, { signal, onLate: () => setStop({ asked: true, late: true }) }).then(
      () => setStop({ asked: true }),
      (error: Error) => signal.aborted || setStop({ asked: false, refused: error.message }),
    );
  }

  return { ...stop, ask };
}

interface Props {
  kind: LiveRunView["stop"];
  asked: boolean;
  ask: () => void;
}

const WORDS = { stop: ["Stop", "Stopping…"], cancel: ["Cancel", "Cancelling…"] } as const;

/**
 * Stops a run in the kernel at once; before a job, which may be long and costly, it asks.
 *
 * `aria-disabled`, as a disabled button would lose the focus of whoever pressed it by keyboard.
 */
export function StopButton({ kind, asked, ask }: Props) {
  const [unsure, setUnsure] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const back = useRef(false);
  useLayoutEffect(() => {
    if (back.current && !unsure) button.current?.focus();
    back.current = unsure;
  }, [unsure]);

  if (kind === "none") return null;
  if (unsure && !asked) {
    const yes = () => {
      setUnsure(false);
      ask();
    };
    return <YesOrNo question="Cancel the job?" no={() => setUnsure(false)} yes={yes} />;
  }
  const [word, doing] = WORDS[kind];
  const press = kind === "cancel" ? () => asked || setUnsure(true) : ask;
  return (
    <button type="button" class="dd-button" ref={button} aria-disabled={asked} onClick={press}>
      {asked ? doing : word}
    </button>
  );
}
