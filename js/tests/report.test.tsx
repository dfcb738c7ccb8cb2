import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Remembered } from "../src/view/memory";
import { Resources } from "../src/view/report/resources";
import type { Asks, Source } from "../src/view/source";
import { View } from "../src/view/view";
import type {
  FindingView,
  LiveReportView,
  MigrationView,
  PlanView,
  ReportView,
  ResourceView,
  StatusView,
  StepView,
} from "../src/wire/wire";

const OK: StatusView = { mark: "✓", text: "OK", tone: "completed" };
const BAD: StatusView = { mark: "✕", text: "Not accepted", tone: "failed" };
const WARNING: StatusView = { mark: "▲", text: "Warning", tone: "warning" };
const TO_DO: StatusView = { mark: "○", text: "To do", tone: "waiting" };

const found = (status: StatusView, text: string, move = ""): FindingView => ({ status, text, move });

function resource(kind: string, name: string, run: FindingView | null, submit: FindingView): ResourceView {
  return { kind, name, used_by: "`review`", findings: [run, submit], stops: submit.status === BAD };
}

const SEED = resource(
  "Seed",
  "DataFrame 3 × 2",
  found(OK, "Here."),
  found(BAD, "A DataFrame.", "Upload it."),
);
const PROVIDER = resource(
  "Provider",
  "nvidia",
  found(OK, "Here."),
  found(BAD, "Local only.", "Register it."),
);
const TOOL = resource("Tool", "search", found(WARNING, "Slow."), found(BAD, "No tools there."));
const ARTIFACTS = resource("Artifacts", "", found(OK, "80 GB free."), found(OK, "Job storage."));

const REPORT: ReportView = {
  title: "Resources",
  name: "report",
  locations: [
    { location: "run", head: "Run in this kernel", label: "Run", status: OK, moves: 0 },
    {
      location: "submit",
      head: "Submit to NeMo Services · default",
      label: "Submit",
      status: { mark: "✕", text: "Cannot be submitted yet: 2 moves", tone: "failed" },
      moves: 2,
    },
  ],
  resources: [ARTIFACTS, SEED, PROVIDER, TOOL],
  checklist: [{ question: "Seed data is compatible", answers: [OK, BAD], note: "" }],
  checked: "run 1 of 1 · submit 0 of 1",
  way_on: [{ text: "Plan the moves", code: "%dd_migrate moved -c reviews" }],
};

const UPLOAD: StepView = {
  action: "Upload",
  kind: "seed",
  name: "DataFrame 3 × 2",
  source: "the DataFrame",
  target: "default/seed-5f2c#seed.parquet",
  size: ["3 records", "1.2 kB"],
  status: TO_DO,
  text: "",
};

const PLANNED: MigrationView = {
  title: "Migration",
  name: "reviews_moved",
  where: "to NeMo Services · workspace default",
  status: { mark: "○", text: "Planned: 1 to do", tone: "waiting" },
  notices: [],
  steps: [UPLOAD],
  meter: null,
  diff: [
    { sign: "-", text: "seed_type: df" },
    { sign: "+", text: "seed_type: nmp" },
  ],
  added: 1,
  removed: 1,
  diff_cut: 0,
  way_on: [],
};

const plan = (migration: Partial<MigrationView> = {}, rest: Partial<PlanView> = {}): PlanView => ({
  plan: 1,
  migration: { ...PLANNED, ...migration },
  can_apply: true,
  applied: false,
  ...rest,
});

const WORKING = { mark: "●", text: "At work: step 1 of 1", tone: "running" } as const;
const DONE = { mark: "✓", text: "Done", tone: "completed" } as const;

type Asked = Asks[keyof Asks];

/** The kernel: answers when told to. */
class FakeSource implements Source {
  readonly asked: Asked[] = [];
  private readonly open: { op: string; resolve: (value: never) => void; reject: (error: Error) => void }[] =
    [];
  private readonly hearing = new Map<string, Set<(told: never) => void>>();
  private readonly late = new Map<string, () => void>();

  ask: Source["ask"] = (ask, { signal, onLate } = {}) =>
    new Promise((resolve, reject) => {
      this.asked.push(ask);
      this.open.push({ op: ask.op, resolve: resolve as (value: never) => void, reject });
      if (onLate) this.late.set(ask.op, onLate);
      signal?.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
    });

  hear: Source["hear"] = (kind, hear) => {
    const all = this.hearing.get(kind) ?? new Set();
    this.hearing.set(kind, all.add(hear as (told: never) => void));
    return () => void all.delete(hear as (told: never) => void);
  };

  answers = (op: string, reply: unknown) => act(async () => this.take(op).resolve(reply as never));
  refuses = (op: string, why: string) => act(async () => this.take(op).reject(new Error(why)));
  tells = (kind: string, told: object) =>
    act(async () => {
      for (const hear of this.hearing.get(kind) ?? []) hear({ ...told, tell: kind } as never);
    });
  isLate = () =>
    act(async () => {
      for (const late of this.late.values()) late();
    });
  of = (op: string) => this.asked.filter((ask) => ask.op === op);
  listeners = () => [...this.hearing.values()].reduce((total, all) => total + all.size, 0);

  private take(op: string) {
    const at = this.open.findIndex((each) => each.op === op);
    const [taken] = this.open.splice(at, 1);
    this.late.delete(op);
    if (at < 0 || !taken) throw new Error(`nobody waits for ${op}`);
    return taken;
  }
}

const LIVE: LiveReportView = {
  view: "report",
  title: "Resources",
  name: "report",
  version: 0,
  variable: "",
  at_work: "",
  elapsed_seconds: 0,
};

let models = 0;

async function show(report: ReportView | null = REPORT, component?: (source: Source) => preact.VNode) {
  const source = new FakeSource();
  const el = document.body.appendChild(document.createElement("div"));
  models += 1;
  const model = `model ${models}`;
  let live = LIVE;
  const draw = () =>
    act(() =>
      render(
        <Remembered model={model}>
          {component?.(source) ?? <View live={live} heardAt={Date.now()} source={source} />}
        </Remembered>,
        el,
      ),
    );
  await draw();
  await source.answers("resources", { report });
  const buttons = () => [...el.querySelectorAll("button")];
  const button = (name: string) => {
    const one = buttons().find(
      (each) => (each.getAttribute("aria-label") ?? each.textContent?.trim()) === name,
    );
    if (!one) throw new Error(`no button ${name} among ${buttons().map((each) => each.textContent)}`);
    return one;
  };
  return {
    source,
    el,
    button,
    press: (name: string) => act(async () => button(name).click()),
    has: (name: string) => buttons().some((each) => each.textContent?.trim() === name),
    shows: (change: Partial<LiveReportView>) => {
      live = { ...live, ...change };
      return draw();
    },
    close: () => act(async () => render(null, el)),
    redraw: async () => {
      await act(() => render(null, el));
      await draw();
    },
    rows: () =>
      [...el.querySelectorAll(".dd-report-resources tbody tr")].map(
        (row) => row.querySelector("th")?.firstElementChild?.textContent,
      ),
    text: () => el.textContent ?? "",
    key: (key: string) =>
      act(
        async () =>
          void document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })),
      ),
  };
}

async function planned(reply: PlanView = plan()) {
  const view = await show();
  await view.press("Plan moves…");
  await view.source.answers("plan", reply);
  return view;
}

beforeEach(
  () =>
    void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] }),
);
afterEach(() => {
  for (const el of [...document.body.children]) act(() => render(null, el));
  document.body.replaceChildren();
  vi.useRealTimers();
});

describe("a report", () => {
  it("says for each resource what was found in each location, and what would move it", async () => {
    const view = await show();

    const [, seed] = view.el.querySelectorAll(".dd-report-resources tbody tr");
    expect(seed?.textContent).toContain("Seed DataFrame 3 × 2");
    expect(seed?.textContent).toContain("Not accepted: A DataFrame.");
    expect(seed?.textContent).toContain("Upload it.");
    expect(view.el.querySelector('[role="status"]')?.textContent).toContain(
      "Cannot be submitted yet: 2 moves",
    );
    expect(view.text()).toContain("%dd_migrate moved -c reviews");
  });

  it("offers no move for what cannot be moved", async () => {
    const view = await show();

    const labels = [...view.el.querySelectorAll("tbody button")].map((one) => one.getAttribute("aria-label"));
    expect(labels).toEqual(["Move Seed DataFrame 3 × 2…", "Move Provider nvidia…"]);
  });

  it("offers no move at all while nobody is there to move to", async () => {
    const locations = REPORT.locations.map((one) => ({ ...one, moves: 0 }));
    const view = await show({ ...REPORT, locations });

    expect(view.has("Move…")).toBe(false);
    expect(view.has("Plan moves…")).toBe(false);
    expect(view.has("Check again")).toBe(true);
  });

  it("shows only what needs attention, or can be moved, when asked to", async () => {
    const view = await show();
    expect(view.rows()).toEqual(["Artifacts", "Seed", "Provider", "Tool"]);

    await view.press("Need attention 3");
    expect(view.rows()).toEqual(["Seed", "Provider", "Tool"]);

    await view.press("Can be moved 2");
    expect(view.rows()).toEqual(["Seed", "Provider"]);
    expect(view.button("Can be moved 2").getAttribute("aria-pressed")).toBe("true");
  });

  it("keeps the chosen filter when the front end draws it anew", async () => {
    const view = await show();
    await view.press("Can be moved 2");

    await view.redraw();
    await view.source.answers("resources", { report: REPORT });

    expect(view.rows()).toEqual(["Seed", "Provider"]);
  });

  it("can be read kind by kind where there is much of it, and not else", async () => {
    expect((await show()).el.querySelector("select")).toBeNull();
    const many = Array.from({ length: 9 }, (_, n) => ({ ...PROVIDER, name: `provider-${n}` }));
    const view = await show({ ...REPORT, resources: [...many, SEED] });
    const kinds = view.el.querySelector("select") as HTMLSelectElement;

    await act(async () => {
      kinds.value = "Seed";
      kinds.dispatchEvent(new Event("change", { bubbles: true }));
    });

    expect(view.rows()).toEqual(["Seed"]);
  });

  it("moves the row that was meant, also under a filter", async () => {
    const view = await show();
    await view.press("Need attention 3");

    await view.press("Move Provider nvidia…");

    expect(view.source.of("plan")).toEqual([{ op: "plan", to: "services", resources: [2] }]);
  });

  it("is looked up anew, once however often the button is pressed", async () => {
    const view = await show();

    await view.press("Check again");
    await view.press("Checking…");
    await view.shows({ at_work: "Looking everything up" });

    expect(view.source.of("check")).toHaveLength(1);
    expect(view.text()).toContain("Looking everything up…");
    await view.source.tells("report", { report: { ...REPORT, resources: [ARTIFACTS] } });
    await view.source.answers("check", { report: { ...REPORT, resources: [ARTIFACTS] } });
    await view.shows({ at_work: "", version: 1 });
    expect(view.rows()).toEqual(["Artifacts"]);
    expect(view.has("Check again")).toBe(true);
    expect(view.source.of("resources")).toHaveLength(2);
  });

  it("stays in sight when it cannot be looked up anew, and says why", async () => {
    const view = await show();

    await view.press("Check again");
    await view.source.refuses("check", "Variable `reviews` is gone. Run its cell again.");

    expect(view.text()).toContain("Variable reviews is gone.");
    expect(view.rows()).toHaveLength(4);
  });

  it("says that the kernel is busy only while the kernel has not said what it does", async () => {
    const view = await show();
    await view.press("Plan moves…");

    await view.source.isLate();
    expect(view.text()).toContain("The kernel is busy with a cell");

    await view.shows({ at_work: "Reading the seed" });
    expect(view.text()).not.toContain("busy with a cell");
    expect(view.text()).toContain("Reading the seed…");
  });

  it("wonders whether the kernel is alive when it hears nothing of its work", async () => {
    const view = await show();
    await view.shows({ at_work: "Carrying out the plan", elapsed_seconds: 3 });

    await act(async () => void vi.advanceTimersByTime(9000));
    expect(view.el.querySelector('[role="timer"]')?.textContent).toBe("0:12");
    expect(view.text()).not.toContain("No news");
    await act(async () => void vi.advanceTimersByTime(2000));
    expect(view.text()).toContain("No news for 0:11 — is the kernel alive?");

    await view.shows({ elapsed_seconds: 14 });
    expect(view.text()).not.toContain("No news");
  });

  it("shows hostile text as text", async () => {
    const hostile = "<img src=x onerror=alert(1)>";
    const bad = found(BAD, hostile, hostile);
    const one = { ...SEED, kind: hostile, name: hostile, used_by: hostile, findings: [bad, bad] };
    const view = await show({ ...REPORT, name: hostile, resources: [one] });
    await view.press("Plan moves…");
    const step = { ...UPLOAD, name: hostile, source: hostile, target: hostile, text: hostile };
    const diff = [{ sign: "+" as const, text: hostile }];
    await view.source.answers("plan", plan({ steps: [step], diff, where: hostile, name: hostile }));

    expect(view.el.querySelector("img")).toBeNull();
    expect(view.text().split(hostile).length).toBeGreaterThan(12);
  });

  it("leaves no listener and no timer when it is closed", async () => {
    const view = await show();
    await view.press("Plan moves…");

    await view.close();

    expect(view.source.listeners()).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("a plan", () => {
  it("is for all that can be moved, and says what is made from what", async () => {
    const view = await planned();

    expect(view.source.of("plan")).toEqual([{ op: "plan", to: "services", resources: [] }]);
    const step = view.el.querySelector(".dd-plan-steps li")?.textContent;
    expect(step).toContain("Upload seed DataFrame 3 × 2");
    expect(step).toContain("from the DataFrame");
    expect(step).toContain("to default/seed-5f2c#seed.parquet");
    expect(step).toContain("3 records, 1.2 kB");
    expect(view.el.querySelector("ins")?.textContent).toBe("+ seed_type: nmp");
    expect(view.el.querySelector("del")?.textContent).toBe("- seed_type: df");
    expect(view.text()).toContain("The new configuration will be in reviews_moved. Yours stays as it is.");
  });

  it("has the focus once it is there, so that it is read", async () => {
    const view = await planned();

    expect(document.activeElement).toBe(view.el.querySelector(".dd-plan"));
  });

  it.each(["Not now", "Escape"])(
    "is left by %s, with nothing done and the focus where it was",
    async (way) => {
      const view = await show();
      view.button("Move Seed DataFrame 3 × 2…").focus();
      await view.press("Move Seed DataFrame 3 × 2…");
      await view.source.answers("plan", plan());

      if (way === "Escape") await view.key("Escape");
      else await view.press("Not now");

      expect(view.el.querySelector(".dd-plan")).toBeNull();
      expect(view.source.of("apply")).toEqual([]);
      expect(document.activeElement).toBe(view.button("Move Seed DataFrame 3 × 2…"));
    },
  );

  it("is asked for once, and no other meanwhile", async () => {
    const view = await show();

    await view.press("Plan moves…");
    await view.press("Planning…");
    await view.press("Move Provider nvidia…");

    expect(view.source.of("plan")).toHaveLength(1);
    expect(view.button("Move Provider nvidia…").getAttribute("aria-disabled")).toBe("true");
  });

  it("says why there is none", async () => {
    const view = await show();

    await view.press("Plan moves…");
    await view.source.refuses("plan", "Nobody answers at `http://127.0.0.1:1`.");

    expect(view.text()).toContain("Nobody answers at http://127.0.0.1:1.");
    expect(view.el.querySelector(".dd-plan")).toBeNull();
  });

  it("is carried out once, however often the button is pressed", async () => {
    const view = await planned();
    const button = view.button("Do it");

    await act(async () => {
      button.click();
      button.click();
    });
    await act(async () => button.click());

    expect(view.source.of("apply")).toEqual([{ op: "apply", plan: 1 }]);
    expect(button.textContent).toBe("At work…");
    expect(button.getAttribute("aria-disabled")).toBe("true");
  });

  it("shows how far it is, cannot be left meanwhile, and says what came of it", async () => {
    const view = await planned();
    const button = view.button("Do it");
    button.focus();
    await act(async () => button.click());

    const half = { share: 0.5, parts: ["0.6 kB of 1.2 kB"] };
    await view.source.tells("plan", plan({ status: WORKING, meter: half }, { can_apply: false }));
    await view.key("Escape");

    expect(view.el.querySelector('[role="progressbar"]')?.getAttribute("aria-valuenow")).toBe("50");
    expect(view.el.querySelector('.dd-plan [role="status"]')?.textContent).toContain("At work: step 1 of 1");
    expect(view.has("Not now")).toBe(false);
    expect(document.activeElement).toBe(button);

    await view.shows({ variable: "reviews_moved", version: 1 });
    const done = plan(
      { status: DONE, steps: [{ ...UPLOAD, status: DONE }] },
      { can_apply: false, applied: true },
    );
    await view.source.answers("apply", done);

    expect(view.text()).toContain("reviews_moved holds the configuration with what was moved.");
    expect(document.activeElement).toBe(view.button("Close"));

    const locations = REPORT.locations.map((one) => ({ ...one, status: OK, moves: 0 }));
    await view.source.tells("report", { report: { ...REPORT, locations } });
    await view.key("Escape");
    expect(document.activeElement).toBe(view.button("Check again"));
  });

  it("is there too where another view of the report carries it out", async () => {
    const view = await show();

    await view.source.tells("plan", plan({ status: WORKING }, { can_apply: false }));

    expect(view.button("At work…").getAttribute("aria-disabled")).toBe("true");
    expect(view.button("Plan moves…").getAttribute("aria-disabled")).toBe("true");
    await view.press("At work…");
    expect(view.source.of("apply")).toEqual([]);
  });

  it("can be tried again after a step failed, and says which and why", async () => {
    const view = await planned();
    await view.press("Do it");

    const failed = { ...UPLOAD, status: { ...BAD, text: "Failed" }, text: "The disk is full." };
    const status = { ...BAD, text: "Failed: 1 of 1 step" };
    await view.source.answers("apply", plan({ status, steps: [failed] }));

    expect(view.text()).toContain("The disk is full.");
    await view.press("Try again");
    expect(view.source.of("apply")).toHaveLength(2);
  });

  it("that is not the last one any more is refused with the reason", async () => {
    const view = await planned();

    await view.press("Do it");
    await view.source.refuses("apply", "This plan is not the last one that was made.");

    expect(view.el.querySelector(".dd-plan")?.textContent).toContain("not the last one");
    expect(view.has("Not now")).toBe(true);
  });

  it("has no button where a secret would have to be typed, and says what to do", async () => {
    const text = "The value of `NVIDIA_API_KEY` has to be typed: `%dd_migrate moved --apply` asks for it.";
    const view = await planned(plan({ notices: [{ level: "warning", text }] }, { can_apply: false }));

    expect(view.has("Do it")).toBe(false);
    expect(view.text()).toContain("%dd_migrate moved --apply asks for it.");
    expect(view.has("Close")).toBe(true);
  });

  it("says that only a part can be done where that is so", async () => {
    const never = { ...UPLOAD, action: "", kind: "Tool", status: { ...BAD, text: "Cannot be moved" } };
    const status = { ...WARNING, text: "Planned: 1 to do, 1 cannot be moved" };
    const view = await planned(plan({ status, steps: [UPLOAD, { ...never, text: "Tools stay here." }] }));

    expect(view.has("Do the rest")).toBe(true);
    expect(view.text()).toContain("Tools stay here.");
  });

  it("rewrites the configuration where all is there already", async () => {
    const view = await planned(plan({ status: { ...OK, text: "Nothing to do" } }));

    await view.press("Rewrite the configuration");

    expect(view.source.of("apply")).toHaveLength(1);
  });
});

describe("the resources of a run", () => {
  it("are the same table, to be read only", async () => {
    const view = await show(REPORT, (source) => <Resources source={source} />);

    expect(view.rows()).toEqual(["Artifacts", "Seed", "Provider", "Tool"]);
    expect(view.text()).toContain("Upload it.");
    expect(view.has("Move…")).toBe(false);
    expect(view.has("Plan moves…")).toBe(false);
  });

  it("say so where nothing was looked up", async () => {
    const view = await show(null, (source) => <Resources source={source} />);

    expect(view.text()).toContain("Nothing was looked up before this run.");
  });
});
