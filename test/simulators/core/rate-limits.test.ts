import { describe, expect, test } from "vitest";
import { createLimiter } from "../../../src/simulators/core/rate-limits.js";

describe("the rate limiter", () => {
  test("rejects requests above the limit of any window, and resets a window when its time is over", () => {
    let nowMs = 0;
    const admit = createLimiter(
      [
        { limit: 2, seconds: 1 },
        { limit: 3, seconds: 60 },
      ],
      () => nowMs,
    );
    const admitted = () => admit().admitted;
    expect([admitted(), admitted(), admitted()]).toEqual([true, true, false]);
    nowMs = 1000;
    expect([admitted(), admitted()]).toEqual([true, false]);
    nowMs = 59_999;
    expect(admit()).toMatchObject({ admitted: false, windows: [{ remaining: 2 }, { remaining: 0, resetSeconds: 1 }] });
    nowMs = 60_000;
    expect(admitted()).toBe(true);
  });
});
