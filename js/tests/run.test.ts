import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { forgetAll } from "../src/view/memory";
import { render } from "../src/widget/index";
import type { LiveRunView } from "../src/wire/wire";
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
    shows: (part: Partial<LiveRunView>) => act(() => kernel.shows(part)),
    answers: async (op: string, answer: { reply: unknown } | { error: string }) =>
      act(async () => kernel.answers(op, answer)),
    tells: (told: Parameters<FakeKernel["tells"]>[0]) => act(() => kernel.tells(told)),
    asked: () => kernel.asked.map(({ op }) => op),
    stop: () => el.querySelector<HTMLButtonElement>(".dd-head button"),
    buttons: () => [...el.querySelectorAll(".dd-head button")].map(({ textContent }) => textContent),
    press: () => act(() => el.querySelector<HTMLButtonElement>(".dd-head button")?.click()),
    choose: (word: string) =>
      act(() => {
        const named = [...el.querySelectorAll("button")].find(({ textContent }) =>
          textContent?.startsWith(word),
        );
        if (!named) throw new Error(`There is no button ${word}`);
        named.click();
      }),
    type: (key: string) =>
      act(
        () =>
          void document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })),
      ),
    log: () => [...el.querySelectorAll('[role="log"] p')].map(({ textContent }) => textContent),
    after: (seconds: number) => act(() => void vi.advanceTimersByTime(seconds * 1000)),
    text: () => el.textContent ?? "",
    clock: () => el.querySelector('[role="timer"]')?.textContent,
    state: () => el.querySelector('[role="status"]'),
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  forgetAll();
});
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

    view.shows({ state: "completed" });

    expect(announced?.isConnected).toBe(true);
    expect(announced?.getAttribute("aria-live")).toBe("polite");
    expect(announced?.textContent).toContain("Completed");
  });

  it("keeps its clock between two messages of the kernel", () => {
    const view = show();

    view.after(3);
    expect(view.clock()).toBe("0:10");

    view.shows({ elapsed_seconds: 3723 });
    expect(view.clock()).toBe("1:02:03");
  });

  it("stops its clock at the time that the run took", () => {
    const view = show();

    view.shows({ state: "completed", elapsed_seconds: 12.4 });
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
    view.shows({ elapsed_seconds: 20 });
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

    expect(view.asked()).toEqual(["stop"]);
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
    await view.answers("stop", { reply: { text: "" } });
    expect(view.stop()?.textContent).toBe("Stopping…");

    view.shows({ state: "cancelled" });
    expect(view.stop()).toBeNull();
    expect(view.state()?.textContent).toContain("Cancelled");
  });

  it("shows why the kernel refuses, and can be tried again", async () => {
    const view = show();

    view.press();
    await view.answers("stop", { error: "The dataset is being written. Wait for it." });

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

    await view.answers("stop", { reply: { text: "" } });
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
    expect(view.state()?.querySelector(".dd-warning")).not.toBeNull();
  });

  it("is cancelled only after a question", () => {
    const view = show(JOB);

    view.choose("Cancel");
    expect(view.text()).toContain("Cancel the job?");
    expect(view.asked()).not.toContain("stop");

    view.choose("Yes");
    expect(view.asked()).toEqual(["stop"]);
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
    expect(view.asked()).not.toContain("stop");
  });

  it("can be cancelled again when the services refuse", async () => {
    const view = show(JOB);

    view.choose("Cancel");
    view.choose("Yes");
    await view.answers("stop", { error: "NeMo Services did not answer." });

    expect(view.text()).toContain("NeMo Services did not answer.");
    expect(view.buttons()).toEqual(["Cancel"]);
  });

  it("has no button where cancelling makes no sense", () => {
    expect(show({ ...JOB, stop: "none" }).buttons()).toEqual([]);
  });

  it("shows how it came to where it is", () => {
    const steps = [...show(JOB).el.querySelectorAll(".dd-steps li")];

    expect(steps.map(({ textContent }) => textContent)).toEqual(["Waiting 0:06", "At work"]);
    expect(steps.at(-1)?.getAttribute("aria-current")).toBe("step");
  });

  it("fetches a sample of what is finished, once, and says what came", async () => {
    const view = show(JOB);

    view.choose("Show a sample");
    view.choose("Show a sample");
    expect(view.asked()).toEqual(["sample"]);

    await view.answers("sample", { reply: { text: "The first 20 records that are finished." } });
    expect(view.text()).toContain("The first 20 records that are finished.");
  });

  it("has no sample to show before a worker has it", () => {
    const view = show({
      ...JOB,
      job: { ...(JOB.job as NonNullable<LiveRunView["job"]>), has_records: false },
    });

    expect(view.text()).not.toContain("Show a sample");
    expect(view.text()).not.toContain("Download");
    expect(view.text()).toContain("%dd_attach reviews-1");
  });

  it("asks where to before it downloads, and says how far it is and where it went", async () => {
    const view = show(JOB);

    view.choose("Download…");
    expect(view.asked()).toEqual([]);
    expect(view.el.querySelector("input")?.value).toBe("artifacts/reviews-1");
    act(() => view.el.querySelector("form")?.requestSubmit());
    expect(view.kernel.asked).toEqual([{ op: "download", folder: "artifacts/reviews-1" }]);

    view.shows({ job: { ...(JOB.job as NonNullable<LiveRunView["job"]>), transfer: "12 MB of 40 MB" } });
    expect(view.text()).toContain("Downloading: 12 MB of 40 MB");
    await view.answers("download", { reply: { text: "Downloaded to `artifacts/reviews-1`." } });
    expect(view.text()).toContain("Downloaded to artifacts/reviews-1.");
  });

  it("loads the records into a variable of a name that one chooses", async () => {
    const view = show({ ...JOB, state: "completed" });

    view.choose("Load into a variable…");
    expect(view.el.querySelector("input")?.value).toBe("made_records");
    act(() => view.el.querySelector("form")?.requestSubmit());
    await view.answers("load", { error: "`made_records` holds something already." });

    expect(view.kernel.asked).toEqual([{ op: "load", variable: "made_records" }]);
    expect(view.text()).toContain("made_records holds something already.");
  });

  it("leaves a question with Escape, and asks for nothing", () => {
    const view = show(JOB);

    view.choose("Download…");
    act(
      () =>
        void view.el
          .querySelector("input")
          ?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true })),
    );

    expect(view.el.querySelector("form")).toBeNull();
    expect(view.asked()).toEqual([]);
  });

  it("leaves no listener when it is closed", () => {
    const view = show(JOB);

    view.close();

    expect(view.kernel.listenersLeft()).toBe(0);
  });
});

const line = (text: string, level: "info" | "warning" = "info") => ({
  time: "14:02:11",
  level,
  text,
  cut: 0,
});

describe("the log", () => {
  it("is asked for when its tab is opened, and followed from then on", async () => {
    const view = show();
    expect(view.asked()).toEqual([]);

    view.choose("Log");
    await view.answers("log", { reply: { first: 0, next: 2, lines: [line("Checking"), line("Starting")] } });
    view.tells({ tell: "log", first: 1, next: 3, lines: [line("Starting"), line("<img src=x>", "warning")] });

    expect(view.log()).toEqual(["14:02:11Checking", "14:02:11Starting", "14:02:11<img src=x>"]);
    expect(view.el.querySelector("img")).toBeNull();
  });

  it("shows what it is told while a busy kernel has not answered, and puts what is older before it", async () => {
    const view = show();

    view.choose("Log");
    view.tells({ tell: "log", first: 5, next: 6, lines: [line("new")] });
    expect(view.log()).toContain("14:02:11new");

    await view.answers("log", { reply: { first: 4, next: 5, lines: [line("old")] } });
    expect(view.log().slice(-2)).toEqual(["14:02:11old", "14:02:11new"]);
  });

  it("says that older lines are gone, and how much of a long one is cut", async () => {
    const view = show();

    view.choose("Log");
    await view.answers("log", {
      reply: { first: 1200, next: 1201, lines: [{ ...line("long"), cut: 8000 }] },
    });

    expect(view.text()).toContain("The first 1,200 lines are not kept here.");
    expect(view.text()).toContain("8,000 characters more");
  });

  it("says that nothing was logged", async () => {
    const view = show();

    view.choose("Log");
    await view.answers("log", { reply: { first: 0, next: 0, lines: [] } });

    expect(view.text()).toContain("Nothing was logged so far.");
  });

  it("says that the kernel is busy, and then that it may be gone", () => {
    const view = show();

    view.choose("Log");
    view.after(2.1);
    expect(view.text()).toContain("The kernel is busy with a cell");
    view.after(8);
    expect(view.text()).toContain("busy, or gone");
  });
});

describe("the tabs", () => {
  const tabs = (el: HTMLElement) => [...el.querySelectorAll<HTMLElement>('[role="tab"]')];

  it("count what is in them", () => {
    expect(tabs(show().el).map(({ textContent }) => textContent)).toEqual([
      "Records",
      "Columns",
      "Resources3",
      "Log31",
    ]);
  });

  it("leave resources out where nothing was looked up", () => {
    expect(tabs(show({ resources: null }).el).map(({ textContent }) => textContent)).not.toContain(
      "Resources",
    );
  });

  it("are moved between by the arrows, from the last to the first", () => {
    const view = show();
    act(() => tabs(view.el)[0]?.focus());

    view.type("ArrowLeft");
    expect(document.activeElement?.textContent).toBe("Log31");
    view.type("ArrowRight");
    expect(document.activeElement?.textContent).toBe("Records");
    view.type("End");
    view.type("Home");
    expect(tabs(view.el).map((tab) => tab.getAttribute("aria-selected"))).toEqual([
      "true",
      "false",
      "false",
      "false",
    ]);
    expect(tabs(view.el).map((tab) => tab.tabIndex)).toEqual([0, -1, -1, -1]);
  });

  it("keep the choice when the view changes, and when the page draws it anew", () => {
    const view = show({ name: "kept" });
    view.choose("Log");

    view.shows({ state: "completed" });
    expect(view.el.querySelector('[aria-selected="true"]')?.textContent).toBe("Log31");
    view.close();

    expect(show().el.querySelector('[aria-selected="true"]')?.textContent).toBe("Log31");
  });
});

describe("saying hello", () => {
  it("goes on until the kernel hears it", async () => {
    const view = show();
    expect(view.kernel.greetings).toBe(1);

    view.after(3);
    expect(view.kernel.greetings).toBe(2);
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
