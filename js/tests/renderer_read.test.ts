import { type Schema, Validator } from "@cfworker/json-schema";
import { describe, expect, it } from "vitest";
import { keyOf, MOST_CHARACTERS, readSaved, Unfit } from "../src/lab/renderer/read";
import schema from "../src/wire/saved.json";
import { asJson, KEY, savedJob, savedRun } from "./saved_views";

/** A validator that is not ours, to hold ours against. */
const validator = new Validator(schema as unknown as Schema, "2020-12");

const spoilt = (spoil: (json: ReturnType<typeof asJson>) => void) => {
  const json = asJson(savedRun());
  spoil(json);
  return json;
};
const why = (json: unknown): string => {
  try {
    readSaved(json);
  } catch (error) {
    if (error instanceof Unfit) return error.message;
    throw error;
  }
  return "";
};

describe("what a notebook keeps of a view", () => {
  it("is read as it was written", () => {
    for (const saved of [savedRun(), savedJob()]) {
      expect(validator.validate(asJson(saved)).valid).toBe(true);
      expect(readSaved(asJson(saved))).toMatchObject(asJson(saved));
    }
  });

  it("gets what an earlier version left out", () => {
    const json = spoilt(({ live, answers }) => {
      for (const name of ["notices", "facts", "status", "way_on", "forecast", "job"]) delete live[name];
      delete answers.records[0].fields[0].markdown;
      answers.rows.rows[0][0] = { text: "Kettle" };
    });

    const { live, answers } = readSaved(json);

    expect(live).toMatchObject({ notices: [], facts: [], status: null, way_on: [], forecast: "", job: null });
    expect(answers.records?.[0]?.fields[0]?.markdown).toEqual([]);
    expect(answers.rows?.rows[0]?.[0]).toEqual({ text: "Kettle", form: "text", note: "", before: null });
  });

  it("is read without what a later version adds, and without names of a prototype", () => {
    const json = JSON.parse(
      JSON.stringify(savedRun()).replace(
        '"version":1',
        '"version":1,"__proto__":{"harmed":1},"constructor":5,"new":{}',
      ),
    );

    const read = readSaved(json);

    expect(Object.keys(read)).toEqual(["version", "key", "live", "answers"]);
    expect((read as unknown as { harmed?: number }).harmed).toBeUndefined();
    expect(({} as { harmed?: number }).harmed).toBeUndefined();
  });

  it("takes columns by any name, a prototype's for one", () => {
    const json = spoilt(({ live }) => {
      live.table.columns[0].name = "__proto__";
      live.table.columns[1].name = "constructor";
    });

    const { live } = readSaved(json);

    expect(live.view === "run" && live.table?.columns.map(({ name }) => name).slice(0, 2)).toEqual([
      "__proto__",
      "constructor",
    ]);
  });

  it("holds its own against a validator that is not ours: whatever is spoilt is refused by both", () => {
    const places = [
      (json: ReturnType<typeof asJson>, value: unknown) => (json.live = value),
      (json: ReturnType<typeof asJson>, value: unknown) => (json.live.title = value),
      (json: ReturnType<typeof asJson>, value: unknown) => (json.live.state = value),
      (json: ReturnType<typeof asJson>, value: unknown) => (json.live.view = value),
      (json: ReturnType<typeof asJson>, value: unknown) => (json.live.table.columns = value),
      (json: ReturnType<typeof asJson>, value: unknown) => (json.live.table.rows = value),
      (json: ReturnType<typeof asJson>, value: unknown) => (json.answers.rows.rows[2] = value),
      (json: ReturnType<typeof asJson>, value: unknown) => (json.answers.rows.rows[2][1] = value),
      (json: ReturnType<typeof asJson>, value: unknown) => (json.answers.records[1].fields[1].form = value),
      (json: ReturnType<typeof asJson>, value: unknown) => (json.answers.log = value),
    ];
    const values: unknown[] = [
      null,
      true,
      "text",
      "",
      0,
      -1,
      1.5,
      [],
      [[]],
      {},
      { toString: 1 },
      "__proto__",
      ["a"],
      { text: {} },
    ];
    for (const place of places) {
      for (const value of values) {
        const json = spoilt((each) => void place(each, value));
        const theirs = validator.validate(json).valid;
        expect(why(json) === "", `${place} ${JSON.stringify(value)}`).toBe(theirs);
      }
    }
  });

  it.each([
    ["no object", 5],
    ["null", null],
    ["a list", []],
    ["a text", "{}"],
    ["another key", spoilt((json) => (json.key = '"><img>'))],
    ["a key in capitals", spoilt((json) => (json.key = KEY.toUpperCase()))],
    ["infinity", spoilt((json) => (json.live.elapsed_seconds = Number.POSITIVE_INFINITY))],
    ["a number too large", spoilt((json) => (json.live.table.rows = 1e300))],
    [
      "the same column twice",
      spoilt((json) => (json.live.table.columns[1].name = json.live.table.columns[0].name)),
    ],
    ["a form to submit", spoilt((json) => (json.live = { view: "submit", name: "x" }))],
  ])("is refused with a sentence: %s", (_, json) => {
    expect(why(json)).toMatch(/\.$/);
  });

  it("says what is wrong, of a later version too", () => {
    expect(why(spoilt((json) => (json.live.table.columns = 5)))).toBe(
      "`live.table.columns` is not what it should be.",
    );
    expect(why(spoilt((json) => (json.version = 2)))).toContain("later version");
  });

  it("is bounded: in all, in depth, in columns, in its texts", () => {
    expect(
      why(
        spoilt((json) => (json.live.facts = Array.from({ length: 9000 }, () => ({ text: "x".repeat(200) })))),
      ),
    ).toContain("1 MB");
    expect(
      why(
        spoilt(
          (json) => (json.live.notices = Array.from({ length: 10_001 }, () => ({ level: "info", text: "" }))),
        ),
      ),
    ).not.toBe("");
    expect(
      why(
        spoilt(
          (json) =>
            (json.live.table.columns = Array.from({ length: 1001 }, (_, at) => ({
              name: `c${at}`,
              kind: "",
            }))),
        ),
      ),
    ).toContain("1000 columns");
    let nested: unknown = { tag: "text", text: "bottom" };
    for (let level = 0; level < 5000; level++) nested = { tag: "quote", children: [nested] };
    expect(why(spoilt((json) => (json.answers.records[0].fields[0].markdown = [nested])))).toContain("deep");
    const long = readSaved(spoilt((json) => (json.live.title = "x".repeat(MOST_CHARACTERS / 2))));
    expect(long.live.view === "run" && long.live.title.length).toBeLessThan(21_000);
  });

  it("makes no negative counts, which would draw bars to the left", () => {
    const read = readSaved(spoilt((json) => (json.live.elapsed_seconds = -5)));

    expect(read.live).toMatchObject({ elapsed_seconds: 0 });
  });

  it("has a key that is an attribute of the page, or none", () => {
    expect(keyOf(asJson(savedRun()))).toBe(KEY);
    expect(keyOf({ key: "<b>" })).toBeUndefined();
    expect(keyOf(JSON.parse(`{"__proto__": {"key": "${KEY}"}}`))).toBeUndefined();
    expect(keyOf([KEY])).toBeUndefined();
  });
});
