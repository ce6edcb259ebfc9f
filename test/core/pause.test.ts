import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { sleep } from "../../src/core/pause.js";
import { rejection } from "./acme.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const reason = { enough: true };

test("a signal that has fired is told at once, with its own reason, and no time is waited", async () => {
  expect(await rejection(sleep(1_000, AbortSignal.abort(reason)))).toBe(reason);
  expect(vi.getTimerCount()).toBe(0);
});

test("a signal that fires ends the wait with its own reason, and leaves no timer", async () => {
  const leave = new AbortController();
  const ending = rejection(sleep(1_000, leave.signal));
  await vi.advanceTimersByTimeAsync(999);
  leave.abort(reason);
  expect(await ending).toBe(reason);
  expect(vi.getTimerCount()).toBe(0);
});

test.each([["with a signal", new AbortController().signal] as const, ["without one", undefined] as const])(
  "a wait %s lasts as long as it says",
  async (_, signal) => {
    const done = vi.fn();
    sleep(1_000, signal).then(done);
    await vi.advanceTimersByTimeAsync(999);
    expect(done).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(done).toHaveBeenCalledOnce();
  },
);
