import { type ComponentChildren, toChildArray, type VNode } from "preact";
import { useRef } from "preact/hooks";
import { useId } from "./ids";
import { useRemembered } from "./memory";

export interface TabProps {
  name: string;
  /** Said quietly behind the name: a count. */
  note?: string;
  /** Whether the note tells of something wrong. */
  bad?: boolean;
  children: ComponentChildren;
}

/** One of `Tabs`. */
export function Tab({ children }: TabProps) {
  return <>{children}</>;
}

/**
 * Tabs as the ARIA practices describe them: arrows, Home and End choose, Tab leaves for what is shown.
 * Only what is chosen is drawn; which one that is outlives the view.
 */
export function Tabs({ label, children }: { label: string; children: ComponentChildren }) {
  const tabs = toChildArray(children) as VNode<TabProps>[];
  const [chosen, choose] = useRemembered("tab", tabs[0]?.props.name ?? "");
  const current = tabs.find(({ props }) => props.name === chosen) ?? tabs[0];
  const id = useId();
  const bar = useRef<HTMLDivElement>(null);
  if (current === undefined) return null;

  function move(event: KeyboardEvent) {
    const at = tabs.indexOf(current as VNode<TabProps>);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    const next = (to + tabs.length) % tabs.length;
    event.preventDefault();
    event.stopPropagation(); // the arrows have another meaning for the notebook
    choose(tabs[next]?.props.name ?? "");
    bar.current?.querySelectorAll("button")[next]?.focus();
  }

  return (
    <>
      <div class="dd-tabs" role="tablist" aria-label={label} ref={bar} onKeyDown={move}>
        {tabs.map(({ props: { name, note, bad } }) => (
          <button
            key={name}
            type="button"
            role="tab"
            class="dd-tab"
            id={`${id}-${name}`}
            aria-selected={name === current.props.name}
            aria-controls={`${id}-panel`}
            tabIndex={name === current.props.name ? 0 : -1}
            onClick={() => choose(name)}
          >
            {name}
            {note && <span class={bad ? "dd-bad" : ""}>{note}</span>}
          </button>
        ))}
      </div>
      <div
        class="dd-panel"
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${current.props.name}`}
      >
        {current}
      </div>
    </>
  );
}
