/**
 * JSON as it is written: numbers keep all their digits and keys their order, both of which `JSON.parse` loses;
 * NaN and Infinity, which Python writes, are values. No depth is too deep for it.
 */
export type Json =
  | { kind: "object"; entries: [string, Json][] }
  | { kind: "list"; items: Json[] }
  | { kind: "text"; text: string }
  | { kind: "word"; text: string };

type Open = { kind: "object"; entries: [string, Json][]; key: string } | { kind: "list"; items: Json[] };

const SPACE = /[\t\n\r ]*/y;
const WORD = /true|false|null|NaN|-?Infinity|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;

/** The value, or null for what is no JSON. */
export function readJson(text: string): Json | null {
  const reader = new Reader(text);
  const open: Open[] = [];
  for (;;) {
    let value = reader.begin(open);
    if (value === "opened") continue;
    // A value is whole: it may be the last of what it is in, and that of what that is in.
    for (;;) {
      if (value === null) return null;
      const around = open.at(-1);
      if (around === undefined) return reader.atEnd() ? value : null;
      if (around.kind === "list") around.items.push(value);
      else around.entries.push([around.key, value]);
      if (reader.takes(",")) {
        if (around.kind === "object" && !reader.key(around)) return null;
        break;
      }
      if (!reader.takes(around.kind === "list" ? "]" : "}")) return null;
      open.pop();
      value = around.kind === "list" ? around : { kind: "object", entries: around.entries };
    }
  }
}

class Reader {
  private at = 0;
  constructor(private text: string) {}

  /** A whole value, or "opened" for a list or an object of which the first value comes next; null for neither. */
  begin(open: Open[]): Json | "opened" | null {
    if (this.takes("[")) {
      if (this.takes("]")) return { kind: "list", items: [] };
      open.push({ kind: "list", items: [] });
      return "opened";
    }
    if (this.takes("{")) {
      if (this.takes("}")) return { kind: "object", entries: [] };
      const object = { kind: "object", entries: [], key: "" } satisfies Open;
      if (!this.key(object)) return null;
      open.push(object);
      return "opened";
    }
    const text = this.string();
    if (text !== null) return { kind: "text", text };
    const word = this.match(WORD);
    return word ? { kind: "word", text: word } : null;
  }

  key(object: { key: string }): boolean {
    const key = this.string();
    object.key = key ?? "";
    return key !== null && this.takes(":");
  }

  takes(sign: string): boolean {
    this.match(SPACE);
    if (this.text[this.at] !== sign) return false;
    this.at++;
    return true;
  }

  atEnd(): boolean {
    this.match(SPACE);
    return this.at === this.text.length;
  }

  private string(): string | null {
    this.match(SPACE);
    if (this.text[this.at] !== '"') return null;
    let end = this.at + 1;
    while (end < this.text.length && this.text[end] !== '"') end += this.text[end] === "\\" ? 2 : 1;
    try {
      const text: unknown = JSON.parse(this.text.slice(this.at, end + 1));
      this.at = end + 1;
      return typeof text === "string" ? text : null;
    } catch {
      return null;
    }
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const [found = ""] = pattern.exec(this.text) ?? [];
    this.at += found.length;
    return found;
  }
}

/** The same as JSON text, two spaces a level; in one line for what has nothing in it. */
export function writeJson(value: Json): string {
  const parts: string[] = [];
  const waiting: (string | [Json, number])[] = [[value, 0]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next === "string") parts.push(next);
    else {
      const [json, depth] = next;
      if (json.kind === "word") parts.push(json.text);
      else if (json.kind === "text") parts.push(JSON.stringify(json.text));
      else {
        const inner = childrenOf(json);
        const [opens, closes] = json.kind === "list" ? "[]" : "{}";
        if (inner.length === 0) parts.push(`${opens}${closes}`);
        else {
          parts.push(`${opens}\n`);
          waiting.push(`\n${indent(depth)}${closes}`);
          for (let at = inner.length - 1; at >= 0; at--) {
            const [key, child] = inner[at] as [string | number, Json];
            const name = typeof key === "string" ? `${JSON.stringify(key)}: ` : "";
            if (at < inner.length - 1) waiting.push(",\n");
            waiting.push([child, depth + 1], `${indent(depth + 1)}${name}`);
          }
        }
      }
    }
  }
  return parts.join("");
}

/** Room that grows no further: at ten thousand levels it would be most of the text. */
const indent = (depth: number) => "  ".repeat(Math.min(depth, 100));

/** What is in a value, by name or by number. */
export function childrenOf(value: Json): readonly (readonly [string | number, Json])[] {
  if (value.kind === "object") return value.entries;
  return value.kind === "list" ? value.items.map((item, index) => [index, item] as const) : [];
}
