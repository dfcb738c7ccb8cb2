/** Where in the tree of a half-typed configuration the cursor is. */
import { type Document, isMap, isScalar, isSeq, type YAMLMap } from "yaml";
import { type AnyNode, parse, textOf } from "./document";
import type { Kinds, Schema } from "./schema";

/** A word that no configuration holds: it is put where the cursor is, and looked for in what is parsed. */
export const MARK = "ddMarkOfTheCursor";

/** Where that is in the tree. */
export type Spot =
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

/** Where the mark is, which stands at this place of the text; undefined when it is in no part that is known. */
export function spotOf(document: Document, kinds: Kinds, place: number): Spot | undefined {
  return new Search(document, kinds, place).spot();
}

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
export function without(map: YAMLMap): YAMLMap {
  const rest = map.clone() as YAMLMap;
  rest.items = map.items.filter((pair) => textOf(pair.key) !== MARK && textOf(pair.value) !== MARK);
  return rest;
}

export function mapOf(key: string): YAMLMap {
  return parse(`${key}:`, 0).contents as unknown as YAMLMap;
}
