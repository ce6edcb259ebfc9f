import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { longestDurationMs, parseDuration, writeDuration } from "../../src/ory/durations.js";

const hour = 3_600_000;

// What Go's time.Duration.String prints for a whole number of milliseconds.
function goText(ms: number): string {
  if (ms === 0) return "0s";
  if (ms < 1_000) return `${ms}ms`;
  const total = BigInt(ms);
  const [hours, minutes, rest] = [total / 3_600_000n, (total % 3_600_000n) / 60_000n, total % 60_000n];
  const fraction = String(rest % 1_000n)
    .padStart(3, "0")
    .replace(/0+$/, "");
  const seconds = `${rest / 1_000n}${fraction && `.${fraction}`}s`;
  if (hours > 0n) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0n ? `${minutes}m${seconds}` : seconds;
}

describe("parseDuration", () => {
  test.each([
    "",
    " ",
    "1",
    "h",
    "-1h",
    "+1h",
    "1d",
    "1 h",
    "1h ",
    ".s",
    ".",
    "1h30",
    "1H",
    "one hour",
    "1h-3m",
    "0x1h",
    "1e3s",
    "P1D",
  ])("returns undefined for %j", (text) => expect(parseDuration(text)).toBeUndefined());

  test.each([
    ["0", 0],
    ["0s", 0],
    ["720h", 720 * hour],
    ["720h0m0s", 720 * hour],
    ["1h30m", 1.5 * hour],
    ["1.5h", 1.5 * hour],
    [".5h", 0.5 * hour],
    ["5.s", 5_000],
    ["90s", 90_000],
    ["1m30s", 90_000],
    ["1.5s", 1_500],
    ["250ms", 250],
    ["1500us", 1.5],
    ["1500µs", 1.5],
    ["1500μs", 1.5],
    ["1500000ns", 1.5],
    ["1ns", 0.000001],
    ["3s1h", hour + 3_000],
    ["0.1s", 100],
    ["2562047h47m16.854s", longestDurationMs],
  ])("parses %s as %d ms", (text, ms) => expect(parseDuration(text)).toBe(ms));

  test("needs time in proportion to the length of its input", () => {
    expect(parseDuration("1".repeat(50_000))).toBeUndefined();
    expect(parseDuration(`${"1.".repeat(20_000)}h`)).toBeUndefined();
  });

  test("does not throw", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."0123456789.hmsnuµ -+") }), (text) => {
        const ms = parseDuration(text);
        expect(ms === undefined || ms >= 0).toBe(true);
      }),
    );
  });
});

describe("writeDuration", () => {
  const durations = fc.oneof(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: longestDurationMs }));

  test("writes a text that parseDuration reads", () => {
    fc.assert(fc.property(durations, (ms) => parseDuration(writeDuration(ms)) === ms));
  });

  test("writes the same text as Go", () => {
    fc.assert(fc.property(durations, (ms) => writeDuration(ms) === goText(ms)));
  });

  test.each([
    [0, "0s"],
    [1, "1ms"],
    [1_001, "1.001s"],
    [90_000, "1m30s"],
    [1.5 * hour, "1h30m0s"],
    [720 * hour, "720h0m0s"],
  ])("writes %d ms as %s", (ms, text) => expect(writeDuration(ms)).toBe(text));

  test("is the reverse of parseDuration for every text that Go writes", () => {
    fc.assert(fc.property(durations, (ms) => parseDuration(goText(ms)) === ms));
  });
});
