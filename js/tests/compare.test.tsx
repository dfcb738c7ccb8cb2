import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { forgetAll, Remembered } from "../src/view/memory";
import { BUSY } from "../src/view/parts";
import type { Ask, AskOptions, Asks, Replies, Source } from "../src/view/source";
import { View } from "../src/view/view";
import type { CellView, ChangesView, FieldView, Filter, LiveCompareView } from "../src/wire/wire";

const cell = (text: string, before: string | null = null, more: Partial<CellView> = {}): CellView => ({
  text,
  form: "text",
  note: "",
  before,
  ...more,
});

const ROWS: CellView[][] = [
  [cell("mug"), cell("Good.")],
  [cell("lamp"), cell("It is bright now.", "It is dim now.")],
  [cell("knife"), cell("", "Sharp.", { form: "null" })],
];

const LIVE: LiveCompareView = {
  view: "compare",
  before: { name: "first", records: 3, where: "run in this kernel" },
  after: { name: "second", records: 3, where: "NeMo Services" },
  notices: [],
  table: {
    version: 1,
    columns: [
      { name: "product", kind: "sampler", detail: "", numeric: false },
      { name: "review", kind: "LLM text", detail: "chat", numeric: false },
    ],
    rows: 3,
    told: false,
  },
  compared: 3,
  changed: 2,
  columns: [{ name: "review", kind: "LLM text", changed: 2, only: "both", types: "", settings: true }],
};

const CHANGES: ChangesView = {
  settings: [
    {
      columns: ["review"],
      name: "Prompt",
      before: "Write a review.",
      after: "Write a short review.",
      code: true,
    },
  ],
  measures: [],
};

const field = (column: string, text: string, differs = false): FieldView => ({
  column,
  kind: "",
  form: "text",
  text,
  cut: 0,
  language: "",
  scores: [],
  tokens: [],
  markdown: [],
  messages: [],
  differs,
});

/** A kernel that compares the rows above. */
class Comparing implements Source {
  readonly asked: { op: string; filters?: Filter[] }[] = [];
  changes: ChangesView | Error | undefined = CHANGES;
  late = () => {};

  ask<Op extends keyof Asks>(ask: Ask<Op>, { onLate }: AskOptions = {}): Promise<Replies[Op]> {
    this.asked.push(ask as never);
    const answer = this.answer(ask as never);
    this.late = onLate ?? this.late;
    if (answer === undefined) return new Promise(() => undefined);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer as Replies[Op]);
  }

  hear() {
    return () => {};
  }

  private answer(ask: { op: string; number?: number; filters?: Filter[] }) {
    if (ask.op === "changes") return this.changes;
    if (ask.op === "record")
      return {
        number: ask.number,
        fields: [field("product", "lamp"), field("review", "It is bright now.", true)],
        before: [field("product", "lamp"), field("review", "It is dim now.", true)],
      };
    const only = ask.filters?.some(({ test }) => test === "changed");
    const numbers = [0, 1, 2].filter((at) => !only || ROWS[at]?.some(({ before }) => before !== null));
    return { version: 1, start: 0, total: numbers.length, numbers, rows: numbers.map((at) => ROWS[at]) };
  }
}

const roots: HTMLElement[] = [];
const settled = () => act(async () => void (await vi.advanceTimersByTimeAsync(1)));

async function show(live: Partial<LiveCompareView> = {}, source = new Comparing()) {
  const root = document.body.appendChild(document.createElement("div"));
  roots.push(root);
  act(() =>
    render(
      <Remembered model="one">
        <View live={{ ...LIVE, ...live }} heardAt={0} source={source} />
      </Remembered>,
      root,
    ),
  );
  await settled();
  const all = (selector: string) => [...root.querySelectorAll<HTMLElement>(selector)];
  const button = (name: string) => all("button").find(({ textContent }) => textContent?.startsWith(name));
  return {
    root,
    source,
    all,
    button,
    text: () => root.textContent ?? "",
    products: () => all('[role="gridcell"][data-column="1"]').map(({ textContent }) => textContent),
    filters: () => source.asked.filter(({ op }) => op === "rows").at(-1)?.filters,
    async press(name: string) {
      await act(async () => button(name)?.click());
      await settled();
    },
    async open(row: number) {
      const at = root.querySelector(`[data-row="${row}"] [data-column="1"]`);
      await act(async () => void at?.dispatchEvent(new MouseEvent("dblclick", { bubbles: true })));
      await settled();
    },
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  for (const root of roots.splice(0)) {
    act(() => render(null, root));
    root.remove();
  }
  forgetAll();
  vi.useRealTimers();
});

describe("two previews, compared", () => {
  it("says which two, where they were made and how many records differ", async () => {
    const { text, all } = await show();

    expect(text()).toContain("first 3 records · run in this kernel");
    expect(text()).toContain("second 3 records · NeMo Services");
    expect(all(".dd-chip")[0]?.textContent).toBe("≠2 of 3 records differ");
  });

  it("says that they are the same, and offers nothing to choose", async () => {
    const { text, button } = await show({ changed: 0, columns: [] });

    expect(text()).toContain("✓All 3 records are the same");
    expect(button("Only those that differ")).toBeUndefined();
  });

  it("says what to mind", async () => {
    const text = "`stars` was drawn anew.";
    const { all } = await show({ notices: [{ level: "info", text }] });

    expect(all(".dd-notice")[0]?.textContent).toBe("stars was drawn anew.");
  });
});

describe("what is made otherwise", () => {
  it("is there before and after, the words that differ marked", async () => {
    const { all } = await show();

    expect(all(".dd-was")[0]?.textContent).toBe("before: Write a review.");
    expect(all(".dd-change ins").map(({ textContent }) => textContent?.trim())).toEqual(["short"]);
    expect(all(".dd-change del")).toEqual([]);
  });

  it("is named with the column", async () => {
    const { all } = await show();

    expect(all(".dd-changed-list li")[0]?.textContent).toContain("prompt changed");
  });

  it("cuts what long prompts have in common, and shows it on demand", async () => {
    const long = "The same long words. ".repeat(40);
    const source = new Comparing();
    source.changes = {
      measures: [],
      settings: [
        { columns: ["review"], name: "Prompt", before: `${long}old`, after: `${long}new`, code: true },
      ],
    };
    const { all, press, button } = await show({}, source);
    expect(all(".dd-now")[0]?.textContent?.length).toBeLessThan(300);

    await press("Show the whole text");

    expect(all(".dd-now")[0]?.textContent).toBe(`after: ${long}new`);
    expect(button("Show less")?.getAttribute("aria-expanded")).toBe("true");
  });

  it("marks all of a number, and says what was not set", async () => {
    const source = new Comparing();
    source.changes = {
      measures: [],
      settings: [
        { columns: ["review"], name: "Temperature", before: "0.7", after: "0.75", code: false },
        { columns: ["review"], name: "Top p", before: null, after: "0.9", code: false },
      ],
    };
    const { all } = await show({}, source);

    expect(all(".dd-change ins").map(({ textContent }) => textContent)).toEqual(["0.75", "0.9"]);
    expect(all(".dd-was")[1]?.textContent).toBe("before: not set");
  });

  it("stays closed once it was closed", async () => {
    const first = await show();
    const details = first.all("details")[0] as HTMLDetailsElement;
    await act(async () => {
      details.open = false;
      details.dispatchEvent(new Event("toggle"));
    });

    const again = await show();

    expect((again.all("details")[0] as HTMLDetailsElement).open).toBe(false);
  });

  it("says why it could not be had, or that the kernel is busy", async () => {
    const refusing = new Comparing();
    refusing.changes = new Error("This result is no longer in memory.");
    expect((await show({}, refusing)).text()).toContain("This result is no longer in memory.");

    const busy = new Comparing();
    busy.changes = undefined;
    const view = await show({ table: { ...LIVE.table, version: 2 } }, busy);
    const late = busy.asked.findIndex(({ op }) => op === "changes");
    expect(late).toBeGreaterThanOrEqual(0);
    await act(async () => busy.late());
    expect(view.text()).toContain(BUSY);
  });
});

describe("the columns that differ", () => {
  const scores = (up: number, down: number, judged: boolean): ChangesView => ({
    settings: [],
    measures: [
      { column: "review", measures: [{ name: "tone", before: "2.9", after: "3.2", up, down, judged }] },
    ],
  });

  it("say in how many records, and whether a judge's scores are better or worse", async () => {
    const source = new Comparing();
    source.changes = scores(4, 1, true);
    const { all } = await show({}, source);

    const [line] = all(".dd-changed-list li");
    expect(line?.textContent).toContain("2 of 3");
    expect(line?.textContent).toContain("4 better, 1 worse");
    expect(line?.textContent).toMatch(/mean 2\.9.*3\.2/);
  });

  it("call other numbers higher and lower", async () => {
    const source = new Comparing();
    source.changes = scores(1, 0, false);

    expect((await show({}, source)).text()).toContain("1 higher");
  });

  it("name the side that alone has one", async () => {
    const only = { kind: "", changed: 0, types: "", settings: false };
    const { all } = await show({
      columns: [
        { ...only, name: "extra", only: "after" },
        { ...only, name: "gone", only: "before" },
      ],
    });

    expect(all(".dd-changed-list li").map(({ textContent }) => textContent)).toEqual([
      "extraonly in second",
      "goneonly in first",
    ]);
  });

  it("are not all listed where they are many", async () => {
    const columns = Array.from({ length: 20 }, (_, at) => ({ ...LIVE.columns[0], name: `c${at}` }));
    const { all, press } = await show({ columns: columns as LiveCompareView["columns"] });
    expect(all(".dd-changed-list li")).toHaveLength(8);

    await press("Show all 20 columns");

    expect(all(".dd-changed-list li")).toHaveLength(20);
  });

  it("show the records that differ there when they are pressed, and the others when pressed again", async () => {
    const { press, button, filters } = await show();

    await press("review");
    expect(filters()).toEqual([{ column: "review", test: "changed", value: "" }]);
    expect(button("review")?.getAttribute("aria-pressed")).toBe("true");
    expect(button("review differs")).toBeDefined();

    await press("review");
    expect(filters()).toEqual([{ column: null, test: "changed", value: "" }]);
  });
});

describe("the records", () => {
  it("are at first only those that differ, and all on demand", async () => {
    const { products, press } = await show();
    expect(products()).toEqual(["lamp", "knife"]);

    await press("All 3");

    expect(products()).toEqual(["mug", "lamp", "knife"]);
  });

  it("are all of them where all differ", async () => {
    expect((await show({ changed: 3 })).filters()).toEqual([]);
  });

  it("have the earlier value left of the later one, the words that differ marked", async () => {
    const { all } = await show();

    const [pair] = all(".dd-pair");
    expect(pair?.textContent).toBe("before: It is dim now., after: It is bright now.");
    expect([...(pair?.querySelectorAll("mark") ?? [])].map(({ textContent }) => textContent)).toEqual([
      "dim",
      "bright",
    ]);
  });

  it("say where a value is missing now", async () => {
    expect((await show()).all(".dd-pair")[1]?.textContent).toBe("before: Sharp., after: null");
  });

  it("open with both values side by side under the names of the two", async () => {
    const { open, all } = await show();

    await open(0);

    const sides = all(".dd-difference");
    expect(sides).toHaveLength(1);
    expect(sides[0]?.textContent).toContain("firstIt is dim now.");
    expect(sides[0]?.textContent).toContain("secondIt is bright now.");
  });
});

describe("hostile text", () => {
  it("is text wherever it stands", async () => {
    const bad = "<img src=x onerror=alert(1)>";
    const source = new Comparing();
    source.changes = {
      settings: [{ columns: [bad], name: bad, before: bad, after: `${bad} more`, code: false }],
      measures: [
        { column: bad, measures: [{ name: bad, before: bad, after: bad, up: 1, down: 0, judged: true }] },
      ],
    };
    const { all, text } = await show(
      {
        before: { name: bad, records: 1, where: bad },
        notices: [{ level: "info", text: bad }],
        columns: [{ name: bad, kind: bad, changed: 1, only: "both", types: bad, settings: true }],
      },
      source,
    );

    expect(all("img")).toEqual([]);
    expect(text().split(bad).length).toBeGreaterThan(10);
  });
});
