import { describe, expect, it } from "vitest";
import {
  checkCode,
  configurationCell,
  previewCode,
  submitCode,
} from "../src/lab/commands/configuration_cell";
import { showsDataset } from "../src/lab/commands/dataset_output";
import { addNotebook, beginning, forPython, freeName } from "../src/lab/commands/new_notebook";

const BODY = "builder = dd.DataDesignerConfigBuilder()\nbuilder\n";
const YAML = "columns:\n  - name: a\n";

function of(text: string) {
  const cell = configurationCell(text);
  if (!cell) throw new Error(`No configuration in ${text}`);
  return cell;
}

describe("a cell holds a configuration", () => {
  it.each(["dd_preview", "dd_create", "dd_check", "dd_migrate", "dd_submit"])("below %%%%%s", (magic) => {
    expect(of(`%%${magic}\n${BODY}`)).toMatchObject({ magic, body: BODY });
  });

  it.each([
    "import data_designer.config as dd\nbuilder = dd.DataDesignerConfigBuilder()",
    "builder = DataDesignerConfigBuilder(\n    model_configs=[]\n)",
    "builder = dd.DataDesignerConfigBuilder.from_config('a.yaml')",
    "def load_config_builder():\n    return make()",
    "%load_ext dd_jupyter\nbuilder = dd.DataDesignerConfigBuilder()",
  ])("when its Python builds one: %s", (text) => {
    expect(of(text)).toMatchObject({ text, body: text });
  });

  it("when its magic stands below empty lines, as IPython has it", () => {
    expect(of(`\n\n%%dd_check\n${BODY}`).body).toBe(BODY);
  });

  it.each([
    "x = 1",
    "",
    "# builder = dd.DataDesignerConfigBuilder()",
    "from data_designer.config import DataDesignerConfigBuilder",
    "isinstance(x, DataDesignerConfigBuilder)",
    "%dd_preview sample -c builder",
    "%%dd_preview",
    "%%dd_preview sample\n\n  \n",
    "%%dd_previews\nbuilder",
    `%%time\n${BODY}`,
    `%%writefile config.py\ndef load_config_builder():\n    pass`,
    `%%bash\necho 'DataDesignerConfigBuilder()'`,
  ])("not in %j", (text) => {
    expect(configurationCell(text)).toBeUndefined();
  });
});

describe("a preview of a cell", () => {
  it("makes as many records as the settings say", () => {
    expect(previewCode(of(`%%dd_create reviews -n 5000\n${BODY}`), 7)).toBe(`%%dd_preview -n 7\n${BODY}`);
    expect(previewCode(of(BODY), 10)).toBe(`%%dd_preview -n 10\n${BODY}`);
  });

  it("is the cell itself where that is a preview, with what its author chose", () => {
    const text = `%%dd_preview sample -n 6 --submit -w team\n${BODY}`;

    expect(previewCode(of(text), 10)).toBe(text);
  });

  it("makes records even where the cell would stop after the report", () => {
    expect(previewCode(of(`%%dd_preview sample -n 6 --dry-run\n${BODY}`), 10)).toBe(
      `%%dd_preview -n 10\n${BODY}`,
    );
  });

  it("keeps the language of the body, and nothing of where a job goes", () => {
    const text = `%%dd_create things --format yaml --submit -w team --base-url http://a -o out\n${YAML}`;

    expect(previewCode(of(text), 10)).toBe(`%%dd_preview -n 10 --format yaml\n${YAML}`);
  });

  it.each(["--format=json", "--form json", "--format 'json'", '--format "json"'])(
    "reads %s as Python does",
    (said) => {
      expect(previewCode(of(`%%dd_create ${said} a\n{}`), 10)).toMatch(/^%%dd_preview -n 10 --format .?json/);
    },
  );
});

describe("a check of a cell", () => {
  it("asks the deployment and the workspace that the cell names", () => {
    const text = `%%dd_create reviews -n 50 -w team --base-url=http://there --submit\n${BODY}`;

    expect(checkCode(of(text))).toBe(`%%dd_check --workspace team --base-url http://there\n${BODY}`);
  });

  it("is the cell itself where that is a check", () => {
    const text = `%%dd_check report\n${BODY}`;

    expect(checkCode(of(text))).toBe(text);
  });
});

describe("the form of a cell", () => {
  it("begins with what the cell says of its dataset", () => {
    const text = `%%dd_create reviews -n5000 --name 'my reviews' -o out --wait\n${BODY}`;

    expect(submitCode(of(text), "")).toBe(
      `%%dd_submit reviews --num-records 5000 --name 'my reviews'\n${BODY}`,
    );
  });

  it("takes the workspace of the settings, unless the cell names one", () => {
    expect(submitCode(of(BODY), "team")).toBe(`%%dd_submit -w team\n${BODY}`);
    expect(submitCode(of(`%%dd_create -w mine\n${BODY}`), "team")).toBe(
      `%%dd_submit --workspace mine\n${BODY}`,
    );
  });

  it("does not make as many records as a preview, nor take the preview's variable", () => {
    expect(submitCode(of(`%%dd_preview sample -n 6\n${BODY}`), "")).toBe(`%%dd_submit\n${BODY}`);
  });

  it("is the cell itself where that shows the form", () => {
    const text = `%%dd_submit reviews\n${BODY}`;

    expect(submitCode(of(text), "team")).toBe(text);
  });
});

describe("outputs that are not replaced without a question", () => {
  const TYPE = "application/vnd.dd-jupyter.v1+json";
  const shown = (...data: object[]) => ({
    model: { outputs: { length: data.length, get: (at: number) => ({ data: data[at] }) } },
  });

  it.each([
    ["a dataset", { [TYPE]: { live: { view: "run", title: "Create" } } }, true],
    ["a job", { [TYPE]: { live: { view: "run", title: "Job" } } }, true],
    ["a preview", { [TYPE]: { live: { view: "run", title: "Preview" } } }, false],
    ["a report", { [TYPE]: { live: { view: "report", title: "Resources" } } }, false],
    ["text", { "text/plain": "1" }, false],
    ["what is not ours", { [TYPE]: null }, false],
  ])("%s", (_what, data, asked) => {
    expect(showsDataset(shown({ "text/plain": "" }, data) as never)).toBe(asked);
  });
});

describe("a new notebook", () => {
  const PYTHON = { name: "python3", display_name: "Python 3", language: "python" };
  const specs = (chosen: string, ...all: (typeof PYTHON)[]) =>
    ({ default: chosen, kernelspecs: Object.fromEntries(all.map((spec) => [spec.name, spec])) }) as never;

  it("begins with a configuration that a cell's button previews", () => {
    const cells = beginning().cells as { source: string }[];

    expect(cells.map(({ source }) => configurationCell(source)?.magic)).toEqual([undefined, "dd_preview"]);
  });

  it("has the usual Python kernel of the server", () => {
    const other = { ...PYTHON, name: "other" };
    const r = { name: "ir", display_name: "R", language: "R" };

    expect(forPython(beginning(), specs("other", PYTHON, other)).metadata.kernelspec).toEqual(other);
    expect(forPython(beginning(), specs("ir", r, PYTHON)).metadata.kernelspec).toEqual(PYTHON);
    expect(forPython(beginning(), specs("ir", r)).metadata.kernelspec).toBeUndefined();
  });

  it("gets the first name that is free", () => {
    expect(freeName("01-a.ipynb", new Set())).toBe("01-a.ipynb");
    expect(freeName("01-a.ipynb", new Set(["01-a.ipynb", "01-a-1.ipynb"]))).toBe("01-a-2.ipynb");
  });

  it("takes another name when someone else takes its own meanwhile", async () => {
    const files = folderOf(["01-a.ipynb"], ["01-a-1.ipynb"]);

    expect(await addNotebook(files, "there", beginning(), "01-a.ipynb")).toBe("there/01-a-2.ipynb");
    expect(files.log).not.toContain("delete");
  });

  it("leaves nothing behind when it cannot be written", async () => {
    const files = folderOf([], []);
    files.save = () => Promise.reject(new Error("The disk is full."));

    await expect(addNotebook(files, "there", beginning(), "01-a.ipynb")).rejects.toThrow("full");
    expect(files.log).toEqual(["there/Untitled.ipynb", "delete"]);
  });

  /** A folder with files that are listed, and with some that appear after that. */
  function folderOf(listed: string[], late: string[]) {
    const log: string[] = [];
    return {
      log,
      async newUntitled({ path }: { path?: string } = {}) {
        log.push(`${path}/Untitled.ipynb`);
        return { path: `${path}/Untitled.ipynb` } as never;
      },
      save: () => Promise.resolve({} as never),
      get: () => Promise.resolve({ content: listed.map((name) => ({ name })) } as never),
      resolvePath: (root: string, path: string) => `${root}/${path}`,
      async rename(_from: string, to: string) {
        if ([...listed, ...late].some((name) => to.endsWith(`/${name}`))) {
          throw Object.assign(new Error("Conflict"), { response: { status: 409 } });
        }
        return { path: to } as never;
      },
      async delete() {
        log.push("delete");
      },
    };
  }
});
