import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { render } from "../src/widget/index";
import type { LiveRunView } from "../src/wire/run_view";
import { FakeKernel, JOB, RUNNING } from "./kernel";

type Context = Parameters<typeof render>[0];

const open: (() => void)[] = [];

function show(live: Partial<LiveRunView> = {}) {
  const kernel = new FakeKernel({ ...RUNNING, ...live });
  const el = document.body.appendChild(document.createElement("div"));
  let close = () => {};
  act(() => {
    close = render({ model: kernel.model, el } as unknown as Context);
  });
  open.push(close);
  return {
    kernel,
    el,
    close: () => act(close),
    tells: (part: Partial<LiveRunView>) => act(() => kernel.tells(part)),
    answers: async (reply: { ok: true } | { error: string }) => act(async () => kernel.answers(reply)),
    stop: () => el.querySelector("button"),
    buttons: () => [...el.querySelectorAll("button")].map(({ textContent }) => textContent),
    press: () => act(() => el.querySelector("button")?.click()),
    choose: (word: string) =>
      act(() => [...el.querySelectorAll("button")].find(({ textContent }) => textContent === word)?.click()),
    type: (key: string) =>
      act(
        () =>
          void document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })),
      ),
    log: () => [...el.querySelectorAll('[role="log"] p')].map(({ textContent }) => textContent),
    logs: (...lines: { time: string; level: string; text: string }[]) => act(() => kernel.logs(...lines)),
    after: (seconds: number) => act(() => void vi.advanceTimersByTime(seconds * 1000)),
    text: () => el.textContent ?? "",
    clock: () => el.querySelector('[role="timer"]')?.textContent,
    state: () => el.querySelector('[role="status"]'),
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  for (const close of open.splice(0)) act(close);
  document.body.replaceChildren();
  vi.useRealTimers();
});

describe("a run in the background", () => {
  it("says what runs, where, since when and how far it is", () => {
    const view = show();

    expect(view.text()).toContain("Create");
    expect(view.text()).toContain("reviews");
    expect(view.text()).toContain("run in this kernel");
    expect(view.text()).toContain("Making column review");
    expect(view.clock()).toBe("0:07");
    expect(view.state()?.textContent).toContain("Running");
    expect(view.text()).toContain("8/101.2/s2 s left1 failed");
    expect(view.text()).toContain("5,310 tokens");
  });

  it("tells assistive technology how far each column is", () => {
    const [, review] = show().el.querySelectorAll('[role="progressbar"]');

    expect(review?.getAttribute("aria-label")).toBe("review");
    expect(review?.getAttribute("aria-valuenow")).toBe("8");
    expect(review?.getAttribute("aria-valuemax")).toBe("10");
  });

  it("announces a change of state politely", () => {
    const view = show();
    const announced = view.state();

    view.tells({ state: "completed" });

    expect(announced?.isConnected).toBe(true);
    expect(announced?.getAttribute("aria-live")).toBe("polite");
    expect(announced?.textContent).toContain("Completed");
  });

  it("keeps its clock between two messages of the kernel", () => {
    const view = show();

    view.after(3);
    expect(view.clock()).toBe("0:10");

    view.tells({ elapsed_seconds: 3723 });
    expect(view.clock()).toBe("1:02:03");
  });

  it("stops its clock at the time that the run took", () => {
    const view = show();

    view.tells({ state: "completed", elapsed_seconds: 12.4 });
    view.after(60);

    expect(view.clock()).toBe("0:12");
    expect(view.text()).not.toContain("left");
    expect(view.text()).not.toContain("No news");
  });

  it("wonders whether the kernel is alive when it hears nothing", () => {
    const view = show();

    view.after(9);
    expect(view.text()).not.toContain("No news");
    view.after(3);
    expect(view.text()).toContain("No news for 0:12 — is the kernel alive?");
    view.tells({ elapsed_seconds: 20 });
    expect(view.text()).not.toContain("No news");
  });

  it("shows hostile text as text", () => {
    const hostile = "<img src=x onerror=alert(1)>";
    const view = show({
      title: hostile,
      name: hostile,
      where: hostile,
      step: hostile,
      notices: [{ level: "error", text: hostile }],
      progress: [
        { name: hostile, kind: hostile, done: 0, total: 1, failed: 0, rate: null, seconds_left: null },
      ],
      facts: [{ text: hostile, hint: hostile }],
    });

    expect(view.el.querySelector("img")).toBeNull();
    expect(view.text().split(hostile)).toHaveLength(9);
  });
});

describe("stopping it", () => {
  it("is asked once, however often the button is pressed", () => {
    const view = show();

    view.press();
    view.press();

    expect(view.kernel.asked.map(({ op }) => op)).toEqual(["cancel"]);
    expect(view.stop()?.textContent).toBe("Stopping…");
    expect(view.stop()?.getAttribute("aria-disabled")).toBe("true");
  });

  it("leaves the focus where it was", () => {
    const view = show();
    view.stop()?.focus();

    view.press();

    expect(document.activeElement).toBe(view.stop());
  });

  it("goes on saying so until the run has ended", async () => {
    const view = show();

    view.press();
    await view.answers({ ok: true });
    expect(view.stop()?.textContent).toBe("Stopping…");

    view.tells({ state: "cancelled" });
    expect(view.stop()).toBeNull();
    expect(view.state()?.textContent).toContain("Cancelled");
  });

  it("shows why the kernel refuses, and can be tried again", async () => {
    const view = show();

    view.press();
    await view.answers({ error: "The dataset is being written. Wait for it." });

    expect(view.text()).toContain("The dataset is being written. Wait for it.");
    view.press();
    expect(view.kernel.asked).toHaveLength(2);
  });

  it("says after two seconds that the kernel is busy, and still waits for it", async () => {
    const view = show();

    view.press();
    view.after(1.9);
    expect(view.text()).not.toContain("busy");
    view.after(0.2);
    expect(view.text()).toContain("The kernel is busy with a cell");
    expect(view.text()).toContain("Interrupt button (■)");

    await view.answers({ ok: true });
    expect(view.text()).not.toContain("busy");
    expect(view.stop()?.textContent).toBe("Stopping…");
  });

  it("takes no answer that is meant for another view", async () => {
    const view = show();

    view.press();
    await act(async () => view.kernel.answersSomeoneElse());
    view.after(2);

    expect(view.text()).toContain("The kernel is busy");
  });
});

describe("a job in NeMo Services", () => {
  it("says what the services say of it", () => {
    const view = show({ ...JOB, status: { mark: "‖", text: "Paused", tone: "warning" } });

    expect(view.state()?.textContent).toBe("‖Paused");
    expect(view.state()?.className).toContain("dd-warning");
  });

  it("is cancelled only after a question", () => {
    const view = show(JOB);

    view.choose("Cancel");
    expect(view.text()).toContain("Cancel the job?");
    expect(view.kernel.asked.map(({ op }) => op)).not.toContain("cancel");

    view.choose("Yes");
    expect(view.kernel.asked.filter(({ op }) => op === "cancel")).toHaveLength(1);
    expect(view.buttons()).toEqual(["Cancelling…"]);
    expect(document.activeElement).toBe(view.stop());
  });

  it.each(["No", "Escape"])("goes on after %s, with the focus where it was", (answer) => {
    const view = show(JOB);

    view.choose("Cancel");
    expect(document.activeElement?.textContent).toBe("No");
    if (answer === "No") view.choose("No");
    else view.type("Escape");

    expect(view.buttons()).toEqual(["Cancel"]);
    expect(document.activeElement).toBe(view.stop());
    expect(view.kernel.asked.map(({ op }) => op)).not.toContain("cancel");
  });

  it("can be cancelled again when the services refuse", async () => {
    const view = show(JOB);

    view.choose("Cancel");
    view.choose("Yes");
    await view.answers({ error: "NeMo Services did not answer." });

    expect(view.text()).toContain("NeMo Services did not answer.");
    expect(view.buttons()).toEqual(["Cancel"]);
  });

  it("has no button where cancelling makes no sense", () => {
    expect(show({ ...JOB, stop: "none" }).buttons()).toEqual([]);
  });

  it("asks for the end of the log and follows it, the newest line last", () => {
    const view = show(JOB);
    expect(view.kernel.asked.map(({ op }) => op)).toEqual(["log"]);
    expect(view.log()).toEqual([]);

    view.logs({ time: "14:02:11", level: "info", text: "Checking model" });
    view.logs(
      { time: "14:02:11", level: "info", text: "Checking model" },
      { time: "14:02:16", level: "warning", text: "<img src=x onerror=alert(1)>" },
    );

    expect(view.log()).toEqual(["14:02:11Checking model", "14:02:16<img src=x onerror=alert(1)>"]);
    expect(view.el.querySelector("img")).toBeNull();
  });

  it("leaves no listener when it is closed", () => {
    const view = show(JOB);

    view.close();

    expect(view.kernel.listenersLeft()).toBe(0);
  });
});

describe("closing the view", () => {
  it("leaves no timer, no listener and no element", () => {
    const view = show();
    view.press();

    view.close();

    expect(vi.getTimerCount()).toBe(0);
    expect(view.kernel.listenersLeft()).toBe(0);
    expect(view.el.childElementCount).toBe(0);
  });
});
