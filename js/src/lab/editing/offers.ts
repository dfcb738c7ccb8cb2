/** Keys and values that fit where the cursor is. */
import { type Document, isSeq, type YAMLMap } from "yaml";
import type { Format } from "./cell";
import { resolved, textOf, valueAt } from "./document";
import type { Item } from "./items";
import { type Named, namesIn } from "./names";
import type { Kinds, Schema } from "./schema";
import { MARK, mapOf, type Spot, without } from "./spot";

/** What is typed at the cursor, and what is around it in its line. */
export interface Word {
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

export function keys(
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

export function values(spot: Spot & { at: "value" }, word: Word, document: Document): readonly Item[] {
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
