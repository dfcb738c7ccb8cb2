import { useEffect, useRef, useState } from "preact/hooks";
import type { Source } from "./source";

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
    source.act("cancel", { signal, onLate: () => setStop({ asked: true, late: true }) }).then(
      () => setStop({ asked: true }),
      (error: Error) => signal.aborted || setStop({ asked: false, refused: error.message }),
    );
  }

  return { ...stop, ask };
}

/** `aria-disabled`, as a disabled button would lose the focus of whoever pressed it by keyboard. */
export function StopButton({ asked, ask }: { asked: boolean; ask: () => void }) {
  return (
    <button type="button" class="dd-button" aria-disabled={asked} onClick={ask}>
      {asked ? "Stopping…" : "Stop"}
    </button>
  );
}
