/** What a configuration names, and what names it: columns, models and tools. */
import { type Document, isMap, isSeq, type YAMLMap } from "yaml";
import { type AnyNode, resolved, textOf, valueAt } from "./document";
import type { Schema } from "./schema";

export type Named = NonNullable<Schema["names"]>;

export interface Names {
  readonly column: readonly string[];
  /** Undefined where the configuration has no models of its own: then those of the settings are meant. */
  readonly model: readonly string[] | undefined;
  readonly tools: readonly string[] | undefined;
  /** Whether columns come from a seed, which only a run knows. */
  readonly seeded: boolean;
}

/** The parts at the top: those below `data_designer`, where that is. */
export function topOf(document: Document): YAMLMap | undefined {
  const whole = document.contents;
  if (!isMap(whole)) return undefined;
  const below = resolved(valueAt(whole, "data_designer"), document);
  return isMap(below) ? below : whole;
}

export function namesIn(document: Document): Names {
  const top = topOf(document);
  const named = (list: string, key: string) => {
    const entries = top && resolved(valueAt(top, list), document);
    return isSeq(entries)
      ? entries.items.flatMap((entry) => {
          const one = resolved(entry, document);
          return (isMap(one) && textOf(resolved(valueAt(one, key), document))) || [];
        })
      : undefined;
  };
  return {
    column: named("columns", "name") ?? [],
    model: named("model_configs", "alias"),
    tools: named("tool_configs", "tool_alias"),
    seeded: !!(top && resolved(valueAt(top, "seed_config"), document)),
  };
}

/** Columns that others bring along: what a model thought, or its whole conversation. */
const ALONG = /__(?:reasoning_content|reasoning_trace|trace)$/;

export function isColumn(name: string, names: Names): boolean {
  return names.column.includes(name) || names.column.includes(name.replace(ALONG, ""));
}

/** The column whose entry holds this place. */
export function columnAround(document: Document, place: number): string | undefined {
  const top = topOf(document);
  const columns = top && resolved(valueAt(top, "columns"), document);
  const entry = isSeq(columns)
    ? columns.items.find((one) => {
        const range = (one as AnyNode | null)?.range;
        return !!range && range[0] <= place && place <= range[1];
      })
    : undefined;
  return isMap(entry) ? textOf(valueAt(entry, "name")) : undefined;
}

export interface Reference {
  readonly name: string;
  /** Where it stands in the text that was given. */
  readonly at: number;
}

/** A longer one is looked at up to here only: what does not end would be looked for from each brace. */
const LONGEST = 20_000;
const PART = /\{\{([\s\S]*?)\}\}|\{%-?\s*(\w+)([\s\S]*?)%\}|\{#[\s\S]*?#\}/g;
const RAW = /\{%-?\s*raw\s*-?%\}[\s\S]*?\{%-?\s*endraw\s*-?%\}/g;
const STRING = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g;
const WORD = /(^|[^\w.|]|\|\|)(\s*)([A-Za-z_]\w*)/g;
/** Words of the template language itself, and what every template may call. */
const WORDS = new Set(
  "and or not in is if else elif for true false none True False None loop range dict lipsum cycler joiner namespace recursive self varargs kwargs caller".split(
    " ",
  ),
);
const TEST = /\bis\s+(?:not\s+)?\w+/g;
const FILTER = /\|\s*\w+/g;
const ARGUMENT = /\b\w+\s*=(?!=)/g;

/** The variables that a template takes from outside of it. What cannot be told is left out. */
export function referencesIn(template: string): readonly Reference[] {
  const blank = (text: string) => " ".repeat(text.length);
  const seen = template.slice(0, LONGEST).replace(RAW, blank);
  const found: Reference[] = [];
  const own = new Set<string>();
  for (const part of seen.matchAll(PART)) {
    const [whole, printed, statement, rest] = part;
    if (statement) {
      for (const name of assigned(statement, rest ?? "")) own.add(name);
      if (!["if", "elif", "for", "set"].includes(statement)) continue;
    } else if (printed === undefined) continue;
    let code = printed ?? rest ?? "";
    const start =
      part.index + whole.indexOf(code, printed === undefined ? whole.indexOf(statement ?? "") + 1 : 0);
    if (statement === "for") code = code.replace(/^[\s\S]*?\bin\b/, blank);
    if (statement === "set") code = code.replace(/^[^=]*=?/, blank);
    code = code.replace(STRING, blank).replace(FILTER, blank).replace(TEST, blank).replace(ARGUMENT, blank);
    for (const word of code.matchAll(WORD)) {
      const name = word[3] ?? "";
      const at = word.index + (word[1]?.length ?? 0) + (word[2]?.length ?? 0);
      if (!WORDS.has(name)) found.push({ name, at: start + at });
    }
  }
  return found.filter(({ name }) => !own.has(name));
}

/** Names that a statement gives a value: of a loop, of `set`, of a macro and its arguments. */
function assigned(statement: string, rest: string): readonly string[] {
  if (statement === "for") return rest.split(/\bin\b/)[0]?.match(/\w+/g) ?? [];
  if (statement === "set") return rest.split("=")[0]?.match(/\w+/g) ?? [];
  return ["macro", "with", "call", "import", "from"].includes(statement) ? (rest.match(/\w+/g) ?? []) : [];
}
