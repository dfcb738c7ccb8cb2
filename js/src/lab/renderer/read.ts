/**
 * JSON of a notebook -> a view. Anybody may have written it.
 *
 * By the schema of the view model, in one walk that takes over only what it knows, puts in what an earlier version
 * left out, and bounds everything. @cfworker/json-schema 4.1 takes three times as long for it, a validator made
 * by ajv 8 is 120 kB, and neither does the rest.
 */
import saved from "../../wire/saved.json";
import type { SavedView } from "../../wire/wire";

/** Four times what the kernel writes at most, in characters of JSON. */
export const MOST_CHARACTERS = 1_000_000;
/** Views are some 15 levels deep, Markdown in them another 24. */
const DEEPEST = 80;
const MOST_ITEMS = 10_000;
/** All of them are drawn in each row. */
const MOST_COLUMNS = 1_000;
/** Longer texts come from no kernel, but for pictures. */
const LONGEST_TEXT = 20_000;
const KEY = /^[0-9a-f]{32}$/;

/** Why it cannot be drawn, as a sentence. */
export class Unfit extends Error {}

interface Schema {
  $ref?: string;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  default?: unknown;
}

const SCHEMA = saved as Schema;
const PARTS = new Map<string, Schema>(Object.entries((saved as { $defs: Record<string, Schema> }).$defs));

/** The view that the JSON tells of; throws `Unfit`. */
export function readSaved(json: unknown): SavedView {
  const version = isObject(json) && Object.hasOwn(json, "version") ? json.version : 1;
  if (typeof version === "number" && version > 1)
    throw new Unfit("A later version of dd_jupyter wrote this output: install that one to see it drawn.");
  const view = new Reader().read(SCHEMA, json) as SavedView;
  if (!KEY.test(view.key)) throw new Unfit(misfit("key"));
  const table = "table" in view.live ? view.live.table : null;
  if (table) {
    if (table.columns.length > MOST_COLUMNS) throw new Unfit(`It has more than ${MOST_COLUMNS} columns.`);
    if (new Set(table.columns.map(({ name }) => name)).size < table.columns.length)
      throw new Unfit("Two of its columns have the same name.");
  }
  return view;
}

/** The key that a view is found by, whatever else is there; undefined for none. */
export function keyOf(json: unknown): string | undefined {
  if (!isObject(json) || !Object.hasOwn(json, "key")) return undefined;
  return typeof json.key === "string" && KEY.test(json.key) ? json.key : undefined;
}

class Reader {
  private room = MOST_CHARACTERS;
  /** Where it is; deeper in what does not fit. */
  private readonly path: (string | number)[] = [];

  read(schema: Schema, value: unknown): unknown {
    const { $ref, anyOf, oneOf } = schema;
    if ($ref !== undefined) return this.read(part($ref), value);
    const choices = anyOf ?? oneOf;
    if (choices) {
      const choice = choices.find((each) => suits(each, value));
      return choice ? this.read(choice, value) : this.refuse();
    }
    if (!suits(schema, value)) this.refuse();
    this.take(typeof value === "string" ? value.length + 2 : 2);
    if (typeof value === "string") return shortened(value);
    if (typeof value === "number") return Math.max(0, value);
    if (Array.isArray(value)) return this.list(schema, value);
    return isObject(value) ? this.object(schema, value) : value;
  }

  private list({ items = {} }: Schema, values: unknown[]): unknown[] {
    if (values.length > MOST_ITEMS) this.refuse();
    return values.map((each, at) => this.within(at, items, each));
  }

  private object(schema: Schema, value: Json): Json {
    const made: Json = {};
    for (const [name, each] of propertiesOf(schema)) {
      if (Object.hasOwn(value, name)) {
        this.take(name.length + 4);
        made[name] = this.within(name, each, value[name]);
      } else if (schema.required?.includes(name)) {
        this.path.push(name);
        this.refuse();
      } else made[name] = each.default;
    }
    return made;
  }

  private within(name: string | number, schema: Schema, value: unknown): unknown {
    if (this.path.push(name) > DEEPEST) throw new Unfit("It is nested too deep.");
    const read = this.read(schema, value);
    this.path.pop();
    return read;
  }

  private take(characters: number) {
    this.room -= characters;
    if (this.room < 0) throw new Unfit("It is larger than 1 MB.");
  }

  private refuse(): never {
    throw new Unfit(misfit(this.path.join(".")));
  }
}

type Json = Record<string, unknown>;

const properties = new Map<Schema, [string, Schema][]>();

function propertiesOf(schema: Schema): [string, Schema][] {
  let found = properties.get(schema);
  if (!found) {
    found = Object.entries(schema.properties ?? {});
    properties.set(schema, found);
  }
  return found;
}

function part(reference: string): Schema {
  return PARTS.get(reference.slice("#/$defs/".length)) ?? { enum: [] };
}

/** Whether a value is of that kind, as far as can be seen without looking into it. */
function suits(schema: Schema, value: unknown): boolean {
  if (schema.$ref !== undefined) return suits(part(schema.$ref), value);
  if (schema.const !== undefined) return value === schema.const;
  if (schema.enum) return schema.enum.includes(value);
  switch (schema.type) {
    case "object": {
      if (!isObject(value)) return false;
      const isSo = ([name, each]: [string, Schema]) =>
        each.const === undefined || !Object.hasOwn(value, name) || each.const === value[name];
      return propertiesOf(schema).every(isSo);
    }
    case "array":
      return Array.isArray(value);
    case "integer":
      return Number.isSafeInteger(value);
    case "number":
      return Number.isFinite(value);
    case "null":
      return value === null;
    default:
      return typeof value === schema.type; // "string" or "boolean"
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A picture is whole or none: what it may be is said where it is drawn. */
function shortened(text: string): string {
  if (text.length <= LONGEST_TEXT || text.startsWith("data:image/")) return text;
  return `${text.slice(0, LONGEST_TEXT)}…`;
}

const misfit = (path: string) => (path ? `\`${path}\` is not what it should be.` : "It is none of ours.");
