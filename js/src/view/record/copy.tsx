import { useEffect, useRef, useState } from "preact/hooks";
import { copied } from "../table/clipboard";

/** How long the button says what became of it. */
const SAID_MS = 2000;

interface Props {
  /** What is copied: "Copy review". */
  label: string;
  /** Its word where there is more than one. */
  word?: string;
  text: () => string | Promise<string>;
}

/** Copies a text, and says so. */
export function CopyButton({ label, word = "Copy", text }: Props) {
  const [said, say] = useState("");
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!said) return;
    const timer = setTimeout(() => say(""), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);

  async function press() {
    try {
      say((await copied(await text(), button.current)) ? "Copied" : "Not copied");
    } catch {
      say("Not copied"); // the rest of the text could not be had
    }
  }
  return (
    <button type="button" class="dd-small-button" ref={button} aria-label={said || label} onClick={press}>
      <span aria-live="polite">{said || word}</span>
    </button>
  );
}
