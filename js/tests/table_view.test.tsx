import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, it } from "vitest";
import { forgetAll, Remembered } from "../src/view/memory";
import { Records } from "../src/view/table/records";
import { View } from "../src/view/view";
import { keepKeys } from "../src/widget/keys";
import type { Filter } from "../src/wire/wire";
import { TableSource, table } from "./table_source";

const root = document.createElement("div");
afterEach(() => {
  act(() => render(null, root));
  document.body.replaceChildren();
  forgetAll();
});

it("a DataFrame is shown with its name and its size, and has its columns beside its records", async () => {
  const source = new TableSource(1204);
  const live = { view: "table" as const, name: "reviews", detail: "pandas DataFrame", table: table(1204) };
  document.body.append(root);

  await act(async () => render(<View live={live} heardAt={0} source={source} />, root));

  expect(root.querySelector("header")?.textContent).toBe("pandas DataFramereviews1,204 rows × 4 columns");
  expect([...root.querySelectorAll('[role="tab"]')].map(({ textContent }) => textContent)).toEqual([
    "Records",
    "Columns4",
  ]);
  expect(root.querySelector('[role="grid"]')?.getAttribute("aria-label")).toBe("pandas DataFrame reviews");
});

it("records that are given a filter cannot be shown without it", async () => {
  const source = new TableSource(5);
  const given: Filter[] = [{ column: null, test: "changed", value: "" }];
  document.body.append(root);

  await act(async () =>
    render(
      <Remembered model="compared">
        <Records table={table(5)} failed={0} source={source} given={given} />
      </Remembered>,
      root,
    ),
  );
  await act(async () => {});

  expect(source.of("rows")[0]?.filters).toEqual(given);
  expect(root.textContent).toContain("No row passes the filters.");
  expect([...root.querySelectorAll("button")].map(({ textContent }) => textContent)).not.toContain(
    "Remove them",
  );
});

it("letters that are typed in a view do not reach the notebook, Ctrl+S does", () => {
  const heard: string[] = [];
  const notebook = document.body.appendChild(document.createElement("div"));
  notebook.addEventListener("keydown", ({ key }) => heard.push(key));
  const view = notebook.appendChild(document.createElement("div"));
  keepKeys(view);
  const press = (key: string, ctrlKey = false) =>
    view.dispatchEvent(new KeyboardEvent("keydown", { key, ctrlKey, bubbles: true }));

  for (const key of ["a", "d", "D", "Enter", "ArrowDown", "Escape"]) press(key);
  press("a", true);
  press("s", true);

  expect(heard).toEqual(["s"]);
});
