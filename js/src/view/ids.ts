import { useState } from "preact/hooks";

/** Of this copy of our code: a page may hold several, in the extension and in widgets. */
const COPY = Math.random().toString(36).slice(2, 8);
let last = 0;

/**
 * An id that nothing else in the page has, for as long as the component lives.
 *
 * Preact's own counts from 0 in each root, and again with each drawing of a root: labels then name what they do not
 * mean.
 */
export function useId(): string {
  const [id] = useState(() => `dd-${COPY}-${++last}`);
  return id;
}
