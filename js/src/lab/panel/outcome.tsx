import { Prose } from "../../view/parts";
import type { Acts } from "./acts";
import type { Listed } from "./listed";
import type { RunsModel, Said } from "./model";

interface Props {
  run: Listed;
  said: Said | undefined;
  model: RunsModel;
  acts: Acts;
}

/** What became of the last thing that was done with a run. */
export function Outcome({ run, said, model, acts }: Props) {
  const folder = said?.folder;
  const show = acts.showFolder;
  return (
    <div class="dd-jobs-outcome" role="status">
      {said && (
        <>
          <span class={said.bad ? "dd-bad" : "dd-quiet"}>
            <Prose text={said.text} />
          </span>{" "}
          {folder !== undefined && show && (
            <button type="button" class="dd-link" onClick={() => show(folder)}>
              Show the folder
            </button>
          )}{" "}
          {!said.busy && (
            <button type="button" class="dd-link" onClick={() => model.say(run, undefined)}>
              Dismiss
            </button>
          )}
        </>
      )}
    </div>
  );
}
