import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { startTimer } from "../../../src/core/abort.js";
import {
  attemptUntilFinal,
  defaultRetry,
  type NextStep,
  readReset,
  readRetryAfter,
  retryDelay,
} from "../../../src/core/http/retry.js";
import { stopTime } from "../../time.js";

describe("retryDelay", () => {
  const policy = { maxRetries: 5, initialDelayMs: 1_000, maxDelayMs: 60_000 };

  test("retryDelay is undefined when the server requires more than the longest delay", () => {
    expect(retryDelay(1, 60_001, policy)).toBeUndefined();
    expect(retryDelay(1, Number.POSITIVE_INFINITY, policy)).toBeUndefined();
  });

  test("retryDelay doubles with every retry, up to the longest delay", () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8].map((attempt) => retryDelay(attempt, undefined, policy, () => 0));
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  });

  test("retryDelay uses a hint that is longer than the step, and no shorter one", () => {
    expect(retryDelay(2, 5_000, policy, () => 0)).toBe(5_000);
    expect(retryDelay(2, 60_000, policy, () => 0)).toBe(60_000);
    expect(retryDelay(2, 500, policy, () => 0)).toBe(2_000);
    expect(retryDelay(2, 0, policy, () => 0)).toBe(2_000);
  });

  test("retryDelay is always a number between the step or the hint and the longest delay", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.option(fc.double({ min: 0, max: 1e12, noNaN: true }), { nil: undefined }),
        fc.integer({ min: 0, max: 100_000 }),
        fc.integer({ min: 0, max: 100_000 }),
        fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        (attempt, hintMs, initialDelayMs, maxDelayMs, random) => {
          const wait = retryDelay(attempt, hintMs, { maxRetries: 9, initialDelayMs, maxDelayMs }, () => random);
          if (hintMs !== undefined && hintMs > maxDelayMs) {
            expect(wait).toBeUndefined();
            return;
          }
          const step = initialDelayMs === 0 ? 0 : Math.min(initialDelayMs * 2 ** (attempt - 1), maxDelayMs);
          expect(wait).toBeGreaterThanOrEqual(Math.max(step, hintMs ?? 0));
          expect(wait).toBeLessThanOrEqual(maxDelayMs);
        },
      ),
    );
  });

  test("retryDelay is longer in sum than a window of one minute with the defaults", () => {
    let total = 0;
    for (let attempt = 1; attempt <= defaultRetry.maxRetries; attempt++)
      total += retryDelay(attempt, 30_000, defaultRetry, () => 0)!;
    expect(total).toBeGreaterThan(60_000);
  });
});

describe("readRetryAfter", () => {
  const zone = process.env.TZ;
  afterEach(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });
  const now = Date.parse("2026-11-20T12:00:00Z");
  const read = (value: string, date?: string) =>
    readRetryAfter(new Headers({ "retry-after": value, ...(date === undefined ? {} : { date }) }), now);

  test("readRetryAfter is undefined without the header", () => {
    expect(readRetryAfter(new Headers())).toBeUndefined();
  });

  test.each([
    "",
    " ",
    "soon",
    "NaN",
    "Infinity",
    "-1",
    "+1",
    "1e9",
    "0x10",
    "1.",
    ".5",
    "1;2",
    "2026-11-20",
    "Nov 20 2026",
    "Wed",
    "Wed, x",
    "on Fri, 20 Nov 2026 12:01:30 GMT",
  ])("readRetryAfter is undefined for %o", (value) => {
    expect(read(value)).toBeUndefined();
  });

  test.each([
    ["0", 0],
    ["1", 1_000],
    [" 7 ", 7_000],
    ["0.25", 250],
    ["1000000000", 1e12],
    ["3, 120, 5", 120_000],
    ["3 ,120,5", 120_000],
    ["1.5, 2.25", 2_250],
  ])("readRetryAfter reads %o as seconds", (value, expected) => {
    expect(read(value)).toBe(expected);
  });

  test("readRetryAfter is always a number that JSON can represent", () => {
    expect(read("9".repeat(400))).toBe(Number.MAX_SAFE_INTEGER);
  });

  test.each(["UTC", "America/New_York", "Asia/Kolkata"])(
    "readRetryAfter reads all three forms of a date in the time zone %s",
    (local) => {
      process.env.TZ = local;
      for (const value of ["Fri, 20 Nov 2026 12:01:30 GMT", "Friday, 20-Nov-26 12:01:30 GMT", "Fri Nov 20 12:01:30 2026"])
        expect(read(value)).toBe(90_000);
      // A form that the RFC does not have.
      expect(read("Fri, 20 Nov 2026 14:01:30 +0200")).toBe(90_000);
    },
  );

  test("readRetryAfter compares a date with the Date of the response, and with the clock when that is invalid", () => {
    const value = "Fri, 20 Nov 2026 12:01:30 GMT";
    expect(read(value, "Fri, 20 Nov 2026 12:01:00 GMT")).toBe(30_000);
    expect(read(value, "yesterday")).toBe(90_000);
  });

  test("readRetryAfter is 0 for a date in the past", () => {
    expect(read("Fri, 31 Dec 1999 23:59:59 GMT")).toBe(0);
  });

  test("readRetryAfter is undefined or a finite number of at least 0 for any value", () => {
    const header = fc.stringMatching(/^[\x20-\x7e]*$/);
    fc.assert(
      fc.property(fc.oneof(header, fc.double().map(String), fc.date().map(String)), header, (value, date) => {
        const read = readRetryAfter(new Headers({ "retry-after": value, date }), now);
        expect(read === undefined || (Number.isFinite(read) && read >= 0)).toBe(true);
      }),
    );
  });
});

describe("readReset", () => {
  test("readReset reads the first 1,000 characters of a header", () => {
    const headers = { get: (name: string) => (name === names[0] ? `${"1,".repeat(500)}99${",".repeat(1_000_000)}` : null) };
    expect(readReset(headers as unknown as Headers, names)).toBe(1_000);
  });

  const names = ["x-reset", "x-other"];

  test.each([
    [{}, undefined],
    [{ "x-third": "5" }, undefined],
    [{ "x-reset": "soon" }, undefined],
    [{ "x-reset": "-5" }, undefined],
    [{ "x-reset": "3 soon" }, undefined],
    [{ "x-reset": "" }, undefined],
    [{ "x-reset": "0" }, 0],
    [{ "x-reset": "0.25" }, 250],
    [{ "x-reset": "3 ; w=60" }, 3_000],
    [{ "x-reset": "0, 17" }, 17_000],
    [{ "x-reset": "17, 0, soon" }, 17_000],
    [{ "x-reset": '3;w=60;comment="a"' }, 3_000],
    [{ "x-reset": "3", "x-other": "9, 4" }, 9_000],
  ])("readReset reads %j as %o", (headers, expected) => {
    expect(readReset(new Headers(headers as Record<string, string>), names)).toBe(expected);
  });
});

describe("attemptUntilFinal", () => {
  const policy = { maxRetries: 2, initialDelayMs: 1, maxDelayMs: 10 };
  const run = async (steps: readonly NextStep[], timer = startTimer(1_000, undefined)) => {
    let attempts = 0;
    const result = await attemptUntilFinal(
      async () => attempts++,
      (number) => steps[number] ?? "stop",
      policy,
      timer,
    );
    timer.stop();
    return [result, attempts];
  };
  const retry = { retryAfterMs: undefined };

  test("attemptUntilFinal returns the last result when the retries are used up", async () => {
    expect(await run([retry, retry, retry, retry])).toEqual([2, 3]);
  });

  test("attemptUntilFinal returns a result at once when the server requires more than the longest delay", async () => {
    expect(await run([{ retryAfterMs: 11 }])).toEqual([0, 1]);
  });

  test.each([9, 10])("attemptUntilFinal returns a result at once when a delay of 10 ms has %i ms", async (remainingMs) => {
    stopTime();
    expect(await run([{ retryAfterMs: 10 }], startTimer(remainingMs, undefined))).toEqual([0, 1]);
  });

  test("attemptUntilFinal returns the last result when the signal aborts during a delay", async () => {
    const caller = new AbortController();
    const timer = startTimer(1_000, caller.signal);
    const result = run([{ retryAfterMs: 9 }], timer);
    setTimeout(() => caller.abort(), 1);
    expect(await result).toEqual([0, 1]);
  });

  test("attemptUntilFinal does not count an attempt that is repeated without a delay", async () => {
    expect(await run(["again", retry, "again", retry, retry])).toEqual([4, 5]);
  });

  test("attemptUntilFinal stops at a final result", async () => {
    expect(await run([retry, "stop"])).toEqual([1, 2]);
  });
});
