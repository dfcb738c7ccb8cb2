import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Jobs, MOST_JOBS, placeOf } from "../src/lab/renderer/jobs";
import { SavedJob } from "../src/lab/renderer/saved_job";
import { forgetAll } from "../src/view/memory";
import type { JobLiveView, LiveRunView, SavedView } from "../src/wire/wire";
import { JOB } from "./kernel";
import { savedJob } from "./saved_views";

/** The server, as `server.ts` asks it: what each path is answered, and what was asked. */
const server = vi.hoisted(() => ({
  asked: [] as { path: string; method: string; deployment: unknown }[],
  answer: (_path: string): unknown => undefined,
}));
vi.mock("@jupyterlab/coreutils", () => ({ URLExt: { join: (...parts: string[]) => parts.join("/") } }));
vi.mock("@jupyterlab/services", () => ({
  ServerConnection: {
    makeSettings: () => ({ baseUrl: "http://here" }),
    makeRequest: async (address: string, { method }: RequestInit) => {
      const url = new URL(address);
      const path = url.pathname.replace("/dd-jupyter/", "");
      server.asked.push({ path, method: method ?? "", deployment: url.searchParams.get("deployment") });
      const answer = server.answer(path);
      // Not a `Response`, which is read in a time of its own.
      if (!(answer instanceof Error)) return { ok: true, json: async () => answer };
      return { ok: false, status: Number(answer.name), json: async () => ({ message: answer.message }) };
    },
  },
}));

const refusal = (status: number, sentence: string) =>
  Object.assign(new Error(sentence), { name: String(status) });
const NOW: LiveRunView = { ...JOB, log_lines: 3 };
const job = JOB.job as JobLiveView;

/** The kernel's own view would have taken its place by then. */
const UNTIL_ASKED = 1000;

const root = document.createElement("div");
beforeEach(() => {
  vi.useFakeTimers();
  server.asked = [];
  server.answer = () => NOW;
  document.body.append(root);
});
afterEach(() => {
  act(() => render(null, root));
  vi.useRealTimers();
  forgetAll();
});

async function show(saved = savedJob(), jobs = new Jobs()) {
  await act(async () =>
    render(<SavedJob saved={saved as SavedView & { live: LiveRunView }} jobs={jobs} />, root),
  );
  await pass(UNTIL_ASKED);
  return jobs;
}
const pass = (ms: number) => act(async () => void (await vi.advanceTimersByTimeAsync(ms + 20)));
const chip = () => root.querySelector(".dd-head .dd-chip")?.textContent;
const note = () => root.querySelector(".dd-kept")?.textContent ?? "";
const buttons = () => [...root.querySelectorAll("button")].map(({ textContent }) => textContent ?? "");
async function press(words: string) {
  await act(async () =>
    [...root.querySelectorAll("button")].find(({ textContent }) => textContent === words)?.click(),
  );
  await pass(0);
}

describe("a job in a saved output", () => {
  it("is as our server tells it, in the deployment that the notebook names, and goes on being asked for", async () => {
    await show();

    expect(chip()).toBe("●At work");
    expect(server.asked).toEqual([
      { path: "jobs/default/reviews-1", method: "GET", deployment: "http://localhost:8080" },
    ]);
    expect(note()).toContain("Followed through the Jupyter server");
    await pass(7_000);
    expect(server.asked.length).toBeGreaterThan(2);
    expect(server.asked.every(({ method }) => method === "GET")).toBe(true);
  });

  it("has what the server can do and nothing that needs a kernel", async () => {
    await show();

    expect(buttons()).toEqual(expect.arrayContaining(["Cancel", "Show a sample", "Download…"]));
    expect(buttons()).not.toContain("Load into a variable…");
  });

  it("is cancelled after the question, and not before", async () => {
    await show();
    await press("Cancel");
    expect(server.asked.filter(({ method }) => method === "POST")).toEqual([]);

    await press("Yes");

    expect(server.asked.filter(({ method }) => method === "POST").map(({ path }) => path)).toEqual([
      "jobs/default/reviews-1/cancel",
    ]);
  });

  it("is asked for once where it has ended, and no more", async () => {
    server.answer = () => ({ ...NOW, state: "completed", status: null });
    await show(savedJob({ state: "completed" }));
    await pass(120_000);

    expect(chip()).toBe("✓Completed");
    expect(server.asked).toHaveLength(1);
  });

  it.each([
    [400, "This Jupyter server knows no NeMo Services at that base URL."],
    [404, "There is no job `reviews-1` in workspace `default` any more."],
    [403, "This Jupyter server does not let you do that."],
  ])(
    "stands as it is kept where it cannot be told (%i), says why, and is not asked for again",
    async (status, why) => {
      server.answer = () => refusal(status, why);
      await show();
      await pass(120_000);

      expect(chip()).toBe("○Was at work");
      expect(note()).toContain(why.replaceAll("`", ""));
      expect(note()).not.toContain("again by itself");
      expect(server.asked).toHaveLength(1);
      expect(buttons().filter((name) => /Cancel|Download|sample/.test(name))).toEqual([]);
    },
  );

  it("stands as it is kept while the services are down, is asked for less and less often, and is there when they are back", async () => {
    server.answer = () => refusal(503, "NeMo Services at http://localhost:8080 cannot be reached.");
    await show();
    expect(note()).toContain("cannot be reached. It is asked for again by itself.");
    expect(chip()).toBe("○Was at work");
    await pass(600_000);
    const asked = server.asked.length;
    expect(asked).toBeGreaterThan(5);
    expect(asked).toBeLessThan(60);

    server.answer = () => NOW;
    await pass(90_000);

    expect(chip()).toBe("●At work");
  });

  it("that ended is not asked for again where the services are down", async () => {
    server.answer = () => refusal(503, "NeMo Services cannot be reached.");
    await show(savedJob({ state: "completed" }));
    await pass(600_000);

    expect(server.asked).toHaveLength(1);
    expect(chip()).not.toContain("At work");
  });

  it("keeps what was last heard of it when the services go down", async () => {
    await show();
    server.answer = () => refusal(503, "NeMo Services cannot be reached.");
    await pass(5_000);

    expect(chip()).toBe("●At work");
    expect(note()).toContain("Last heard of a while ago. NeMo Services cannot be reached.");
  });

  it("is no longer asked for when its output is gone, and shown as last seen when it is back", async () => {
    const jobs = await show();
    act(() => render(null, root));
    const asked = server.asked.length;
    await pass(10_000);
    expect(server.asked).toHaveLength(asked);

    server.answer = () => new Promise(() => undefined);
    await show(savedJob(), jobs);

    expect(chip()).toBe("●At work");
  });

  it("in several outputs is asked for once, and of many jobs not all at a time", async () => {
    const jobs = new Jobs();
    const place = placeOf(job);
    const held = [place, place].map((each) => each && jobs.hold(each));
    expect(held[0]?.followed).toBe(held[1]?.followed);

    const others = Array.from({ length: MOST_JOBS }, (_, at) =>
      jobs.hold({ path: `jobs/default/j${at}`, deployment: "" }),
    );

    expect(others.filter((each) => each === undefined)).toHaveLength(1);
    for (const each of [...held, ...others]) each?.letGo();
    expect(jobs.hold({ path: "jobs/default/one-more", deployment: "" })).toBeDefined();
    await pass(60_000);
  });

  it.each([
    ["..", "reviews-1", "http://localhost:8080"],
    ["default", "../../api/contents", "http://localhost:8080"],
    ["default", "", "http://localhost:8080"],
    ["default", "a/b", "http://localhost:8080"],
    ["default", ".", "http://localhost:8080"],
    ["default", "a%2fb", "http://localhost:8080"],
    ["default", "x".repeat(101), "http://localhost:8080"],
    ["default", "job?deployment=http://elsewhere", "http://localhost:8080"],
    ["default", "reviews-1", ""],
    ["default", "reviews-1", "javascript:harm()"],
    ["default", "reviews-1", "http://user:password@localhost"],
    ["default", "reviews-1", `http://localhost/${"x".repeat(2000)}`],
  ])("that no job can be called is not asked for: %s %s %s", async (workspace, job_name, deployment) => {
    await show(savedJob({ job: { ...job, workspace, job_name, deployment } }));
    await pass(10_000);

    expect(server.asked).toEqual([]);
    expect(chip()).toBe("○Was at work");
  });
});
