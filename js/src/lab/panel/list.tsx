import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { count } from "../../view/words";
import type { Acts } from "./acts";
import { Item } from "./item";
import { keyOf, type Listed } from "./listed";
import { MOST, type RunsModel } from "./model";

interface Props {
  model: RunsModel;
  acts: Acts;
  /** Those that are looked for. */
  meant: readonly Listed[];
  /** Looks for all of them again. */
  clear(): void;
}

/** The runs and jobs, newest first: one stop of the Tab key, and the arrows go from one to the next. */
export function List({ model, acts, meant, clear }: Props) {
  const [current, setCurrent] = useState("");
  const [open, setOpen] = useState("");
  const list = useRef<HTMLUListElement>(null);
  const now = useMinutes();
  if (meant.length === 0) return <Nothing model={model} clear={clear} />;
  const keys = meant.map(keyOf);
  const reached = keys.includes(current) ? current : keys[0];

  function move(event: KeyboardEvent) {
    const { target } = event;
    if (!(target instanceof HTMLElement) || !target.classList.contains("dd-jobs-open")) return;
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>(".dd-jobs-open") ?? [])];
    const at = buttons.indexOf(target);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    const next = to === undefined ? undefined : buttons[to];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  return (
    <div class="dd-jobs-scroll">
      <ul class="dd-jobs-list" aria-label="Runs and jobs" ref={list} onKeyDown={move}>
        {meant.map((run, at) => (
          <Item
            key={keys[at]}
            run={run}
            said={model.said(run)}
            place={model.place}
            model={model}
            acts={acts}
            now={now}
            isReached={keys[at] === reached}
            reach={() => setCurrent(keys[at] ?? "")}
            isOpen={keys[at] === open}
            setOpen={(opens) => setOpen(opens ? (keys[at] ?? "") : "")}
          />
        ))}
      </ul>
      <More model={model} />
    </div>
  );
}

function More({ model }: { model: RunsModel }) {
  if (!model.more) return null;
  if (model.limit >= MOST) return <p class="dd-jobs-empty">The newest {count(MOST)} are listed.</p>;
  return (
    <p class="dd-jobs-empty">
      <button type="button" class="dd-button" aria-busy={model.waiting} onClick={() => model.showMore()}>
        Show more
      </button>
    </p>
  );
}

/** Why there is nothing, and what to do. */
function Nothing({ model, clear }: { model: RunsModel; clear: () => void }) {
  const none = (model.runs ?? []).length === 0;
  if (none && model.trouble) return <Words>No run of this machine is known.</Words>;
  if (none && (model.waiting || !model.runs)) return <Words>Looking …</Words>;
  if (none) {
    return (
      <div class="dd-jobs-empty">
        <p>
          <b>Nothing has been made yet.</b>
        </p>
        <p>Runs of this machine and jobs of the workspace are listed here. Start one in a notebook:</p>
        <dl>
          <dt class="dd-mono">%load_ext dd_jupyter</dt>
          <dd>once, in a cell of its own</dd>
          <dt class="dd-mono">%%dd_preview</dt>
          <dd>above a configuration: shows a sample</dd>
          <dt class="dd-mono">%%dd_create -n 100</dt>
          <dd>makes the dataset; with --submit it is a job</dd>
        </dl>
      </div>
    );
  }
  return (
    <div class="dd-jobs-empty">
      <p>{model.more ? `None of the newest ${count(model.runs?.length ?? 0)} matches.` : "None matches."}</p>
      <p>
        <button type="button" class="dd-button" onClick={clear}>
          Show all
        </button>{" "}
        {model.more && model.limit < MOST && (
          <button type="button" class="dd-button" onClick={() => model.showMore()}>
            Look further back
          </button>
        )}
      </p>
    </div>
  );
}

function Words({ children }: { children: ComponentChildren }) {
  return <p class="dd-jobs-empty">{children}</p>;
}

/** The time now in milliseconds, again twice a minute. */
function useMinutes(): number {
  const [, again] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => again((times) => times + 1), 30_000);
    return () => clearInterval(timer);
  }, []);
  return Date.now();
}
