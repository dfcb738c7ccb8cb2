import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, describe, expect, it } from "vitest";
import { Columns, percent } from "../src/view/columns/columns";
import type { AskOptions, Source } from "../src/view/source";
import type { ColumnProfileView } from "../src/wire/wire";

const HOSTILE = '<img src=x onerror="alert(1)">';

const STARS: ColumnProfileView = {
  name: "stars",
  kind: "sampler",
  dtype: "int",
  nulls: 0,
  unique: 3,
  summary: "1 to 3, mean 2.4",
  ordered: true,
  tokens: "",
  distribution: [
    { label: "1", count: 1, share: 0.02 },
    { label: "2", count: 0, share: 0 },
    { label: "3", count: 1204, share: 1 },
  ],
};
const PRODUCT: ColumnProfileView = {
  ...STARS,
  name: "product",
  kind: "seed",
  dtype: "text",
  nulls: 300,
  unique: 12_000,
  summary: "the 2 most frequent of 12,000",
  ordered: false,
  tokens: "in 210 ± 12, out 54 ± 9",
  distribution: [
    { label: "Kettle", count: 40, share: 1 },
    { label: "", count: 10, share: 0.25 },
  ],
};

const roots: Element[] = [];

async function show(
  columns: ColumnProfileView[],
  {
    records = 1205,
    drawn = records,
    silent = false,
  }: { records?: number; drawn?: number; silent?: boolean } = {},
) {
  const asked: object[] = [];
  let late = () => {};
  let refuse = (_: Error) => {};
  const source = {
    hear: () => () => undefined,
    ask: (ask: object, options: AskOptions) => {
      asked.push(ask);
      late = () => options.onLate?.();
      return silent
        ? new Promise((_, reject) => {
            refuse = reject;
          })
        : Promise.resolve({ records, drawn, columns });
    },
  } as unknown as Source;
  const root = document.body.appendChild(document.createElement("div"));
  roots.push(root);
  const draw = (version: number) =>
    act(async () => render(<Columns version={version} source={source} />, root));
  await draw(1);
  const all = (selector: string) => [...root.querySelectorAll<HTMLElement>(selector)];
  return {
    asked,
    all,
    draw,
    find: (selector: string) => all(selector)[0],
    text: () => root.textContent ?? "",
    late: () => act(async () => late()),
    refuse: (sentence: string) => act(async () => refuse(new Error(sentence))),
    names: () => all(".dd-column b").map(({ textContent }) => textContent),
    type: (key: string) =>
      act(
        async () =>
          void all(".dd-histogram-bars")[0]?.dispatchEvent(
            new KeyboardEvent("keydown", { key, bubbles: true }),
          ),
      ),
    look: (name: string) =>
      act(async () => {
        const field = all("input")[0] as HTMLInputElement;
        field.value = name;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }),
  };
}

afterEach(() => {
  for (const root of roots.splice(0)) render(null, root);
  document.body.replaceChildren();
});

describe("the columns", () => {
  it("say what they are, what makes them and what is in them", async () => {
    const view = await show([STARS, PRODUCT]);
    const [stars, product] = view.all(".dd-column");

    expect(view.asked).toEqual([{ op: "profile" }]);
    expect(stars?.textContent).toContain("starssamplerint · 3 different");
    expect(stars?.textContent).toContain("1 to 3, mean 2.4");
    expect(stars?.textContent).not.toContain("empty");
    expect(product?.textContent).toContain("productseedtext · 12,000 different300 empty 25%");
    expect(product?.textContent).toContain("Tokens a record: in 210 ± 12, out 54 ± 9");
  });

  it("are asked for anew when the records have changed", async () => {
    const view = await show([STARS]);

    await view.draw(2);

    expect(view.asked).toHaveLength(2);
  });

  it("say from how many records they are drawn only where that is not all", async () => {
    expect((await show([STARS], { records: 1_000_000, drawn: 1000 })).text()).toContain(
      "Distributions are of the first 1,000 of 1,000,000 records",
    );
    expect((await show([STARS])).text()).not.toContain("Distributions are");
  });

  it("can be found by name among many", async () => {
    const many = Array.from({ length: 300 }, (_, index) => ({
      ...STARS,
      distribution: [],
      name: `column_${index}`,
    }));
    const view = await show(many);
    expect(view.names()).toHaveLength(300);

    await view.look("COLUMN_29");
    expect(view.names()).toHaveLength(11);
    expect(view.text()).toContain("11 of 300 columns");

    await view.look("nothing like it");
    expect(view.text()).toContain("No column has “nothing like it” in its name.");
    expect((await show([STARS])).find("input")).toBeUndefined();
  });

  it("say when there are none, when the kernel is busy, and why they cannot be had", async () => {
    expect((await show([])).text()).toContain("no columns");

    const view = await show([], { silent: true });
    expect(view.text()).toContain("Counting…");
    await view.late();
    expect(view.text()).toContain("The kernel is busy with a cell");
    await view.refuse("The records are gone.");
    expect(view.text()).toBe("The records are gone.");
  });

  it("show hostile text as text", async () => {
    const bar = { label: HOSTILE, count: 1, share: 7 };
    const hostile = {
      ...PRODUCT,
      name: HOSTILE,
      kind: HOSTILE,
      dtype: HOSTILE,
      summary: HOSTILE,
      tokens: HOSTILE,
    };
    const view = await show([
      { ...hostile, distribution: [bar] },
      { ...hostile, distribution: [bar], ordered: true },
    ]);

    expect(view.find("img")).toBeUndefined();
    expect(view.text().split(HOSTILE).length).toBeGreaterThan(12);
    expect(view.find(".dd-category-room > span")?.style.width).toBe("100%");
  });
});

describe("a histogram", () => {
  it("draws each bar by its share, and none where nothing is", async () => {
    const bars = (await show([STARS])).all(".dd-histogram-room");

    expect(bars.map(({ firstElementChild: bar }) => (bar as HTMLElement | null)?.style.height)).toEqual([
      "2%",
      undefined,
      "100%",
    ]);
  });

  it("tells the bar that the arrows or the pointer chose", async () => {
    const view = await show([STARS]);

    await view.type("ArrowRight");
    expect(view.find(".dd-told")?.textContent).toBe("1: 1 record");
    await view.type("End");
    expect(view.find(".dd-told")?.textContent).toBe("3: 1,204 records");
    expect(view.find('[aria-live="polite"]')?.textContent).toBe("3: 1,204 records");
    await view.type("ArrowLeft");
    expect(view.find(".dd-told")?.textContent).toBe("2: 0 records");

    await act(async () => void view.find(".dd-histogram-bars")?.dispatchEvent(new Event("blur")));
    expect(view.find(".dd-told")).toBeUndefined();
    expect(view.text()).toContain("1 to 3, mean 2.4");
  });

  it("can be read as a table by whoever does not see it", async () => {
    const view = await show([STARS]);

    expect(view.find("caption")?.textContent).toBe("Distribution of stars");
    expect(view.all("tr").map(({ textContent }) => textContent)).toEqual(["11", "20", "31,204"]);
  });
});

describe("the most frequent values", () => {
  it("stand with their counts and their bars", async () => {
    const view = await show([PRODUCT]);

    expect(view.all(".dd-categories li").map(({ textContent }) => textContent)).toEqual([
      "Kettle40",
      "empty text10",
    ]);
    expect(view.all(".dd-category-room > span").map(({ style }) => style.width)).toEqual(["100%", "25%"]);
  });
});

describe("a share", () => {
  it.each([
    [0, "0%"],
    [1, "100%"],
    [0.00001, "<0.1%"],
    [0.99999, ">99.9%"],
    [0.034, "3.4%"],
    [0.34, "34%"],
    [0.956, "95.6%"],
  ])("of %s is %s: a little is not nothing, and nearly all not all", (share, words) => {
    expect(percent(share)).toBe(words);
  });
});
