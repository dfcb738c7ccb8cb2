/** New notebooks, under names that nothing has yet. */
import { PathExt } from "@jupyterlab/coreutils";
import type { Contents, KernelSpec, ServerConnection } from "@jupyterlab/services";

const LOAD = `%load_ext dd_jupyter

import data_designer.config as dd`;

const FIRST = `%%dd_preview sample -n 10
builder = dd.DataDesignerConfigBuilder()

# Samplers draw values.
builder.add_column(
    name="product",
    column_type="sampler",
    sampler_type="category",
    params={"values": ["kettle", "lamp", "chair"], "weights": [3, 2, 1]},
)
builder.add_column(
    name="price",
    column_type="sampler",
    sampler_type="gaussian",
    params={"mean": 40, "stddev": 12, "decimal_places": 2},
)

# Expressions (Jinja) put columns together.
builder.add_column(name="offer", column_type="expression", expr="A {{ product }} for \${{ price }}")

builder`;

/** A notebook's JSON, as far as it matters here. */
export interface NotebookContent {
  metadata: Record<string, unknown>;
  [more: string]: unknown;
}

/** A notebook to begin with: a small configuration, which needs neither network nor key, and its preview. */
export function beginning(): NotebookContent {
  const cells = [LOAD, FIRST].map((source, at) => ({
    cell_type: "code",
    id: `begin-${at + 1}`,
    source,
    metadata: {},
    outputs: [],
    execution_count: null,
  }));
  return { nbformat: 4, nbformat_minor: 5, metadata: {}, cells };
}

/** The same notebook, for the usual Python kernel of this server; without one, the person is asked. */
export function forPython(
  content: NotebookContent,
  specs: KernelSpec.ISpecModels | null | undefined,
): NotebookContent {
  const all = Object.values(specs?.kernelspecs ?? {}).filter((spec) => spec !== undefined);
  const python = all.filter((spec) => spec.language.toLowerCase() === "python");
  const spec = python.find((each) => each.name === specs?.default) ?? python[0];
  if (!spec) return content;
  const kernelspec = { name: spec.name, display_name: spec.display_name, language: spec.language };
  return { ...content, metadata: { ...content.metadata, kernelspec } };
}

/** "01-quickstart.ipynb", or with the first number that makes it free: "01-quickstart-1.ipynb". */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  const extension = PathExt.extname(name);
  const stem = name.slice(0, name.length - extension.length);
  for (let number = 0; ; number++) {
    const tried = number === 0 ? name : `${stem}-${number}${extension}`;
    if (!taken.has(tried)) return tried;
  }
}

type Files = Pick<Contents.IManager, "newUntitled" | "save" | "rename" | "delete" | "get" | "resolvePath">;

/**
 * Adds a notebook to a folder, and gives its path; with a name it gets that, or one like it.
 *
 * The server makes a new file and later renames it, and refuses either where there is something: so nothing is ever
 * written over, whoever else is at work there.
 */
export async function addNotebook(
  files: Files,
  folder: string,
  content: NotebookContent,
  name?: string,
): Promise<string> {
  const { path } = await files.newUntitled({ path: folder, type: "notebook" });
  try {
    await files.save(path, { type: "notebook", format: "json", content });
    return name ? await renamed(files, folder, path, name) : path;
  } catch (error) {
    await files.delete(path).catch(() => undefined);
    throw error;
  }
}

async function renamed(files: Files, folder: string, path: string, name: string): Promise<string> {
  const taken = new Set<string>();
  const listed: Contents.IModel[] = (await files.get(folder)).content ?? [];
  for (const each of listed) taken.add(each.name);
  for (;;) {
    const free = freeName(name, taken);
    try {
      return (await files.rename(path, files.resolvePath(folder, free))).path;
    } catch (error) {
      if (!isTaken(error)) throw error;
      taken.add(free); // by someone else, since the folder was listed
    }
  }
}

function isTaken(error: unknown): boolean {
  return (error as Partial<ServerConnection.ResponseError>).response?.status === 409;
}
