import { Widget } from "@lumino/widgets";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Jobs } from "../src/lab/renderer/jobs";
import { SavedOutput } from "../src/lab/renderer/output";
import { Turns } from "../src/lab/renderer/turns";
import { forgetAll } from "../src/view/memory";
import { standIn } from "../src/widget/stand_in";
import type { SavedView } from "../src/wire/wire";
import { asJson, KEY, savedRun } from "./saved_views";

vi.mock("@jupyterlab/coreutils", () => ({}));
vi.mock("@jupyterlab/services", () => ({}));

const MIME_TYPE = "application/vnd.dd-jupyter.v1+json";

/** Sees what the test says is in sight. */
class Sight {
  static seen: (element: Element) => void = () => undefined;
  constructor(look: (entries: { isIntersecting: boolean; target: Element }[]) => void) {
    Sight.seen = (target) => look([{ isIntersecting: true, target }]);
  }
  observe() {}
  unobserve() {}
}

const open: SavedOutput[] = [];
beforeEach(() => {
  vi.stubGlobal("IntersectionObserver", Sight);
  vi.stubGlobal("requestIdleCallback", () => 0);
});
afterEach(() => {
  for (const output of open.splice(0)) act(() => output.dispose());
  document.body.replaceChildren();
  vi.unstubAllGlobals();
  forgetAll();
});

const model = (json: unknown, plain: unknown = "the text") => ({
  trusted: false,
  data: { [MIME_TYPE]: json, "text/plain": plain } as never,
  metadata: {},
  setData: () => undefined,
});

async function show(json: unknown, plain?: unknown) {
  const output = new SavedOutput(MIME_TYPE, new Jobs(), new Turns());
  output.addClass("jp-OutputArea-output");
  open.push(output);
  await act(async () => {
    await output.renderModel(model(json, plain));
    Widget.attach(output, document.body);
  });
  return {
    output,
    see: () => act(async () => Sight.seen(output.node)),
    text: () => output.node.textContent ?? "",
  };
}

const json = (): SavedView => asJson(savedRun());

it("an output that nobody sees is not drawn, and one that is seen is", async () => {
  const { see, text } = await show(json());
  expect(text()).toBe("");

  await see();

  expect(text()).toContain("Records");
});

it("others are drawn in their turn, when the page has nothing else to do", async () => {
  const idle: (() => void)[] = [];
  vi.stubGlobal("requestIdleCallback", (then: () => void) => idle.push(then));
  const { output, text } = await show(json());
  output.node.getClientRects = () => [{}] as unknown as DOMRectList;

  await act(async () => idle.shift()?.());

  expect(text()).toContain("Records");
});

it("is found by its key, by which the kernel that has the view takes its place", async () => {
  const { output, see, text } = await show(json());
  expect(output.node.dataset.ddjView).toBe(KEY);
  await see();

  const live = standIn(KEY, (element) => {
    element.textContent = "live";
    return () => undefined;
  });
  await act(async () => {});
  expect(output.node.style.display).toBe("none");
  expect(text()).toBe("");

  live.giveBack("The kernel is gone.");
  await act(async () => {});
  await see();
  expect(output.node.style.display).toBe("");
  expect(text()).toMatch(/^The kernel is gone\..*Records/);
});

it("only ever gives way itself, whatever its key, and no key that is none becomes an attribute", async () => {
  const mine = await show(json());
  const other = await show({ ...json(), key: "f".repeat(32) });
  const none = await show({ ...json(), key: '"><img src=x onerror=harm()>' });

  const live = standIn("f".repeat(32), () => () => undefined);
  await act(async () => {});

  expect([mine, other, none].map(({ output }) => output.node.style.display)).toEqual(["", "none", ""]);
  expect(none.output.node.hasAttribute("data-ddj-view")).toBe(false);
  live.close();
});

it("an update is drawn in place: the chosen tab, and the elements, stay", async () => {
  const { output, see } = await show(json());
  await see();
  const tabs = () => [...output.node.querySelectorAll<HTMLElement>('[role="tab"]')];
  await act(async () => tabs()[1]?.click());
  const before = tabs();

  await act(async () => output.renderModel(model(asJson(savedRun({ elapsed_seconds: 99 })))));

  expect(tabs()).toEqual(before);
  expect(tabs()[1]?.getAttribute("aria-selected")).toBe("true");
  expect(output.node.querySelector('[role="timer"]')?.textContent).toBe("1:39");
});

it.each([
  ["a text", "the text"],
  ["a list of lines", ["the ", "text"]],
])("what cannot be drawn gives way to the text of the output, %s", async (_, plain) => {
  const { see, text } = await show({ version: 1, key: KEY }, plain);
  await see();

  expect(text()).toContain("cannot be drawn");
  expect(text()).toContain("the text");
});

it.each([[undefined], [5], [{ text: "x" }]])("an output without a text says so: %s", async (plain) => {
  const { see, text } = await show(null, plain === undefined ? null : plain);
  await see();

  expect(text()).toContain("There is none.");
});
