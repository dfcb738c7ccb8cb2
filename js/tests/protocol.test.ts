import type { AnyModel } from "@anywidget/types";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { kernelSource, LATE_AFTER_MS, noticeTheEnd } from "../src/widget/kernel";
import { type StandIn, standIn } from "../src/widget/stand_in";

/** A model whose messages a test sees and writes. */
class Line {
  readonly sent: { request: string; ask: { op: string; forgotten?: string } }[] = [];
  cut = false;
  private readonly listeners = new Map<string, Set<(value: unknown) => void>>();

  readonly model = {
    send: (message: Line["sent"][number]) => {
      if (this.cut) throw new Error("Cannot send");
      this.sent.push(message);
    },
    on: (name: string, hear: (value: unknown) => void) => {
      this.listeners.set(name, (this.listeners.get(name) ?? new Set()).add(hear));
    },
    off: (name: string, hear: (value: unknown) => void) => void this.listeners.get(name)?.delete(hear),
  } as unknown as AnyModel;

  emit(name: string, value?: unknown) {
    for (const hear of [...(this.listeners.get(name) ?? [])]) hear(value);
  }

  get listening() {
    return [...this.listeners.values()].reduce((sum, { size }) => sum + size, 0);
  }

  get last() {
    return this.sent.at(-1) as Line["sent"][number];
  }

  ops = () => this.sent.map(({ ask }) => ask.op);
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  document.body.replaceChildren();
});

describe("asking the kernel", () => {
  it("settles each question with the answer of its name, in whatever order they come", async () => {
    const line = new Line();
    const source = kernelSource(line.model);
    const answers = [source.ask({ op: "profile" }), source.ask({ op: "failures" })];
    const [profile, failures] = line.sent;

    line.emit("msg:custom", { request: failures?.request, reply: { total: 2, failures: [] } });
    line.emit("msg:custom", { request: profile?.request, reply: { records: 1, drawn: 1, columns: [] } });

    expect(await Promise.all(answers)).toEqual([
      { records: 1, drawn: 1, columns: [] },
      { total: 2, failures: [] },
    ]);
  });

  it("rejects with the kernel's own sentence", async () => {
    const line = new Line();
    const answer = kernelSource(line.model).ask({ op: "record", number: 9 });

    line.emit("msg:custom", { request: line.last.request, error: "There is no record 10." });

    await expect(answer).rejects.toThrow("There is no record 10.");
  });

  it("tells the kernel what no longer matters, and takes no late answer", async () => {
    const line = new Line();
    const leaving = new AbortController();
    const answer = kernelSource(line.model).ask(
      { op: "rows", start: 0, end: 50 },
      { signal: leaving.signal },
    );
    const { request } = line.last;

    leaving.abort();
    line.emit("msg:custom", { request, reply: { rows: [] } });

    await expect(answer).rejects.toMatchObject({ name: "AbortError" });
    expect(line.last.ask).toEqual({ op: "forget", forgotten: request });
  });

  it("does not ask at all when it no longer matters before that", async () => {
    const line = new Line();

    const answer = kernelSource(line.model).ask({ op: "profile" }, { signal: AbortSignal.abort() });

    await expect(answer).rejects.toMatchObject({ name: "AbortError" });
    expect(line.sent).toEqual([]);
  });

  it("says once that an answer is late, and not when it came in time", async () => {
    const line = new Line();
    const source = kernelSource(line.model);
    const onLate = vi.fn();
    void source.ask({ op: "profile" }, { onLate });
    line.emit("msg:custom", { request: line.last.request, reply: null });
    void source.ask({ op: "failures" }, { onLate });

    vi.advanceTimersByTime(10 * LATE_AFTER_MS);

    expect(onLate).toHaveBeenCalledTimes(1);
  });

  it("says that the kernel no longer has it where the line is cut", async () => {
    const line = new Line();
    line.cut = true;

    await expect(kernelSource(line.model).ask({ op: "profile" })).rejects.toThrow("Run the cell again");
  });

  it("hears what is told, until it does not want to any more", () => {
    const line = new Line();
    const source = kernelSource(line.model);
    const heard = vi.fn();
    const leave = source.hear("log", heard);

    line.emit("msg:custom", { tell: "log", first: 0, next: 1, lines: [] });
    line.emit("msg:custom", { tell: "rows", rows: [] });
    leave();
    line.emit("msg:custom", { tell: "log", first: 1, next: 2, lines: [] });

    expect(heard).toHaveBeenCalledTimes(1);
  });

  it.each([null, 5, "text", {}, { other: 1 }])("passes over %j, which is no message", (message) => {
    const line = new Line();
    kernelSource(line.model);

    expect(() => line.emit("msg:custom", message)).not.toThrow();
  });

  it("leaves no listener when it is closed", () => {
    const line = new Line();

    kernelSource(line.model).close();

    expect(line.listening).toBe(0);
  });
});

describe("when the front end loses its line to the kernel", () => {
  function watch() {
    const line = new Line();
    const gone = vi.fn();
    const back = vi.fn();
    noticeTheEnd(line.model, kernelSource(line.model), gone, back);
    return { line, gone, back };
  }

  it("is gone at once where nothing can be sent", async () => {
    const { line, gone } = watch();
    line.cut = true;

    line.emit("comm_live_update");
    await vi.advanceTimersByTimeAsync(0);

    expect(gone).toHaveBeenCalledTimes(1);
  });

  it("is gone after seconds without an answer, and back when one comes", async () => {
    const { line, gone, back } = watch();
    line.emit("comm_live_update");

    await vi.advanceTimersByTimeAsync(6000);
    expect([gone.mock.calls.length, back.mock.calls.length]).toEqual([1, 0]);

    line.emit("msg:custom", { request: line.last.request, reply: null });
    await vi.advanceTimersByTimeAsync(0);
    expect(back).toHaveBeenCalledTimes(1);
  });

  it("is not gone when the kernel answers", async () => {
    const { line, gone } = watch();
    line.emit("comm_live_update");

    line.emit("msg:custom", { request: line.last.request, reply: null });
    await vi.advanceTimersByTimeAsync(10_000);

    expect(gone).not.toHaveBeenCalled();
  });
});

describe("standing in for static HTML", () => {
  beforeEach(() => void vi.useRealTimers());
  const open: StandIn[] = [];
  afterEach(() => {
    for (const one of open.splice(0)) one.close();
  });

  function output(name: string): HTMLElement {
    const element = document.createElement("div");
    element.className = "jp-OutputArea-output";
    element.innerHTML = `<div data-ddj-view="${name}"><p>static</p></div>`;
    document.body.append(element);
    return element;
  }

  function stand(name: string): StandIn {
    const place = standIn(name, (element) => {
      element.textContent = `live ${name}`;
      return () => {};
    });
    open.push(place);
    return place;
  }

  it("draws beside the output of its name, and hides that", () => {
    const [mine, other] = [output("mine"), output("other")];

    stand("mine");

    expect(mine.style.display).toBe("none");
    expect(mine.nextElementSibling?.textContent).toBe("live mine");
    expect(other.style.display).toBe("");
  });

  it("draws where an output comes later, and takes it away with the output", async () => {
    stand("late");
    const late = output("late");
    await vi.waitFor(() => expect(document.body.textContent).toContain("live late"));

    late.remove();
    await vi.waitFor(() => expect(document.body.textContent).not.toContain("live late"));
  });

  it("stays as it is when the static HTML is drawn anew under it", () => {
    const mine = output("mine");
    stand("mine");
    const drawn = mine.nextElementSibling;

    mine.innerHTML = '<div data-ddj-view="mine"><p>newer</p></div>';
    output("another");
    stand("another");

    expect(mine.nextElementSibling).toBe(drawn);
  });

  it("gives the static HTML back, with a sentence that says why, once", () => {
    const mine = output("mine");

    stand("mine").giveBack("It was restarted.");
    stand("mine").giveBack("It was restarted.");

    expect(mine.style.display).toBe("");
    expect(mine.textContent).toBe("It was restarted.static");
    expect(mine.nextElementSibling).toBeNull();
  });

  it("draws in each of two places of the same name", () => {
    output("twice");
    output("twice");

    stand("twice");

    expect(document.querySelectorAll(".dd-stand-in")).toHaveLength(2);
  });
});
