import { useMemo } from "preact/hooks";
import type { SavedView } from "../../wire/wire";
import { Remembered } from "../memory";
import { Prose } from "../parts";
import { View, type ViewProps } from "../view";
import { asKept, keptInWords } from "./as_kept";
import { savedSource } from "./source";

interface Props {
  saved: SavedView;
  /** Whether it is drawn by a kernel now, and not as a notebook kept it. */
  goesOn?: boolean;
  /** How it stands now, where someone can tell that without a kernel. */
  now?: ViewProps | undefined;
  /** A sentence about that; else what the notebook keeps is said. */
  note?: string | undefined;
}

/** A view as the notebook keeps it. What is chosen in it is remembered apart from that of the live view. */
export function Kept({ saved, goesOn = false, now, note }: Props) {
  const isAtWork = goesOn && saved.live.view === "run" && saved.live.state === "running";
  const kept = useMemo<ViewProps>(
    () => ({ live: asKept(saved, isAtWork), heardAt: Date.now(), source: savedSource(saved) }),
    [saved, isAtWork],
  );
  return (
    <Remembered model={`kept ${saved.key}`}>
      <View {...(now ?? kept)} />
      {!isAtWork && (
        <p class={now ? "dd-kept dd-kept-now dd-quiet" : "dd-kept dd-quiet"}>
          <Prose text={note ?? keptInWords(saved)} />
        </p>
      )}
    </Remembered>
  );
}
