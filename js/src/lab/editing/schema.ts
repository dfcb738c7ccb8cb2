/** The JSON schema of a configuration, read the way a half-typed document needs it. */
import { isMap, isScalar, isSeq, type YAMLMap } from "yaml";
import type { AnyNode } from "./document";
import { textOf, valueAt } from "./document";

/** What `dd_jupyter/config_schema.py` makes. */
export interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly discriminator?: Discriminator;
  readonly names?: "column" | "columns" | "model" | "tools";
  readonly template?: boolean;
  readonly if?: { readonly required: readonly string[] };
  readonly then?: Schema;
  readonly else?: Schema;
}

interface Discriminator {
  readonly propertyName: string;
  readonly mapping: Readonly<Record<string, string>>;
  readonly inherited?: boolean;
  readonly default?: string;
  readonly onlyInPython?: readonly string[];
}

/** One of several kinds that a part may be. */
export interface Chosen {
  /** Those that it still may be: one, once it is known. */
  readonly kinds: readonly Schema[];
  /** What tells them apart. */
  readonly tag?: string;
  /** The value of the tag; undefined when it is not there. */
  readonly value?: string;
  readonly discriminator?: Discriminator;
}

export class Kinds {
  readonly #resolved = new WeakMap<Schema, Schema>();

  constructor(readonly root: Schema) {}

  /** With what a reference stands for; what is said beside the reference holds. */
  resolve(schema: Schema): Schema {
    if (!schema.$ref) return schema;
    const known = this.#resolved.get(schema);
    if (known) return known;
    const found = this.root.$defs?.[schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1)];
    const { $ref: _, ...beside } = schema;
    const whole = found ? { ...this.resolve(found), ...beside } : beside;
    this.#resolved.set(schema, whole);
    return whole;
  }

  /** What it is for; where that is not said, what it is. */
  description(schema: Schema): string | undefined {
    const said = this.resolve(schema).description;
    return said ?? this.all(schema).find((one) => one.type !== "null")?.description;
  }

  /** All that it may be, without regard to what is there. */
  all(schema: Schema): readonly Schema[] {
    const resolved = this.resolve(schema);
    const several = resolved.anyOf ?? resolved.oneOf;
    if (!several) return [resolved];
    const { anyOf: _a, oneOf: _o, discriminator: _d, ...beside } = resolved;
    return several.flatMap((one) => this.all({ ...beside, ...this.described(one, beside) }));
  }

  /** What the part is, from what is there and from the parts around it, the innermost last. */
  choose(schema: Schema, node: AnyNode | null, around: readonly YAMLMap[]): Chosen {
    const resolved = this.resolve(schema);
    if (resolved.if) {
      const whole = isMap(node) && resolved.if.required.every((key) => node.has(key));
      return this.choose((whole ? resolved.then : resolved.else) ?? {}, node, around);
    }
    const apart = this.#discriminated(resolved);
    if (apart && (isMap(node) || node === null)) return this.#byTag(apart, node, around);
    const all = this.all(resolved);
    if (all.length < 2) return { kinds: all };
    if (isMap(node)) {
      const maps = all.filter((one) => one.type === "object" || one.properties || !one.type);
      return { kinds: maps.length > 1 ? this.#nearest(maps, node) : maps };
    }
    if (isSeq(node)) return { kinds: all.filter((one) => one.type === "array" || !one.type) };
    return { kinds: all };
  }

  /** The part of it that a discriminator decides: itself, or the one that is not null. */
  #discriminated(schema: Schema): Schema | undefined {
    if (schema.discriminator) return schema;
    const parts = schema.anyOf?.map((one) => this.resolve(one)).filter((one) => one.type !== "null") ?? [];
    return parts.length === 1 && parts[0]?.discriminator ? parts[0] : undefined;
  }

  #byTag(schema: Schema, node: YAMLMap | null, around: readonly YAMLMap[]): Chosen {
    const discriminator = schema.discriminator as Discriminator;
    const { propertyName: tag, mapping } = discriminator;
    const holders = discriminator.inherited ? [...around, node].reverse() : [node];
    const holder = holders.find((one) => one && valueAt(one, tag) !== undefined);
    const value = (holder && textOf(valueAt(holder, tag))) ?? discriminator.default;
    const reference = value === undefined ? undefined : mapping[value];
    const kinds = reference ? [{ $ref: reference }] : Object.values(mapping).map(($ref) => ({ $ref }));
    return {
      kinds: kinds.map((one) => this.resolve(one)),
      tag,
      discriminator,
      ...(value !== undefined && { value }),
    };
  }

  /** Those with the most in common with what is there. */
  #nearest(kinds: readonly Schema[], node: YAMLMap): readonly Schema[] {
    const points = kinds.map((kind) =>
      node.items.reduce((sum, { key, value }) => {
        const property = kind.properties?.[textOf(key) ?? ""];
        if (!property) return sum - 1;
        return sum + (this.#mayBe(property, value as AnyNode | null) ? 2 : 0);
      }, 0),
    );
    const most = Math.max(...points);
    return kinds.filter((_, index) => points[index] === most);
  }

  #mayBe(schema: Schema, node: AnyNode | null): boolean {
    if (!isScalar(node)) return true;
    return this.all(schema).some((one) => {
      if (one.const !== undefined) return one.const === node.value;
      if (one.type === "number" || one.type === "integer") return typeof node.value === "number";
      return one.type !== "string" || typeof node.value === "string";
    });
  }

  private described(one: Schema, beside: Schema): Schema {
    const resolved = this.resolve(one);
    // What the field is for is said beside the choice, and what the kind is in the kind.
    return beside.description ? { ...resolved, description: beside.description } : resolved;
  }
}
