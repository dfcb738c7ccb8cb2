import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { forgetAll, Remembered } from "../src/view/memory";
import { BUSY } from "../src/view/parts";
import { Records } from "../src/view/table/records";
import type { RowsTold, TableView } from "../src/wire/wire";
import { COLUMNS, cell, cells, field, TableSource, table } from "./table_source";

const copied: string[] = [];
const roots: HTMLElement[] = [];

/** Answers and the drawings that follow them. */
const settled = () => act(async () => void (await vi.advanceTimersByTimeAsync(1)));

async function show(
  source: TableSource,
  { failed = 0, ...more }: Partial<TableView> & { failed?: number } = {},
) {
  const root = document.body.appendChild(document.createElement("div"));
  roots.push(root);
  let live = table(source.rows, more);
  function draw() {
    render(
      <Remembered model="one">
        <Records table={live} failed={failed} source={source} />
      </Remembered>,
      root,
    );
  }
  act(draw);
  await settled();

  const all = (selector: string, within: ParentNode = root) => [
    ...within.querySelectorAll<HTMLElement>(selector),
  ];
  const grid = () => root.querySelector<HTMLElement>('[role="grid"]') as HTMLElement;
  const row = (index: number) => root.querySelector<HTMLElement>(`[data-row="${index}"]`);
  const at = (index: number, column: number) =>
    row(index)?.querySelector<HTMLElement>(`[data-column="${column}"]`) as HTMLElement;
  const button = (name: string) =>
    all("button").find((each) => (each.getAttribute("aria-label") ?? each.textContent)?.startsWith(name));
  return {
    root,
    source,
    grid,
    row,
    at,
    button,
    text: () => root.textContent ?? "",
    focus: () => document.activeElement as HTMLElement,
    drawn: () => all(".dd-grid-body > [role=row]").map(({ dataset }) => Number(dataset.row)),
    heads: () => all('[role="columnheader"] b').map(({ textContent }) => textContent),
    selected: () => all('.dd-grid-body > [aria-selected="true"]').map(({ dataset }) => Number(dataset.row)),
    record: () => root.querySelector(".dd-record")?.getAttribute("aria-label") ?? "",
    async press(key: string, more: KeyboardEventInit = {}) {
      const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
      await act(async () => void document.activeElement?.dispatchEvent(event));
      await settled();
      return event;
    },
    async point(target: HTMLElement, more: MouseEventInit = {}) {
      const pointer = { bubbles: true, cancelable: true, button: 0, ...more };
      await act(async () => void target.dispatchEvent(new PointerEvent("pointerdown", pointer)));
      act(() => target.focus());
      await act(async () => void target.dispatchEvent(new MouseEvent("click", { bubbles: true, ...more })));
      await settled();
    },
    async doubleClick(target: HTMLElement) {
      await act(async () => void target.dispatchEvent(new MouseEvent("dblclick", { bubbles: true })));
      await settled();
    },
    rest: () => act(async () => void (await vi.advanceTimersByTimeAsync(200))),
    async scroll(top: number) {
      await act(async () => {
        grid().scrollTop = top;
        grid().dispatchEvent(new Event("scroll"));
      });
      await act(async () => void (await vi.advanceTimersByTimeAsync(200)));
    },
    async click(name: string) {
      await act(async () => button(name)?.click());
      await settled();
    },
    async type(selector: string, text: string) {
      const input = root.querySelector<HTMLInputElement>(selector) as HTMLInputElement;
      await act(async () => {
        input.value = text;
        input.dispatchEvent(
          new Event(input instanceof HTMLSelectElement ? "change" : "input", { bubbles: true }),
        );
      });
      await act(async () => void (await vi.advanceTimersByTimeAsync(300)));
      await settled();
    },
    async change(part: Partial<TableView>) {
      live = { ...live, ...part };
      await act(async () => draw());
      await settled();
    },
    async drawnAnew() {
      act(() => render(null, root));
      act(draw);
      await settled();
    },
    async tell(told: Partial<RowsTold>) {
      await act(async () =>
        source.tell("rows", { tell: "rows", version: 1, start: 0, total: 0, numbers: [], rows: [], ...told }),
      );
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  copied.length = 0;
  Object.defineProperty(navigator, "clipboard", {
    configurable: true,
    value: { writeText: async (text: string) => void copied.push(text) },
  });
});
afterEach(() => {
  for (const root of roots.splice(0)) act(() => render(null, root));
  document.body.replaceChildren();
  forgetAll();
  vi.useRealTimers();
});

describe("a table of three rows", () => {
  it("has three rows, and for each column its name and what makes it", async () => {
    const view = await show(new TableSource(3));

    expect(view.drawn()).toEqual([0, 1, 2]);
    expect(view.heads()).toEqual(["#", "product", "stars", "review", "quality"]);
    expect(view.at(-1, 3).textContent).toBe("reviewLLM text · nano-30b");
    expect(view.at(1, 0).textContent).toBe("2");
    expect(view.at(1, 1).textContent).toBe("Lamp 2");
    expect(view.at(1, 4).textContent).toBe("4 of 5");
    expect(view.root.querySelector('[role="separator"]')).toBeNull();
  });

  it("tells assistive technology how large it is and where each row is", async () => {
    const view = await show(new TableSource(3));

    expect(view.grid().getAttribute("aria-rowcount")).toBe("4");
    expect(view.grid().getAttribute("aria-colcount")).toBe("5");
    expect(view.row(2)?.getAttribute("aria-rowindex")).toBe("4");
    expect(view.at(2, 4).getAttribute("aria-colindex")).toBe("5");
  });

  it("sets each form of value apart", async () => {
    const values = [cell("", "null"), cell("", "pending"), cell('{"a": 1}', "json"), cell("", "text")];
    const view = await show(new TableSource(1, () => values));

    expect(view.at(0, 1).textContent).toBe("null");
    expect(view.at(0, 2).textContent).toContain("still to be made");
    expect(view.at(0, 3).querySelector(".dd-mono")?.textContent).toBe('{"a": 1}');
    expect(view.at(0, 4).textContent).toBe("empty");
  });

  it("shows the former value of a cell that differs, struck through", async () => {
    const view = await show(
      new TableSource(1, () => [cell("Lamp", "text", { before: "Kettle" }), ...cells(0).slice(1)]),
    );

    expect(view.at(0, 1).querySelector("ins")?.textContent).toBe("Lamp");
    expect(view.at(0, 1).querySelector("del")?.textContent).toContain("Kettle");
    expect(view.at(0, 2).querySelector("del")).toBeNull();
  });

  it("shows hostile text as text", async () => {
    const hostile = "<img src=x onerror=alert(1)>";
    const view = await show(
      new TableSource(1, () => COLUMNS.map(() => cell(hostile, "text", { note: hostile }))),
      {
        columns: COLUMNS.map((head) => ({ ...head, name: `${head.name}${hostile}`, kind: hostile })),
      },
    );

    expect(view.root.querySelector("img")).toBeNull();
    expect(view.at(0, 1).textContent).toBe(`${hostile} ${hostile}`);
  });
});

describe("a table of three million rows", () => {
  it("draws and asks for little more than is in sight", async () => {
    const view = await show(new TableSource(3_000_000));

    expect(view.drawn().length).toBeLessThan(30);
    expect(view.source.of("rows").map(({ start, end }) => [start, end])).toEqual([
      [0, 50],
      [50, 100],
    ]);
  });

  it("comes to its end by key and by scroll bar, and back", async () => {
    const view = await show(new TableSource(3_000_000));
    act(() => view.at(0, 1).focus());

    await view.press("End", { ctrlKey: true });
    await view.rest();
    expect(view.focus().closest<HTMLElement>("[data-row]")?.dataset.row).toBe("2999999");
    expect(view.focus().textContent).toBe("5 of 5");

    await view.press("Home", { ctrlKey: true });
    await view.rest();
    expect(view.focus().textContent).toBe("1");
    await view.scroll(4_000_000);
    expect(view.drawn().some((row) => row > 1_499_000 && row < 1_501_000)).toBe(true);
  });

  it("asks for nothing that a drag of the scroll bar only passes", async () => {
    const view = await show(new TableSource(3_000_000));
    const before = view.source.of("rows").length;

    for (let top = 100_000; top <= 1_000_000; top += 100_000) {
      act(() => {
        view.grid().scrollTop = top;
        view.grid().dispatchEvent(new Event("scroll"));
      });
    }
    await act(async () => void (await vi.advanceTimersByTimeAsync(200)));

    expect(view.source.of("rows").length - before).toBeLessThan(5);
    expect(view.drawn().every((row) => view.row(row)?.getAttribute("aria-busy") === null || row === 0)).toBe(
      true,
    );
  });

  it("forgets what it no longer wants to know", async () => {
    const view = await show(new TableSource(3_000_000));
    view.source.holds = true;

    await view.scroll(1_000_000);
    await view.scroll(6_000_000);

    const [stale] = view.source.asked.filter(({ ask }) => "start" in ask && ask.start > 1000);
    expect(stale?.signal?.aborted).toBe(true);
    expect(view.text()).not.toContain("No longer needed");
  });
});

describe("a page that cannot be had", () => {
  it("says so where it is, and is asked for again by button", async () => {
    const source = new TableSource(1000);
    source.refuses = ({ start }) => (start === 50 ? "The file is gone." : "");
    const view = await show(source);
    await view.scroll(50 * 29);

    expect(view.row(50)?.textContent).toContain("Rows 51 to 100: The file is gone.");
    expect(view.row(51)?.textContent).toBe("");

    source.refuses = () => "";
    await view.click("Ask again");
    expect(view.at(50, 1).textContent).toBe("Backpack 51");
  });

  it("is asked for again by Enter", async () => {
    const source = new TableSource(10);
    source.refuses = () => "The file is gone.";
    const view = await show(source, { rows: 10 });
    expect(view.text()).toContain("The file is gone.");

    source.refuses = () => "";
    view.root.querySelector<HTMLElement>('.dd-cell-wide[tabindex="0"]')?.focus();
    await view.press("Enter");

    expect(view.drawn()).toHaveLength(10);
    expect(view.record()).toBe("");
  });

  it("is said to be late while the kernel is busy", async () => {
    const source = new TableSource(10);
    source.holds = true;
    const view = await show(source);

    act(() => source.asked[0]?.late());
    expect(view.text()).toContain(BUSY);

    await act(async () => source.goOn());
    await settled();
    expect(view.text()).not.toContain(BUSY);
    expect(view.at(0, 1).textContent).toBe("Kettle 1");
  });
});

describe("sorting", () => {
  it("goes from ascending over descending to the records' own order", async () => {
    const view = await show(new TableSource(1000));
    const sorted = () =>
      view.source
        .of("rows")
        .filter(({ start }) => start === 0)
        .at(-1)?.sort;

    await view.point(view.at(-1, 2));
    expect(sorted()).toEqual([{ column: "stars", descending: false }]);
    expect(view.at(-1, 2).getAttribute("aria-sort")).toBe("ascending");

    await view.press("Enter");
    expect(sorted()).toEqual([{ column: "stars", descending: true }]);
    expect(view.at(0, 0).textContent).toBe("1,000");

    await view.press(" ");
    expect(sorted()).toEqual([]);
    expect(view.focus()).toBe(view.at(-1, 2));
  });

  it("takes a second column with Shift", async () => {
    const view = await show(new TableSource(1000));

    await view.point(view.at(-1, 2));
    await view.point(view.at(-1, 1), { shiftKey: true });

    expect(
      view.source
        .of("rows")
        .at(-1)
        ?.sort?.map(({ column }) => column),
    ).toEqual(["stars", "product"]);
  });

  it("shows the rows that are there until the new order has come", async () => {
    const view = await show(new TableSource(1000));
    view.source.holds = true;

    await view.point(view.at(-1, 2));
    expect(view.at(0, 1).textContent).toBe("Kettle 1");
    expect(view.grid().getAttribute("aria-busy")).toBe("true");

    await act(async () => view.source.goOn());
    await settled();
    expect(view.grid().getAttribute("aria-busy")).toBe("false");
  });
});

describe("searching and filtering", () => {
  it("searches in all columns after a pause, and says how many rows are left", async () => {
    const view = await show(new TableSource(1000));

    await view.type('input[type="search"]', "lamp");

    expect(view.source.of("rows").at(-1)?.filters).toEqual([
      { column: null, test: "contains", value: "lamp" },
    ]);
    expect(view.text()).toContain("100 of 1,000 rows");
  });

  it("adds a filter from the form as a chip, and removes it by it", async () => {
    const view = await show(new TableSource(1000));

    await view.click("Filter");
    await view.type("form label:nth-of-type(1) select", "1");
    await view.type("form label:nth-of-type(2) select", "at least");
    await view.type("form input", "3");
    await view.click("Add filter");

    expect(view.source.of("rows").at(-1)?.filters).toEqual([
      { column: "stars", test: "at least", value: "3" },
    ]);
    expect(view.button("Remove the filter: stars at least “3”")).toBeDefined();
    expect(view.focus()).toBe(view.button("Filter"));

    await view.click("Remove the filter");
    expect(view.source.of("rows").at(-1)?.filters).toEqual([]);
  });

  it("starts at the top, and says when nothing passes", async () => {
    const view = await show(new TableSource(9));

    await view.type('input[type="search"]', "sofa");

    expect(view.text()).toContain("No row passes the filters.");
    await view.click("Remove them");
    expect(view.drawn()).toHaveLength(9);
  });
});

describe("the columns", () => {
  it("are hidden and shown again, one at least", async () => {
    const view = await show(new TableSource(3));
    await view.click("Columns");
    const boxes = () => [...view.root.querySelectorAll<HTMLInputElement>('input[type="checkbox"]')];

    for (const at of [0, 1, 2]) await act(async () => boxes()[at]?.click());
    expect(view.heads()).toEqual(["#", "quality"]);
    expect(view.at(0, 1).textContent).toBe("3 of 5");
    expect(boxes()[3]?.disabled).toBe(true);

    await view.click("Show all");
    expect(view.heads()).toHaveLength(5);
  });

  it("are made wider by Shift and an arrow in the head, and get their usual width back", async () => {
    const view = await show(new TableSource(3));
    const widths = () => view.grid().style.getPropertyValue("--dd-columns");
    const usual = widths();

    await view.point(view.at(-1, 1));
    await view.press("ArrowRight", { shiftKey: true });
    expect(widths()).not.toBe(usual);

    await view.click("Columns");
    await view.click("Usual widths");
    expect(widths()).toBe(usual);
  });

  it("give numbers little room and the long text what is left", async () => {
    const view = await show(new TableSource(3));
    const [, product = 0, stars = 0, review = 0, quality = 0] = view
      .grid()
      .style.getPropertyValue("--dd-columns")
      .split(" ")
      .map(Number.parseFloat);

    expect(review).toBeGreaterThan(product + stars + quality - 150);
    expect(stars).toBeLessThan(product + 40);
    expect(view.at(0, 2).className).toContain("dd-cell-right");
  });
});

describe("the record beside the table", () => {
  it("is opened by Enter, moves through the table and gives the focus back", async () => {
    const view = await show(new TableSource(1000));
    act(() => view.at(0, 1).focus());

    await view.press("ArrowDown");
    await view.press("Enter");
    expect(view.record()).toBe("Record 2 of 1,000");

    await view.click("Next record");
    expect(view.record()).toBe("Record 3 of 1,000");
    expect(view.selected()).toEqual([2]);

    await view.press("Escape");
    expect(view.record()).toBe("");
    expect(view.focus()).toBe(view.at(2, 1));
  });

  it("goes on across pages", async () => {
    const view = await show(new TableSource(1000));
    await view.scroll(85 * 29);
    await view.doubleClick(view.at(98, 1));

    for (let step = 0; step < 4; step++) await view.click("Next record");

    expect(view.record()).toBe("Record 103 of 1,000");
    expect(view.selected()).toEqual([102]);
  });

  it("is the record of the row, whatever the order", async () => {
    const view = await show(new TableSource(1000));
    await view.point(view.at(-1, 2));
    await view.point(view.at(-1, 2));

    await view.doubleClick(view.at(0, 1));

    expect(view.source.of("record").at(-1)?.number).toBe(999);
  });

  it("stays open with place and selection when the front end draws the view anew", async () => {
    const view = await show(new TableSource(1000));
    await view.scroll(400 * 29);
    await view.doubleClick(view.at(405, 1));

    await view.drawnAnew();

    expect(view.record()).toBe("Record 406 of 1,000");
    expect(view.selected()).toEqual([405]);
    expect(view.grid().scrollTop).toBe(400 * 29);
  });

  it("stays open when the records change, which are asked for anew", async () => {
    const view = await show(new TableSource(1000));
    await view.doubleClick(view.at(4, 1));
    const before = view.source.of("rows").length;

    await view.change({ version: 2 });

    expect(view.source.of("rows").length).toBeGreaterThan(before);
    expect(view.record()).toBe("Record 5 of 1,000");
  });
});

describe("while a run makes the records", () => {
  const told = (made: number) => ({
    total: 10,
    numbers: [0, 1, 2],
    rows: [0, 1, 2].map((at) =>
      cells(at).map((each, column) => (column < made ? each : cell("", "pending"))),
    ),
  });

  it("shows what it is told, asks for nothing and offers no order", async () => {
    const view = await show(new TableSource(10), { told: true });
    expect(view.text()).toContain("Records appear here as they are made.");

    await view.tell(told(2));

    expect(view.drawn()).toEqual([0, 1, 2]);
    expect(view.at(0, 1).textContent).toBe("Kettle");
    expect(view.at(0, 3).textContent).toContain("still to be made");
    expect(view.text()).toContain("first 3 of 10");
    expect(view.root.querySelector('input[type="search"]')).toBeNull();
    await view.point(view.at(-1, 1));
    expect(view.source.of("rows")).toEqual([]);
  });

  it("keeps the cell in focus while more is told, and asks for the rows when it has ended", async () => {
    const view = await show(new TableSource(10), { told: true });
    await view.tell(told(2));
    await view.point(view.at(1, 2));

    await view.tell(told(4));
    expect(view.focus()).toBe(view.at(1, 2));
    expect(view.selected()).toEqual([1]);

    await view.change({ told: false });
    expect(view.drawn()).toHaveLength(10);
    expect(view.focus()).toBe(view.at(1, 2));
  });

  it("shows what it was told when the view is drawn anew", async () => {
    const view = await show(new TableSource(10), { told: true });
    await view.tell(told(2));

    await view.drawnAnew();

    expect(view.drawn()).toEqual([0, 1, 2]);
  });
});

describe("copying", () => {
  const copy = (view: Awaited<ReturnType<typeof show>>) => view.press("c", { ctrlKey: true });

  it("copies the whole text of a cell, however long", async () => {
    const source = new TableSource(3);
    const long = "😀".repeat(3000);
    source.record = () => [field("review", long.slice(0, 4000), { cut: 1000 })];
    const view = await show(source);
    await view.point(view.at(0, 3));

    await copy(view);
    const { start } = source.of("text")[0] ?? {};
    expect(start).toBe(2000);
    await act(async () => source.asked.at(-1)?.answer({ text: long.slice(4000), cut: 0 }));
    await settled();

    expect(copied).toEqual([long]);
    expect(view.text()).toContain("Copied the cell of review.");
  });

  it("copies a number without asking", async () => {
    const view = await show(new TableSource(3));
    await view.point(view.at(1, 2));

    await copy(view);

    expect(copied).toEqual(["2"]);
    expect(view.source.of("record")).toEqual([]);
  });

  it("copies the record as JSON, its numbers and JSON as such", async () => {
    const source = new TableSource(3);
    source.record = () => [
      field("id", "9007199254740993", { form: "number" }),
      field("attributes", '{\n  "tone": "calm"\n}', { form: "json" }),
      field("review", 'He said "no"'),
      field("nothing", "", { form: "null" }),
      field("quality", "", {
        form: "judge",
        scores: [{ name: "fit", score: "4", reasoning: "Good.", best: 5 }],
      }),
    ];
    const view = await show(source);
    await view.point(view.at(0, 1));
    await view.click("Copy");

    await view.click("Record as JSON");

    expect(copied[0]).toContain('"id": 9007199254740993');
    expect(JSON.parse(copied[0] ?? "")).toMatchObject({
      attributes: { tone: "calm" },
      review: 'He said "no"',
      nothing: null,
      quality: { fit: { score: 4, reasoning: "Good." } },
    });
  });

  it("copies several selected rows with tabs between the columns that are shown", async () => {
    const source = new TableSource(3);
    source.record = (number) => [field("product", `a\tb ${number}`), field("stars", "5", { form: "number" })];
    const view = await show(source);
    await view.click("Columns");
    for (const box of [...view.root.querySelectorAll<HTMLInputElement>('input[type="checkbox"]')].slice(2)) {
      await act(async () => box.click());
    }
    await view.point(view.at(0, 1));

    await view.press("ArrowDown", { shiftKey: true });
    expect(view.selected()).toEqual([0, 1]);
    await copy(view);

    expect(copied).toEqual(['product\tstars\n"a\tb 0"\t5\n"a\tb 1"\t5']);
  });

  it("shows the text to be copied by hand where the browser has no clipboard", async () => {
    Object.defineProperty(navigator, "clipboard", { configurable: true, value: undefined });
    const view = await show(new TableSource(3));
    await view.point(view.at(1, 2));

    await copy(view);

    const area = view.root.querySelector("textarea");
    expect(area?.value).toBe("2");
    expect(area?.selectionEnd).toBe(1);
  });

  it("says why something could not be copied", async () => {
    const view = await show(new TableSource(3));
    await view.point(view.at(0, 1));
    view.source.holds = true;
    await copy(view);

    await act(async () => view.source.asked.at(-1)?.refuse("The dataset is gone."));
    await settled();

    expect(view.text()).toContain("The dataset is gone.");
    expect(copied).toEqual([]);
  });
});

describe("the keyboard", () => {
  it("goes on from the cell that was given the focus, by whomever", async () => {
    const view = await show(new TableSource(10));

    act(() => view.at(4, 2).focus());
    await view.press("ArrowDown");

    expect(view.focus()).toBe(view.at(5, 2));
  });

  it("moves within a row and from end to end", async () => {
    const view = await show(new TableSource(1000));
    act(() => view.at(0, 0).focus());
    const place = () => [
      view.focus().closest<HTMLElement>("[data-row]")?.dataset.row,
      view.focus().dataset.column,
    ];

    await view.press("End");
    expect(place()).toEqual(["0", "4"]);
    await view.press("PageDown");
    expect(place()).toEqual(["11", "4"]);
    await view.press("ArrowLeft");
    expect(place()).toEqual(["11", "3"]);
    await view.press("ArrowUp", { ctrlKey: true });
    expect(place()).toEqual(["0", "3"]);
    await view.press("ArrowUp");
    expect(place()).toEqual(["-1", "3"]);
  });

  it("has one way in by Tab, whatever is scrolled", async () => {
    const view = await show(new TableSource(1000));
    const ways = () => view.grid().querySelectorAll('[tabindex="0"]').length;
    expect(ways()).toBe(1);

    await view.point(view.at(0, 1));
    await view.scroll(500 * 29);

    expect(ways()).toBe(1);
    expect(view.focus()).toBe(view.at(0, 1));
  });

  it("keeps its keys from the notebook, and no others", async () => {
    const heard: string[] = [];
    const hear = ({ key }: KeyboardEvent) => void heard.push(key);
    document.addEventListener("keydown", hear);
    const view = await show(new TableSource(1000));
    act(() => view.at(0, 1).focus());

    for (const key of ["ArrowDown", "PageDown", "Home", "Enter"]) await view.press(key);
    expect(heard).toEqual([]);
    act(() => view.grid().querySelector<HTMLElement>('[tabindex="0"]')?.focus());
    await view.press("F5");
    expect(heard).toEqual(["F5"]);
    document.removeEventListener("keydown", hear);
  });

  it("moves the lower edge of a long table", async () => {
    const view = await show(new TableSource(1000));
    const edge = () => view.root.querySelector<HTMLElement>('[role="separator"]') as HTMLElement;
    const before = Number(edge().getAttribute("aria-valuenow"));

    edge().focus();
    await view.press("ArrowDown");

    expect(Number(edge().getAttribute("aria-valuenow"))).toBe(before + 1);
  });
});

describe("records that failed", () => {
  it("are listed alone, with why", async () => {
    const view = await show(new TableSource(8), { failed: 2 });

    await view.click("Only failed");

    expect(view.text()).toContain("cut off at 64 tokens");
    expect(view.root.querySelector('[role="grid"]')).toBeNull();
    await view.click("Only failed");
    expect(view.drawn()).toHaveLength(8);
  });

  it("are offered only where there are some", async () => {
    expect((await show(new TableSource(8))).button("Only failed")).toBeUndefined();
  });
});
