import type { ReadonlyPartialJSONObject } from "@lumino/coreutils";
import { Component } from "preact";
import { Prose } from "../../view/parts";
import { Kept } from "../../view/saved/kept";
import type { LiveRunView, SavedView } from "../../wire/wire";
import type { Jobs } from "./jobs";
import { readSaved, Unfit } from "./read";
import { SavedJob } from "./saved_job";

/** Longer ones come from no kernel. */
const LONGEST_TEXT = 20_000;

/** What is drawn of an output: the view, or why there is none. */
export type Drawn = { view: SavedView } | { problem: string };

/** What can be drawn of the data of an output. */
export function drawnOf(data: ReadonlyPartialJSONObject, mimeType: string): Drawn {
  try {
    return { view: readSaved(data[mimeType]) };
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    return { problem: error.message };
  }
}

interface Props {
  drawn: Drawn;
  jobs: Jobs;
  /** Whether a kernel draws it now, so that what was at work still is. */
  goesOn: boolean;
}

/** What is there to be seen in any case: what breaks while it is drawn gives way to the text. */
export class Output extends Component<Props & { text: string }, { broken: string }> {
  override state = { broken: "" };

  override componentDidCatch() {
    this.setState({ broken: "It does not hold together." });
  }

  override render({ drawn, jobs, text, goesOn }: Props & { text: string }) {
    const { broken } = this.state;
    if (broken) return <Plain problem={broken} text={text} />;
    if ("problem" in drawn) return <Plain problem={drawn.problem} text={text} />;
    if (isJob(drawn.view)) return <SavedJob saved={drawn.view} jobs={jobs} />;
    return <Kept saved={drawn.view} goesOn={goesOn} />;
  }
}

function Plain({ problem, text }: { problem: string; text: string }) {
  return (
    <section class="dd-view dd-kept-broken" aria-label="Output of dd_jupyter">
      <p class="dd-notice dd-notice-warning">
        What the notebook keeps of this view cannot be drawn. <Prose text={problem} /> This is its text:
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <pre class="dd-kept-text dd-mono" tabIndex={0}>
        {text || "There is none."}
      </pre>
    </section>
  );
}

function isJob(view: SavedView): view is SavedView & { live: LiveRunView } {
  return view.live.view === "run" && view.live.job !== null;
}

/** The text that every output has; in a notebook it may be a list of lines. */
export function textOf(data: ReadonlyPartialJSONObject): string {
  const plain = data["text/plain"];
  const lines: unknown[] = Array.isArray(plain) ? plain : [plain];
  return lines
    .filter((line) => typeof line === "string")
    .join("")
    .slice(0, LONGEST_TEXT);
}
