import { expect, it } from "vitest";
import { completeMagic, isMagicLine } from "../src/lab/editing/magic_lines";

/** What is offered where `|` stands. */
function offered(marked: string) {
  const place = marked.lastIndexOf("|");
  const text = marked.slice(0, place) + marked.slice(place + 1);
  return { text, ...(completeMagic(text, place) ?? { from: place, to: place, items: [] }) };
}

const labels = (marked: string) => offered(marked).items.map((item) => item.label);

it.each([
  ["%%dd_preview --nu|", ["--num-records"]],
  ["%%dd_create reviews -n 5 --re|", ["--resume"]],
  ["%dd_preview --re|", []],
  ["  %dd_preview --nu|", ["--num-records"]],
  ["x = 1\n%dd_jobs --sta|", ["--status"]],
  ["%%dd_create --sub| reviews\nbuilder", ["--submit"]],
  ["%%dd_preview --format |", ["python", "yaml", "json"]],
  ["%%dd_preview --format y|", ["yaml"]],
  ["%%dd_preview --format=j|", ["json"]],
  ["%dd_migrate --to l|", ["local"]],
  ["%dd_services st|", ["start", "stop", "status"]],
  ["%dd_services status --fol|", ["--folder"]],
  ["%dd_services status st|", []],
  ["%%dd_preview --config --fo|", []],
  ["%dd_j|", ["%dd_jobs"]],
  ["%%dd_j|", []],
  ["%%dd_pre|", ["%%dd_preview"]],
  ["x = 1\n%%dd_pre|", []],
  ["x = 1\n%dd_pre|", ["%dd_preview"]],
  ["%%dd_unknown --|", []],
  ["%other --|", []],
  ["dd_preview --|", []],
  ["x = '%dd_preview' --|", []],
  ["|", []],
])("in %j is offered %j", (marked, expected) => expect(labels(marked)).toEqual(expected));

it("an option that stands there is not offered again, unless it may be given several times", () => {
  expect(labels("%%dd_create --submit --|")).not.toContain("--submit");
  expect(labels("%%dd_create -n 5 --|")).not.toContain("--num-records");
  expect(labels("%%dd_create --option a=b --|")).toContain("--option");
});

it("each option says what it is for, what follows it, and how it is shortened", () => {
  const { items } = offered("%%dd_create --|");

  expect(items.filter((item) => !item.documentation)).toEqual([]);
  expect(items.find((item) => item.label === "--num-records")).toMatchObject({
    detail: "N, -n",
    documentation: "Records to make. Default: 100.",
  });
});

it("the rest of the word is replaced, too", () => {
  const { text, from, to, items } = offered("%%dd_create --re|cords x");

  expect(text.slice(0, from) + items[0]?.insert + text.slice(to)).toBe("%%dd_create --resume x");
});

it.each([
  ["%dd_preview --", true],
  ["%%dd_", true],
  ["%dd_jobs", true],
  ["%time", false],
  ["x = 1", false],
])("%j is a line of ours: %s", (before, ours) => expect(isMagicLine(before)).toBe(ours));
