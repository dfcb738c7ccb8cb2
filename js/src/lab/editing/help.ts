/** What help with configurations needs: brought when the first one is edited, and kept for the page. */
import { get } from "../server";
import type * as Configuration from "./configuration";
import type { Schema } from "./schema";

/** After a failure the server is asked again, but not at each key stroke. */
const AGAIN_MS = 30_000;

let code: Promise<typeof Configuration> | undefined;
let schema: Promise<Schema | undefined> | undefined;
let failed = Number.NEGATIVE_INFINITY;

/** The parser and the checks, which are no part of what a page loads at first. */
export function configurations(): Promise<typeof Configuration> {
  code ??= import("./configuration").catch((error: unknown) => {
    code = undefined;
    throw error;
  });
  return code;
}

/** The schema of a configuration; undefined without our server extension. */
export function configurationSchema(): Promise<Schema | undefined> {
  if (schema) return schema;
  if (performance.now() - failed < AGAIN_MS) return Promise.resolve(undefined);
  schema = get<Schema>("schema").catch(() => {
    schema = undefined;
    failed = performance.now();
    return undefined; // the help is a comfort: what is wrong with the server is told where it is needed
  });
  return schema;
}
