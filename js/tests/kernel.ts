import type { LiveRunView, Wire } from "../src/wire/wire";

type Asked = Wire["asks"][keyof Wire["asks"]] & { op: string };
type Message = { request: string; ask: Asked };

/** A model as anywidget hands it over, and the kernel behind it. */
export class FakeKernel {
  /** What was asked, but for greetings. */
  readonly asked: Asked[] = [];
  greetings = 0;
  private readonly messages: Message[] = [];
  private readonly listeners = new Map<string, Set<(value: unknown) => void>>();

  constructor(private live: LiveRunView) {}

  readonly model = {
    get: (name: string) => (name === "live" ? this.live : "a-model"),
    on: (name: string, listener: (value: unknown) => void) => {
      this.listeners.set(name, this.listening(name).add(listener));
    },
    off: (name: string, listener: (value: unknown) => void) => {
      this.listening(name).delete(listener);
    },
    send: (message: Message) => {
      if (message.ask.op === "hello") this.greetings += 1;
      else {
        this.messages.push(message);
        this.asked.push(message.ask);
      }
    },
  };

  shows(live: Partial<LiveRunView>) {
    this.live = { ...this.live, ...live };
    this.emit("change:live", undefined);
  }

  /** Answers the last request of that kind. */
  answers(op: string, answer: { reply: unknown } | { error: string }) {
    const request = this.messages.filter(({ ask }) => ask.op === op).at(-1)?.request;
    this.emit("msg:custom", { request, ...answer });
  }

  tells(told: Wire["tells"][keyof Wire["tells"]]) {
    this.emit("msg:custom", told);
  }

  answersSomeoneElse() {
    this.emit("msg:custom", { request: "another view's", reply: { text: "" } });
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
  view: "run",
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
  expected: 10,
  failed_records: 1,
  log_lines: 31,
  resources: 3,
  stopping: 0,
  variable: "made",
  facts: [{ text: "5,310 tokens", hint: "4,000 sent, 1,310 received" }],
  forecast: "",
  way_on: [],
  table: null,
  job: null,
};

export const JOB: LiveRunView = {
  ...RUNNING,
  title: "Job",
  name: "reviews-1",
  where: "NeMo Services · workspace default",
  status: { mark: "●", text: "At work", tone: "running" },
  stop: "cancel",
  job: {
    steps: [
      { mark: "○", text: "Waiting 0:06", tone: "waiting" },
      { mark: "●", text: "At work", tone: "running" },
    ],
    address: "reviews-1",
    folder: "artifacts/reviews-1",
    has_records: true,
    deployment: "http://localhost:8080",
    workspace: "default",
    job_name: "reviews-1",
    transfer: "",
  },
};
