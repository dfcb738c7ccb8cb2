import type { AnyModel } from "@anywidget/types";
import type { Action, AskOptions, LogLine } from "../view/source";

/** After this long without an answer the person is told that the kernel is busy. */
export const LATE_AFTER_MS = 2000;

interface Reply {
  request: string;
  ok?: true;
  error?: string;
}

interface News {
  log: LogLine[];
}

/** Hear the log from the kernel: asked for once, told from then on. */
export function followLog(model: AnyModel, hear: (lines: readonly LogLine[]) => void): () => void {
  const listen = (message: unknown) => isNews(message) && hear(message.log);
  model.on("msg:custom", listen);
  model.send({ request: uuid(), op: "log" });
  return () => model.off("msg:custom", listen);
}

/** Ask the kernel; rejects with the kernel's own sentence, or AbortError when it no longer matters. */
export function ask(model: AnyModel, op: Action, { signal, onLate }: AskOptions = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = uuid();
    const late = setTimeout(() => onLate?.(), LATE_AFTER_MS);

    function settle(how: () => void) {
      clearTimeout(late);
      model.off("msg:custom", hear);
      signal?.removeEventListener("abort", abort);
      how();
    }
    function hear(message: unknown) {
      if (!isReply(message) || message.request !== request) return;
      settle(() => (message.ok ? resolve() : reject(new Error(message.error ?? "The kernel refused."))));
    }
    function abort() {
      settle(() => reject(new DOMException("No longer needed", "AbortError")));
    }

    if (signal?.aborted) return abort();
    signal?.addEventListener("abort", abort);
    model.on("msg:custom", hear);
    model.send({ request, op });
  });
}

function isReply(message: unknown): message is Reply {
  return typeof message === "object" && message !== null && "request" in message;
}

function isNews(message: unknown): message is News {
  return typeof message === "object" && message !== null && "log" in message && Array.isArray(message.log);
}

/** `crypto.randomUUID` is missing where JupyterLab is served over plain HTTP from another machine. */
function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
