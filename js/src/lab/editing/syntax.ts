/** What is not YAML, or not JSON, in words of ours. */
import { type Document, visit } from "yaml";
import type { Format } from "./cell";
import type { Problem } from "./diagnosis";

/** By the code of the parser's error; the others have the parser's own words. */
const WORDS: Record<string, string> = {
  BAD_INDENT: "This line is indented unlike those around it: begin it below the line it belongs with.",
  BAD_ALIAS:
    "This refers to an anchor that is not there: add `&name` where it is defined, or put the text in quotes.",
  BAD_SCALAR_START: "A value cannot begin with this character in YAML: put it in quotes.",
  BLOCK_AS_IMPLICIT_KEY:
    "There are two keys in one line: put the second on a line of its own, or the value in quotes.",
  BLOCK_IN_FLOW: "Within braces or brackets a value stands on its own line only in quotes: close them first.",
  DUPLICATE_KEY: "This key stands here twice, and the last one counts: leave one out.",
  MISSING_CHAR:
    "Something is missing here: a colon and a space behind a key, a comma, or what closes a quote, brace or bracket.",
  MULTILINE_IMPLICIT_KEY:
    "A key must stand on one line: add a colon behind it, or indent the text that it begins.",
  MULTIPLE_DOCS: "A cell holds one configuration: leave out the line `---` and what follows it.",
  TAB_AS_INDENT: "A tab cannot indent in YAML: use spaces.",
  UNEXPECTED_TOKEN: "This does not belong here: check the indentation, and what is open before it.",
};

export function syntaxProblems(
  document: Document,
  text: string,
  from: number,
  format: Format,
): readonly Problem[] {
  const seen = new Set<number>();
  const found: Problem[] = [];
  for (const { code, pos, message } of [...document.errors, ...strayAliases(document)]) {
    if (seen.has(pos[0])) continue; // what follows from the first
    seen.add(pos[0]);
    // What is missing at the end is told where the text ends.
    const last = Math.max(from, text.trimEnd().length - 1);
    const start = Math.min(Math.max(pos[0], from), last);
    const end = text.indexOf("\n", start);
    found.push({
      from: start,
      to: Math.max(start + 1, Math.min(pos[1], end < 0 ? text.length : end)),
      severity: code === "DUPLICATE_KEY" ? "warning" : "error",
      message: WORDS[message.startsWith("Flow") ? "MISSING_CHAR" : code] ?? `This is not YAML: ${message}.`,
    });
  }
  const json = format === "json" && !found.length ? jsonProblem(text, from) : undefined;
  return json ? [json] : found;
}

interface Stray {
  readonly code: string;
  readonly pos: readonly [number, number];
  readonly message: string;
}

function strayAliases(document: Document): readonly Stray[] {
  const known = new Set<string>();
  const found: Stray[] = [];
  visit(document, {
    Node: (_, node) => {
      if ("anchor" in node && node.anchor) known.add(node.anchor);
    },
    Alias: (_, { source, range }) => {
      if (!known.has(source) && range)
        found.push({ code: "BAD_ALIAS", pos: [range[0], range[1]], message: "" });
    },
  });
  return found;
}

/** JSON is stricter than YAML; the browser says where. */
function jsonProblem(text: string, from: number): Problem | undefined {
  const whole = text.slice(from);
  try {
    JSON.parse(whole);
    return undefined;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const place = /position (\d+)/.exec(said)?.[1];
    const lineAndColumn = /line (\d+) column (\d+)/.exec(said);
    const at = place
      ? Number(place)
      : lineAndColumn
        ? offset(whole, lineAndColumn)
        : whole.trimEnd().length - 1;
    const start = from + Math.min(Math.max(at, 0), Math.max(whole.length - 1, 0));
    return {
      from: start,
      to: Math.min(start + 1, text.length),
      severity: "error",
      message:
        "This is not JSON: check for a comma too many or too few, and that keys and texts stand in double quotes.",
    };
  }
}

function offset(text: string, [, line, column]: RegExpExecArray): number {
  const lines = text.split("\n").slice(0, Number(line) - 1);
  return lines.reduce((sum, one) => sum + one.length + 1, 0) + Number(column) - 1;
}
