import type { NotebookPanel } from "@jupyterlab/notebook";
import { describe, expect, it, vi } from "vitest";
import { attach, attachCode, loadsExtension } from "../src/lab/panel/attach";
import { concerns } from "../src/lab/panel/cells";
import { shownBy } from "../src/lab/panel/shown";
import { HERE, listed, local } from "./panel_server";

const USUAL = { loads: true, usual: HERE, usualWorkspace: "default" };

describe("the cell that attaches a job", () => {
  it("names it, and its workspace where that is not the usual one", () => {
    expect(attachCode(listed("reviews-1"), USUAL)).toBe("%dd_attach reviews-1");
    expect(attachCode(listed("qa", { workspace: "research" }), USUAL)).toBe("%dd_attach research/qa");
  });

  it("names workspace default too where the deployment means another one", () => {
    const usual = { ...USUAL, usualWorkspace: "research" };

    expect(attachCode(listed("reviews-1"), usual)).toBe("%dd_attach default/reviews-1");
  });

  it("loads the extension where no cell does", () => {
    expect(attachCode(listed("reviews-1"), { ...USUAL, loads: false })).toBe(
      "%load_ext dd_jupyter\n%dd_attach reviews-1",
    );
  });

  it("connects to the job's deployment where the server means another one", () => {
    const job = listed("reviews-1", { deployment: "https://nemo.example.com:8443/team" });

    expect(attachCode(job, { ...USUAL, usualWorkspace: "research" })).toBe(
      "%dd_connect --base-url https://nemo.example.com:8443/team\n%dd_attach reviews-1",
    );
  });

  it.each([
    "x\n!rm -rf ~",
    "x; import os",
    "$(id)",
    "{__import__('os').system('id')}",
    "-w",
    "X",
    "",
    "a b",
    "x'",
    "a".repeat(64),
  ])("is not made of the name %j", (name) => {
    const path = `jobs/default/${name}`;

    expect(() => attachCode(listed("x", { path, name }), USUAL)).toThrow("no cell is made of it");
    expect(() => attachCode(listed("x", { path: `jobs/${name}/x` }), USUAL)).toThrow("no cell is made of it");
  });

  it("is made of what the job is asked for by, whatever name is shown", () => {
    expect(attachCode(listed("x", { name: "!id" }), USUAL)).toBe("%dd_attach x");
  });

  it.each(["https://a b", "https://x\n!id", "https://$HOME", "https://{x}", "javascript:x", "https://x`id`"])(
    "is not made of the base URL %j",
    (deployment) => {
      expect(() => attachCode(listed("x", { deployment }), USUAL)).toThrow("unusual one");
    },
  );

  it("is made of jobs only", () => {
    expect(() => attachCode(local("reviews"), USUAL)).toThrow("Only a job can be attached");
  });
});

describe("a notebook", () => {
  it("loads the extension when a line of a cell says so", () => {
    expect(loadsExtension(["import os\n%load_ext dd_jupyter  # ours"])).toBe(true);
    expect(loadsExtension(["  %reload_ext dd_jupyter"])).toBe(true);
    expect(loadsExtension(["# %load_ext dd_jupyter", "%load_ext dd_jupyter_other", "%load_ext other"])).toBe(
      false,
    );
  });

  function open(sources: string[], language = "python") {
    const cell = (source: string) => ({ type: "code", sharedModel: { getSource: () => source } });
    const requestExecute = vi.fn();
    const setSource = vi.fn();
    const content = {
      model: { cells: sources.map(cell) },
      activeCell: { model: { sharedModel: { setSource } } },
    };
    const sessionContext = {
      ready: Promise.resolve(),
      session: { kernel: { spec: Promise.resolve({ language }), requestExecute } },
    };
    const actions = { insertBelow: vi.fn(), changeCellType: vi.fn(), run: vi.fn(async () => true) };
    const panel = { content, sessionContext } as unknown as NotebookPanel;
    const start = () => attach(listed("reviews-1"), panel, USUAL, actions);
    return { start, actions, requestExecute, setSource, content, sessionContext };
  }

  it("gets a cell below the active one, which is run", async () => {
    const notebook = open([]);

    await notebook.start();

    expect(notebook.actions.insertBelow).toHaveBeenCalledWith(notebook.content);
    expect(notebook.actions.changeCellType).toHaveBeenCalledWith(notebook.content, "code");
    expect(notebook.setSource).toHaveBeenCalledWith("%load_ext dd_jupyter\n%dd_attach reviews-1");
    expect(notebook.actions.run).toHaveBeenCalledWith(notebook.content, notebook.sessionContext);
    expect(notebook.requestExecute).not.toHaveBeenCalled();
  });

  it("has the extension loaded silently first where a cell loads it, run or not", async () => {
    const notebook = open(["%load_ext dd_jupyter"]);

    await notebook.start();

    expect(notebook.setSource).toHaveBeenCalledWith("%dd_attach reviews-1");
    expect(notebook.requestExecute).toHaveBeenCalledWith(
      expect.objectContaining({ silent: true, store_history: false }),
    );
    expect(notebook.requestExecute.mock.invocationCallOrder[0]).toBeLessThan(
      notebook.actions.run.mock.invocationCallOrder[0] as number,
    );
  });

  it("gets no cell where its kernel speaks another language", async () => {
    const notebook = open([], "R");

    await expect(notebook.start()).rejects.toThrow("This notebook runs R.");
    expect(notebook.actions.insertBelow).not.toHaveBeenCalled();
  });
});

describe("a cell that was run", () => {
  const cell = (source: string, data: object = {}) =>
    ({
      model: {
        type: "code",
        sharedModel: { getSource: () => source },
        outputs: { length: 1, get: () => ({ data }) },
      },
    }) as unknown as Parameters<typeof concerns>[0];

  it("is a reason to look when it is of ours, or has shown something of ours", () => {
    expect(concerns(cell("%%dd_create -n 5\nbuilder"))).toBe(true);
    expect(concerns(cell("job = ddj.create(builder, submit=True)"))).toBe(true);
    expect(concerns(cell("start()", { "application/vnd.dd-jupyter.v1+json": {} }))).toBe(true);
    expect(concerns(cell("1 + 1", { "text/plain": "2" }))).toBe(false);
  });
});

describe("a tab that is restored", () => {
  it("comes from the name of a run or a job, and from nothing else", () => {
    expect(shownBy({ path: "jobs/default/x", deployment: HERE, name: "x" })).toEqual({
      path: "jobs/default/x",
      deployment: HERE,
      name: "x",
    });
    for (const path of ["../api/shutdown", "jobs/default", "runs/..", "deployments", 3, undefined]) {
      expect(shownBy({ path, deployment: HERE, name: "x" })).toBeUndefined();
    }
  });
});
