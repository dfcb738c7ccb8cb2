/** The configuration in the text of a cell, and the same configuration as the body of another magic. */
import known from "../../wire/magics.json";

/** A cell that holds a configuration. */
export interface ConfigurationCell {
  /** All that the cell says. */
  readonly text: string;
  /** The magic that it begins with; undefined for plain Python. */
  readonly magic?: Magic;
  /** What is said beside that magic. */
  readonly line: Line;
  /** The configuration, without the magic's line. */
  readonly body: string;
}

/** The cell magics that take a configuration. */
export type Magic = (typeof MAGICS)[number];
const MAGICS = ["dd_preview", "dd_create", "dd_check", "dd_migrate", "dd_submit"] as const;

/** A magic's line: the variable of its result, and what is said with options, as it was typed. */
interface Line {
  readonly name?: string;
  readonly options: ReadonlyMap<string, string>;
}

interface Option {
  readonly long: string;
  readonly names: readonly string[];
  readonly takesValue: boolean;
}

/** The options of a magic. */
function optionsOf(magic: Magic): readonly Option[] {
  const options = known.magics.find(({ name }) => name === magic)?.options ?? [];
  return options.map(({ names, value }) => ({
    long: names.find((name) => name.startsWith("--")) ?? names[0] ?? "",
    names,
    takesValue: value !== null,
  }));
}

/** What a cell begins with when the rest of it is for a magic. */
const CELL_MAGIC = /^\s*%%(\w+)[^\S\n]*([^\n]*)(?:\n|$)/;
const BUILDS_ONE = /^[^#\n]*\bDataDesignerConfigBuilder(?:\.\w+)?\s*\(|^def\s+load_config_builder\b/m;
/** A word, with what is in quotes as a part of it. */
const WORDS = /(?:"[^"]*"|'[^']*'|[^\s"']|["'])+/g;

/** The configuration that a code cell with this text holds; undefined if it holds none. */
export function configurationCell(text: string): ConfigurationCell | undefined {
  const begins = CELL_MAGIC.exec(text);
  if (!begins) {
    return BUILDS_ONE.test(text) ? { text, line: { options: new Map() }, body: text } : undefined;
  }
  const magic = MAGICS.find((each) => each === begins[1]);
  const body = text.slice(begins[0].length);
  if (!magic || body.trim() === "") return undefined;
  return { text, magic, line: read(magic, begins[2] ?? ""), body };
}

/** What previews it: so many records, unless the cell is a preview itself and says how many. */
export function previewCode(cell: ConfigurationCell, records: number): string {
  if (cell.magic === "dd_preview" && !cell.line.options.has("--dry-run")) return cell.text;
  return code(cell, "dd_preview", ["-n", String(records)], ["--format"]);
}

/** What looks up what it depends on. */
export function checkCode(cell: ConfigurationCell): string {
  if (cell.magic === "dd_check") return cell.text;
  return code(cell, "dd_check", [], ["--format", "--workspace", "--base-url"]);
}

/** What shows the form to submit it, with the values that the cell has for a dataset. */
export function submitCode(cell: ConfigurationCell, workspace: string): string {
  if (cell.magic === "dd_submit") return cell.text;
  const makes = cell.magic === "dd_create";
  const name = makes && cell.line.name ? [cell.line.name] : [];
  const there = workspace && !cell.line.options.has("--workspace") ? ["-w", workspace] : [];
  const kept = ["--format", "--workspace", "--base-url", ...(makes ? ["--num-records", "--name"] : [])];
  return code(cell, "dd_submit", [...name, ...there], kept);
}

/** The body below another magic: with those words, and with what the cell says with the options that are kept. */
function code(cell: ConfigurationCell, magic: Magic, words: string[], kept: string[]): string {
  const said = kept.flatMap((option) => {
    const value = cell.line.options.get(option);
    return value === undefined ? [] : [option, value];
  });
  return `${[`%%${magic}`, ...words, ...said].join(" ")}\n${cell.body}`;
}

/** Reads a line as Python's argparse does: `--num=5`, `-n5` and `-n 5` are the same. */
function read(magic: Magic, line: string): Line {
  const words = line.match(WORDS) ?? [];
  const options = new Map<string, string>();
  let name: string | undefined;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (!word.startsWith("-")) {
      name ??= word;
      continue;
    }
    const { option, value } = meant(magic, word);
    if (!option) continue;
    if (!option.takesValue) options.set(option.long, "");
    else if (value !== undefined) options.set(option.long, value);
    else if (at + 1 < words.length) options.set(option.long, words[++at] ?? "");
  }
  return name === undefined ? { options } : { name, options };
}

/** The option that a word means, with the value if that is in the word too. */
function meant(magic: Magic, word: string): { option?: Option | undefined; value?: string } {
  const options = optionsOf(magic);
  if (!word.startsWith("--")) {
    const option = options.find(({ names }) => names.includes(word.slice(0, 2)));
    return word.length > 2 ? { option, value: word.slice(2).replace(/^=/, "") } : { option };
  }
  const [typed = "", ...rest] = word.split("=");
  const begun = options.filter(({ long }) => long.startsWith(typed));
  const option =
    options.find(({ names }) => names.includes(typed)) ?? (begun.length === 1 ? begun[0] : undefined);
  return rest.length > 0 ? { option, value: rest.join("=") } : { option };
}
