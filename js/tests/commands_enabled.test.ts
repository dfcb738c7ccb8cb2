import { beforeEach, describe, expect, it, vi } from "vitest";

/** JupyterLab's objects, as far as commands use them. */
const lab = vi.hoisted(() => {
  class CodeCell {
    static execute = vi.fn(() => Promise.resolve());
    readonly isDisposed = false;
    outputHidden = true;
    readonly outputArea = {};
    readonly node = { querySelector: () => null };
    readonly model;
    constructor(text: string) {
      this.model = modelOf(text);
    }
  }
  function signal() {
    const slots = new Set<() => void>();
    return {
      connect: (slot: () => void) => slots.add(slot),
      disconnect: (slot: () => void) => slots.delete(slot),
      emit: () => {
        for (const slot of slots) slot();
      },
    };
  }
  function modelOf(text: string) {
    return {
      text,
      metadata: {},
      trusted: false,
      executionState: "idle",
      outputs: { length: 0, get: (_at: number): unknown => undefined },
      cleared: 0,
      contentChanged: signal(),
      stateChanged: signal(),
      clearExecution() {
        this.cleared += 1;
      },
      sharedModel: {
        getSource: () => text,
        getId: () => "a",
        transact: (act: () => void) => act(),
      },
    };
  }
  return {
    CodeCell,
    signal,
    execute: vi.fn((_code: string, ..._more: unknown[]) => Promise.resolve()),
    showDialog: vi.fn(() => Promise.resolve({ button: { accept: false } })),
  };
});

vi.mock("@jupyterlab/cells", () => ({ CodeCell: lab.CodeCell }));
vi.mock("@jupyterlab/outputarea", () => ({ OutputArea: { execute: lab.execute } }));
vi.mock("@jupyterlab/notebook", () => ({ NotebookActions: { insertAbove: vi.fn() } }));
vi.mock("@jupyterlab/ui-components", () => ({ LabIcon: class {} }));
vi.mock("@jupyterlab/apputils", () => ({
  Dialog: { okButton: (button: object) => button, cancelButton: (button: object) => button },
  showDialog: lab.showDialog,
}));

const { addCellCommands } = await import("../src/lab/commands/cell_commands");
const { LiveSettings } = await import("../src/lab/settings");

const CONFIGURATION = "%%dd_create reviews -n 500\nbuilder\n";
const PREVIEW = "dd-jupyter:preview-cell";

interface Command {
  isEnabled(args: object): boolean;
  isVisible(args: object): boolean;
  execute(): Promise<void>;
}
type Reply = { status: string; ename?: string; evalue?: string };

/** A notebook in front whose only cell has this text, and whose kernel answers so when it is asked to load us. */
function notebookOf(text: string, { reply = { status: "ok" } as Reply, language = "python" } = {}) {
  const cell = new lab.CodeCell(text);
  const requestExecute = vi.fn(() => ({ done: Promise.resolve({ content: reply }) }));
  const kernel = { spec: Promise.resolve({ language, display_name: language }), requestExecute };
  const panel = {
    content: { activeCell: cell, notebookConfig: { recordTiming: false } },
    sessionContext: { session: { kernel } },
  };
  const tracker = {
    currentWidget: panel,
    activeCell: cell,
    activeCellChanged: lab.signal(),
    currentChanged: lab.signal(),
  };
  const commands = new Map<string, Command>();
  const notified: string[] = [];
  const app = {
    shell: { currentWidget: panel as unknown },
    commands: {
      addCommand: (id: string, command: Command) => commands.set(id, command),
      notifyCommandChanged: (id: string) => notified.push(id),
    },
  };
  const selectKernel = vi.fn(() => Promise.resolve());
  addCellCommands(app as never, tracker as never, new LiveSettings(), { selectKernel } as never);
  const preview = commands.get(PREVIEW);
  if (!preview) throw new Error("No such command");
  notified.length = 0;
  return { app, tracker, cell, kernel, preview, notified, selectKernel };
}

beforeEach(() => {
  vi.clearAllMocks();
  lab.execute.mockImplementation(() => Promise.resolve());
});

describe("a command of a cell", () => {
  it("can be chosen in a cell with a configuration, and is in its toolbar", () => {
    const { preview } = notebookOf(CONFIGURATION);

    expect([preview.isEnabled({}), preview.isVisible({ toolbar: true })]).toEqual([true, true]);
  });

  it("is greyed out in menus of any other cell, and not in its toolbar", () => {
    const { preview } = notebookOf("x = 1");

    expect([preview.isEnabled({}), preview.isVisible({}), preview.isVisible({ toolbar: true })]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it("means nothing while something else than the notebook is in front", () => {
    const { app, preview } = notebookOf(CONFIGURATION);
    app.shell.currentWidget = {};

    expect(preview.isEnabled({})).toBe(false);
  });

  it("is looked at anew when the cell gets a configuration, and not with every key", () => {
    const { cell, notified } = notebookOf("x = 1");

    cell.model.contentChanged.emit();
    expect(notified).toEqual([]);
    cell.model.sharedModel.getSource = () => CONFIGURATION;
    cell.model.contentChanged.emit();
    cell.model.contentChanged.emit();
    expect(notified.filter((id) => id === PREVIEW)).toHaveLength(1);
  });

  it("cannot be chosen while the cell runs, whoever started it", () => {
    const { cell, notified, preview } = notebookOf(CONFIGURATION);

    cell.model.executionState = "running";
    cell.model.stateChanged.emit();
    expect(preview.isEnabled({})).toBe(false);
    expect(notified).toContain(PREVIEW);
  });
});

describe("a cell run with another magic", () => {
  it("has the outputs in its own place, and is at work meanwhile", async () => {
    const { cell, preview } = notebookOf(CONFIGURATION);
    lab.execute.mockImplementation(() => {
      expect(cell.model.executionState).toBe("running");
      return Promise.resolve();
    });

    await preview.execute();

    expect(lab.execute.mock.calls[0]?.slice(0, 2)).toEqual([
      "%%dd_preview -n 10\nbuilder\n",
      cell.outputArea,
    ]);
    expect([cell.model.executionState, cell.model.cleared, cell.outputHidden]).toEqual(["idle", 1, false]);
  });

  it("is run as ever where the code is its own text", async () => {
    const { preview, cell } = notebookOf("%%dd_preview sample\nbuilder\n");

    await preview.execute();

    expect(lab.CodeCell.execute.mock.calls).toHaveLength(1);
    expect([lab.execute.mock.calls.length, cell.model.cleared]).toEqual([0, 0]);
  });

  it("goes on undisturbed when the button is pressed again", async () => {
    const { preview, kernel } = notebookOf(CONFIGURATION);
    let end = () => {};
    lab.execute.mockImplementation(() => new Promise((resolve) => (end = resolve)));

    const first = preview.execute();
    await preview.execute();
    await vi.waitFor(() => expect(lab.execute).toHaveBeenCalledOnce());
    await preview.execute();
    end();
    await first;

    expect(lab.execute).toHaveBeenCalledOnce();
    expect(kernel.requestExecute).toHaveBeenCalledOnce();
  });

  it("keeps its outputs when the kernel has no dd_jupyter, and says what to do", async () => {
    const reply = {
      status: "error",
      ename: "ModuleNotFoundError",
      evalue: "No module named 'dd_jupyter'",
    };
    const { cell, preview } = notebookOf(CONFIGURATION, { reply });

    await preview.execute();

    expect(lab.showDialog).toHaveBeenCalledWith(
      expect.objectContaining({ body: expect.stringContaining("`%pip install dd-jupyter`") }),
    );
    expect([lab.execute.mock.calls.length, cell.model.cleared, cell.model.executionState]).toEqual([
      0,
      0,
      "idle",
    ]);
  });

  it("does not run in a kernel of another language; another kernel can be chosen", async () => {
    lab.showDialog.mockResolvedValueOnce({ button: { accept: true } });
    const { preview, kernel, selectKernel } = notebookOf(CONFIGURATION, { language: "R" });

    await preview.execute();

    expect(kernel.requestExecute).not.toHaveBeenCalled();
    expect(selectKernel).toHaveBeenCalledOnce();
  });

  it("is not run when the kernel was interrupted before it could be", async () => {
    const { preview } = notebookOf(CONFIGURATION, { reply: { status: "aborted" } });

    await preview.execute();

    expect([lab.execute.mock.calls.length, lab.showDialog.mock.calls.length]).toEqual([0, 0]);
  });

  it("ends quietly when its kernel is restarted", async () => {
    const { cell, preview } = notebookOf(CONFIGURATION);
    lab.execute.mockRejectedValueOnce(new Error("Canceled future for execute_request message"));

    await preview.execute();

    expect([lab.showDialog.mock.calls.length, cell.model.executionState]).toEqual([0, "idle"]);
  });

  it("replaces a dataset only if the person wants that", async () => {
    const { cell, preview } = notebookOf(CONFIGURATION);
    const live = { view: "run", title: "Create" };
    const data = { "application/vnd.dd-jupyter.v1+json": { live } };
    cell.model.outputs = { length: 1, get: () => ({ data }) };

    await preview.execute();
    expect(lab.execute).not.toHaveBeenCalled();

    lab.showDialog.mockResolvedValueOnce({ button: { accept: true } });
    await preview.execute();
    expect(lab.execute).toHaveBeenCalledOnce();
  });
});
