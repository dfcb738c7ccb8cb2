import type { JobLiveView, StatusView } from "../../wire/wire";
import type { Source } from "../source";

/** How a job came to where it is. */
export function JobSteps({ steps }: { steps: readonly StatusView[] }) {
  return <p class="dd-step">{steps.map(({ text }) => text).join(" → ")}</p>;
}

interface Props {
  job: JobLiveView;
  /** The variable that holds it; "" without one. */
  variable: string;
  running: boolean;
  source: Source;
}

/** What can be done with a job beside cancelling it. */
export function JobActions({ job }: Props) {
  return <p class="dd-foot">{job.address}</p>;
}
