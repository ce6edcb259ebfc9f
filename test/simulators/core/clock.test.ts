import { describe, expect, test } from "vitest";
import { createClock } from "../../../src/simulators/core/clock.js";

describe("the clock", () => {
  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("does not move by %d", (ms) => {
    expect(() => createClock().advance(ms)).toThrow(RangeError);
  });

  test("runs ahead by as much as it was moved", () => {
    const clock = createClock();
    const before = clock.now().getTime();
    clock.advance(3_600_000);
    expect(clock.now().getTime() - before).toBeGreaterThanOrEqual(3_600_000);
  });
});
