import { describe, expect, test } from "vitest";
import { createSimulatedTime } from "../../../src/simulators/core/time.js";

describe("the simulated time", () => {
  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("cannot be advanced by %d", (ms) => {
    expect(() => createSimulatedTime().advanceTime(ms)).toThrow(RangeError);
  });

  test("is the given time plus the sum of all advances", () => {
    let nowMs = 1_000;
    const { now, advanceTime } = createSimulatedTime(() => nowMs);
    advanceTime(3_600_000);
    advanceTime(1);
    nowMs += 500;
    expect(now()).toBe(3_601_501);
  });

  test("is the machine's time by default", () => {
    const before = Date.now();
    expect(createSimulatedTime().now()).toBeGreaterThanOrEqual(before);
  });
});
