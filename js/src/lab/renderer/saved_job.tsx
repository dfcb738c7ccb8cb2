import { useEffect, useMemo, useState } from "preact/hooks";
import { Kept } from "../../view/saved/kept";
import type { LiveRunView, SavedView } from "../../wire/wire";
import type { Followed } from "../followed";
import { ServerError } from "../server";
import { type Jobs, MOST_JOBS, placeOf } from "./jobs";

/** Asked again, these are answered the same. */
const FINAL: readonly number[] = [400, 403, 404];

/** Within this time the kernel's own view takes the place of this one, where there is one; nobody has to be asked then. */
const ASKED_AFTER_MS = 1000;

const TOO_MANY = `Kept in the notebook. ${MOST_JOBS} other jobs of this page are followed already.`;

interface Props {
  saved: SavedView & { live: LiveRunView };
  jobs: Jobs;
}

/** A job, followed through our server for as long as it is drawn; as the notebook keeps it where that cannot be. */
export function SavedJob({ saved, jobs }: Props) {
  const { live } = saved;
  const place = useMemo(() => live.job && placeOf(live.job), [saved]);
  const named = place && `${place.path} ${place.deployment}`;
  const wasRunning = live.state === "running";
  const [seen, see] = useState<Seen>({ state: "asking" });

  useEffect(() => {
    if (!place) return;
    let leave = () => {};
    let asking: ReturnType<typeof setTimeout> | undefined;
    const begin = () => {
      const held = jobs.hold(place);
      if (!held) return see({ state: "kept", note: TOO_MANY });
      const { followed } = held;
      const look = () => see(seenOf(followed, wasRunning));
      const unlook = followed.onChange(look);
      look();
      leave = () => {
        unlook();
        held.letGo();
      };
    };
    if (jobs.has(place)) begin();
    else asking = setTimeout(begin, ASKED_AFTER_MS);
    return () => {
      clearTimeout(asking);
      leave();
    };
  }, [jobs, named, wasRunning]);

  if (!place) return <Kept saved={saved} />;
  if (seen.state === "asking") return <Kept saved={saved} note="Asking NeMo Services how it stands now …" />;
  if (seen.state === "kept") return <Kept saved={saved} note={seen.note} />;
  const { followed, live: now, heardAt, note } = seen;
  return <Kept saved={saved} now={{ live: now, heardAt, source: followed.source }} note={note} />;
}

type Seen =
  | { state: "asking" }
  | { state: "kept"; note: string }
  | { state: "seen"; followed: Followed; live: LiveRunView; heardAt: number; note: string };

function seenOf(followed: Followed, wasRunning: boolean): Seen {
  const { live, problem } = followed;
  const status = problem instanceof ServerError ? problem.status : 0;
  if (problem && (FINAL.includes(status) || (!live && !wasRunning))) {
    followed.close();
    return { state: "kept", note: `Kept in the notebook as it was last drawn. ${problem.message}` };
  }
  if (!live) {
    if (!problem) return { state: "asking" };
    return {
      state: "kept",
      note: `Kept in the notebook as it was last drawn. ${problem.message} It is asked for again by itself.`,
    };
  }
  const note = problem
    ? `Last heard of a while ago. ${problem.message} It is asked for again by itself.`
    : live.state === "running"
      ? "Followed through the Jupyter server: this needs no kernel."
      : "Looked up through the Jupyter server: this needs no kernel.";
  return { state: "seen", followed, live, heardAt: Date.now(), note };
}
