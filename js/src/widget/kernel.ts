import type { AnyModel } from "@anywidget/types";
import type { Ask, AskOptions, Asks, Replies, Source, Tells } from "../view/source";

/** After this long without an answer the person is told that the kernel is busy. */
export const LATE_AFTER_MS = 2000;

/** How often a view says hello until the kernel answers. */
const HELLO_EVERY_MS = 3000;

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
        model.send({ request: uuid(), ask: { op: "forget", forgotten: request } });
        settle(() => reject(forgotten()));
      }

      signal?.addEventListener("abort", forget);
      waiting.set(request, ({ reply, error }) =>
        settle(() => (error === undefined ? resolve(reply as Replies[Op]) : reject(new Error(error)))),
      );
      model.send({ request, ask: asked });
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

function isMessage(message: unknown): message is Message {
  return typeof message === "object" && message !== null && ("tell" in message || "request" in message);
}

const forgotten = () => new DOMException("No longer needed", "AbortError");

/** `crypto.randomUUID` is missing where JupyterLab is served over plain HTTP from another machine. */
function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
