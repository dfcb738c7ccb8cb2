/** The text of a cell as YAML with places, however much of it is typed; JSON is a part of YAML. */
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  type Scalar,
  type ScalarTag,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";

export type AnyNode = YAMLMap | YAMLSeq | Scalar | Alias;

/** PyYAML, which reads it in the end, takes `y` and `n` as text, unlike YAML 1.1. */
const LETTERS = "(?![yYnN]$)";

/** The document in a text; what stands before `from` is passed over, and places are those of the text. */
export function parse(text: string, from: number): Document.Parsed {
  const before = from > 0 ? `${"#".repeat(from - 1)}\n` : "";
  return parseDocument(before + text.slice(from), {
    version: "1.1",
    prettyErrors: false,
    logLevel: "error", // "silent" would pass over a second document
    customTags: (tags) => tags.map((tag) => (isBoolean(tag) ? { ...tag, test: wordsOnly(tag.test) } : tag)),
  });
}

function isBoolean(tag: unknown): tag is ScalarTag & { test: RegExp } {
  return (tag as ScalarTag).tag === "tag:yaml.org,2002:bool" && (tag as ScalarTag).test instanceof RegExp;
}

function wordsOnly(test: RegExp): RegExp {
  return new RegExp(LETTERS + test.source);
}

/** What a node stands for: an alias for what it names. */
export function resolved(node: unknown, document: Document): AnyNode | null {
  if (isAlias(node)) return (node.resolve(document) as AnyNode | undefined) ?? null;
  return isMap(node) || isSeq(node) || isScalar(node) ? node : null;
}

export function textOf(node: unknown): string | undefined {
  const value = isScalar(node) ? node.value : undefined;
  return typeof value === "string" ? value : undefined;
}

/** The node below that key; undefined when the key is not there, null when nothing stands there. */
export function valueAt(map: YAMLMap, key: string): AnyNode | null | undefined {
  const pair = map.items.find((one) => textOf(one.key) === key);
  return pair && ((pair.value as AnyNode | null) ?? null);
}

/** Where a node stands, without the white space behind it. */
export function rangeOf(node: unknown): { from: number; to: number } | undefined {
  const range = (node as AnyNode | null)?.range;
  return range ? { from: range[0], to: range[1] } : undefined;
}

/** Whether the keys of another map are taken over, with `<<`. */
export function merges(map: YAMLMap): boolean {
  return map.items.some(({ key }) => isMerge(key));
}

export function isMerge(key: unknown): boolean {
  return isScalar(key) && typeof key.value === "symbol";
}
