import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, it } from "vitest";
import { forgetAll } from "../src/view/memory";
import { Kept } from "../src/view/saved/kept";
import { savedSource } from "../src/view/saved/source";
import type { Ask } from "../src/view/source";
import type { LiveReportView, ReportView, SavedView } from "../src/wire/wire";
import { KEY, savedJob, savedRun } from "./saved_views";
import { cell, field, table } from "./table_source";

const root = document.createElement("div");
afterEach(() => {
  act(() => render(null, root));
  document.body.replaceChildren();
  forgetAll();
});

async function show(saved: SavedView) {
  document.body.append(root);
  await act(async () => render(<Kept saved={saved} />, root));
  await act(async () => {});
}

const text = () => root.textContent ?? "";
const buttons = () => [...root.querySelectorAll("button")].map(({ textContent }) => textContent ?? "");
const tabs = () => [...root.querySelectorAll('[role="tab"]')].map(({ textContent }) => textContent);
const names = () =>
  [...root.querySelectorAll('[data-row]:not([data-row="-1"])')].map(
    (row) => row.querySelector('[data-column="1"]')?.textContent,
  );
const note = () => root.querySelector(".dd-kept")?.textContent;

async function press(words: string) {
  const button = [...root.querySelectorAll("button")].find(({ textContent }) =>
    textContent?.startsWith(words),
  );
  if (!button) throw new Error(`There is no button ${words}`);
  await act(async () => button.click());
  await act(async () => {});
}

const rows = (saved: SavedView, asked: Partial<Ask<"rows">> = {}) =>
  savedSource(saved).ask({ op: "rows", start: 0, end: 50, sort: [], filters: [], ...asked });

it("a sample is there with the records that are kept, and says how many more there were", async () => {
  await show(savedRun({ title: "Preview" }));

  expect(names()).toHaveLength(10);
  expect(tabs()).toEqual(["Records25", "Log31"]);
  expect(text()).toContain("first 10 of 25 rows");
  expect(note()).toBe("The notebook keeps the first 10 of 25 records. Run the cell again for the others.");
});

it("what is not kept has no tab and no button", async () => {
  await show(savedRun({ resources: 3, failed_records: 2 }, { records: [], log: null }));

  expect(tabs()).toEqual(["Records25"]);
  expect(buttons().filter((name) => /Copy|Only failed|Stop|Cancel/.test(name))).toEqual([]);
});

it("of a dataset on disk the others are not to be made again", async () => {
  await show(savedRun({ title: "Create", way_on: [{ text: "The records", code: "reviews.dataset" }] }));

  expect(note()).toContain("The others are in the dataset's folder.");
});

it("no variable is named that the kernel may have lost", async () => {
  await show(savedRun({ way_on: [{ text: "The records", code: "sample.dataset" }] }));

  expect(text()).not.toContain("sample.dataset");
});

it("a record that is kept in full is read there, and of another one it is said that it is not", async () => {
  const source = savedSource(savedRun());

  expect((await source.ask({ op: "record", number: 3 })).fields[0]?.column).toBe("product");
  await expect(source.ask({ op: "record", number: 4 })).rejects.toThrow("keeps the first 4 records in full");
  await expect(source.ask({ op: "generator", column: "review" })).rejects.toThrow("does not keep this");
  await expect(source.ask({ op: "stop" })).rejects.toThrow("does not keep this");
});

it("what is cut off has no button for more, and how a column is made none either", async () => {
  const fields = [
    field("review", "The beginning", { cut: 1200 }),
    field("stars", "{", { form: "json", cut: 90 }),
  ];
  await show(savedRun({}, { records: [{ number: 0, fields, before: [] }] }));
  const first = root.querySelector('[data-row="0"] [data-column="1"]');
  await act(async () => void first?.dispatchEvent(new MouseEvent("dblclick", { bubbles: true })));
  await act(async () => {});

  expect(root.querySelector(".dd-record")?.textContent).toContain("1,200 characters more are not here.");
  expect(root.querySelector(".dd-record")?.textContent).toContain("90 characters more are not here.");
  expect(buttons().filter((name) => /Show|LLM text/.test(name))).toEqual([]);
});

it("the kept records are searched in full, filtered and sorted, and it is said that they are but the first", async () => {
  const saved = savedRun(
    {},
    {
      records: [{ number: 2, fields: [field("review", `${"far ".repeat(400)}hidden treasure`)], before: [] }],
    },
  );

  const found = await rows(saved, { filters: [{ column: null, test: "contains", value: "TREASURE" }] });
  expect(found).toMatchObject({ total: 1, numbers: [2] });
  const best = await rows(saved, {
    sort: [{ column: "stars", descending: true }],
    filters: [{ column: "stars", test: "at least", value: "4" }],
  });
  expect(best.rows.map((row) => row[1]?.text)).toEqual(["5", "5", "4", "4"]);
  expect(best.numbers).toEqual([4, 9, 3, 8]);

  await show(saved);
  const search = root.querySelector<HTMLInputElement>('input[type="search"]');
  await act(async () => {
    if (search) search.value = "treasure";
    search?.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await act(async () => {
    search?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  });
  await act(async () => {});
  expect(names()).toHaveLength(1);
  expect(text()).toContain("1 of the first 10 rows");
});

it.each([
  ["equals", "kettle", [0, 4, 8]],
  ["differs", "Kettle", [1, 2, 3, 5, 6, 7, 9]],
  ["contains", "ACK", [2, 6]],
  ["empty", "", []],
  ["filled", "", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
] as const)("the filter “%s %s” keeps what the kernel's would", async (test, value, numbers) => {
  expect((await rows(savedRun(), { filters: [{ column: "product", test, value }] })).numbers).toEqual(
    numbers,
  );
});

it("missing values come last in both directions, and differ from every value", async () => {
  const saved = savedRun(
    {},
    {
      records: [],
      rows: {
        version: 1,
        start: 0,
        total: 3,
        numbers: [0, 1, 2],
        rows: [[cell("", "null")], [cell("b")], [cell("a")]],
      },
    },
  );

  expect((await rows(saved, { sort: [{ column: "product", descending: false }] })).numbers).toEqual([
    2, 1, 0,
  ]);
  expect((await rows(saved, { sort: [{ column: "product", descending: true }] })).numbers).toEqual([1, 2, 0]);
  expect(
    (await rows(saved, { filters: [{ column: "product", test: "differs", value: "a" }] })).numbers,
  ).toEqual([0, 1]);
});

it("rows that are shorter or longer than the columns are drawn as far as they go", async () => {
  const cells = [[], [cell("Kettle")], Array.from({ length: 9 }, () => cell("x"))];
  await show(
    savedRun({ table: table(3) }, { rows: { version: 1, start: 0, total: 3, numbers: [], rows: cells } }),
  );

  expect(names()).toEqual(["", "Kettle", "x"]);
  expect(root.querySelectorAll('[data-row="2"] [role="gridcell"]')).toHaveLength(4);
});

it("a run that was at work has no clock that runs on and no Stop, and does not say how it ended", async () => {
  await show(
    savedRun(
      { state: "running", stop: "stop", step: "Making records", table: null, elapsed_seconds: 65 },
      {},
    ),
  );
  await act(async () => new Promise((resolve) => setTimeout(resolve, 1100)));

  expect(root.querySelector(".dd-chip")?.textContent).toBe("○Was at work");
  expect(root.querySelector('[role="timer"]')?.textContent).toBe("1:05");
  expect(text()).not.toMatch(/No news|Making records|as they are made/);
  expect(buttons()).not.toContain("Stop");
  expect(note()).toContain("How it went on is not known.");
});

it("a job has the way to find it again, and nothing that asks it for something", async () => {
  await show(savedJob());

  expect(text()).toContain("%dd_attach reviews-1");
  expect(buttons().filter((name) => /Cancel|Download|Load|sample/.test(name))).toEqual([]);
});

it("a report is read, and offers neither a look nor a move", async () => {
  const live: LiveReportView = {
    view: "report",
    title: "Resources",
    name: "",
    version: 1,
    variable: "",
    at_work: "Looking",
    elapsed_seconds: 3,
  };
  const status = { mark: "✕", text: "Not accepted", tone: "failed" } as const;
  const report: ReportView = {
    title: "Resources",
    name: "",
    checked: "",
    checklist: [],
    way_on: [],
    locations: [{ location: "submit", head: "Submit", label: "Submit", status, moves: 1 }],
    resources: [
      {
        kind: "Seed",
        name: "frame",
        used_by: "",
        findings: [{ status, text: "A DataFrame.", move: "Upload it." }],
        stops: true,
      },
    ],
  };
  await show({ version: 1, key: KEY, live, answers: { resources: { report }, records: [] } });

  expect(text()).toContain("A DataFrame.");
  expect(text()).not.toContain("Looking");
  expect(buttons().filter((name) => /Check|Plan|Move…/.test(name))).toEqual([]);
  expect(note()).toContain("Run the cell again to look everything up anew.");
});

it("what was chosen in it stays while the output is drawn anew, apart from what the live view remembers", async () => {
  await show(savedRun());
  await press("Log");
  act(() => render(null, root));
  await show(savedRun());

  expect(root.querySelector('[aria-selected="true"]')?.textContent).toContain("Log");
});
