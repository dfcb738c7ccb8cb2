import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { YesOrNo } from "../../view/question";
import type { Acts } from "./acts";
import { FolderQuestion } from "./folder_question";
import { fileOf, type Listed } from "./listed";
import { type RunsModel, sentence } from "./model";

interface Props {
  id: string;
  run: Listed;
  model: RunsModel;
  acts: Acts;
  close(): void;
}

/** What can be done with a run, in its place in the list: nothing there is cut off or covers another run. */
export function Menu({ id, run, model, acts, close }: Props) {
  const [asking, ask] = useState<"" | "cancel" | "download">("");
  const menu = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => menu.current?.querySelector("button")?.focus(), []);

  function done(act: () => void) {
    close();
    act();
  }
  function attach() {
    model.say(run, undefined);
    acts
      .attach(run)
      .catch((error: unknown) => model.say(run, { busy: false, text: sentence(error), bad: true }));
  }
  function leave(event: KeyboardEvent) {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  }

  const notebook = acts.notebook();
  const isJob = run.kind === "job";
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring its own frame
    <div class="dd-jobs-menu" id={id} role="group" aria-label="Actions" ref={menu} onKeyDown={leave}>
      {asking === "cancel" && (
        <YesOrNo
          question={isJob ? "Cancel the job?" : "Stop the run?"}
          yes={() => done(() => void model.cancel(run))}
          no={close}
        />
      )}
      {asking === "download" && (
        <FolderQuestion
          initial={`artifacts/${run.name}`}
          answer={(folder) => done(() => void model.download(run, folder))}
          leave={close}
        />
      )}
      {asking === "" && (
        <>
          <Action onClick={() => done(() => acts.open(run))}>Open</Action>
          <Action onClick={() => done(() => acts.openLog(run))}>Log</Action>
          {run.can_cancel && <Action onClick={() => ask("cancel")}>{isJob ? "Cancel…" : "Stop…"}</Action>}
          {isJob && run.has_records && <Action onClick={() => ask("download")}>Download…</Action>}
          {isJob && (
            <Action
              off={notebook === undefined}
              title={
                notebook === undefined
                  ? "No notebook is open: open the one that the job is to be attached in."
                  : `Adds a cell to ${fileOf(notebook)}, and runs it`
              }
              onClick={() => done(attach)}
            >
              Attach in this notebook
            </Action>
          )}
          {run.notebook && (
            <Action title={run.notebook} onClick={() => done(() => acts.openNotebook(run.notebook))}>
              Open its notebook
            </Action>
          )}
        </>
      )}
    </div>
  );
}

interface ActionProps {
  children: string;
  /** Cannot be done now; its title says why. */
  off?: boolean;
  title?: string;
  onClick: () => void;
}

/** `aria-disabled`, as a disabled button could not be reached, and nobody would read why. */
function Action({ children, off = false, title, onClick }: ActionProps) {
  return (
    <button type="button" class="dd-link" aria-disabled={off} title={title} onClick={() => off || onClick()}>
      {children}
    </button>
  );
}
