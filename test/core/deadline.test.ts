import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readBackOptions, startDeadline } from "../../src/core/deadline.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

test.each([0, -1, Number.NaN, "5"])("a deadline that cannot work (%j) stays, for the request to refuse", (timeoutMs) => {
  const deadline = startDeadline({ timeoutMs: timeoutMs as number }, 1_000);
  vi.advanceTimersByTime(10);
  expect(deadline.remaining()).toEqual({ timeoutMs });
});

test.each([null, "soon", 7, []])("options that are none (%j) stay, for the request to refuse", (options) => {
  expect(startDeadline(options as never, 1_000).remaining()).toBe(options);
});

test("nothing is left of a deadline that has passed but the least that a call takes", () => {
  const deadline = startDeadline({ timeoutMs: 100 });
  vi.advanceTimersByTime(500);
  expect(deadline.remaining()).toEqual({ timeoutMs: 1 });
});

test("without a deadline of its own or the manager's, a call's options stay as they are", () => {
  const options = { signal: new AbortController().signal };
  expect(startDeadline(options).remaining()).toBe(options);
  expect(startDeadline(undefined).remaining()).toBeUndefined();
});

test("each request has what is deadline, and all else that the call was given", () => {
  const { signal } = new AbortController();
  const deadline = startDeadline({ timeoutMs: 1_000, signal, more: true });
  expect(deadline.remaining()).toEqual({ timeoutMs: 1_000, signal, more: true });
  vi.advanceTimersByTime(400);
  expect(deadline.remaining()).toEqual({ timeoutMs: 600, signal, more: true });
});

test("the manager's own deadline counts where the call names none", () => {
  const deadline = startDeadline(undefined, 1_000);
  const named = startDeadline({ timeoutMs: 200 }, 1_000);
  vi.advanceTimersByTime(100);
  expect(deadline.remaining()).toEqual({ timeoutMs: 900 });
  expect(named.remaining()).toEqual({ timeoutMs: 100 });
});

test("a look takes what is left of the deadline, and ten seconds at most", () => {
  const { signal } = new AbortController();
  expect(readBackOptions(undefined)).toEqual({ timeoutMs: 10_000 });
  expect(readBackOptions({ signal })).toEqual({ signal, timeoutMs: 10_000 });
  expect(readBackOptions({ timeoutMs: 600_000 })).toEqual({ timeoutMs: 10_000 });
  expect(readBackOptions({ timeoutMs: 5 })).toEqual({ timeoutMs: 5 });
});
