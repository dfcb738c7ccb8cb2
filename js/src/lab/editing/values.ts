/** Which single values a schema permits, as the library reads them. */
import type { Schema } from "./schema";
import { code } from "./words";

const TRUE_OR_FALSE = /^(?:0|1|on|off|t|f|true|false|y|n|yes|no)$/i;

/** Whether the library would take it: it reads "1" as a number, and "yes" as true. */
export function fits(kind: Schema, value: unknown): boolean {
  if (kind.const !== undefined) return kind.const === value;
  if (kind.enum) return kind.enum.includes(value);
  const number = typeof value === "string" && value.trim() !== "" ? Number(value.replaceAll("_", "")) : value;
  switch (kind.type) {
    case "string":
      return typeof value === "string" || value instanceof Date;
    case "number":
      return (typeof number === "number" && !Number.isNaN(number)) || typeof value === "boolean";
    case "integer":
      return Number.isInteger(number) || typeof value === "boolean" || typeof value === "bigint";
    case "boolean":
      return typeof value === "boolean" || value === 0 || value === 1 || TRUE_OR_FALSE.test(String(value));
    case "null":
      return value === null;
    case "object":
    case "array":
      return false;
    default:
      return true;
  }
}

/** What the value must be instead, when it is too small or too large. */
export function limit(kind: Schema, value: number): string | undefined {
  if (kind.minimum !== undefined && value < kind.minimum) return `${kind.minimum} or more`;
  if (kind.maximum !== undefined && value > kind.maximum) return `${kind.maximum} or less`;
  if (kind.exclusiveMinimum !== undefined && value <= kind.exclusiveMinimum)
    return `more than ${kind.exclusiveMinimum}`;
  if (kind.exclusiveMaximum !== undefined && value >= kind.exclusiveMaximum)
    return `less than ${kind.exclusiveMaximum}`;
  return undefined;
}

/** What a value of that kind is called. */
export function called(kind: Schema): string {
  const names: Record<string, string> = {
    string: "text",
    number: "a number",
    integer: "a whole number",
    boolean: "true or false",
    object: "a map",
    array: "a list",
  };
  if (kind.enum) return `one of ${kind.enum.map((one) => code(String(one))).join(", ")}`;
  return (kind.type && names[kind.type]) || (kind.properties ? "a map" : "");
}
