import { expect, it } from "vitest";
import { clock, left, rate } from "../src/view/words";

it.each([
  [0.9, "0:00"],
  [153, "2:33"],
  [3723, "1:02:03"],
])("%d seconds on a clock are %s", (seconds, words) => expect(clock(seconds)).toBe(words));

it.each([
  [null, ""],
  [1.2, "2 s left"],
  [59.5, "1:00 left"],
  [152.1, "2:33 left"],
])("%s seconds left are written %s", (seconds, words) => expect(left(seconds)).toBe(words));

it.each([
  [null, ""],
  [0.05, "3.0/min"],
  [1.23, "1.2/s"],
  [1204.4, "1,204/s"],
])("%s a second is written %s", (perSecond, words) => expect(rate(perSecond)).toBe(words));
