/** Measures what the widths of columns depend on. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { isRow, type Rows } from "./pages";
import { type Ruler, rulerOf, type Shown, wishes } from "./widths";

/** Used until the browser has told the width. */
const WIDTH = 800;

/** How wide an element is. */
export function useWidth(element: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const { current } = element;
    if (!current) return;
    const measure = () => setWidth(current.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return width || WIDTH;
}

/** Measures as the browser writes, once the table is in the page. */
export function useRuler(element: { current: HTMLElement | null }): Ruler {
  const [ruler, setRuler] = useState<Ruler>(() => rulerOf(null));
  useLayoutEffect(() => setRuler(() => rulerOf(element.current)), []);
  return ruler;
}

/**
 * By the first rows that are there. They grow with what is told, never shrink: columns are not to move to and
 * fro. Later on only numbers grow, as a number that is cut off is another one.
 */
export function useWishes(
  shown: readonly Shown[],
  rows: Rows,
  first: number,
  ruler: Ruler,
): readonly number[] {
  const known = useRef<{
    shown: readonly Shown[];
    ruler: Ruler;
    wished: readonly number[];
    final: boolean;
  }>();
  const { current } = known;
  const same = current?.shown === shown && current.ruler === ruler ? current : undefined;
  const now = wishes(shown, rows, first, ruler);
  const wished = now.map((each, at) => {
    const before = same?.wished[at] ?? 0;
    return same?.final && !shown[at]?.head.numeric ? before : Math.max(each, before);
  });
  const unchanged = same && wished.every((each, at) => each === same.wished[at]);
  const start = rows.at(first);
  const final = same?.final || (isRow(start) && start.cells.every(({ form }) => form !== "pending"));
  known.current = { shown, ruler, wished: unchanged ? same.wished : wished, final };
  return known.current.wished;
}
