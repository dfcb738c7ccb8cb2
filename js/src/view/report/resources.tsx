import type { Source } from "../source";

/** What the configuration of a run depends on, as it was found before the run. */
export function Resources(_: { source: Source }) {
  return <p class="dd-empty" />;
}
