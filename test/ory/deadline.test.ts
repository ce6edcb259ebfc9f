import { afterEach, expect, test, vi } from "vitest";
import { startDeadline } from "../../src/ory/deadline.js";

afterEach(() => {
  vi.useRealTimers();
});

test("there is always something left, so that the last request can say that time is over", () => {
  vi.useFakeTimers();
  const left = startDeadline({ timeoutMs: 100 });
  vi.advanceTimersByTime(5_000);
  expect(left()).toEqual({ timeoutMs: 1 });
});

test("what has passed is taken off, in whole milliseconds, and nothing else is touched", () => {
  vi.useFakeTimers();
  const signal = AbortSignal.abort();
  const options = Object.freeze({ timeoutMs: 1_000, signal, verifySecret: true });
  const left = startDeadline(options);
  expect(left()).toEqual(options);
  vi.advanceTimersByTime(250);
  expect(left()).toEqual({ timeoutMs: 750, signal, verifySecret: true });
  vi.advanceTimersByTime(250);
  expect(left()?.timeoutMs).toBe(500);
});

test("without a deadline of the call the manager's own holds", () => {
  expect(startDeadline(undefined)()).toBeUndefined();
  const options = { signal: AbortSignal.abort() };
  expect(startDeadline(options)()).toBe(options);
});
