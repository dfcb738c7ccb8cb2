import { useEffect, useReducer, useRef } from "preact/hooks";
import type { RowsTold, TableView } from "../../wire/wire";
import { useRemembered } from "../memory";
import type { Source } from "../source";
import { Pages, type Query, type Rows, toldRows } from "./pages";

/**
 * The rows of a table: told while a run makes them, else asked for. What is there stays until the first answer
 * after a change of the records, the order or the filters.
 */
export function useRows(table: TableView, { sort, filters }: Query, source: Source): Rows {
  const [told, remember] = useRemembered<RowsTold | undefined>("told rows", undefined);
  const [total, rememberTotal] = useRemembered<number | undefined>("total", undefined);
  const [, redraw] = useReducer((drawings: number) => drawings + 1, 0);
  const shown = useRef<Rows>();
  const pages = useRef<Pages>();
  const sight = useRef<[number, number]>([0, 0]);
  useEffect(() => source.hear("rows", remember), [source]);

  useEffect(() => {
    if (table.told) return;
    const asked = new Pages(source, { sort, filters }, () => {
      if (asked.answered) {
        shown.current = asked;
        if (asked.total !== undefined) rememberTotal(asked.total);
      }
      redraw(0);
    });
    pages.current = asked;
    asked.want(...sight.current);
    return () => asked.close();
  }, [source, table.told, table.version, JSON.stringify([sort, filters])]);

  if (table.told || (shown.current === undefined && told !== undefined)) {
    shown.current = toldRows(told ?? { rows: [], numbers: [] });
  }
  const expected = total ?? (filters.length === 0 ? (table.rows ?? undefined) : undefined);
  const { current } = shown;
  return {
    // Where nothing could be had, one row says why.
    total: current ? (current.total ?? 1) : expected,
    at: (index) => current?.at(index) ?? "loading",
    want(first, last) {
      sight.current = [first, last];
      pages.current?.want(first, last);
    },
    again: (failed) => pages.current?.again(failed),
    stale: !table.told && current !== undefined && current !== pages.current,
    late: table.told ? "" : (pages.current?.late ?? ""),
  };
}
