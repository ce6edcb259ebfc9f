import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createLimiter } from "../../src/core/limits.js";
import { rejection } from "./acme.js";

const never = new AbortController().signal;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Runs all work that is ready, without advancing the time. */
const runReady = () => vi.advanceTimersByTimeAsync(0);

/** Records when each permit was acquired. */
function recorder(limiter: ReturnType<typeof createLimiter>) {
  const acquired: { name: string | number; atMs: number }[] = [];
  const releases: (() => void)[] = [];
  const acquire = (name: string | number, writes = false, signal: AbortSignal = never) =>
    limiter.acquire(writes, signal).then((end) => {
      acquired.push({ name, atMs: performance.now() });
      releases.push(end);
      return end;
    });
  return { acquired, releases, acquire };
}

describe("concurrency", () => {
  test("rejects with the reason of a signal that has aborted, and uses no permit", async () => {
    const limiter = createLimiter({ concurrency: 1 });
    const reason = { enough: true };
    expect(await rejection(limiter.acquire(true, AbortSignal.abort(reason)))).toBe(reason);
    await limiter.acquire(false, never);
  });

  test("limits the concurrent requests, and the others follow in order", async () => {
    const { acquired, releases, acquire } = recorder(createLimiter({ concurrency: 2 }));
    for (let name = 0; name < 6; name++) void acquire(name);
    await runReady();
    expect(acquired.map(({ name }) => name)).toEqual([0, 1]);
    releases[1]!();
    await runReady();
    expect(acquired.map(({ name }) => name)).toEqual([0, 1, 2]);
    releases[0]!();
    releases[2]!();
    await runReady();
    expect(acquired.map(({ name }) => name)).toEqual([0, 1, 2, 3, 4]);
  });

  test("does not let a later request pass an earlier one when a permit is released", async () => {
    const { acquired, releases, acquire } = recorder(createLimiter({ concurrency: 1 }));
    for (const name of ["first", "second"]) void acquire(name);
    await runReady();
    releases[0]!();
    void acquire("third");
    await runReady();
    expect(acquired.map(({ name }) => name)).toEqual(["first", "second"]);
  });

  test("does not grow when a permit is released twice", async () => {
    const { acquired, releases, acquire } = recorder(createLimiter({ concurrency: 1 }));
    for (let name = 0; name < 3; name++) void acquire(name);
    await runReady();
    releases[0]!();
    releases[0]!();
    await runReady();
    expect(acquired).toHaveLength(2);
  });

  test("rejects an aborted waiter with the reason of its signal, and continues with the next", async () => {
    const { acquired, releases, acquire } = recorder(createLimiter({ concurrency: 1 }));
    const caller = new AbortController();
    void acquire("first");
    const left = rejection(acquire("second", false, caller.signal));
    void acquire("third");
    caller.abort("enough");
    expect(await left).toBe("enough");
    releases[0]!();
    await runReady();
    expect(acquired.map(({ name }) => name)).toEqual(["first", "third"]);
  });

  test("has the permits again of requests that have not ended after their deadline", async () => {
    const now = vi.spyOn(Date, "now").mockReturnValue(0);
    const limiter = createLimiter({ concurrency: 2 });
    for (const maxMs of [5_000, 5_000]) await limiter.acquire(false, never, maxMs);
    const acquired: string[] = [];
    const acquire = (name: string) => limiter.acquire(false, never, 60_000).then((end) => acquired.push(name) && end);
    // Its request is lost too, while it waits.
    void limiter.acquire(false, never, 1_000).then(() => acquired.push("lost"));
    void acquire("first");
    now.mockReturnValue(6_000);
    void acquire("second");
    await runReady();
    expect(acquired).toEqual([]);
    now.mockReturnValue(6_001);
    void acquire("third");
    await runReady();
    expect(acquired).toEqual(["first", "second"]);
    now.mockRestore();
  });

  test("keep their order when a lost request aborts after its turn", async () => {
    const now = vi.spyOn(Date, "now").mockReturnValue(0);
    const limiter = createLimiter({ concurrency: 1 });
    const { acquired, releases, acquire } = recorder(limiter);
    const lost = new AbortController();
    await acquire("first");
    const ended = rejection(limiter.acquire(false, lost.signal, 1_000));
    void acquire("second");
    now.mockReturnValue(2_001);
    releases[0]?.();
    await runReady();
    void acquire("third");
    lost.abort("over");
    expect(await ended).toBe("over");
    releases[1]?.();
    await runReady();
    expect(acquired.map(({ name }) => name)).toEqual(["first", "second", "third"]);
    now.mockRestore();
  });

  test("is eight by default", async () => {
    const { acquired, acquire } = recorder(createLimiter());
    for (let name = 0; name < 20; name++) void acquire(name);
    await runReady();
    expect(acquired).toHaveLength(8);
  });

  test("neither loses nor adds a permit, for any order of releases and aborts", async () => {
    vi.useRealTimers();
    const event = fc.oneof(
      fc.record({ kind: fc.constant("take" as const) }),
      fc.record({ kind: fc.constant("end" as const), which: fc.nat(20) }),
      fc.record({ kind: fc.constant("abort" as const), which: fc.nat(20) }),
      fc.record({ kind: fc.constant("settle" as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(event, { maxLength: 60 }), async (concurrency, events) => {
        const limiter = createLimiter({ concurrency });
        const callers: AbortController[] = [];
        const releases: (() => void)[] = [];
        let open = 0;
        let most = 0;
        for (const step of events) {
          if (step.kind === "take") {
            const caller = new AbortController();
            callers.push(caller);
            limiter.acquire(false, caller.signal).then(
              (end) => {
                most = Math.max(most, ++open);
                releases.push(() => {
                  open--;
                  end();
                });
              },
              () => undefined,
            );
          } else if (step.kind === "end") releases.splice(step.which % Math.max(1, releases.length), 1)[0]?.();
          else if (step.kind === "abort") callers[step.which % Math.max(1, callers.length)]?.abort();
          else await new Promise((resolve) => setImmediate(resolve));
        }
        await new Promise((resolve) => setImmediate(resolve));
        while (open > 0) {
          releases.pop()?.();
          await new Promise((resolve) => setImmediate(resolve));
        }
        // All permits are free again: exactly this number can be acquired.
        const taken = await Promise.all(Array.from({ length: concurrency }, () => limiter.acquire(false, never)));
        expect(taken).toHaveLength(concurrency);
        let more = false;
        void limiter.acquire(false, never).then(() => {
          more = true;
        });
        await new Promise((resolve) => setImmediate(resolve));
        expect(more).toBe(false);
        expect(most).toBeLessThanOrEqual(concurrency);
      }),
      { numRuns: 100 },
    );
  });
});

describe("writes per minute", () => {
  /** The maximum number of starts in any 60 seconds. */
  const densest = (starts: readonly number[]) =>
    Math.max(0, ...starts.map((from) => starts.filter((start) => start >= from && start < from + 60_000).length));

  test("are limited for many simultaneous writes, in order", async () => {
    const { acquired, releases, acquire } = recorder(createLimiter({ concurrency: 100, writesPerMinute: 15 }));
    for (let name = 0; name < 50; name++) void acquire(name, true);
    await runReady();
    expect(acquired).toHaveLength(15);
    await vi.advanceTimersByTimeAsync(59_999);
    expect(acquired).toHaveLength(15);
    await vi.advanceTimersByTimeAsync(1);
    expect(acquired).toHaveLength(30);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(acquired.map(({ name }) => name)).toEqual(Array.from({ length: 50 }, (_, name) => name));
    expect(densest(acquired.map(({ atMs }) => atMs))).toBe(15);
    for (const end of releases) end();
  });

  test("do not delay reads", async () => {
    const { acquired, acquire } = recorder(createLimiter({ concurrency: 2, writesPerMinute: 1 }));
    for (const name of ["w1", "w2", "w3", "w4"]) void acquire(name, true);
    void acquire("r1");
    await runReady();
    expect(acquired.map(({ name }) => name).sort()).toEqual(["r1", "w1"]);
  });

  test("are counted from the time of sending, also for a write that waited for a permit", async () => {
    const { acquired, releases, acquire } = recorder(createLimiter({ concurrency: 1, writesPerMinute: 2 }));
    for (let name = 0; name < 6; name++) void acquire(name, true);
    // Every write takes 25 seconds.
    for (let second = 0; second < 400; second++) {
      await vi.advanceTimersByTimeAsync(1_000);
      if (second % 25 === 24) releases.shift()?.();
    }
    expect(acquired).toHaveLength(6);
    expect(densest(acquired.map(({ atMs }) => atMs))).toBe(2);
  });

  test("are available for others after a waiter is aborted", async () => {
    const { acquired, acquire } = recorder(createLimiter({ writesPerMinute: 1 }));
    void acquire("first", true);
    const caller = new AbortController();
    const left = rejection(acquire("second", true, caller.signal));
    void acquire("third", true);
    await vi.advanceTimersByTimeAsync(10_000);
    caller.abort("enough");
    expect(await left).toBe("enough");
    await vi.advanceTimersByTimeAsync(50_000);
    expect(acquired.map(({ name }) => name)).toEqual(["first", "third"]);
  });

  test("leave no timer behind after all waiters are aborted", async () => {
    const { acquire } = recorder(createLimiter({ writesPerMinute: 1 }));
    const caller = new AbortController();
    void acquire("first", true);
    await runReady();
    const left = [1, 2, 3].map((name) => rejection(acquire(name, true, caller.signal)));
    await runReady();
    caller.abort();
    await Promise.all(left);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("use the clock of the options", async () => {
    let now = 0;
    const limiter = createLimiter({ writesPerMinute: 1 }, () => now);
    (await limiter.acquire(true, never))();
    now = 60_000;
    (await limiter.acquire(true, never))();
    let third = false;
    void limiter.acquire(true, never).then(() => {
      third = true;
    });
    await runReady();
    expect(third).toBe(false);
  });

  test("are limited in any minute, for any order of acquisitions, releases and aborts", async () => {
    const step = fc.record({
      waitMs: fc.integer({ min: 0, max: 40_000 }),
      acquire: fc.integer({ min: 0, max: 4 }),
      end: fc.integer({ min: 0, max: 4 }),
      abort: fc.array(fc.nat(30), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 3 }),
        fc.array(step, { maxLength: 15 }),
        async (concurrency, writesPerMinute, steps) => {
          const { acquired, releases, acquire } = recorder(createLimiter({ concurrency, writesPerMinute }));
          const callers: AbortController[] = [];
          let rejected = 0;
          for (const { waitMs, acquire: more, end, abort } of steps) {
            await vi.advanceTimersByTimeAsync(waitMs);
            for (let count = 0; count < more; count++) {
              const caller = new AbortController();
              callers.push(caller);
              acquire(callers.length, true, caller.signal).catch(() => rejected++);
            }
            for (let count = 0; count < end; count++) releases.shift()?.();
            for (const which of abort) callers[which % Math.max(1, callers.length)]?.abort();
          }
          for (let minute = 0; minute < 100 && acquired.length + rejected < callers.length; minute++) {
            await vi.advanceTimersByTimeAsync(60_000);
            for (const finish of releases.splice(0)) finish();
            await runReady();
          }
          expect(acquired.length + rejected).toBe(callers.length);
          expect(densest(acquired.map(({ atMs }) => atMs))).toBeLessThanOrEqual(writesPerMinute);
          for (const finish of releases) finish();
        },
      ),
      { numRuns: 60 },
    );
  });
});
