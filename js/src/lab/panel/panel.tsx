/** The jobs panel: where the jobs are, what is looked for, and the list. */
import { useId } from "../../view/ids";
import { useRemembered } from "../../view/memory";
import type { Acts } from "./acts";
import { Filter } from "./filter";
import { Head } from "./head";
import { List } from "./list";
import { isMeant, type Which } from "./listed";
import type { RunsModel } from "./model";

interface Props {
  model: RunsModel;
  acts: Acts;
}

export function Panel({ model, acts }: Props) {
  const [text, setText] = useRemembered("looked for", "");
  const [which, setWhich] = useRemembered<Which>("which", "all");
  const id = useId();
  const runs = model.runs ?? [];
  const meant = runs.filter((run) => isMeant(run, text, which));
  const clear = () => {
    setText("");
    setWhich("all");
  };

  return (
    <section class="dd-jobs-panel" aria-labelledby={id}>
      <Head id={id} model={model} choose={acts.choose} />
      {(runs.length > 0 || text || which !== "all") && (
        <Filter
          text={text}
          onText={setText}
          which={which}
          onWhich={setWhich}
          shown={meant.length}
          of={runs.length}
          more={model.more}
        />
      )}
      <List model={model} acts={acts} meant={meant} clear={clear} />
    </section>
  );
}
