/** The small parts that all views are made of. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { NoticeView, StatusView } from "../wire/wire";

/** How something stands: a mark and a word, so that no colour has to be told apart. */
export function Chip({ mark, text, tone }: StatusView) {
  return (
    <span class={`dd-chip dd-${tone}`}>
      <span aria-hidden="true">{mark}</span>
      {text}
    </span>
  );
}

/** A sentence of the kernel names things in backticks: every second part is one. */
export function Prose({ text }: { text: string }) {
  const parts = text.split("`");
  if (parts.length % 2 === 0) return <>{text}</>;
  return <>{parts.map((part, index) => (index % 2 ? <code class="dd-mono">{part}</code> : part))}</>;
}

export function Notice({ level, text }: NoticeView) {
  return (
    <p class={`dd-notice dd-notice-${level}`}>
      <Prose text={text} />
    </p>
  );
}

/** Said where something is missing, and what to do. */
export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="dd-empty">{children}</p>;
}

export const BUSY =
  "The kernel is busy with a cell and hears this when the cell ends. The Interrupt button (■) ends the cell now.";

/** So long after an answer was late, the kernel may be gone, and not just busy. */
const GONE_AFTER_MS = 8_000;

const GONE = "No answer: the kernel is busy, or gone. If it was restarted, run the cell again.";

/** Says that an answer of the kernel is late, and later that it may not come; a source that is no kernel is never late. */
export function lateness(say: (sentence: string) => void): { onLate(): void; end(): void } {
  let gone: ReturnType<typeof setTimeout> | undefined;
  return {
    onLate: () => {
      say(BUSY);
      gone = setTimeout(() => say(GONE), GONE_AFTER_MS);
    },
    end: () => clearTimeout(gone),
  };
}

/** What became of a request: its answer, why there is none, or that it is late. */
export interface Answer<T> {
  value: T | undefined;
  error: string;
  /** A sentence, once the answer is late; else "". */
  late: string;
}

/** Asks, and asks anew when one of `of` changes; the last answer stays until the next one comes. */
export function useAnswer<T>(
  ask: (options: { signal: AbortSignal; onLate: () => void }) => Promise<T>,
  of: readonly unknown[],
): Answer<T> {
  const [answer, setAnswer] = useState<Answer<T>>({ value: undefined, error: "", late: "" });
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const { onLate, end } = lateness((late) => setAnswer((last) => ({ ...last, late })));
    ask({ signal, onLate })
      .then(
        (value) => setAnswer({ value, error: "", late: "" }),
        (error: Error) =>
          signal.aborted || setAnswer((last) => ({ ...last, error: error.message, late: "" })),
      )
      .finally(end);
    return () => {
      end();
      leaving.abort();
    };
  }, of);
  return answer;
}

/** What stands in the place of an answer that is not there; nothing once it is. */
export function Waiting({ answer }: { answer: Answer<unknown> }) {
  if (answer.error) return <Notice level="error" text={answer.error} />;
  if (answer.late) return <Notice level="info" text={answer.late} />;
  return null;
}
