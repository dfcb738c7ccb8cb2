/** Options of our magics, which the browser knows: a kernel that is busy does not complete. */
import known from "../../wire/magics.json";
import type { Completions, Item } from "./items";

interface Magic {
  readonly name: string;
  readonly help: string;
  readonly line: boolean;
  readonly cell: boolean;
  readonly arguments: readonly { readonly choices: readonly string[]; readonly help: string }[];
  readonly options: readonly Option[];
}

interface Option {
  readonly names: readonly string[];
  /** What stands behind it; null for one that stands alone. */
  readonly value: string | null;
  readonly choices: readonly string[];
  readonly repeatable: boolean;
  readonly help: string;
}

const MAGICS: readonly Magic[] = known.magics;
const NAME = /^(\s*)(%{1,2})(dd_\w*)$/;
const LINE = /^\s*%{1,2}(dd_\w+)(\s.*)$/;

/** Whether this line, up to the cursor, is one of ours. */
export function isMagicLine(before: string): boolean {
  return NAME.test(before) || LINE.test(before);
}

/** What can stand at this place, when it is in a line of a magic of ours; undefined when nothing is known. */
export function completeMagic(text: string, place: number): Completions | undefined {
  const start = text.lastIndexOf("\n", place - 1) + 1;
  const before = text.slice(start, place);
  const name = NAME.exec(before);
  if (name) return names(name, place, text.slice(0, start).trim() === "");
  const line = LINE.exec(before);
  const magic = MAGICS.find((one) => one.name === line?.[1]);
  if (!line || !magic) return undefined;
  const words = (line[2] ?? "").split(/\s+/).slice(1);
  const word = words.pop() ?? "";
  const { typed, items } = values(magic, words, word);
  const fitting = items.filter((one) => one.label.startsWith(typed));
  const rest = /^[\w-]*/.exec(text.slice(place))?.[0].length ?? 0;
  return fitting.length ? { from: place - typed.length, to: place + rest, items: fitting } : undefined;
}

/** Names of magics; those of cells where nothing stands before. */
function names(
  [, , percent, typed]: RegExpExecArray,
  place: number,
  first: boolean,
): Completions | undefined {
  const cell = percent === "%%";
  const from = place - (typed?.length ?? 0) - (percent?.length ?? 0);
  const items = MAGICS.filter(
    (one) => (cell ? one.cell && first : one.line) && one.name.startsWith(typed ?? ""),
  ).map(({ name, help }) => ({
    label: `${percent}${name}`,
    insert: `${percent}${name}`,
    detail: "",
    kind: "magic" as const,
    documentation: help,
  }));
  return items.length ? { from, to: place, items } : undefined;
}

interface Values {
  readonly typed: string;
  readonly items: readonly Item[];
}

function values(magic: Magic, before: readonly string[], word: string): Values {
  const options = new Map(
    magic.options.flatMap((option) => option.names.map((name) => [name, option] as const)),
  );
  const given = new Set<Option>();
  let asking: Option | undefined;
  let place = 0;
  for (const text of before) {
    const option = asking ? undefined : options.get(text.split("=")[0] ?? "");
    if (asking) asking = undefined;
    else if (option) {
      given.add(option);
      asking = option.value !== null && !text.includes("=") ? option : undefined;
    } else place += 1;
  }
  const [name = "", value] = word.split("=", 2);
  const assigned = asking || value === undefined ? undefined : options.get(name);
  if (assigned?.value) return { typed: value ?? "", items: choices(assigned) };
  if (asking) return { typed: word, items: choices(asking) };
  if (!word.startsWith("-")) {
    const argument = magic.arguments[place];
    return { typed: word, items: argument ? choices(argument) : [] };
  }
  const left = magic.options.filter((option) => option.repeatable || !given.has(option));
  return { typed: word, items: left.map(offered).sort((a, b) => (a.label < b.label ? -1 : 1)) };
}

function choices({
  choices,
  help,
}: {
  readonly choices: readonly string[];
  readonly help: string;
}): readonly Item[] {
  return choices.map((choice) => ({
    label: choice,
    insert: choice,
    detail: "",
    kind: "value" as const,
    documentation: help,
  }));
}

function offered({ names, value, help }: Option): Item {
  const label = names.find((name) => name.startsWith("--")) ?? names[0] ?? "";
  const short = names.find((name) => name !== label);
  return {
    label,
    insert: label,
    detail: [value, short].filter(Boolean).join(", "),
    kind: "option",
    documentation: help,
  };
}
