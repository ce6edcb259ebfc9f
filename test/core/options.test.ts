import { describe, expect, test } from "vitest";
import { readTransport, toTokenTransport } from "../../src/core/options.js";

describe("readTransport", () => {
  const defaults = { timeoutMs: 120_000, retry: { maxRetries: 5, initialDelayMs: 1_000, maxDelayMs: 60_000 } };

  test("readTransport adds the documented defaults, also for options that are undefined", () => {
    expect(readTransport({})).toMatchObject(defaults);
    const nothing = { maxRetries: undefined, initialDelayMs: undefined, maxDelayMs: undefined };
    expect(readTransport({ timeoutMs: undefined, retry: nothing, limits: { concurrency: undefined } })).toMatchObject(defaults);
    expect(readTransport({}).fetch).toBeUndefined();
  });

  test("readTransport keeps the given options, zero included", () => {
    const read = readTransport({ fetch, timeoutMs: 5, retry: { maxRetries: 0, initialDelayMs: 0, maxDelayMs: 0 } });
    expect(read).toMatchObject({ fetch, timeoutMs: 5, retry: { maxRetries: 0, initialDelayMs: 0, maxDelayMs: 0 } });
  });

  test("readTransport creates one limiter for each manager, with the given limits", async () => {
    const { signal } = new AbortController();
    const one = readTransport({ limits: { concurrency: 1 } });
    const other = readTransport({ limits: { concurrency: 1 } });
    await one.limiter.acquire(false, signal);
    await other.limiter.acquire(false, signal);
    const caller = new AbortController();
    const third = one.limiter.acquire(false, caller.signal);
    caller.abort("full");
    await expect(third).rejects.toBe("full");
  });
});

describe("toTokenTransport", () => {
  test("toTokenTransport is empty without options", () => {
    expect(toTokenTransport({})).toEqual({});
    expect(toTokenTransport({}, { timeoutMs: 5 })).toEqual({ timeoutMs: 5 });
  });

  test("toTokenTransport has the manager's fetch, and the signal and timeout of the call", () => {
    const { signal } = new AbortController();
    expect(toTokenTransport({ fetch }, { signal, timeoutMs: 5 })).toEqual({ fetch, signal, timeoutMs: 5 });
  });
});
