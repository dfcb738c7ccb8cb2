import type { AnyModel } from "@anywidget/types";
import type { Ask, AskOptions, Asks, Replies, Source, Tells } from "../view/source";

/** After this long without an answer the person is told that the kernel is busy. */
export const LATE_AFTER_MS = 2000;

/** How often a view says hello until the kernel answers. */
const HELLO_EVERY_MS = 3000;

const CUT = "The kernel no longer has this. Run the cell again.";

type Message = { request?: string; reply?: unknown; error?: string; tell?: string };

/** The kernel as a source: one listener on the model, however much is asked. */
export function kernelSource(model: AnyModel): Source & { close(): void } {
  const waiting = new Map<string, (message: Message) => void>();
  const hearing = new Map<string, Set<(told: never) => void>>();

  function listen(message: unknown) {
    if (!isMessage(message)) return;
    if (message.tell !== undefined) {
      for (const hear of hearing.get(message.tell) ?? []) hear(message as never);
    } else if (message.request !== undefined) waiting.get(message.request)?.(message);
  }

  function ask<Op extends keyof Asks>(asked: Ask<Op>, { signal, onLate }: AskOptions = {}) {
    return new Promise<Replies[Op]>((resolve, reject) => {
      if (signal?.aborted) return reject(forgotten());
      const request = uuid();
      const late = setTimeout(() => onLate?.(), LATE_AFTER_MS);

      function settle(how: () => void) {
        clearTimeout(late);
        waiting.delete(request);
        signal?.removeEventListener("abort", forget);
        how();
      }
      function forget() {
        settle(() => reject(forgotten()));
        try {
          model.send({ request: uuid(), ask: { op: "forget", forgotten: request } });
        } catch {
          // Nobody works on it then.
        }
      }

      signal?.addEventListener("abort", forget);
      waiting.set(request, ({ reply, error }) =>
        settle(() => (error === undefined ? resolve(reply as Replies[Op]) : reject(new Error(error)))),
      );
      try {
        model.send({ request, ask: asked });
      } catch {
        settle(() => reject(new Error(CUT))); // the front end has no line to the kernel any more
      }
    });
  }

  function hear<Kind extends keyof Tells>(kind: Kind, told: (told: Tells[Kind]) => void) {
    const listeners = hearing.get(kind) ?? new Set();
    hearing.set(kind, listeners.add(told as (told: never) => void));
    return () => void listeners.delete(told as (told: never) => void);
  }

  model.on("msg:custom", listen);
  return {
    ask,
    hear,
    close: () => {
      model.off("msg:custom", listen);
      waiting.clear();
      hearing.clear();
    },
  };
}

/** Say that the view is drawn, until the kernel has heard it: it may be busy with a cell. */
export function sayHello(source: Source): () => void {
  const leaving = new AbortController();
  const greet = () =>
    source.ask({ op: "hello" }, { signal: leaving.signal }).then(
      () => clearInterval(again),
      () => undefined,
    );
  const again = setInterval(greet, HELLO_EVERY_MS);
  greet();
  return () => {
    clearInterval(again);
    leaving.abort();
  };
}

/** How long a kernel may take to say that it still has a view; it may be starting again. */
const GONE_AFTER_MS = 5000;

/**
 * Calls `gone` when the front end has lost the view's line to the kernel and no kernel answers on it, and `back`
 * when one does after all: it was busy.
 */
export function noticeTheEnd(
  model: AnyModel,
  source: Source,
  gone: () => void,
  back: () => void,
): () => void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let isGone = false;
  function ask() {
    clearTimeout(waiting);
    const ended = () => {
      clearTimeout(waiting);
      isGone = true;
      gone();
    };
    const answered = () => {
      clearTimeout(waiting);
      if (isGone) back();
      isGone = false;
    };
    waiting = setTimeout(ended, GONE_AFTER_MS);
    source.ask({ op: "hello" }).then(answered, ended);
  }
  // Of the model that anywidget wraps: its line was cut, by a restart for one, or is there again.
  model.on("comm_live_update", ask);
  return () => {
    clearTimeout(waiting);
    model.off("comm_live_update", ask);
  };
}

function isMessage(message: unknown): message is Message {
  return typeof message === "object" && message !== null && ("tell" in message || "request" in message);
}

const forgotten = () => new DOMException("No longer needed", "AbortError");

/** `crypto.randomUUID` is missing where JupyterLab is served over plain HTTP from another machine. */
function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
