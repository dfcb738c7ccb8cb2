import { useEffect, useRef, useState } from "preact/hooks";

/** Who types is asked for nothing until a pause. */
const PAUSE_MS = 250;

/** Looks for a text in all columns. */
export function Search({ text, onText }: { text: string; onText(text: string): void }) {
  const [typed, setTyped] = useState(text);
  const pause = useRef<ReturnType<typeof setTimeout>>();
  useEffect(() => () => clearTimeout(pause.current), []);
  useEffect(() => setTyped(text), [text]);

  function later(next: string) {
    setTyped(next);
    clearTimeout(pause.current);
    pause.current = setTimeout(() => onText(next.trim()), PAUSE_MS);
  }
  function now(next: string) {
    clearTimeout(pause.current);
    setTyped(next);
    onText(next.trim());
  }
  function press(event: KeyboardEvent) {
    if (event.key === "Enter") now(typed);
    else if (event.key === "Escape" && typed !== "") now("");
    else return;
    event.preventDefault();
    event.stopPropagation(); // both mean something else to the notebook
  }

  return (
    <input
      type="search"
      class="dd-input dd-search"
      aria-label="Search in all columns"
      placeholder="Search"
      maxLength={1000}
      spellcheck={false}
      value={typed}
      onInput={({ currentTarget }) => later(currentTarget.value)}
      onKeyDown={press}
    />
  );
}
