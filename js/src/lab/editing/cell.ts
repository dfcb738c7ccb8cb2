/** Which cells hold a configuration in YAML or JSON: their first line says it. */

export type Format = "yaml" | "json";

export interface Configuration {
  readonly format: Format;
  /** Where it begins: behind the line with the magic. */
  readonly from: number;
}

/** The magics that read a configuration from their cell. */
const MAGIC = /^\s*%%dd_(?:preview|create|check|migrate|submit)\b/;
const FORMAT = /\s--format(?:\s+|=)(["']?)(yaml|json)\1(?=\s|$)/;

/** The configuration in this cell; undefined in all other cells, after a look at their beginning. */
export function configurationIn(text: string): Configuration | undefined {
  if (!MAGIC.test(text)) return undefined;
  const first = text.search(/\S/);
  const end = text.indexOf("\n", first);
  const line = text.slice(first, end < 0 ? undefined : end);
  const format = FORMAT.exec(line)?.[2] as Format | undefined;
  return format && { format, from: end < 0 ? text.length : end + 1 };
}
