import { useLayoutEffect, useRef } from "preact/hooks";

/** What the browser would not copy, selected so that the person's own keys do. */
export function ByHand({ text, onEnd }: { text: string; onEnd(): void }) {
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => field.current?.select(), [text]);
  function press(event: KeyboardEvent) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation(); // it has another meaning for the notebook
    onEnd();
  }
  return (
    <div class="dd-drawer dd-by-hand">
      <label>
        The browser lets nothing be copied here by itself. Copy this with Ctrl+C or ⌘C; Escape closes it.
        <textarea class="dd-input dd-mono" readOnly rows={4} value={text} ref={field} onKeyDown={press} />
      </label>
      <button type="button" class="dd-button" onClick={onEnd}>
        Close
      </button>
    </div>
  );
}
