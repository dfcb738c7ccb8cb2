import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isRow, Pages } from "../src/view/table/pages";
import { TableSource } from "./table_source";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const settled = () => vi.advanceTimersByTimeAsync(200);

async function opened(source = new TableSource(3_000_000)) {
  const pages = new Pages(source, { sort: [], filters: [] }, () => {});
  pages.want(0, 13);
  await settled();
  return { source, pages, asked: () => source.of("rows").map(({ start }) => start) };
}

describe("the rows of a long table", () => {
  it("come from the page before, too, when one scrolls back", async () => {
    const { pages, asked } = await opened();
    pages.want(1000, 1013);
    await settled();

    pages.want(990, 1003);
    await settled();

    expect(asked()).toEqual([0, 50, 1000, 1050, 950, 900]);
  });

  it("are asked for once, however often they are looked at", async () => {
    const { pages, asked } = await opened();
    for (let first = 0; first < 40; first++) pages.want(first, first + 13);
    await settled();

    expect(asked()).toEqual([0, 50, 100]);
  });

  it("are kept up to a bound, those farthest away go first", async () => {
    const { pages, asked } = await opened();
    for (let page = 0; page < 100; page++) {
      pages.want(page * 50, page * 50 + 13);
      await settled();
    }
    const before = asked().length;

    expect(isRow(pages.at(99 * 50))).toBe(true);
    expect(isRow(pages.at(60 * 50))).toBe(true);
    expect(pages.at(0)).toBe("loading");
    pages.want(0, 13);
    await settled();
    expect(asked().length).toBeGreaterThan(before);
  });

  it("end where the table ends", async () => {
    const { source } = await opened(new TableSource(70));

    expect(source.of("rows").map(({ start, end }) => [start, end])).toEqual([
      [0, 50],
      [50, 70],
    ]);
  });

  it("are not asked for any more once the table is gone", async () => {
    const source = new TableSource(1000);
    source.holds = true;
    const pages = new Pages(source, { sort: [], filters: [] }, () => {
      throw new Error("drawn after the end");
    });
    pages.want(0, 13);

    pages.close();
    source.goOn();
    await settled();

    expect(source.asked[0]?.signal?.aborted).toBe(true);
    expect(source.asked).toHaveLength(1);
  });
});
