/**
 * Scrolling through more rows than an element can be high.
 *
 * Browsers draw elements up to some 17 to 33 million pixels high; 3,000,000 rows are 87 million. So the bar of a
 * long table moves in another scale than its rows: a drag jumps, the wheel, a finger and keys move row by row.
 */
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { useRemembered } from "../memory";

export const ROW = 29;
export const HEAD = 45;

/** The highest that the rows are drawn. */
export const HIGHEST = 8_000_000;

/** After this long without a scroll the bar is set to where the rows are. */
const REST_MS = 150;

interface Place {
  /** How far the rows are scrolled, in pixels of theirs. */
  rows: number;
  /** How far the element is. */
  bar: number;
  left: number;
}

export interface Scroll {
  element: { current: HTMLDivElement | null };
  top: number;
  /** Whether columns are out of sight on the left. */
  across: boolean;
  /** Where a row is drawn in the element. */
  place(row: number): number;
  /** How high the element with all rows is. */
  height: number;
  onScroll(): void;
  /** Brings a row into sight. */
  reveal(row: number): void;
  /** Brings what is from `left` to `right` into sight; what is left of `covered` is under the column of numbers. */
  revealAcross(left: number, right: number, covered: number): void;
}

/**
 * `memory` names what is remembered; `room` is how high the rows in sight are together, where no browser says
 * so; in another arrangement the rows are shown from the first on.
 */
export function useScroll(memory: string, total: number, room: number, arranged: string): Scroll {
  const [place, setPlace] = useRemembered<Place>(`${memory} place`, { rows: 0, bar: 0, left: 0 });
  const now = useRef(place);
  const element = useRef<HTMLDivElement>(null);
  const resting = useRef<ReturnType<typeof setTimeout>>();
  const whole = total * ROW;
  const height = Math.min(whole, HIGHEST);
  const scaled = whole > height;
  const view = () => Math.max(ROW, (element.current?.clientHeight || HEAD + room) - HEAD);
  const scale = () => (whole - view()) / (height - view());

  function put(next: Place) {
    const { rows, bar, left } = now.current;
    if (next.rows === rows && next.bar === bar && next.left === left) return;
    now.current = next;
    setPlace(next);
  }

  function to(rows: number) {
    const there = Math.max(0, Math.min(rows, whole - view()));
    const { current } = element;
    const bar = scaled ? there / scale() : there;
    if (current) current.scrollTop = bar;
    put({ ...now.current, rows: there, bar: current?.scrollTop ?? bar });
  }

  function onScroll() {
    const { current } = element;
    if (!current) return;
    const { scrollTop: bar, scrollLeft: left } = current;
    const moved = bar - now.current.bar;
    if (!scaled) return put({ rows: bar, bar, left });
    if (Math.abs(moved) < 1) return put({ ...now.current, left });
    const near = Math.abs(moved) <= view() && bar > 0 && bar < height - view() - 1;
    const rows = near ? now.current.rows + moved : bar * scale();
    put({ rows: Math.max(0, Math.min(rows, whole - view())), bar, left });
    clearTimeout(resting.current);
    if (near) resting.current = setTimeout(() => to(now.current.rows), REST_MS);
  }

  useLayoutEffect(() => {
    const { current } = element;
    if (!current || total === 0) return;
    if (now.current.rows > 0) to(now.current.rows);
    if (now.current.left > 0) current.scrollLeft = now.current.left;
  }, [total === 0, whole, room]);

  const last = useRef(arranged);
  useLayoutEffect(() => {
    if (last.current !== arranged) to(0);
    last.current = arranged;
  }, [arranged]);

  useEffect(() => {
    const { current } = element;
    if (!current || !scaled) return;
    function turn(event: WheelEvent) {
      const { deltaX, deltaY, deltaMode, ctrlKey, shiftKey } = event;
      if (ctrlKey || shiftKey || Math.abs(deltaX) > Math.abs(deltaY)) return;
      const by = deltaY * (deltaMode === 1 ? ROW : deltaMode === 2 ? view() : 1);
      const { rows } = now.current;
      if (by === 0 || (by < 0 && rows <= 0) || (by > 0 && rows >= whole - view())) return; // the page scrolls on
      event.preventDefault();
      to(rows + by);
    }
    current.addEventListener("wheel", turn, { passive: false });
    return () => current.removeEventListener("wheel", turn);
  }, [scaled, whole, room]);
  useEffect(() => () => clearTimeout(resting.current), []);

  return {
    element,
    top: Math.max(0, Math.min(place.rows, whole - room)),
    across: place.left > 0,
    place: (row) => row * ROW + (scaled ? place.bar - place.rows : 0),
    height,
    onScroll,
    reveal(row) {
      const { rows } = now.current;
      if (row * ROW < rows) to(row * ROW);
      else if ((row + 1) * ROW > rows + view()) to((row + 1) * ROW - view());
    },
    revealAcross(left, right, covered) {
      const { current } = element;
      if (!current) return;
      if (left < current.scrollLeft + covered) current.scrollLeft = left - covered;
      else if (right > current.scrollLeft + current.clientWidth) {
        current.scrollLeft = Math.min(left - covered, right - current.clientWidth);
      }
    },
  };
}
