import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { forgetAll, Remembered } from "../src/view/memory";
import type { Asks, Replies, Source, Tells } from "../src/view/source";
import { SubmitView } from "../src/view/submit/submit";
import type {
  FindingView,
  LiveSubmitView,
  LookUpView,
  PlanView,
  ResourceView,
  StatusView,
} from "../src/wire/wire";

const LIVE: LiveSubmitView = {
  view: "submit",
  name: "reviews",
  location: "submit",
  records: "5,000",
  job_name: "reviews-1",
  workspace: "",
  dataset_name: "dataset",
  artifact_path: "artifacts",
  state: "open",
  step: "",
  chosen: "",
};
const OK: StatusView = { mark: "✓", text: "OK", tone: "completed" };
const REFUSED: StatusView = { mark: "✕", text: "Not accepted", tone: "failed" };

function resource(kind: string, name: string, status: StatusView, text: string): ResourceView {
  const finding: FindingView = { status, text, move: "" };
  return { kind, name, used_by: "", findings: [finding], stops: status.tone === "failed" };
}

function found(status: StatusView, moves: number, others: number, ...resources: ResourceView[]): LookUpView {
  const report = { title: "", name: "", locations: [], resources, checklist: [], checked: "", way_on: [] };
  return { report, status, moves, others };
}

const CLEAR = found(
  { ...OK, text: "All 2 are there" },
  0,
  0,
  resource("Provider", "nvidia", OK, "In settings"),
);
const TO_MOVE = found(
  { ...REFUSED, text: "1 of 2 needs to move first" },
  1,
  0,
  resource("Provider", "nvidia", REFUSED, "Register it as `default/nvidia`."),
  resource("Personas", "en_US", OK, "There."),
);
const IN_THE_WAY = found(
  { ...REFUSED, text: "1 of 1 is in the way" },
  0,
  1,
  resource("Tool", "t", REFUSED, "No."),
);

function plan(state: Partial<PlanView> & { tone?: StatusView["tone"] } = {}): PlanView {
  const { tone = "waiting", ...rest } = state;
  const status: StatusView = { mark: "○", text: "Planned: 1 to do", tone };
  const step = {
    action: "Register",
    kind: "provider",
    name: "nvidia",
    source: "local settings",
    target: "default/nvidia",
    size: [],
    status,
    text: "",
  };
  const migration = {
    title: "Migration",
    name: "",
    where: "to NeMo Services · workspace default",
    status,
    notices: [],
    steps: [step],
    meter: null,
    diff: [],
    added: 0,
    removed: 0,
    diff_cut: 0,
    way_on: [],
  };
  return { plan: 1, can_apply: true, applied: false, migration, ...rest };
}

type Op = keyof Asks;
type Pending = {
  ask: Asks[Op];
  answer: (reply: unknown) => void;
  refuse: (error: Error) => void;
  left: boolean;
};

/** A kernel that answers at once what a test has given it, and the rest when it is told to. */
class FakeKernel implements Source {
  readonly asked: Asks[Op][] = [];
  readonly waiting: Pending[] = [];
  readonly lateness: (() => void)[] = [];
  replies: { [Name in Op]?: (ask: Asks[Name]) => Replies[Name] } = {
    draft: ({ fields }) => ({
      problems: fields.records === "0" ? [{ field: "records", text: "Ask for at least 1." }] : [],
      forecast: `about ${fields.records} s`,
      words: `One job makes ${fields.records} records.`,
      code: `%dd_create --submit -n ${fields.records}`,
    }),
    workspaces: () => ({ usual: "default", names: ["default", "research"] }),
    "look up": () => CLEAR,
  };
  private readonly hearing = new Set<[keyof Tells, (told: never) => void]>();

  ask: Source["ask"] = (ask, options = {}) => {
    type Reply = Replies[typeof ask.op];
    this.asked.push(ask as Asks[Op]);
    const reply = this.replies[ask.op] as ((ask: unknown) => Reply) | undefined;
    if (reply) return Promise.resolve(reply(ask));
    return new Promise<Reply>((answer, refuse) => {
      const pending: Pending = {
        ask: ask as Asks[Op],
        answer: answer as Pending["answer"],
        refuse,
        left: false,
      };
      this.waiting.push(pending);
      if (options.onLate) this.lateness.push(options.onLate);
      options.signal?.addEventListener("abort", () => {
        pending.left = true;
        refuse(new DOMException("No longer needed", "AbortError"));
      });
    });
  };

  hear: Source["hear"] = (kind, hear) => {
    const entry: [keyof Tells, (told: never) => void] = [kind, hear as (told: never) => void];
    this.hearing.add(entry);
    return () => void this.hearing.delete(entry);
  };

  tell<Kind extends keyof Tells>(kind: Kind, told: Tells[Kind]) {
    for (const [heard, hear] of this.hearing) if (heard === kind) hear(told as never);
  }

  of<Name extends Op>(op: Name): Asks[Name][] {
    return this.asked.filter((ask) => ask.op === op) as Asks[Name][];
  }

  pending(op: Op): Pending {
    const last = this.waiting.filter(({ ask }) => ask.op === op).at(-1);
    if (!last) throw new Error(`Nobody waits for ${op}`);
    return last;
  }
}

const roots: HTMLElement[] = [];

/** What a person does, and all that comes of it at once: effects ask, and answers draw. */
async function does(what: () => unknown) {
  await act(async () => void (await what()));
  await act(async () => void (await vi.advanceTimersByTimeAsync(0)));
}

async function show(live: Partial<LiveSubmitView> = {}, replies: FakeKernel["replies"] = {}) {
  const kernel = new FakeKernel();
  Object.assign(kernel.replies, replies);
  const el = document.body.appendChild(document.createElement("div"));
  roots.push(el);
  const draw = (now: LiveSubmitView) =>
    does(() =>
      render(
        <Remembered model="a-model">
          <SubmitView live={now} source={kernel} />
        </Remembered>,
        el,
      ),
    );
  await draw({ ...LIVE, ...live });
  const one = <T extends HTMLElement>(selector: string) => el.querySelector<T>(selector) as T;
  const labelled = (label: string) => {
    const named = [...el.querySelectorAll("label")].find(({ textContent }) => textContent === label);
    const id = named?.getAttribute("for");
    return (id ? document.getElementById(id) : one(`[aria-label="${label}"]`)) as HTMLInputElement;
  };
  return {
    kernel,
    el,
    text: () => el.textContent ?? "",
    button: () => one<HTMLButtonElement>('[type="submit"]'),
    field: labelled,
    shows: (part: Partial<LiveSubmitView>) => draw({ ...LIVE, ...live, ...part }),
    after: (milliseconds: number) => does(() => vi.advanceTimersByTimeAsync(milliseconds)),
    type: (label: string, value: string) =>
      does(() => {
        const field = labelled(label);
        field.value = value;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }),
    pick: (label: string, value: string) =>
      does(() => {
        const field = labelled(label);
        field.value = value;
        field.dispatchEvent(new Event("change", { bubbles: true }));
      }),
    where: (words: string) =>
      does(() =>
        [...el.querySelectorAll("label")]
          .find(({ textContent }) => textContent === words)
          ?.querySelector("input")
          ?.click(),
      ),
    press: () => does(() => one<HTMLButtonElement>('[type="submit"]').click()),
    choose: (word: string) =>
      does(() => {
        const named = [...el.querySelectorAll("button")].find(({ textContent }) =>
          textContent?.startsWith(word),
        );
        if (!named) throw new Error(`There is no button ${word}`);
        named.click();
      }),
    answers: (op: Op, reply: unknown) => does(() => kernel.pending(op).answer(reply)),
    refuses: (op: Op, sentence: string) => does(() => kernel.pending(op).refuse(new Error(sentence))),
    problemOf: (label: string) => {
      const field = labelled(label);
      return document.getElementById(field.getAttribute("aria-describedby") ?? "")?.textContent;
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  forgetAll();
});
afterEach(() => {
  for (const root of roots.splice(0)) act(() => render(null, root));
  document.body.replaceChildren();
  vi.useRealTimers();
});

describe("the form", () => {
  it("begins with what was asked for, and says what it would do", async () => {
    const view = await show();

    expect(view.field("Records").value).toBe("5,000");
    expect(view.field("Job name").value).toBe("reviews-1");
    expect(view.field("Workspace").value).toBe("default");
    expect(view.text()).toContain("about 5,000 s");
    expect(view.text()).toContain("All 2 are there");
    expect(view.button().textContent).toBe("Submit");
    expect(document.getElementById(view.button().getAttribute("aria-describedby") ?? "")?.textContent).toBe(
      "One job makes 5,000 records.",
    );
    expect(view.text()).toContain("Without this form: %dd_create --submit -n 5,000");
  });

  it("has a text field where the deployment lists no workspaces", async () => {
    const view = await show({}, { workspaces: () => ({ usual: "default", names: [] }) });

    expect(view.field("Workspace").tagName).toBe("INPUT");
    expect(view.field("Workspace").getAttribute("placeholder")).toBe("default");
    await view.type("Workspace", "research");
    await view.press();
    expect(view.kernel.of("submit")[0]?.fields.workspace).toBe("research");
  });

  it("offers a workspace that was asked for, although it is not in the list", async () => {
    const view = await show({ workspace: "mine" });

    expect(view.field("Workspace").value).toBe("mine");
  });

  it("asks for a dataset's name and folder for a run in this kernel", async () => {
    const view = await show();

    await view.where("Run in this kernel");

    expect(view.field("Dataset").value).toBe("dataset");
    expect(view.field("Folder").value).toBe("artifacts");
    expect(view.button().textContent).toBe("Create");
  });

  it("keeps what was typed when the front end draws it anew", async () => {
    const view = await show();
    await view.type("Records", "70");
    act(() => render(null, view.el));

    await view.shows({});

    expect(view.field("Records").value).toBe("70");
  });

  it("shows hostile text as text", async () => {
    const hostile = "<img src=x onerror=alert(1)>";
    const view = await show(
      { name: hostile },
      {
        "look up": () =>
          found({ ...REFUSED, text: hostile }, 0, 1, resource(hostile, hostile, REFUSED, hostile)),
        workspaces: () => ({ usual: hostile, names: [hostile] }),
        draft: () => ({
          problems: [{ field: "records", text: hostile }],
          forecast: hostile,
          words: hostile,
          code: hostile,
        }),
      },
    );

    expect(view.el.querySelector("img")).toBeNull();
    expect(view.text().split(hostile).length).toBeGreaterThan(7);
  });
});

describe("while a person types", () => {
  it("is checked by the kernel once the typing pauses", async () => {
    const view = await show();
    const before = view.kernel.of("draft").length;

    for (const typed of ["7", "70", "700"]) await view.type("Records", typed);
    expect(view.kernel.of("draft")).toHaveLength(before);
    await view.after(250);

    expect(
      view.kernel
        .of("draft")
        .slice(before)
        .map(({ fields }) => fields.records),
    ).toEqual(["700"]);
    expect(view.text()).toContain("One job makes 700 records.");
  });

  it("says beneath the field what is wrong with it, and ties it to the field", async () => {
    const view = await show();

    await view.type("Records", "0");
    await view.after(250);

    expect(view.problemOf("Records")).toBe("Ask for at least 1.");
    expect(view.field("Records").getAttribute("aria-invalid")).toBe("true");
    expect(view.field("Job name").getAttribute("aria-invalid")).toBe("false");
  });

  it("does not look up again for a name or a number", async () => {
    const view = await show();

    await view.type("Records", "7");
    await view.type("Job name", "other");
    await view.after(2000);

    expect(view.kernel.of("look up")).toHaveLength(1);
  });

  it("looks up anew for another workspace, and lets go what it no longer needs", async () => {
    const view = await show();
    view.kernel.replies["look up"] = undefined as never;

    await view.pick("Workspace", "research");
    expect(view.text()).not.toContain("All 2 are there");
    expect(view.text()).toContain("Looking up");
    await view.after(500);
    const first = view.kernel.pending("look up");
    await view.where("Run in this kernel");
    await view.after(500);

    expect(first.left).toBe(true);
    expect(
      view.kernel.of("look up").map(({ fields: { location, workspace } }) => [location, workspace]),
    ).toEqual([
      ["submit", ""],
      ["submit", "research"],
      ["run", "research"],
    ]);
    await view.answers("look up", CLEAR);
    expect(view.text()).toContain("All 2 are there");
  });

  it("shows why nothing could be looked up, and looks again on request", async () => {
    const view = await show({}, { "look up": undefined as never });

    await view.refuses("look up", "A workspace has no spaces.");
    expect(view.text()).toContain("A workspace has no spaces.");
    expect(view.text()).not.toContain("Looking up");
    view.kernel.replies["look up"] = () => CLEAR;
    await view.choose("Look again");

    expect(view.text()).toContain("All 2 are there");
    expect(view.text()).not.toContain("A workspace has no spaces.");
  });
});

describe("what the configuration depends on", () => {
  it("lists what is in the way, and the rest on request", async () => {
    const view = await show({}, { "look up": () => TO_MOVE });

    expect(view.text()).toContain("1 of 2 needs to move first");
    expect(view.text()).toContain("Register it as default/nvidia.");
    expect(view.text()).not.toContain("en_US");
    await view.choose("Show all 2");
    expect(view.text()).toContain("en_US");
  });

  it("cannot be submitted while something is in the way that cannot be moved", async () => {
    const view = await show({}, { "look up": () => IN_THE_WAY });

    await view.press();

    expect(view.button().getAttribute("aria-disabled")).toBe("true");
    expect(view.text()).toContain("What is in the way has to be mended first.");
    expect(view.kernel.of("submit")).toEqual([]);
    expect(view.kernel.of("plan")).toEqual([]);
  });

  it("moves nothing before the plan was shown", async () => {
    const view = await show({}, { "look up": () => TO_MOVE });
    expect(view.button().textContent).toBe("Move and submit…");

    await view.press();
    expect(view.kernel.of("submit")).toEqual([]);
    await view.answers("plan", plan());

    expect(view.text()).toContain("default/nvidia");
    expect(view.button().textContent).toBe("Move and submit");
    await view.press();
    expect(view.kernel.of("submit").map((ask) => ask.plan)).toEqual([1]);
  });

  it("plans the moves to this machine for a run in this kernel", async () => {
    const view = await show({ location: "run" }, { "look up": () => TO_MOVE });

    await view.choose("Plan moves…");

    expect(view.kernel.of("plan").map(({ to }) => to)).toEqual(["local"]);
    expect(view.button().textContent).toBe("Move and create…");
  });

  it("is planned anew for another workspace", async () => {
    const view = await show({}, { "look up": () => TO_MOVE, plan: () => plan() });
    await view.press();

    await view.pick("Workspace", "research");
    await view.after(500);

    expect(view.button().textContent).toBe("Move and submit…");
    await view.press();
    expect(view.kernel.of("submit")).toEqual([]);
    expect(view.kernel.of("plan")).toHaveLength(2);
  });

  it("does not begin with a plan that cannot be carried out", async () => {
    const view = await show({}, { "look up": () => TO_MOVE, plan: () => plan({ can_apply: false }) });
    await view.press();

    await view.press();

    expect(view.button().getAttribute("aria-disabled")).toBe("true");
    expect(view.kernel.of("submit")).toEqual([]);
  });

  it("says why there is no plan", async () => {
    const view = await show({}, { "look up": () => TO_MOVE });

    await view.press();
    await view.refuses("plan", "The seed cannot be read.");

    expect(view.text()).toContain("The seed cannot be read.");
    expect(view.button().getAttribute("aria-disabled")).toBe("false");
  });

  it("shows how far the moves are, and submits without moving again what is done", async () => {
    const view = await show({}, { "look up": () => TO_MOVE, plan: () => plan() });
    await view.press();
    await view.press();

    const done = plan({ can_apply: false, applied: true, tone: "completed" });
    await does(() => view.kernel.tell("plan", { ...done, tell: "plan" }));
    await view.answers("submit", { problems: [{ field: "job_name", text: "There is one." }] });

    expect(view.button().textContent).toBe("Submit");
    await view.press();
    expect(view.kernel.of("submit").map((ask) => ask.plan)).toEqual([1, 1]);
  });
});

describe("submitting", () => {
  it("is asked once, however often the button is pressed", async () => {
    const view = await show();

    await does(() => {
      view.button().click();
      view.button().click();
    });
    await view.press();

    expect(view.kernel.of("submit")).toHaveLength(1);
    expect(view.button().getAttribute("aria-disabled")).toBe("true");
    expect(view.button().textContent).toBe("Submitting…");
    expect(view.field("Records").readOnly).toBe(true);
  });

  it("sends what stands in the fields, also what was typed just now", async () => {
    const view = await show();

    await view.type("Records", "12");
    await view.type("Job name", "mine");
    await view.press();

    expect(view.kernel.of("submit")[0]).toMatchObject({
      fields: { records: "12", job_name: "mine" },
      plan: null,
    });
  });

  it("begins with Enter in a field", async () => {
    const view = await show();

    await does(() => void view.field("Records").form?.requestSubmit());

    expect(view.kernel.of("submit")).toHaveLength(1);
  });

  it("folds to a line of what was chosen, which has the focus then", async () => {
    const view = await show();
    await view.press();
    await view.answers("submit", { problems: [] });
    expect(view.button().getAttribute("aria-disabled")).toBe("true");

    await view.shows({ state: "done", chosen: "5,000 records · job `reviews-1`" });

    expect(view.el.querySelector("form")).toBeNull();
    expect(view.text()).toContain("5,000 records · job reviews-1");
    expect(view.el.querySelector('[role="status"]')?.textContent).toBe("✓Submitted");
    expect(document.activeElement).toBe(view.el.querySelector("section"));
  });

  it("shows at the field what was refused, with everything that was typed", async () => {
    const view = await show();
    await view.type("Records", "12");
    await view.press();

    await view.answers("submit", {
      problems: [{ field: "job_name", text: "A job `reviews-1` exists already." }],
    });

    expect(view.problemOf("Job name")).toBe("A job reviews-1 exists already.");
    expect(document.activeElement).toBe(view.field("Job name"));
    expect(view.field("Records").value).toBe("12");
    await view.type("Job name", "reviews-2");
    expect(view.problemOf("Job name")).toBe("");
    await view.press();
    expect(view.kernel.of("submit").map(({ fields }) => fields.job_name)).toEqual(["reviews-1", "reviews-2"]);
  });

  it("shows what the services say, and can be tried again", async () => {
    const view = await show();
    await view.type("Job name", "mine");
    await view.press();

    await view.refuses("submit", "NeMo Services do not answer.");

    expect(view.text()).toContain("NeMo Services do not answer.");
    expect(view.field("Job name").value).toBe("mine");
    await view.press();
    expect(view.text()).not.toContain("NeMo Services do not answer.");
    expect(view.kernel.of("submit")).toHaveLength(2);
  });

  it("says that the kernel is busy only until it has heard of it", async () => {
    const view = await show();
    await view.press();

    act(() => view.kernel.lateness.at(-1)?.());
    expect(view.text()).toContain("The kernel is busy with a cell");

    await view.shows({ state: "busy", step: "Moving" });
    expect(view.text()).not.toContain("The kernel is busy with a cell");
    expect(view.el.querySelector('[role="status"]')?.textContent).toBe("●Moving");
  });

  it("cannot be pressed in a second view of the same form", async () => {
    const view = await show({ state: "busy", step: "Submitting" });

    await view.press();

    expect(view.kernel.of("submit")).toEqual([]);
    expect(view.button().getAttribute("aria-disabled")).toBe("true");
  });
});

it("leaves no timer when it is closed", async () => {
  const view = await show();
  await view.type("Records", "12");

  act(() => render(null, view.el));

  expect(vi.getTimerCount()).toBe(0);
});
