/** What can stand at the cursor of a configuration: keys, values, columns of a template. */
import type { Format } from "./cell";
import { parse } from "./document";
import type { Completions } from "./items";
import { columnAround, namesIn } from "./names";
import { keys, values, type Word } from "./offers";
import { Kinds, type Schema } from "./schema";
import { MARK, spotOf } from "./spot";

/** So long a cell is none that a person types. */
const LONGEST = 300_000;

/** What fits at this place of a cell, what fits best first; undefined when nothing does. */
export function complete(
  text: string,
  place: number,
  from: number,
  format: Format,
  schema: Schema,
): Completions | undefined {
  if (place < from || text.length > LONGEST) return undefined;
  const line = lineAround(text, place);
  const within = inTemplate(text, place, from, line.before);
  if (within) return within;
  if (/(?:^|\s)#/.test(line.before.replace(/"[^"]*"|'[^']*'/g, ""))) return undefined;
  const word = wordAround(line, format);
  const marked = text.slice(0, word.from) + word.probe + text.slice(word.to);
  const document = parse(marked, from);
  const spot = spotOf(document, new Kinds(schema), marked.indexOf(MARK));
  if (!spot) return undefined;
  const items = spot.at === "key" ? keys(spot, word, format) : values(spot, word, document);
  const typed = text.slice(word.from, place).toLowerCase();
  const fitting = items.filter((one) => one.label.toLowerCase().startsWith(typed));
  return fitting.length ? { from: word.from, to: word.to, items: fitting } : undefined;
}

interface Line {
  readonly before: string;
  readonly after: string;
  readonly place: number;
}

function lineAround(text: string, place: number): Line {
  const start = text.lastIndexOf("\n", place - 1) + 1;
  const end = text.indexOf("\n", place);
  return { before: text.slice(start, place), after: text.slice(place, end < 0 ? text.length : end), place };
}

/** Columns, where the cursor is within the braces of a template. */
function inTemplate(text: string, place: number, from: number, before: string): Completions | undefined {
  const open = /(?:\{\{|\{%)(?![\s\S]*[%}]\})[\s\S]*$/.exec(before);
  if (!open) return undefined;
  const code = open[0].slice(2);
  const word = /\w*$/.exec(code)?.[0] ?? "";
  if (/["'|.]\s*$|\|\s*\w*$/.test(code.slice(0, code.length - word.length))) return undefined;
  const document = parse(text, from);
  const own = columnAround(document, place);
  const after = text.slice(place);
  const rest = /^\w*/.exec(after)?.[0].length ?? 0;
  const printed = open[0].startsWith("{{");
  const closed = /^[^\n]*?[%}]\}/.test(after);
  const close = closed || !printed ? "" : after.slice(rest).startsWith("}") ? " }" : " }}";
  const space = code === word && printed ? " " : "";
  const items = namesIn(document)
    .column.filter((name) => name !== own && name.startsWith(word))
    .map((name) => ({
      label: name,
      insert: `${space}${name}${close}`,
      detail: "column",
      kind: "name" as const,
    }));
  return items.length ? { from: place - word.length, to: place + rest, items } : undefined;
}

function wordAround({ before, after, place }: Line, format: Format): Word {
  const typed = /(?:[A-Za-z_][\w-]*)?$/.exec(before)?.[0].length ?? 0;
  const follows = /^[\w-]*/.exec(after)?.[0].length ?? 0;
  const head = before.slice(0, before.length - typed);
  const rest = after.slice(follows);
  const last = head.at(-1) ?? "";
  const quote = (last === '"' || last === "'") && head.split(last).length % 2 === 0 ? last : "";
  const isKey = /^["']?\s*:/.test(rest);
  const alone = format === "yaml" && /^\s*(?:-\s+)*$/.test(head) && rest.trim() === "";
  const close = quote && !rest.includes(quote) ? quote : "";
  const space = last === ":" || (last === "-" && /^\s*-$/.test(head)) ? " " : "";
  return {
    from: place - typed,
    to: place + follows,
    probe: `${space}${MARK}${close}${alone ? ":" : ""}`,
    alone,
    isKey,
    quote,
    space,
    column: head.length,
  };
}
