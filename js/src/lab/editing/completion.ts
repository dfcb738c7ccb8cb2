/** What can stand at the cursor of a configuration: keys, values, columns of a template. */
import { type Document, isMap, isScalar, isSeq, type YAMLMap } from "yaml";
import type { Format } from "./cell";
import { type AnyNode, parse, resolved, textOf, valueAt } from "./document";
import type { Completions, Item } from "./items";
import { columnAround, type Named, namesIn } from "./names";
import { Kinds, type Schema } from "./schema";

/** A word that no configuration holds: it is put where the cursor is, and looked for in what is parsed. */
const MARK = "ddMarkOfTheCursor";

/** What fits at this place of a cell, what fits best first; undefined when nothing does. */
export function complete(
  text: string,
  place: number,
  from: number,
  format: Format,
  schema: Schema,
): Completions | undefined {
  if (place < from) return undefined;
  const line = lineAround(text, place);
  const within = inTemplate(text, place, from, line.before);
  if (within) return within;
  if (/(?:^|\s)#/.test(line.before.replace(/"[^"]*"|'[^']*'/g, ""))) return undefined;
  const word = wordAround(line, format);
  const marked = text.slice(0, word.from) + word.probe + text.slice(word.to);
  const document = parse(marked, from);
  const spot = new Search(document, new Kinds(schema), marked.indexOf(MARK)).spot();
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

interface Word {
  readonly from: number;
  readonly to: number;
  /** What is put in its place to find out where it is. */
  readonly probe: string;
  /** Before it there is no more than white space and dashes, and behind it nothing. */
  readonly alone: boolean;
  /** A colon follows. */
  readonly isKey: boolean;
  readonly quote: string;
  /** White space that is missing before it. */
  readonly space: string;
  /** How far in the line it begins. */
  readonly column: number;
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

/** Where the cursor is in the tree. */
type Spot =
  | {
      readonly at: "key";
      readonly map: YAMLMap;
      readonly schema: Schema;
      readonly kinds: Kinds;
      readonly around: readonly YAMLMap[];
    }
  | {
      readonly at: "value";
      readonly map: YAMLMap | undefined;
      readonly key: string;
      /** That of the map which holds it, and its own. */
      readonly holder: Schema;
      readonly schema: Schema;
      readonly kinds: Kinds;
      readonly around: readonly YAMLMap[];
    };

class Search {
  constructor(
    readonly document: Document,
    readonly kinds: Kinds,
    readonly place: number,
  ) {}

  spot(): Spot | undefined {
    const top = this.document.contents as AnyNode | null;
    if (isScalar(top) && top.value === MARK) return this.#key(mapOf(MARK), this.kinds.root, []);
    return this.#in(top, this.kinds.root, {}, "", []);
  }

  #in(
    given: unknown,
    schema: Schema,
    holder: Schema,
    key: string,
    around: readonly YAMLMap[],
  ): Spot | undefined {
    const node = given as AnyNode | null;
    if (isScalar(node) && node.value === MARK) {
      const map = around.at(-1);
      return { at: "value", map, key, holder, schema, kinds: this.kinds, around };
    }
    if (isMap(node)) return this.#inMap(node, schema, around);
    if (!isSeq(node)) return undefined;
    const items = this.kinds.choose(schema, node, around).kinds.find((kind) => kind.items)?.items;
    const named = this.kinds.resolve(schema).names;
    const each = items && named ? { ...items, names: named } : items;
    for (const one of node.items) {
      if (!this.#holds(one)) continue;
      // `- word` is an entry as well as a key without its value: the schema says which.
      const alone = isMap(one) && one.items.length === 1 && textOf(one.items[0]?.key) === MARK;
      if (each && alone && !this.#mayBeMap(each))
        return this.#in((one as YAMLMap).items[0]?.key, each, holder, key, around);
      const found = this.#in(one, each ?? {}, holder, key, around);
      if (found) return found;
    }
    return undefined;
  }

  #inMap(node: YAMLMap, schema: Schema, around: readonly YAMLMap[]): Spot | undefined {
    const { kinds } = this.kinds.choose(schema, without(node), around);
    for (const pair of node.items) {
      if (textOf(pair.key) === MARK) return this.#key(node, schema, around);
      if (!this.#holds(pair.value)) continue;
      const key = textOf(pair.key) ?? "";
      const open = kinds.find((kind) => typeof kind.additionalProperties === "object")?.additionalProperties;
      const holder = kinds.find((kind) => kind.properties?.[key]);
      const property = holder?.properties?.[key] ?? (typeof open === "object" ? open : {});
      const found = this.#in(pair.value, property, holder ?? {}, key, [...around, node]);
      if (found) return found; // else it stands right behind
    }
    return undefined;
  }

  #key(map: YAMLMap, schema: Schema, around: readonly YAMLMap[]): Spot {
    return { at: "key", map, schema, kinds: this.kinds, around };
  }

  #holds(node: unknown): boolean {
    const range = (node as AnyNode | null)?.range;
    return !!range && range[0] <= this.place && this.place <= range[2];
  }

  #mayBeMap(schema: Schema): boolean {
    return this.kinds.all(schema).some((one) => one.type === "object" || one.properties);
  }
}

/** The map as it is without what is being typed. */
function without(map: YAMLMap): YAMLMap {
  const rest = map.clone() as YAMLMap;
  rest.items = map.items.filter((pair) => textOf(pair.key) !== MARK && textOf(pair.value) !== MARK);
  return rest;
}

function mapOf(key: string): YAMLMap {
  return parse(`${key}:`, 0).contents as unknown as YAMLMap;
}

function keys(
  { map, schema, kinds, around }: Spot & { at: "key" },
  word: Word,
  format: Format,
): readonly Item[] {
  const rest = without(map);
  const { kinds: possible, tag, discriminator } = kinds.choose(schema, rest, around);
  const entries = possible.find((kind) => kind.type === "array")?.items;
  if (entries && possible.every((kind) => kind.type !== "object"))
    return kinds.choose(schema, null, around).kinds.length && word.alone
      ? entry(entries, kinds, word, around)
      : [];
  const inherited = discriminator?.inherited ? tag : undefined;
  const required = new Set(possible.flatMap((kind) => kind.required ?? []));
  const known = new Map<string, Schema>();
  for (const kind of possible)
    for (const [name, property] of Object.entries(kind.properties ?? {}))
      if (!known.has(name)) known.set(name, property);
  const everywhere = (name: string) => possible.every((kind) => kind.properties?.[name]);
  return [...known]
    .filter(([name]) => !rest.has(name) && name !== inherited && everywhere(name))
    .map(([name, property]) => ({ name, property, first: name === tag ? 0 : required.has(name) ? 1 : 2 }))
    .sort((a, b) => a.first - b.first)
    .map(({ name, property, first }) => ({
      label: name,
      insert: insertedKey(name, property, kinds, word, format),
      detail: first < 2 ? "required" : called(property, kinds),
      kind: "key" as const,
      ...described(name === tag ? kindsOf(name) : kinds.description(property)),
    }));
}

/** Keys of the first part of a list that has none yet. */
function entry(items: Schema, kinds: Kinds, word: Word, around: readonly YAMLMap[]): readonly Item[] {
  const shifted = { ...word, column: word.column + 2 };
  const found = keys({ at: "key", map: mapOf(MARK), schema: items, kinds, around }, shifted, "yaml");
  return found.map((one) => ({ ...one, label: `- ${one.label}`, insert: `- ${one.insert}` }));
}

function insertedKey(name: string, property: Schema, kinds: Kinds, word: Word, format: Format): string {
  if (word.isKey) return `${word.space}${name}`;
  if (format === "json") return word.quote ? `${name}${word.quote}: ` : `"${name}": `;
  const all = kinds.all(property).filter((one) => one.type !== "null");
  const indent = `\n${" ".repeat(word.column)}  `;
  const isList = all.length > 0 && all.every((one) => one.type === "array");
  const isMapping = all.length > 0 && all.every((one) => one.type === "object");
  const behind = !word.alone ? " " : isList ? `${indent}- ` : isMapping ? indent : " ";
  return `${word.space}${name}:${behind}`;
}

function values(spot: Spot & { at: "value" }, word: Word, document: Document): readonly Item[] {
  const { schema, kinds } = spot;
  const property = kinds.resolve(schema);
  const put = (text: string) => `${word.space}${text}`;
  if (property.names)
    return named(property.names, spot, document).map(({ name, detail }) => ({
      label: name,
      insert: put(name),
      detail,
      kind: "name" as const,
    }));
  const meaning = meanings(spot);
  if (meaning.size)
    return [...meaning].map(([name, text]) => ({
      label: name,
      insert: put(name),
      detail: "",
      kind: "value" as const,
      ...described(text),
    }));
  return kinds.all(schema).flatMap((one) => {
    const choices =
      one.type === "boolean" ? [true, false] : (one.enum ?? (one.const === undefined ? [] : [one.const]));
    return choices.map((choice) => ({
      label: String(choice),
      insert: put(String(choice)),
      detail: choice === property.default ? "default" : "",
      kind: "value" as const,
      ...described(one.description),
    }));
  });
}

/** What each value of a tag stands for: from the part itself, or from the one it decides. */
function meanings({
  map,
  key,
  holder,
  kinds,
  around,
}: Spot & { at: "value" }): Map<string, string | undefined> {
  const told = new Map<string, string | undefined>();
  const tell = (schema: Schema) => {
    const { discriminator } = kinds.resolve(schema);
    if (discriminator?.propertyName !== key) return;
    for (const [value, $ref] of Object.entries(discriminator.mapping))
      told.set(value, kinds.resolve({ $ref }).description);
  };
  for (const property of Object.values(holder.properties ?? {})) tell(property);
  if (told.size || !map) return told;
  // The part that holds it is one of several: its own schema was chosen before, so look from the top.
  const whole = schemaOf(map, kinds, around);
  if (whole) tell(whole);
  return told;
}

/** The schema of a map, from the top down to it. */
function schemaOf(map: YAMLMap, kinds: Kinds, around: readonly YAMLMap[]): Schema | undefined {
  const at = around.lastIndexOf(map);
  let schema: Schema = kinds.root;
  for (let index = 0; index < at; index++) {
    const outer = around[index] as YAMLMap;
    const inner = around[index + 1] as YAMLMap;
    const pair = outer.items.find(
      ({ value }) => value === inner || (isSeq(value) && value.items.includes(inner)),
    );
    const key = textOf(pair?.key) ?? "";
    const { kinds: possible } = kinds.choose(schema, without(outer), around.slice(0, index));
    const kind = possible.find((one) => one.properties?.[key]);
    const open = possible.find((one) => typeof one.additionalProperties === "object")?.additionalProperties;
    let property = kind?.properties?.[key] ?? (typeof open === "object" ? open : undefined);
    if (property && isSeq(pair?.value)) property = kinds.all(property).find((one) => one.items)?.items;
    if (!property) return undefined;
    schema = property;
  }
  const resolved = kinds.resolve(schema);
  return resolved.discriminator ? resolved : resolved.anyOf?.find((one) => kinds.resolve(one).discriminator);
}

function named(
  what: Named,
  spot: Spot & { at: "value" },
  document: Document,
): readonly { name: string; detail: string }[] {
  const names = namesIn(document);
  if (what === "model") return (names.model ?? []).map((name) => ({ name, detail: "model" }));
  if (what === "tools") return (names.tools ?? []).map((name) => ({ name, detail: "tools" }));
  const entry = spot.around.find((map) => resolved(valueAt(map, "column_type"), document));
  const own = entry && textOf(valueAt(entry, "name"));
  return names.column
    .filter((name) => name !== own && name !== MARK)
    .map((name) => ({ name, detail: "column" }));
}

function called(property: Schema, kinds: Kinds): string {
  const names: Record<string, string> = {
    string: "text",
    number: "number",
    integer: "whole number",
    boolean: "true or false",
    object: "map",
    array: "list",
  };
  const { names: naming, template } = kinds.resolve(property);
  if (naming) return naming;
  if (template) return "template";
  const types = kinds.all(property).map((one) => (one.enum ? "choice" : (one.type && names[one.type]) || ""));
  return types.find((one) => one !== "") ?? "";
}

/** A tag is described by none of its kinds. */
function kindsOf(tag: string): string {
  return `Which kind it is: the other keys depend on the ${tag.replaceAll("_", " ")}.`;
}

function described(text: string | undefined): { documentation?: string } {
  return text ? { documentation: text } : {};
}
