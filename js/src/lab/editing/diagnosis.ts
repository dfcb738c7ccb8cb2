/** What is wrong with a configuration as it stands, with the places. */
import { type Document, isMap, isScalar, isSeq, type Scalar, type YAMLMap, type YAMLSeq } from "yaml";
import type { Format } from "./cell";
import { type AnyNode, isMerge, merges, parse, rangeOf, resolved, textOf, valueAt } from "./document";
import { isColumn, type Named, type Names, namesIn, referencesIn } from "./names";
import { type Chosen, Kinds, type Schema } from "./schema";
import { syntaxProblems } from "./syntax";
import { called, fits, limit } from "./values";
import { all, code, instead, nearest } from "./words";

export interface Problem {
  readonly from: number;
  readonly to: number;
  readonly severity: "error" | "warning";
  readonly message: string;
}

/** More than these help nobody, and cost time. */
const MOST = 100;
/** So long a cell is none that a person types. */
const LONGEST = 300_000;
/** With aliases a short text can stand for any number of parts. */
const MOST_PARTS = 20_000;

/** What is wrong in a cell, in the order of its lines; without a schema only what is not YAML. */
export function diagnose(
  text: string,
  from: number,
  format: Format,
  schema: Schema | undefined,
): readonly Problem[] {
  if (text.length > LONGEST || !text.slice(from).trim()) return [];
  const document = parse(text, from);
  const syntax = syntaxProblems(document, text, from, format);
  const whole = !syntax.some((one) => one.severity === "error");
  // Half a line is not worth a second complaint: what is missing may be what is being typed.
  const found = schema && whole ? new Check(document, text, new Kinds(schema), format).problems() : [];
  return [...syntax, ...found].sort((a, b) => a.from - b.from || a.to - b.to).slice(0, MOST);
}

class Check {
  readonly #found: Problem[] = [];
  readonly #names: Names;
  readonly #within = new Set<AnyNode>();
  #parts = 0;

  constructor(
    readonly document: Document,
    readonly text: string,
    readonly kinds: Kinds,
    readonly format: Format,
  ) {
    this.#names = namesIn(document);
  }

  problems(): readonly Problem[] {
    const top = resolved(this.document.contents, this.document);
    if (isMap(top)) this.#part(top, this.kinds.root, "The configuration", []);
    else this.#say(top, `The configuration must have \`columns\` at its top, not ${this.#told(top)}.`);
    return this.#found;
  }

  #node(given: unknown, schema: Schema, place: string, around: readonly YAMLMap[], key: string): void {
    const node = resolved(given, this.document);
    if (!node || this.#within.has(node) || ++this.#parts > MOST_PARTS || this.#found.length >= MOST) return;
    this.#within.add(node);
    if (isMap(node)) this.#part(node, schema, place, around);
    else if (isSeq(node)) this.#list(node, schema, place, around, key);
    else this.#value(node, given, schema, place, key);
    if (schema.template) this.#templates(given);
    this.#within.delete(node);
  }

  #part(node: YAMLMap, schema: Schema, place: string, around: readonly YAMLMap[]): void {
    const chosen = this.kinds.choose(schema, node, around);
    if (chosen.value !== undefined && chosen.tag && !chosen.discriminator?.mapping[chosen.value]) {
      this.#wrongTag(node, chosen, chosen.tag, chosen.value);
      return;
    }
    if (chosen.tag && chosen.value === undefined) {
      if (merges(node)) return; // it may come from there
      const holder = chosen.discriminator?.inherited ? undefined : node;
      if (holder)
        this.#sayOfStart(
          holder,
          `${place} needs ${code(chosen.tag)}: ${instead("", Object.keys(chosen.discriminator?.mapping ?? {}), "add it")}`,
        );
      return;
    }
    const [kind] = chosen.kinds;
    if (!kind || (kind.type && kind.type !== "object")) {
      if (isMap(node.items[0]?.key)) this.#say(node, this.#unquoted(place));
      else if (kind) this.#say(node, this.#wrongType(place, chosen.kinds, "a map"));
      return;
    }
    const named = chosen.tag && chosen.value ? `${place} with \`${chosen.tag}: ${chosen.value}\`` : place;
    this.#keys(node, chosen.kinds, named, [...around, node]);
  }

  #keys(node: YAMLMap, kinds: readonly Schema[], place: string, around: readonly YAMLMap[]): void {
    const known = [...new Set(kinds.flatMap((kind) => Object.keys(kind.properties ?? {})))];
    const there = new Set<string>();
    for (const pair of node.items) {
      const key = textOf(pair.key) ?? (isScalar(pair.key) ? String(pair.key.value) : undefined);
      if (isMerge(pair.key)) continue;
      if (key === undefined) {
        if (isMap(pair.key)) this.#say(pair.key, this.#unquoted(place));
      } else {
        there.add(key);
        const open = kinds.find(
          (kind) => typeof kind.additionalProperties === "object",
        )?.additionalProperties;
        const property = kinds.find((kind) => kind.properties?.[key])?.properties?.[key];
        if (property) this.#node(pair.value, property, code(key), around, key);
        else if (typeof open === "object") this.#node(pair.value, open, code(key), around, key);
        else if (kinds.every((kind) => kind.additionalProperties === false)) {
          const left = known.filter((one) => !node.has(one));
          this.#say(
            pair.key as AnyNode,
            `${place} has no ${code(key)}: ${instead(key, left, "leave it out")}`,
          );
          there.add(nearest(key, left) ?? key); // one complaint is enough
        }
      }
    }
    const required = kinds.length === 1 ? (kinds[0]?.required ?? []) : [];
    const missing = required.filter((key) => !there.has(key));
    if (missing.length && !merges(node))
      this.#sayOfStart(node, `${place} needs ${all(missing)}: add ${missing.length > 1 ? "them" : "it"}.`);
  }

  #list(node: YAMLSeq, schema: Schema, place: string, around: readonly YAMLMap[], key: string): void {
    const { kinds } = this.kinds.choose(schema, node, around);
    const lists = kinds.filter((kind) => kind.type === "array" || !kind.type);
    if (!lists.length) {
      this.#say(node, this.#wrongType(place, this.kinds.all(schema), "a list"));
      return;
    }
    const { items } = lists[0] as Schema;
    if (!items) return;
    const named = this.kinds.resolve(schema).names;
    const each = named ? { ...items, names: named } : items;
    for (const one of node.items) this.#node(one, each, `An entry of ${code(key)}`, around, key);
  }

  #value(node: Scalar | AnyNode | null, given: unknown, schema: Schema, place: string, key: string): void {
    if (!isScalar(node)) return; // nothing there yet
    const kinds = this.kinds.all(schema);
    const at = given as AnyNode;
    const fitting = kinds.filter((kind) => fits(kind, node.value));
    if (!fitting.length) {
      if (node.value === null && this.text.slice(...(node.range ?? [0, 0]).slice(0, 2)).trim() === "") return;
      const choices = kinds.flatMap((kind) => kind.enum ?? (kind.const === undefined ? [] : [kind.const]));
      if (choices.length && typeof node.value === "string")
        this.#say(
          at,
          `${place} cannot be ${code(node.value)}: ${instead(node.value, choices.map(String), "correct it")}`,
        );
      else this.#say(at, this.#wrongType(place, kinds, this.#told(node), node));
      return;
    }
    const beyond = fitting.map((kind) => limit(kind, Number(node.value))).filter((one) => one !== undefined);
    if (beyond.length === fitting.length && typeof node.value === "number")
      this.#say(at, `${place} must be ${beyond[0]}, not ${node.value}.`);
    const { names } = this.kinds.resolve(schema);
    if (names && typeof node.value === "string") this.#name(at, node.value, names, key);
  }

  #name(node: AnyNode, name: string, named: Named, key: string): void {
    const { model, tools, column, seeded } = this.#names;
    if (named === "model" && model && !model.includes(name))
      this.#say(
        node,
        `No model has the alias ${code(name)}: ${instead(name, model, "add it to `model_configs`")}`,
      );
    if (named === "tools" && tools && !tools.includes(name))
      this.#say(
        node,
        `No tools have the alias ${code(name)}: ${instead(name, tools, "add them to `tool_configs`")}`,
      );
    if (named !== "column" && named !== "columns") return;
    if (seeded || isColumn(name, this.#names) || (named === "columns" && name.includes("*"))) return;
    const other = key === "rhs" ? column : column.filter((one) => one !== name);
    this.#say(node, `No column is named ${code(name)}: ${instead(name, other, "add it to `columns`")}`);
  }

  /** Templates in this node, at any depth. */
  #templates(found: unknown): void {
    if (isMap(found)) for (const { value } of found.items) this.#templates(value);
    else if (isSeq(found)) for (const one of found.items) this.#templates(one);
    else if (isScalar(found) && typeof found.value === "string") this.#template(found, found.value);
  }

  #template(node: Scalar, template: string): void {
    const range = rangeOf(node);
    if (this.#names.seeded || !range || !template.includes("{") || this.#found.length >= MOST) return;
    const source = this.text.slice(range.from, range.to);
    // As it is written, so that places are right: escapes and folded lines change nothing within braces.
    for (const { name, at } of referencesIn(source)) {
      if (isColumn(name, this.#names)) continue;
      const { column } = this.#names;
      this.#add(
        { from: range.from + at, to: range.from + at + name.length },
        `No column is named ${code(name)}: ${instead(name, column, "add it to `columns`")}`,
      );
    }
  }

  #wrongTag(node: YAMLMap, chosen: Chosen, tag: string, value: string): void {
    const known = Object.keys(chosen.discriminator?.mapping ?? {});
    const at = valueAt(node, tag);
    if (!at) return; // it stands in the part around, where its own field is checked
    if (chosen.discriminator?.onlyInPython?.includes(value))
      this.#say(
        at,
        `\`${tag}: ${value}\` holds what only Python can make: write this configuration in Python, without \`--format ${this.format}\`.`,
      );
    else this.#say(at, `${code(tag)} cannot be ${code(value)}: ${instead(value, known, "correct it")}`);
  }

  #wrongType(place: string, kinds: readonly Schema[], found: string, node?: Scalar): string {
    const wanted = [...new Set(kinds.map(called).filter((one) => one !== ""))];
    const quotes = wanted.includes("text") && node && typeof node.value !== "string" && node.value !== null;
    const list = wanted.length === 1 && wanted[0] === "a list" && this.format === "yaml";
    const say = quotes
      ? `: put it in quotes, \`"${node.source ?? node.value}"\`.`
      : list
        ? ": begin each entry with `- `."
        : ".";
    return `${place} must be ${wanted.join(" or ") || "something else"}, not ${found}${say}`;
  }

  #told(node: unknown): string {
    if (isSeq(node)) return "a list";
    if (isMap(node)) return "a map";
    if (!isScalar(node) || node.value === null) return "nothing";
    if (typeof node.value === "string")
      return `the text ${code(node.value.length > 40 ? `${node.value.slice(0, 40)}…` : node.value)}`;
    return `${typeof node.value === "boolean" ? "" : "the number "}${code(node.source ?? String(node.value))}`;
  }

  #unquoted(place: string): string {
    return `${place} holds a template without quotes, which YAML takes for a map: put it in quotes, \`"{{ name }}"\`.`;
  }

  #say(node: unknown, message: string): void {
    const range = rangeOf(node);
    if (range) this.#add(range, message);
  }

  /** Of a part as a whole: marked is its first line, not all of it. */
  #sayOfStart(node: YAMLMap, message: string): void {
    const range = rangeOf(node);
    if (!range) return;
    const first = node.items[0]?.key;
    this.#add(rangeOf(first) ?? { from: range.from, to: Math.min(range.to, range.from + 1) }, message);
  }

  #add(range: { from: number; to: number }, message: string): void {
    const to = range.from + this.text.slice(range.from, range.to).trimEnd().length;
    this.#found.push({ from: range.from, to: Math.max(to, range.from), severity: "error", message });
  }
}
