import type { LookUpView } from "../../wire/wire";
import { type Answer, Chip, Notice } from "../parts";
import { Found } from "./found";
import { type Planned, SLOW } from "./submission";

interface Props {
  looked: Answer<unknown>;
  again: () => void;
  /** Of the place that is chosen now; undefined while that is looked up. */
  found: LookUpView | undefined;
  plan: Planned;
  askPlan: () => void;
  readOnly: boolean;
}

/** Whether everything is there for a run in the chosen place, and what to do about it. */
export function Resources({ looked, again, found, plan, askPlan, readOnly }: Props) {
  const looking = !found && !looked.error;
  const canPlan = found !== undefined && found.moves > 0 && !plan.plan;
  return (
    <div class="dd-form-row">
      <span>Resources</span>
      <div>
        <div class="dd-form-line" role="status" aria-live="polite">
          {looking && <span class="dd-quiet">Looking up what the configuration depends on …</span>}
          {found && <Chip {...found.status} />}
          {canPlan && !readOnly && (
            <button type="button" class="dd-link" aria-disabled={plan.asking} onClick={askPlan}>
              Plan moves…
            </button>
          )}
          {plan.asking && (
            <span class="dd-quiet">Reading the seed, and looking up what is there already …</span>
          )}
          {!looking && !readOnly && (
            <button type="button" class="dd-link" onClick={again}>
              Look again
            </button>
          )}
        </div>
        {looked.error && <Notice level="error" text={looked.error} />}
        {looked.late && <Notice level="info" text={SLOW} />}
        {plan.late && <Notice level="info" text={plan.late} />}
        {plan.error && <Notice level="error" text={plan.error} />}
        {found && !plan.plan && <Found found={found} />}
      </div>
    </div>
  );
}
