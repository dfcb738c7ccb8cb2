import type { Wire } from "../wire/wire";
import { RunView } from "./run/run";
import type { Source } from "./source";

export interface ViewProps {
  live: Wire["live"];
  /** When it came, in milliseconds. */
  heardAt: number;
  source: Source;
}

/** Whatever is shown. */
export function View({ live, heardAt, source }: ViewProps) {
  switch (live.view) {
    case "run":
      return <RunView live={live} heardAt={heardAt} source={source} />;
    default:
      return null;
  }
}
