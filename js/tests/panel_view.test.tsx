import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Acts } from "../src/lab/panel/acts";
import type { Listed } from "../src/lab/panel/listed";
import { RunsModel } from "../src/lab/panel/model";
import { ago, span } from "../src/lab/panel/moments";
import { Panel } from "../src/lab/panel/panel";
import { forgetAll, Remembered } from "../src/view/memory";
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

const NOW = Date.parse("2026-11-21T12:03:00Z");
const open: (() => void)[] = [];
let fake: FakeServer;

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  forgetAll();
  fake = new FakeServer();
  server.request = fake.request;
});
afterEach(() => {
  for (const close of open.splice(0)) close();
  document.body.replaceChildren();
  vi.useRealTimers();
});

async function show(runs: Listed[], given: Partial<Acts> = {}) {
  fake.runs = runs;
  const model = new RunsModel({ seconds: () => 5, onEnded: () => undefined });
  const acts = {
    open: vi.fn(),
    openLog: vi.fn(),
    notebook: () => "studies/shop.ipynb",
    attach: vi.fn(async () => undefined),
    openNotebook: vi.fn(),
    showFolder: vi.fn(),
    choose: vi.fn((place) => model.choose(place)),
    ...given,
  } satisfies Acts;
  const el = document.body.appendChild(document.createElement("div"));
  const draw = () =>
    render(
      <Remembered model="panel">
        <Panel model={model} acts={acts} />
      </Remembered>,
      el,
    );
  model.onChange(() => act(draw));
  act(draw);
  const pass = (seconds: number) => act(async () => void (await vi.advanceTimersByTimeAsync(seconds * 1000)));
  model.setInSight(true);
  await pass(0);
  open.push(() => {
    model.close();
    act(() => render(null, el));
  });
  const button = (name: string) => {
    const named = [...el.querySelectorAll("button")].find(
      (each) => (each.getAttribute("aria-label") ?? each.textContent ?? "").trim() === name,
    );
    if (!named) throw new Error(`There is no button ${name}`);
    return named;
  };
  return {
    el,
    model,
    acts,
    pass,
    button,
    press: (name: string) => act(async () => button(name).click()),
    items: () => [...el.querySelectorAll(".dd-jobs-item")],
    names: () => [...el.querySelectorAll(".dd-jobs-open")].map(({ textContent }) => textContent),
    actions: () => [...el.querySelectorAll(".dd-jobs-menu button")].map(({ textContent }) => textContent),
    menuOf: (name: string) => act(async () => button(`What can be done with ${name}`).click()),
    type: (key: string) =>
      act(
        async () =>
          void document.activeElement?.dispatchEvent(
            new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
          ),
      ),
    text: () => el.textContent ?? "",
  };
}

describe("an item", () => {
  it("says what it is, how it stands, how far it is, since when and from which notebook", async () => {
    const run = listed("reviews-1", {
      state: "running",
      done: 620,
      failed: 3,
      notebook: "studies/shop.ipynb",
    });
    const { items } = await show([run]);

    const text = items()[0]?.textContent;
    for (const said of ["reviews-1", "Job", "At work", "620/1,000", "3 failed", "3 min ago", "shop.ipynb"]) {
      expect(text).toContain(said);
    }
    const bar = items()[0]?.querySelector('[role="progressbar"]');
    expect([bar?.getAttribute("aria-valuenow"), bar?.getAttribute("aria-valuemax")]).toEqual(["620", "1000"]);
    expect(items()[0]?.querySelector("time")?.title).toMatch(/^Started 2026-11-21 /);
  });

  it("says where it is when that is not where the panel looks", async () => {
    const { items } = await show([
      listed("one"),
      listed("two", { workspace: "research" }),
      listed("three", { deployment: "https://nemo.example.com" }),
    ]);

    expect(items()[0]?.textContent).not.toContain("default");
    expect(items()[1]?.textContent).toContain("workspace research");
    expect(items()[2]?.textContent).toContain("default at nemo.example.com");
  });

  it("keeps the end of a long name, and has all of it as its title", async () => {
    const name = "customer-support-conversations-with-personas-v12-final";
    const { button } = await show([listed(name)]);

    const open = button(name);
    expect(open.title).toBe(name);
    expect(open.querySelector(".dd-jobs-tail")?.textContent).toBe("12-final");
  });

  it("says of what broke off only how many were asked for, where nobody counted", async () => {
    const { items } = await show([
      listed("one", { state: "cancelled" }),
      listed("two", { state: "failed", done: 118 }),
      listed("three"),
    ]);

    expect(items()[0]?.querySelector(".dd-number")?.textContent).toBe("of 1,000");
    expect(items()[1]?.querySelector(".dd-number")?.textContent).toBe("118/1,000");
    expect(items()[2]?.querySelector(".dd-number")?.textContent).toBe("1,000 records");
  });

  it("shows what a server says as text", async () => {
    const { el, names } = await show([listed("x", { name: "<img src=x onerror=alert(1)>" })]);

    expect(names()).toEqual(["<img src=x onerror=alert(1)>"]);
    expect(el.querySelector("img")).toBeNull();
  });

  it("offers what can be done with it, and no more", async () => {
    const { actions, menuOf } = await show([
      listed("at-work", { state: "running", notebook: "a.ipynb" }),
      listed("empty", { has_records: false }),
      local("here"),
    ]);

    await menuOf("at-work");
    expect(actions()).toEqual([
      "Open",
      "Log",
      "Cancel…",
      "Download…",
      "Attach in this notebook",
      "Open its notebook",
    ]);
    await menuOf("empty");
    expect(actions()).toEqual(["Open", "Log", "Attach in this notebook"]);
    await menuOf("here");
    expect(actions()).toEqual(["Open", "Log"]);
  });

  it("is opened, its log too, and its notebook", async () => {
    const run = listed("reviews-1", { notebook: "studies/shop.ipynb" });
    const { press, menuOf, acts } = await show([run]);

    await press("reviews-1");
    await menuOf("reviews-1");
    await press("Log");
    await menuOf("reviews-1");
    await press("Open its notebook");

    expect(acts.open).toHaveBeenCalledWith(run);
    expect(acts.openLog).toHaveBeenCalledWith(run);
    expect(acts.openNotebook).toHaveBeenCalledWith("studies/shop.ipynb");
  });

  it("is cancelled after a question that an Enter too many answers with No", async () => {
    const view = await show([listed("reviews-1", { state: "running" })]);

    await view.menuOf("reviews-1");
    await view.press("Cancel…");
    expect(document.activeElement?.textContent).toBe("No");
    await view.press("No");
    expect(fake.asked.some(({ method }) => method === "POST")).toBe(false);
    expect(document.activeElement).toBe(view.button("What can be done with reviews-1"));

    await view.menuOf("reviews-1");
    await view.press("Cancel…");
    await view.press("Yes");
    await view.pass(0);
    expect(fake.asked.find(({ method }) => method === "POST")?.path).toBe("jobs/default/reviews-1/cancel");
    expect(view.text()).toContain("NeMo Services were asked.");
  });

  it("is downloaded into a folder, which can be shown then", async () => {
    const view = await show([listed("reviews-1")]);

    await view.menuOf("reviews-1");
    await view.press("Download…");
    const field = view.el.querySelector<HTMLInputElement>(".dd-jobs-folder input");
    expect(field?.value).toBe("artifacts/reviews-1");
    await act(async () => void view.el.querySelector("form")?.requestSubmit());
    await view.pass(0);

    expect(fake.asked.find(({ method }) => method === "POST")?.body).toEqual({
      folder: "artifacts/reviews-1",
    });
    await view.press("Show the folder");
    expect(view.acts.showFolder).toHaveBeenCalledWith("artifacts/reviews-1");
    await view.press("Dismiss");
    expect(view.text()).not.toContain("NeMo Services were asked.");
  });

  it("cannot be attached while no notebook is open, and says why", async () => {
    const view = await show([listed("reviews-1")], { notebook: () => undefined });

    await view.menuOf("reviews-1");
    const attach = view.button("Attach in this notebook");
    expect(attach.getAttribute("aria-disabled")).toBe("true");
    expect(attach.title).toContain("No notebook is open");
    await view.press("Attach in this notebook");
    expect(view.acts.attach).not.toHaveBeenCalled();
  });

  it("says why it could not be attached", async () => {
    const attach = vi.fn(async () => Promise.reject(new Error("This notebook runs R.")));
    const view = await show([listed("reviews-1")], { attach });

    await view.menuOf("reviews-1");
    await view.press("Attach in this notebook");
    await view.pass(0);

    expect(view.text()).toContain("This notebook runs R.");
  });
});

describe("the list", () => {
  it("is one stop of the Tab key, and the arrows go through it", async () => {
    const view = await show([listed("one"), listed("two"), listed("three")]);
    const stops = () =>
      [...view.el.querySelectorAll<HTMLElement>(".dd-jobs-open")].filter(({ tabIndex }) => tabIndex === 0);
    expect(stops().map(({ textContent }) => textContent)).toEqual(["one"]);

    act(() => view.button("one").focus());
    await view.type("ArrowDown");
    await view.type("ArrowDown");

    expect(document.activeElement?.textContent).toBe("three");
    expect(stops().map(({ textContent }) => textContent)).toEqual(["three"]);
    await view.type("Home");
    expect(document.activeElement?.textContent).toBe("one");
  });

  it("shows a hundred at first, and more when asked", async () => {
    const view = await show(Array.from({ length: 250 }, (_, at) => listed(`job-${at}`)));
    expect(view.items()).toHaveLength(100);
    expect(view.text()).toContain("100 newest");

    await view.press("Show more");
    await view.pass(0);

    expect(view.items()).toHaveLength(250);
    expect(() => view.button("Show more")).toThrow();
  });

  it("is filtered, and says when nothing is left and how to see all again", async () => {
    const view = await show([listed("reviews-1"), listed("qa"), local("reviews")]);
    const search = view.el.querySelector<HTMLInputElement>('input[type="search"]') as HTMLInputElement;
    const look = (text: string) =>
      act(async () => {
        search.value = text;
        search.dispatchEvent(new Event("input", { bubbles: true }));
      });

    await look("rev");
    expect(view.names()).toEqual(["reviews-1", "reviews"]);
    expect(view.text()).toContain("2 of 3");
    await act(async () => view.el.querySelectorAll<HTMLInputElement>('input[type="radio"]')[3]?.click());
    expect(view.names()).toEqual(["reviews"]);
    await look("nothing like it");
    expect(view.text()).toContain("None matches.");
    await view.press("Show all");
    expect(view.names()).toHaveLength(3);
  });

  it("says what to type while there is nothing yet", async () => {
    const view = await show([]);

    expect(view.text()).toContain("Nothing has been made yet.");
    expect(view.text()).toContain("%load_ext dd_jupyter");
  });
});

describe("the head", () => {
  it("says where the jobs are and as whom they are asked for", async () => {
    const { text, el } = await show([]);

    expect(text()).toContain("Connected");
    expect(text()).toContain("127.0.0.1:8080");
    expect(el.querySelector(".dd-jobs-head [title*='as nobody']")).not.toBeNull();
  });

  it("says what is wrong and keeps what is known of this machine", async () => {
    fake.problem = "NeMo Services do not answer. Start them with `%dd_services start`.";
    const view = await show([local("reviews")]);

    expect(view.text()).toContain("Not reachable");
    expect(view.text()).toContain("Start them with %dd_services start.");
    expect(view.names()).toEqual(["reviews"]);
  });

  it("has labels that name what they mean, however often it is drawn", async () => {
    const { el, model, pass } = await show([listed("one"), listed("two")]);
    model.refresh();
    await pass(0);

    const ids = [...el.querySelectorAll("[id]")].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const label = [...el.querySelectorAll("label")].find(({ textContent }) => textContent === "Workspace");
    expect(el.querySelector(`#${label?.htmlFor}`)?.tagName).toBe("SELECT");
  });

  it("changes the workspace, and the deployment where there are more than one", async () => {
    fake.deployments = [
      { base_url: HERE, origin: "", workspace: "default" },
      { base_url: "https://nemo.example.com", origin: "", workspace: "team" },
    ];
    const view = await show([listed("reviews-1")]);
    const select = (at: number, value: string) =>
      act(async () => {
        const chosen = view.el.querySelectorAll("select")[at] as HTMLSelectElement;
        chosen.value = value;
        chosen.dispatchEvent(new Event("change", { bubbles: true }));
      });

    await select(1, "research");
    await view.pass(0);
    expect(view.acts.choose).toHaveBeenLastCalledWith({ deployment: "", workspace: "research" });
    expect(view.model.place).toEqual({ deployment: HERE, workspace: "research" });

    await select(0, "https://nemo.example.com");
    await view.pass(0);
    expect(view.acts.choose).toHaveBeenLastCalledWith({
      deployment: "https://nemo.example.com",
      workspace: "",
    });
    expect(fake.asked.at(-1)?.query.get("deployment")).toBe("https://nemo.example.com");
  });
});

describe("when something was", () => {
  const at = (written: string) => ago(written, NOW);

  it.each([
    ["2026-11-21T12:02:30Z", "just now"],
    ["2026-11-21T11:59:30+00:00", "3 min ago"],
    ["2026-11-21T10:00:00Z", "2 h ago"],
    ["2026-11-18T10:00:00Z", "3 d ago"],
    ["2026-11-03T12:00:00Z", "3 Nov"],
    ["2025-11-03T12:00:00Z", "3 Nov 2025"],
    ["", ""],
    ["tomorrow", ""],
  ])("%s is told as %j", (written, told) => {
    expect(at(written)).toBe(told);
  });

  it("is told in full with how long it took", () => {
    expect(span("2026-11-21T12:00:00Z", "2026-11-21T12:02:50Z")).toMatch(/^Started .+, ended .+ after 2:50$/);
    expect(span("", "")).toBe("");
  });
});
