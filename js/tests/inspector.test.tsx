import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Remembered } from "../src/view/memory";
import { Inspector } from "../src/view/record/inspector";
import { readJson, writeJson } from "../src/view/record/json_value";
import { wordChanges } from "../src/view/record/word_changes";
import type { AskOptions, Source } from "../src/view/source";
import type { FieldView, NodeView } from "../src/wire/wire";

const HOSTILE = '<img src=x onerror="alert(1)"><script>alert(1)</script>';
const PIXEL = "data:image/png;base64,iVBORw0KGgo=";

function field(form: FieldView["form"], text = "", more: Partial<FieldView> = {}): FieldView {
  return {
    column: "review",
    kind: "LLM text",
    form,
    text,
    cut: 0,
    language: "",
    scores: [],
    tokens: [],
    markdown: [],
    messages: [],
    differs: false,
    ...more,
  };
}

const node = (tag: NodeView["tag"], more: Partial<NodeView> = {}): NodeView => ({
  tag,
  text: "",
  level: 0,
  href: "",
  children: [],
  ...more,
});
const words = (text: string) => node("text", { text });

type Asked = { op: string; number?: number; column?: string; start?: number };

let models = 0;
const roots: Element[] = [];

/** Does something, and lets what answers at once be drawn. */
async function settled(how: () => Promise<unknown>) {
  await act(async () => void (await how()));
  await act(async () => undefined);
}

/** An inspector whose questions are answered when the test says so. */
async function inspect(
  fields: FieldView[] | ((number: number) => FieldView[]),
  { before = [], held = false, ...more }: { before?: FieldView[]; held?: boolean; number?: number } = {},
) {
  const asked: Asked[] = [];
  const waiting: { answer: (value: unknown) => void; refuse: (error: Error) => void; options: AskOptions }[] =
    [];
  const source = {
    hear: () => () => undefined,
    ask: (ask: Asked, options: AskOptions = {}) => {
      asked.push(ask);
      if (ask.op === "record" && !held) {
        const { number = 0 } = ask;
        return Promise.resolve({
          number,
          before,
          fields: typeof fields === "function" ? fields(number) : fields,
        });
      }
      return new Promise((answer, refuse) => waiting.push({ answer, refuse, options }));
    },
  } as unknown as Source;
  const root = document.body.appendChild(document.createElement("div"));
  roots.push(root);
  const model = `model ${models++}`;
  const moves: number[] = [];
  const onClose = vi.fn();
  const heardByNotebook = vi.fn();
  root.addEventListener("keydown", heardByNotebook);
  const show = (number: number, position = number) =>
    settled(async () =>
      render(
        <Remembered model={model}>
          <Inspector
            number={number}
            position={position}
            total={4}
            columns={[{ name: "review", kind: "LLM text", detail: "nano-30b", numeric: false }]}
            source={source}
            version={1}
            onMove={(step) => moves.push(step)}
            onClose={onClose}
          />
        </Remembered>,
        root,
      ),
    );
  await show(more.number ?? 1);
  const all = (selector: string) => [...root.querySelectorAll<HTMLElement>(selector)];
  const find = (selector: string) => all(selector)[0];
  return {
    asked,
    moves,
    onClose,
    heardByNotebook,
    root,
    all,
    find,
    show,
    text: () => root.textContent ?? "",
    answer: (value: unknown) => settled(async () => waiting.shift()?.answer(value)),
    refuse: (sentence: string) => settled(async () => waiting.shift()?.refuse(new Error(sentence))),
    late: () => settled(async () => waiting[0]?.options.onLate?.()),
    press: (name: string | RegExp) =>
      settled(async () =>
        all("button")
          .find((button) => (button.getAttribute("aria-label") ?? button.textContent ?? "").match(name))
          ?.click(),
      ),
    type: (key: string, on = ".dd-fields", more: KeyboardEventInit = {}) =>
      act(
        async () =>
          void find(on)?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...more })),
      ),
  };
}

function clipboard() {
  const writeText = vi.fn(async (_: string) => undefined);
  vi.stubGlobal("navigator", { ...navigator, clipboard: { writeText } });
  return writeText;
}

afterEach(() => {
  for (const root of roots.splice(0)) render(null, root);
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

describe("a record", () => {
  it("is asked for, and says of each column what makes it", async () => {
    const view = await inspect([
      field("text", "It tips."),
      field("number", "4", { column: "stars", kind: "sampler" }),
    ]);

    expect(view.asked).toEqual([{ op: "record", number: 1 }]);
    expect(view.text()).toContain("Record 2 of 4");
    expect(view.all(".dd-field").map(({ textContent }) => textContent)).toEqual([
      "reviewLLM text · nano-30b ▸It tips.Copy",
      "starssampler ▸4Copy",
    ]);
  });

  it("names its number in the dataset where the table is sorted", async () => {
    const view = await inspect([]);

    await view.show(17, 1);

    expect(view.find("header")?.textContent).toContain("Record 18 · 2 of 4 shown");
  });

  it("stays, dimmed, until the next one comes", async () => {
    const view = await inspect([], { held: true });
    await view.answer({ number: 1, fields: [field("text", "the second")], before: [] });

    await view.show(2);
    expect(view.text()).toContain("the second");
    expect(view.find(".dd-waits")).toBeDefined();
    expect(view.find(".dd-fields")?.getAttribute("aria-busy")).toBe("true");

    await view.answer({ number: 2, fields: [field("text", "the third")], before: [] });
    expect(view.text()).toContain("the third");
    expect(view.find(".dd-waits")).toBeUndefined();
  });

  it("says why it is not there, and does not show another one instead", async () => {
    const view = await inspect([], { held: true });
    await view.answer({ number: 1, fields: [field("text", "the second")], before: [] });

    await view.show(2);
    await view.refuse("The records are gone. Run the cell again.");

    expect(view.text()).toContain("The records are gone. Run the cell again.");
    expect(view.text()).not.toContain("the second");
  });

  it("says that the kernel is busy", async () => {
    const view = await inspect([], { held: true });

    await view.late();

    expect(view.text()).toContain("The kernel is busy with a cell");
  });

  it.each([
    ["ArrowRight", [1]],
    ["j", [1]],
    ["J", [1]],
    ["ArrowLeft", [-1]],
    ["k", [-1]],
    ["x", []],
  ])("is left for its neighbour with %s", async (key, moves) => {
    const view = await inspect([]);

    await view.type(key);

    expect(view.moves).toEqual(moves);
    expect(view.heardByNotebook).toHaveBeenCalledTimes(moves.length ? 0 : 1);
  });

  it("has no neighbour beyond the first and the last", async () => {
    const view = await inspect([]);

    await view.show(0);
    await view.type("ArrowLeft");
    await view.press("Previous record");
    await view.show(3);
    await view.type("ArrowRight");
    await view.press("Next record");

    expect(view.moves).toEqual([]);
    await view.press("Previous record");
    expect(view.moves).toEqual([-1]);
  });

  it("leaves the shortcuts of the browser alone", async () => {
    const view = await inspect([]);

    await view.type("ArrowRight", ".dd-fields", { ctrlKey: true });

    expect(view.moves).toEqual([]);
  });

  it("is closed with Escape", async () => {
    const view = await inspect([]);

    await view.type("Escape");

    expect(view.onClose).toHaveBeenCalledOnce();
    expect(view.heardByNotebook).not.toHaveBeenCalled();
  });

  it("shows hostile names and values as text", async () => {
    const view = await inspect([
      field("text", HOSTILE, { column: HOSTILE, kind: HOSTILE }),
      field("code", HOSTILE, { language: HOSTILE, tokens: [{ kind: "string", text: HOSTILE }] }),
      field("json", JSON.stringify({ [HOSTILE]: HOSTILE })),
      field("judge", "", { scores: [{ name: HOSTILE, score: HOSTILE, reasoning: HOSTILE, best: 0 }] }),
      field("trace", "", { messages: [{ role: HOSTILE, text: HOSTILE, cut: 0 }] }),
      field("image", HOSTILE),
      field("new form" as FieldView["form"], HOSTILE),
    ]);

    expect(view.find("img, script")).toBeUndefined();
    expect(view.text().split(HOSTILE).length).toBeGreaterThan(11);
  });

  it("says what is empty, missing or still to be made", async () => {
    const view = await inspect([field("text", ""), field("null"), field("pending")]);

    expect(view.all(".dd-field > p").map(({ textContent }) => textContent)).toEqual([
      "Empty text",
      "No value",
      "Not made yet",
    ]);
  });
});

describe("how a column is made", () => {
  const GENERATOR = {
    column: "review",
    kind: "LLM text",
    settings: [
      { name: "Model", text: "writer: nano-30b", code: false },
      { name: "Prompt", text: "Write a review of {{ product }}.", code: true },
    ],
  };

  it("is asked for once, when it is wanted, and stays for the next record", async () => {
    const view = await inspect((number) => [field("text", `text ${number}`)]);
    expect(view.asked.map(({ op }) => op)).toEqual(["record"]);

    await view.press("LLM text");
    await view.answer(GENERATOR);
    await view.show(2);

    expect(view.text()).toContain("text 2");
    expect(view.find(".dd-making pre")?.textContent).toBe("Write a review of {{ product }}.");
    expect(view.asked.filter(({ op }) => op === "generator")).toEqual([
      { op: "generator", column: "review" },
    ]);
  });

  it("can be folded away, and says why it is not known", async () => {
    const view = await inspect([field("text", "It tips.")]);

    await view.press("LLM text");
    await view.refuse("The configuration is gone.");
    expect(view.text()).toContain("The configuration is gone.");
    expect(view.find(".dd-made")?.getAttribute("aria-expanded")).toBe("true");

    await view.press("LLM text");
    expect(view.find(".dd-making")).toBeUndefined();
  });
});

describe("a long text", () => {
  const START = "🙂".repeat(10) + "word ".repeat(790);

  it("is folded, then shown, then asked for where the kernel has left something out", async () => {
    const view = await inspect([field("text", START, { cut: 7 })]);
    expect(view.find(".dd-text")?.textContent?.length).toBeLessThan(1300);

    await view.press("Show more");
    expect(view.find(".dd-text")?.textContent).toBe(START);
    await view.press("Show more · 7 characters");
    expect(view.asked.at(-1)).toEqual({ op: "text", number: 1, column: "review", start: 10 + 790 * 5 });
    await view.answer({ text: "the end", cut: 0 });

    expect(view.find(".dd-text")?.textContent).toBe(`${START}the end`);
    expect(view.text()).not.toContain("Show more");
  });

  it("stays unfolded for the next record", async () => {
    const view = await inspect((number) => [field("text", `${number} ${START}`)]);

    await view.press("Show more");
    await view.show(2);

    expect(view.find(".dd-text")?.textContent).toBe(`2 ${START}`);
  });

  it("says why the rest cannot be had, and can be asked again", async () => {
    const view = await inspect([field("text", "short", { cut: 7 })]);

    await view.press("Show more");
    await view.refuse("The file is gone.");
    expect(view.text()).toContain("The file is gone.");
    await view.press("Show more");

    expect(view.asked.filter(({ op }) => op === "text")).toHaveLength(2);
  });

  it("says that the kernel is busy while the rest is awaited", async () => {
    const view = await inspect([field("text", "short", { cut: 7 })]);

    await view.press("Show more");
    await view.late();
    expect(view.text()).toContain("The kernel is busy with a cell");
    await view.answer({ text: " and long", cut: 0 });

    expect(view.text()).toContain("short and long");
    expect(view.text()).not.toContain("busy");
  });

  it("is copied as a whole, also what was not shown", async () => {
    const copied = clipboard();
    const view = await inspect([field("text", "begin, ", { cut: 7 })]);

    await view.press("Copy review");
    await view.answer({ text: "mid, ", cut: 3 });
    await view.answer({ text: "end", cut: 0 });

    expect(view.asked.filter(({ op }) => op === "text").map(({ start }) => start)).toEqual([7, 12]);
    expect(copied).toHaveBeenCalledWith("begin, mid, end");
    expect(view.text()).toContain("Copied");
  });
});

describe("Markdown", () => {
  const link = (href: string) =>
    field("text", "source", { markdown: [node("link", { href, children: [words("here")] })] });

  it("is drawn as elements, and what is none of it as text", async () => {
    const view = await inspect([
      field("text", "# Lamp", {
        markdown: [
          node("heading", { level: 1, children: [words("Lamp")] }),
          node("paragraph", { children: [node("strong", { children: [words("bright")] }), words(HOSTILE)] }),
          node("bullets", { children: [node("item", { children: [words("one")] })] }),
          node("code block", { text: HOSTILE }),
          node("script" as NodeView["tag"], { text: HOSTILE, children: [words("inner")] }),
        ],
      }),
    ]);

    expect(view.find('[role="heading"]')?.textContent).toBe("Lamp");
    expect(view.find("strong")?.textContent).toBe("bright");
    expect(view.find("li")?.textContent).toBe("one");
    expect(view.find(".dd-markdown pre")?.textContent).toBe(HOSTILE);
    expect(view.find(".dd-markdown")?.textContent).toContain(`${HOSTILE}inner`);
    expect(view.find("img, script")).toBeUndefined();
  });

  it("has links that leave the page, tell nobody where from, and say where to", async () => {
    const anchor = (await inspect([link("https://evil.example/?q")])).find("a");

    expect(anchor?.getAttribute("href")).toBe("https://evil.example/?q");
    expect(anchor?.getAttribute("rel")).toBe("noopener noreferrer");
    expect(anchor?.getAttribute("target")).toBe("_blank");
    expect(anchor?.dataset.address).toBe("https://evil.example/?q");
  });

  it.each([
    "javascript:alert(1)",
    "data:text/html,x",
    "//evil.example",
    "/lab",
    "https:",
    " javascript:x",
    "vbscript:x",
  ])("has no link to %s", async (href) => {
    const view = await inspect([link(href)]);

    expect(view.find("a")).toBeUndefined();
    expect(view.text()).toContain("here");
  });

  it("can be read as its source, which the next record is then too", async () => {
    const view = await inspect((number) => [
      field("text", `**${number}**`, { markdown: [words(String(number))] }),
    ]);

    await view.press("Source");
    expect(view.find(".dd-text")?.textContent).toBe("**1**");
    await view.show(2);

    expect(view.find(".dd-text")?.textContent).toBe("**2**");
    expect(view.find('[aria-pressed="true"]')?.textContent).toBe("Source");
  });

  it("that is long is folded after a paragraph, and shown when wanted", async () => {
    const paragraphs = Array.from({ length: 40 }, (_, index) =>
      node("paragraph", { children: [words(`${index} ${"word ".repeat(20)}`)] }),
    );
    const view = await inspect([field("text", "long", { markdown: paragraphs })]);
    expect(view.all(".dd-markdown p").length).toBe(12);

    await view.press("Show more");

    expect(view.all(".dd-markdown p")).toHaveLength(40);
  });

  it("may be nested without end", async () => {
    let deep = words("deep inside");
    for (let depth = 0; depth < 2000; depth++) deep = node("quote", { children: [deep] });

    const view = await inspect([field("text", ">", { markdown: [deep] })]);

    expect(view.find(".dd-markdown")?.textContent).toBe("deep inside");
    expect(view.all("blockquote").length).toBeLessThan(100);
  });
});

describe("JSON", () => {
  const rows = (view: Awaited<ReturnType<typeof inspect>>) =>
    view.all('[role="treeitem"]').map(({ textContent }) => textContent?.replace(/^[▾▸]/, ""));
  const TREE = '{"tone":"annoyed","issues":["dimmer",{"x":9007199254740993}],"10":NaN,"2":null}';
  const current = '[role="treeitem"][tabindex="0"]';

  it("is a tree that keeps the digits of numbers and the order of keys", async () => {
    expect(rows(await inspect([field("json", TREE)]))).toEqual([
      "4 keys",
      "tone: “annoyed”",
      "issues: 2 items",
      "0: “dimmer”",
      "1: 1 key",
      "x: 9007199254740993",
      "10: NaN",
      "2: null",
    ]);
  });

  it("is walked with the keys, which then leave the record where it is", async () => {
    const view = await inspect([field("json", TREE)]);

    await view.type("ArrowDown", current);
    await view.type("ArrowDown", current);
    expect(document.activeElement?.textContent).toContain("issues");
    await view.type("ArrowLeft", current);
    expect(rows(view)).toHaveLength(5);
    await view.type("ArrowRight", current);
    await view.type("ArrowRight", current);
    expect(document.activeElement?.textContent).toBe("0: “dimmer”");
    await view.type("ArrowLeft", current);
    expect(document.activeElement?.textContent).toContain("issues");
    await view.type("End", current);
    expect(document.activeElement?.textContent).toBe("2: null");

    expect(view.moves).toEqual([]);
    expect(view.heardByNotebook).not.toHaveBeenCalled();
  });

  it("gives the path and the value of a row", async () => {
    const copied = clipboard();
    const view = await inspect([field("json", '{"odd key":[{"a":1}]}')]);

    await act(async () => view.all('[role="treeitem"]')[2]?.click());
    await view.press("Copy path");
    await view.press("Copy value");

    expect(copied.mock.calls).toEqual([['$["odd key"][0]'], ['{\n  "a": 1\n}']]);
  });

  it("of ten thousand items is opened in parts", async () => {
    const items = Array.from({ length: 10_000 }, (_, index) => index);
    const view = await inspect([field("json", JSON.stringify({ items }))]);
    expect(rows(view)).toEqual(["1 key", "items: […] 10,000 items"]);

    await act(async () => view.all('[role="treeitem"]')[1]?.click());
    expect(rows(view)).toHaveLength(102);
    await act(async () => view.all('[role="treeitem"]')[101]?.click());

    expect(rows(view)).toHaveLength(202);
    expect(rows(view).slice(100, 103)).toEqual(["9800 – 9899", "9900 – 9999", "9900: 9900"]);
  });

  it("of any depth is shown, a level at a time", async () => {
    const view = await inspect([field("json", `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`)]);
    const before = rows(view).length;

    await view.type("End", current);
    for (let step = 0; step < 20; step++) {
      await view.type("ArrowRight", current);
      await view.type("ArrowDown", current);
    }

    expect(rows(view)).toHaveLength(before + 20);
  });

  it("shows a long text in it when it is opened", async () => {
    const view = await inspect([field("json", JSON.stringify({ note: "word ".repeat(100) }))]);
    expect(rows(view)[1]).toContain("characters more");

    await act(async () => view.all('[role="treeitem"]')[1]?.click());

    expect(rows(view)[1]).toBe(`note: “${"word ".repeat(100)}”`);
  });

  it("that is cut becomes a tree once all of it is there", async () => {
    const view = await inspect([field("json", '{"a": [1', { cut: 5 })]);
    expect(view.find(".dd-code")?.textContent).toBe('{"a": [1');

    await view.press("Show all as a tree");
    await view.answer({ text: ", 2]", cut: 1 });
    await view.answer({ text: "}", cut: 0 });

    expect(rows(view)).toEqual(["1 key", "a: 2 items", "0: 1", "1: 2"]);
  });

  it.each(["", "{", '{"a"}', "[1,]", "[1 2]", '{"a":1,}', "nul", "1 2", '"a', "]", "01", "{a:1}", '["\\x"]'])(
    "that is none is shown as it is: %s",
    (text) => expect(readJson(text)).toBeNull(),
  );

  it.each([
    "[]",
    "{}",
    "-0.50e+7",
    '"\\u00fc\\n"',
    '{\n  "a": [\n    1,\n    {\n      "b": null\n    }\n  ],\n  "c": {}\n}',
  ])("is written as it was read: %s", (text) => {
    const json = readJson(text);
    expect(json && JSON.parse(writeJson(json))).toEqual(JSON.parse(text));
  });
});

describe("code", () => {
  it("has its colours and names its language", async () => {
    const view = await inspect([
      field("code", "def f", {
        language: "python",
        cut: 3,
        tokens: [
          { kind: "keyword", text: "def" },
          { kind: "text", text: " " },
          { kind: '"><img>' as "text", text: "f" },
        ],
      }),
    ]);

    expect(view.text()).toContain("Python");
    expect(view.find(".dd-token-keyword")?.textContent).toBe("def");
    expect(view.all("code span").map(({ className }) => className)).toEqual(["dd-token-keyword", "", ""]);
    await view.press("Show more");
    await view.answer({ text: "():", cut: 0 });
    expect(view.find("code")?.textContent).toBe("def f():");
  });

  it("of very many pieces is all there, its beginning in colours", async () => {
    const tokens = Array.from({ length: 20_000 }, () => ({ kind: "number" as const, text: "1 " }));
    const view = await inspect([field("code", "1 ".repeat(20_000), { tokens })]);

    expect(view.find("code")?.textContent).toBe("1 ".repeat(20_000));
    expect(view.all("code span").length).toBeLessThan(10_000);
  });

  it("in a language that is new is called as it calls itself", async () => {
    const view = await inspect([field("code", "x", { language: "constructor" }), field("code", "select 1")]);

    expect(view.text()).toContain("constructor");
    expect(view.find("code")?.textContent).toBe("x");
  });
});

describe("a picture", () => {
  it("is shown, and larger when asked", async () => {
    const view = await inspect([field("image", PIXEL, { column: "photo" })]);
    const dialog = view.find("dialog") as HTMLDialogElement;

    expect(view.find("button img")?.getAttribute("src")).toBe(PIXEL);
    expect(view.find("button img")?.getAttribute("alt")).toBe("photo of record 2");
    expect(view.text()).toContain("PNG, 9 bytes");
    await view.press("Enlarge photo of record 2");
    expect(dialog.open).toBe(true);
    await view.type("Escape", "dialog");
    expect(view.onClose).not.toHaveBeenCalled();
  });

  it.each([
    "data:image/svg+xml;base64,PHN2Zz4=",
    "data:text/html;base64,PGI+",
    "https://evil.example/x.png",
    'data:image/png;base64,AAAA" onerror="x',
    "data:image/png,AAAA",
    "javascript:alert(1)",
    " data:image/png;base64,AAAA",
    "The picture is too large.",
  ])("is text where it is %s", async (text) => {
    const view = await inspect([field("image", text)]);

    expect(view.find("img")).toBeUndefined();
    expect(view.text()).toContain(text);
  });

  it("that is damaged says so", async () => {
    const view = await inspect([field("image", PIXEL)]);

    await act(async () => void view.find("button img")?.dispatchEvent(new Event("error")));

    expect(view.find("img")).toBeUndefined();
    expect(view.text()).toContain("damaged");
  });
});

describe("what models say", () => {
  it("a judge's scores stand with their reasons", async () => {
    const view = await inspect([
      field("judge", "", {
        scores: [
          { name: "honesty", score: "4", best: 5, reasoning: "Names a flaw." },
          { name: "style", score: "good", best: 0, reasoning: "Short." },
        ],
      }),
    ]);

    expect(view.all(".dd-scores li").map(({ textContent }) => textContent)).toEqual([
      "honesty4 of 5Names a flaw.",
      "stylegoodShort.",
    ]);
  });

  it("a trace is a conversation whose long messages are folded", async () => {
    const view = await inspect([
      field("trace", "", {
        messages: [
          { role: "user", text: "Write a review.", cut: 0 },
          { role: "assistant", text: "word ".repeat(400), cut: 12 },
        ],
      }),
    ]);
    const [first, second] = view.all(".dd-message");
    expect(first?.textContent).toBe("userWrite a review.");
    expect(second?.textContent?.length).toBeLessThan(700);

    await view.press("Show more");

    expect(second?.textContent).toContain("word ".repeat(400));
    expect(second?.textContent).toContain("12 characters more are in the dataset");
  });
});

describe("a comparison", () => {
  const sides = (view: Awaited<ReturnType<typeof inspect>>) =>
    view.all(".dd-difference > div").map(({ textContent }) => textContent);

  it("puts both values side by side and marks the words that differ", async () => {
    const view = await inspect([field("text", "It tips over often.", { differs: true })], {
      before: [field("text", "It tips often.", { differs: true })],
    });

    expect(sides(view)).toEqual(["EarlierIt tips often.", "LaterIt tips over often."]);
    expect(view.all("ins").map(({ textContent }) => textContent)).toEqual(["over "]);
    expect(view.find("del")).toBeUndefined();
  });

  it("shows once what is the same", async () => {
    const view = await inspect([field("text", "same")], { before: [field("text", "same")] });

    expect(sides(view)).toEqual([]);
    expect(view.text().split("same")).toHaveLength(2);
  });

  it("says which of the two has no such column", async () => {
    const view = await inspect([field("text", "young", { column: "new" })], {
      before: [field("text", "aged", { column: "old" })],
    });

    expect(sides(view)).toEqual([
      "EarlierNo such column",
      "LateryoungCopy",
      "EarlieragedCopy",
      "LaterNo such column",
    ]);
  });

  it("compares scores and JSON as what they say", async () => {
    const scored = (score: string) =>
      field("judge", "", { differs: true, scores: [{ name: "style", score, best: 5, reasoning: "Short." }] });
    const view = await inspect(
      [scored("5"), field("json", '{"a":1,"b":3}', { differs: true, column: "facts" })],
      {
        before: [scored("3"), field("json", '{"a":1,"b":2}', { differs: true, column: "facts" })],
      },
    );

    expect(view.all("del").map(({ textContent }) => textContent)).toEqual(["3", "2"]);
    expect(view.all("ins").map(({ textContent }) => textContent)).toEqual(["5", "3"]);
  });

  it.each([
    ["", "new"],
    ["a b c", "a x c"],
    ["ü 🙂 日本", "ü 🙃 日本"],
    ["a b c d", "d c b a"],
  ])("loses nothing of %s and %s", (before, after) => {
    const changes = wordChanges(before, after);

    expect(changes.before.map(({ text }) => text).join("")).toBe(before);
    expect(changes.after.map(({ text }) => text).join("")).toBe(after);
    expect(changes.after.some(({ changed }) => changed)).toBe(true);
  });

  it("of two very long texts ends, with all between their common ends held different", () => {
    const [before, after] = ["a ", "b "].map((word) => `start ${word.repeat(20_000)}end`);

    const changes = wordChanges(before ?? "", after ?? "");

    expect(changes.before.map(({ changed }) => changed)).toEqual([false, true, false]);
    expect(changes.after.at(-1)).toEqual({ text: " end", changed: false });
  });
});
