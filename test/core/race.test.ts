import { expect, test, vi } from "vitest";
import { race } from "../../src/core/race.js";
import { rejection } from "./acme.js";

const never = () => new Promise<never>(() => undefined);

test("rejects at once with the reason of a signal that has aborted before, whatever it is", async () => {
  for (const reason of [new Error("enough"), "enough", 0, null])
    expect(await rejection(race(never(), AbortSignal.abort(reason)))).toBe(reason);
});

test("rejects with the reason of a signal that aborts before the work ends", async () => {
  const caller = new AbortController();
  const work = rejection(race(never(), caller.signal));
  caller.abort("enough");
  expect(await work).toBe("enough");
});

test("does not let work that fails after the signal become an unhandled rejection", async () => {
  const unhandled = vi.fn();
  process.on("unhandledRejection", unhandled);
  try {
    const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error("late")), 5));
    await rejection(race(late, AbortSignal.abort("enough")));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(unhandled).not.toHaveBeenCalled();
  } finally {
    process.off("unhandledRejection", unhandled);
  }
});

test("ends as the work does, and leaves no listener", async () => {
  const { signal } = new AbortController();
  const add = vi.spyOn(signal, "addEventListener");
  const remove = vi.spyOn(signal, "removeEventListener");
  const fault = new Error("work");
  expect(await rejection(race(Promise.reject(fault), signal))).toBe(fault);
  expect(await race(Promise.resolve(7), signal)).toBe(7);
  await Promise.resolve();
  expect(remove).toHaveBeenCalledTimes(add.mock.calls.length);
});
