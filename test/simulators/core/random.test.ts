import { describe, expect, test } from "vitest";
import { randomText, randomToken } from "../../../src/simulators/core/random.js";

describe("randomness", () => {
  test("draws every character of the alphabet and no other characters", () => {
    const text = randomText(5000, "abc");
    expect(text).toMatch(/^[abc]{5000}$/);
    expect(new Set(text).size).toBe(3);
  });

  test("creates 1000 different tokens", () => {
    expect(new Set(Array.from({ length: 1000 }, randomToken)).size).toBe(1000);
  });
});
