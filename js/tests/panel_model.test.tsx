import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isMeant, type Listed } from "../src/lab/panel/listed";
import { RunsModel } from "../src/lab/panel/model";
import { FakeServer, HERE, listed, local } from "./panel_server";

const server = vi.hoisted(() => ({
  request: async (_: string, __: RequestInit): Promise<Response> => new Response(),
}));
vi.mock("@jupyterlab/services", () => ({
  ServerConnection: {
    makeSettings: () => ({ baseUrl: "http://localhost:8888/" }),
    makeRequest: (address: string, init: RequestInit) => server.request(address, init),
  },
}));

const SECOND = 1000;
let fake: FakeServer;
let model: RunsModel;
let ended: Listed[];

const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * SECOND);
const names = () => model.runs?.map(({ name }) => name);

function hidePage(hidden: boolean) {
  vi.spyOn(document, "hidden", "get").mockReturnValue(hidden);
  vi.spyOn(document, "visibilityState", "get").mockReturnValue(hidden ? "hidden" : "visible");
  document.dispatchEvent(new Event("visibilitychange"));
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0); // the least that a poll waits after a failure
  fake = new FakeServer();
  server.request = fake.request;
  ended = [];
  model = new RunsModel({ seconds: () => 5, onEnded: (run) => ended.push(run) });
});
afterEach(() => {
  model.close();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("looking", () => {
  it("asks nothing before the panel is seen", async () => {
    await pass(120);

    expect(fake.asked).toEqual([]);
  });

  it("looks at once when the panel comes in sight", async () => {
    fake.runs = [listed("reviews-1")];

    model.setInSight(true);
    await pass(0);

    expect(names()).toEqual(["reviews-1"]);
    expect(model.place).toEqual({ deployment: HERE, workspace: "default" });
    expect(model.connection?.reachable).toBe(true);
  });

  it("looks every few seconds while something is at work, and six times less often while nothing is", async () => {
    fake.runs = [listed("reviews-1", { state: "running" })];
    model.setInSight(true);
    await pass(0);
    await pass(15);
    expect(fake.count("runs")).toBe(4);

    fake.runs = [listed("reviews-1")];
    await pass(5);
    const before = fake.count("runs");
    await pass(29);
    expect(fake.count("runs")).toBe(before);
    await pass(2);
    expect(fake.count("runs")).toBe(before + 1);
  });

  it("rests while nobody sees the panel and nothing is at work", async () => {
    model.setInSight(true);
    await pass(0);

    model.setInSight(false);
    await pass(300);

    expect(fake.count("runs")).toBe(1);
  });

  it("goes on out of sight while something is at work, to tell of its end", async () => {
    fake.runs = [listed("reviews-1", { state: "running" })];
    model.setInSight(true);
    await pass(0);
    model.setInSight(false);

    fake.runs = [listed("reviews-1")];
    await pass(6);

    expect(ended.map(({ name }) => name)).toEqual(["reviews-1"]);
  });

  it("rests in a page that is hidden, and looks at once when it is not", async () => {
    fake.runs = [listed("reviews-1", { state: "running" })];
    model.setInSight(true);
    await pass(0);

    hidePage(true);
    await pass(300);
    expect(fake.count("runs")).toBe(1);

    hidePage(false);
    await pass(0);
    expect(fake.count("runs")).toBe(2);
  });

  it("looks often for a while after a cell was run, also out of sight", async () => {
    model.stir();
    await pass(0);
    expect(fake.count("runs")).toBe(1);

    fake.runs = [listed("reviews-1", { state: "running" })];
    await pass(6);

    expect(names()).toEqual(["reviews-1"]);
  });

  it("asks again after an answer that was on its way when the wish came", async () => {
    let open = () => {};
    fake.gate = new Promise((resolve) => {
      open = resolve;
    });
    model.setInSight(true);
    await pass(0);
    model.refresh();
    fake.gate = undefined;
    open();
    await pass(0);

    expect(fake.count("runs")).toBe(2);
  });
});

describe("what goes wrong", () => {
  it("never empties the list, and waits longer from look to look", async () => {
    fake.runs = [listed("reviews-1", { state: "running" })];
    model.setInSight(true);
    await pass(0);
    vi.spyOn(Math, "random").mockReturnValue(0.999);

    fake.refusal = { path: "runs", status: 500, message: "Something went wrong." };
    await pass(300);

    expect(names()).toEqual(["reviews-1"]);
    expect(model.trouble).toBe("Something went wrong.");
    expect(fake.count("runs")).toBeLessThan(12);
    const before = fake.count("runs");
    fake.refusal = undefined;
    await pass(61);
    expect(fake.count("runs")).toBeGreaterThan(before);
    expect(model.trouble).toBe("");
  });

  it("keeps the runs of this machine while services are down, and comes back by itself", async () => {
    fake.runs = [listed("reviews-1"), local("reviews")];
    model.setInSight(true);
    await pass(0);

    fake.runs = [local("reviews")];
    fake.problem = "NeMo Services do not answer.";
    await pass(31);
    expect(names()).toEqual(["reviews"]);
    expect(model.trouble).toBe("NeMo Services do not answer.");
    expect(model.connection?.reachable).toBe(false);

    fake.runs = [listed("reviews-1"), local("reviews")];
    fake.problem = "";
    await pass(61);
    expect(names()).toEqual(["reviews-1", "reviews"]);
    expect(model.trouble).toBe("");
  });

  it("says how to enable the server extension where there is none", async () => {
    server.request = async () => new Response("<html>", { status: 404 });

    model.setInSight(true);
    await pass(0);

    expect(model.trouble).toContain("jupyter server extension enable dd_jupyter.server");
    expect(model.waiting).toBe(false);
  });
});

describe("another place", () => {
  it("is asked at once, and a late answer of the last one is passed over", async () => {
    fake.runs = [listed("reviews-1"), local("reviews")];
    model.setInSight(true);
    await pass(0);
    let open = () => {};
    fake.gate = new Promise((resolve) => {
      open = resolve;
    });
    model.refresh();
    await pass(0);

    model.choose({ deployment: "", workspace: "research" });
    expect(names()).toEqual(["reviews"]);
    fake.runs = [listed("qa", { workspace: "research" })];
    fake.gate = undefined;
    open();
    await pass(0);

    expect(names()).toEqual(["qa"]);
    expect(fake.asked.at(-1)?.query.get("workspace")).toBe("research");
    expect(model.place.workspace).toBe("research");
  });
});

describe("ends", () => {
  it("are told once, of what was seen at work only", async () => {
    fake.runs = [listed("old"), listed("new", { state: "running" })];
    model.setInSight(true);
    await pass(0);
    expect(ended).toEqual([]);

    fake.runs = [listed("old"), listed("new", { state: "failed" })];
    await pass(6);
    await pass(90);

    expect(ended.map(({ name, state }) => [name, state])).toEqual([["new", "failed"]]);
  });

  it("are not told of what is but in another workspace now", async () => {
    fake.runs = [listed("new", { state: "running" })];
    model.setInSight(true);
    await pass(0);

    model.choose({ deployment: "", workspace: "research" });
    fake.runs = [];
    await pass(90);

    expect(ended).toEqual([]);
  });
});

describe("what is done with a run", () => {
  it("is asked of its own deployment, and followed by a look", async () => {
    const run = listed("reviews-1", { state: "running" });
    fake.runs = [run];
    model.setInSight(true);
    await pass(0);

    await model.cancel(run);
    await pass(0);

    const post = fake.asked.find(({ method }) => method === "POST");
    expect(post?.path).toBe("jobs/default/reviews-1/cancel");
    expect(post?.query.get("deployment")).toBe(HERE);
    expect(model.said(run)).toEqual({ busy: false, text: "NeMo Services were asked.", bad: false });
    expect(fake.count("runs")).toBe(2);
  });

  it("keeps the server's own sentence when it is refused", async () => {
    const run = listed("reviews-1");
    fake.refusal = { path: "jobs/", status: 409, message: "`artifacts/x` holds something else." };

    await model.download(run, "artifacts/x");

    expect(model.said(run)).toEqual({ busy: false, text: "`artifacts/x` holds something else.", bad: true });
  });

  it("is done once, however often it is asked for", async () => {
    const run = listed("reviews-1");

    await Promise.all([model.download(run, "a"), model.download(run, "a")]);

    expect(fake.asked.filter(({ method }) => method === "POST")).toHaveLength(1);
  });

  it.each(["jobs/default/../../api/shutdown", "jobs/../x", "../x", "runs/..", "jobs/a/b/c"])(
    "asks nothing of %s, which is no run",
    async (path) => {
      await model.cancel(listed("x", { path }));

      expect(fake.asked).toEqual([]);
    },
  );

  it("escapes what is in a name", async () => {
    await model.cancel(listed("x", { path: "jobs/default/a?b=%2F#c" }));

    expect(fake.asked[0]?.path).toBe("jobs/default/a%3Fb%3D%252F%23c/cancel");
  });
});

describe("what is looked for", () => {
  const runs = [
    listed("reviews-1", { state: "running", notebook: "studies/shop.ipynb" }),
    listed("qa", { state: "failed" }),
    local("reviews"),
  ];
  const meant = (...asked: [text: string, which: Parameters<typeof isMeant>[2]]) =>
    runs.filter((run) => isMeant(run, ...asked)).map(({ name }) => name);

  it("is a part of the name, the state or the notebook, whatever the case", () => {
    expect(meant("REV", "all")).toEqual(["reviews-1", "reviews"]);
    expect(meant("failed", "all")).toEqual(["qa"]);
    expect(meant("shop reviews", "all")).toEqual(["reviews-1"]);
  });

  it("is at work, a job, or of this machine", () => {
    expect(meant("", "work")).toEqual(["reviews-1"]);
    expect(meant("", "jobs")).toEqual(["reviews-1", "qa"]);
    expect(meant("", "machine")).toEqual(["reviews"]);
  });
});
