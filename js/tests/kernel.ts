import type { LiveRunView } from "../src/wire/run_view";

/** A model as anywidget hands it over, and the kernel behind it. */
export class FakeKernel {
  readonly asked: { request: string; op: string }[] = [];
  private readonly listeners = new Map<string, Set<(value: unknown) => void>>();

  constructor(private live: LiveRunView) {}

  readonly model = {
    get: () => this.live,
    on: (name: string, listener: (value: unknown) => void) => {
      this.listeners.set(name, this.listening(name).add(listener));
    },
    off: (name: string, listener: (value: unknown) => void) => {
      this.listening(name).delete(listener);
    },
    send: (message: { request: string; op: string }) => {
      this.asked.push(message);
    },
  };

  tells(live: Partial<LiveRunView>) {
    this.live = { ...this.live, ...live };
    this.emit("change:live", undefined);
  }

  answers(reply: { ok: true } | { error: string }) {
    this.emit("msg:custom", { request: this.asked.at(-1)?.request, ...reply });
  }

  logs(...log: { time: string; level: string; text: string }[]) {
    this.emit("msg:custom", { log });
  }

  answersSomeoneElse() {
    this.emit("msg:custom", { request: "another view's", ok: true });
  }

  listenersLeft() {
    return [...this.listeners.values()].reduce((total, set) => total + set.size, 0);
  }

  private emit(name: string, value: unknown) {
    for (const listener of [...this.listening(name)]) listener(value);
  }

  private listening(name: string) {
    return this.listeners.get(name) ?? new Set();
  }
}

export const RUNNING: LiveRunView = {
  title: "Create",
  name: "reviews",
  where: "run in this kernel",
  state: "running",
  status: null,
  stop: "stop",
  step: "Making column `review`",
  elapsed_seconds: 7,
  notices: [],
  progress: [
    { name: "stars", kind: "sampler", done: 10, total: 10, failed: 0, rate: 40, seconds_left: null },
    { name: "review", kind: "LLM text", done: 8, total: 10, failed: 1, rate: 1.23, seconds_left: 1.6 },
  ],
  failed_records: 1,
  facts: [{ text: "5,310 tokens", hint: "4,000 sent, 1,310 received" }],
};

export const JOB: LiveRunView = {
  ...RUNNING,
  title: "Job",
  name: "reviews-1",
  where: "NeMo Services · workspace default",
  status: { mark: "●", text: "At work", tone: "running" },
  stop: "cancel",
};
