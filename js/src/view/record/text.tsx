import type { ComponentChildren } from "preact";
import { useRemembered } from "../memory";
import { Notice } from "../parts";
import { count } from "../words";
import type { LongText } from "./long_text";

/** Of a longer text as much is shown until more is wanted: the next fields stay in sight. */
export const SHOWN_FIRST = 1200;

/** A text, wrapped; a long one is folded, and what the kernel has left out can be asked for. */
export function Text({ text, column }: { text: LongText; column: string }) {
  const [open, setOpen] = useRemembered(`whole ${column}`, false);
  const folds = text.text.length > SHOWN_FIRST * 1.5;
  const shown = folds && !open ? beginning(text.text, SHOWN_FIRST) : text.text;
  return (
    <>
      <p class="dd-text">
        {shown}
        {shown !== text.text && "…"}
      </p>
      {folds && !open ? (
        <MoreButton onClick={() => setOpen(true)}>
          Show more · {count(text.text.length - shown.length + text.cut)} characters
        </MoreButton>
      ) : (
        <Rest text={text} />
      )}
      {folds && open && <MoreButton onClick={() => setOpen(false)}>Show less</MoreButton>}
    </>
  );
}

/** The way to what the kernel has left out, and what became of it. */
export function Rest({ text }: { text: LongText }) {
  return (
    <>
      {text.hasMore && (
        <MoreButton onClick={text.more} disabled={text.asking}>
          {text.asking ? "Asking for more…" : `Show more · ${count(text.cut)} characters`}
        </MoreButton>
      )}
      <Missing text={text} />
      <Trouble text={text} />
    </>
  );
}

/** How much is missing, where it cannot be had here. */
export function Missing({ text: { cut, hasMore } }: { text: LongText }) {
  if (cut === 0 || hasMore) return null;
  return <p class="dd-quiet">{count(cut)} characters more are not here.</p>;
}

/** Why the rest is not there. */
export function Trouble({ text: { error, late } }: { text: LongText }) {
  if (error) return <Notice level="error" text={error} />;
  return late ? <Notice level="info" text={late} /> : null;
}

interface MoreProps {
  onClick: () => void;
  disabled?: boolean;
  children: ComponentChildren;
}

export function MoreButton({ onClick, disabled = false, children }: MoreProps) {
  return (
    <button type="button" class="dd-more" aria-disabled={disabled} onClick={() => disabled || onClick()}>
      {children}
    </button>
  );
}

/** At most `length` of the text, ending with a whole word where there is one near. */
export function beginning(text: string, length: number): string {
  if (text.length <= length) return text;
  const space = text.slice(0, length).search(/\s\S*$/);
  const end = space > length * 0.8 ? space : length;
  // Not through the middle of a character of two halves.
  return text.slice(0, /[\uD800-\uDBFF]/.test(text[end - 1] ?? "") ? end - 1 : end);
}
