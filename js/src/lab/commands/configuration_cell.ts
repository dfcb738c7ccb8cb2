/** The configuration in the text of a cell, and the same configuration as the body of another magic. */

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

/** The options of those magics, by their long names; those with a value first. Short ones are theirs. */
const WITH_VALUE = {
  "--config": "-c",
  "--format": "",
  "--num-records": "-n",
  "--workspace": "-w",
  "--base-url": "",
  "--name": "",
  "--artifact-path": "-o",
  "--profile": "",
  "--option": "",
  "--to": "",
} as const;
const WITHOUT = [
  "--submit",
  "--dry-run",
  "--no-check",
  "--resume",
  "--background",
  "--migrate",
  "--wait",
  "--apply",
];

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
  return { text, magic, line: read(begins[2] ?? ""), body };
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
function read(line: string): Line {
  const words = line.match(WORDS) ?? [];
  const options = new Map<string, string>();
  let name: string | undefined;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (!word.startsWith("-")) {
      name ??= word;
      continue;
    }
    const { option, value } = optionOf(word);
    if (!option) continue;
    if (!(option in WITH_VALUE)) options.set(option, "");
    else if (value !== undefined) options.set(option, value);
    else if (at + 1 < words.length) options.set(option, words[++at] ?? "");
  }
  return name === undefined ? { options } : { name, options };
}

/** The option that a word means, by its long name, with the value if that is in the word too. */
function optionOf(word: string): { option?: string; value?: string } {
  if (!word.startsWith("--")) {
    const option = Object.entries(WITH_VALUE).find(([, short]) => short === word.slice(0, 2))?.[0];
    if (!option) return {};
    return word.length > 2 ? { option, value: word.slice(2).replace(/^=/, "") } : { option };
  }
  const [typed = "", ...rest] = word.split("=");
  const all = [...Object.keys(WITH_VALUE), ...WITHOUT];
  const meant = all.includes(typed) ? [typed] : all.filter((each) => each.startsWith(typed));
  if (meant.length !== 1 || !meant[0]) return {};
  return rest.length > 0 ? { option: meant[0], value: rest.join("=") } : { option: meant[0] };
}
