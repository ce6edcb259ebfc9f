import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { race } from "../../src/token/race.js";
import { rejection } from "./recorder.js";

describe("race", () => {
  it("rejects with the very reason of the signal", async () => {
    const stop = new AbortController();
    const reason = { mine: true };
    const raced = race(new Promise(() => undefined), stop.signal);
    stop.abort(reason);
    expect(await rejection(raced)).toBe(reason);
  });

  it("rejects at once when the signal has aborted before", async () => {
    expect(await rejection(race(Promise.resolve(1), AbortSignal.abort("left")))).toBe("left");
  });

  it("passes on the failure of the work", async () => {
    const failure = new Error("no");
    expect(await rejection(race(Promise.reject(failure), new AbortController().signal))).toBe(failure);
  });

  it("leaves nothing on the signal", async () => {
    const { signal } = new AbortController();
    expect(await race(Promise.resolve(1), signal)).toBe(1);
    await Promise.resolve();
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});
