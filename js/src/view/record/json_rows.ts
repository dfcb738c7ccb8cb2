import { childrenOf, type Json } from "./json_value";

/** A list or an object with more in it is shown in parts, so that opening one never draws more than these. */
const IN_ONE = 100;

/** So many rows are open at first, and so deep. */
const OPEN_ROWS = 40;
const OPEN_DEPTH = 3;

/** A line of the tree. */
export interface Row {
  /** Its place in the tree; no other row has the same. */
  id: string;
  /** From 1. */
  depth: number;
  /** Its key, its number, or of a part of many "100 – 199"; null for the whole. */
  name: string | number | null;
  isPart: boolean;
  value: Json;
  /** How it is reached from the whole: `$.issues[0]`. */
  path: string;
  /** Its place among its neighbours, from 1, and how many these are. */
  place: number;
  of: number;
  from: number;
  to: number;
}

export function rootOf(value: Json): Row {
  const to = childrenOf(value).length;
  return { id: "$", depth: 1, name: null, isPart: false, value, path: "$", place: 1, of: 1, from: 0, to };
}

export const canOpen = (row: Row) => row.to > row.from;

/** The lines that are seen when those in `open` are open. */
export function rowsOf(root: Row, open: ReadonlySet<string>): Row[] {
  const rows: Row[] = [];
  const waiting = [root];
  for (let row = waiting.pop(); row !== undefined; row = waiting.pop()) {
    rows.push(row);
    if (canOpen(row) && open.has(row.id)) waiting.push(...inside(row).reverse());
  }
  return rows;
}

/** What is open at first: level by level, as long as it stays small. */
export function openAtFirst(root: Row): Set<string> {
  const open = new Set<string>();
  let level = [root];
  let rows = 1;
  for (let depth = 1; depth <= OPEN_DEPTH; depth++) {
    const next: Row[] = [];
    for (const row of level.filter(canOpen)) {
      const children = inside(row);
      if (rows + children.length > OPEN_ROWS && row !== root) continue;
      rows += children.length;
      open.add(row.id);
      next.push(...children);
    }
    level = next;
  }
  return open;
}

function inside(row: Row): Row[] {
  const count = row.to - row.from;
  return count <= IN_ONE ? children(row) : parts(row, count);
}

function children(row: Row): Row[] {
  const all = childrenOf(row.value).slice(row.from, row.to);
  return all.map(([name, value], index) => ({
    id: `${row.id}/${row.from + index}`,
    depth: row.depth + 1,
    name,
    isPart: false,
    value,
    path: row.path + step(name),
    place: index + 1,
    of: all.length,
    from: 0,
    to: childrenOf(value).length,
  }));
}

function parts(row: Row, count: number): Row[] {
  let size = IN_ONE;
  while (count > size * IN_ONE) size *= IN_ONE;
  const of = Math.ceil(count / size);
  return Array.from({ length: of }, (_, index) => {
    const from = row.from + index * size;
    const to = Math.min(from + size, row.to);
    return {
      ...row,
      id: `${row.id}:${from}`,
      depth: row.depth + 1,
      name: `${from} – ${to - 1}`,
      isPart: true,
      place: index + 1,
      of,
      from,
      to,
    };
  });
}

function step(name: string | number): string {
  if (typeof name === "number") return `[${name}]`;
  return /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
