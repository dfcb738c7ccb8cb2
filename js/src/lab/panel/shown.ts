import { addressOf } from "./listed";

/** What a tab is made from; it comes back with the page. */
export interface Shown {
  readonly path: string;
  readonly deployment: string;
  readonly name: string;
}

/** Those arguments, if they are such: a layout that is restored may hold anything. */
export function shownBy(given: Readonly<Record<string, unknown>>): Shown | undefined {
  const { path, deployment = "", name = "" } = given;
  if (typeof path !== "string" || typeof deployment !== "string" || typeof name !== "string")
    return undefined;
  return addressOf(path) === undefined ? undefined : { path, deployment, name };
}
