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

/** Lets everything that is ready run, without time passing. */
const settle = () => vi.advanceTimersByTimeAsync(0);

/** Remembers when each turn began. */
function recorder(limiter: ReturnType<typeof createLimiter>) {
  const began: { name: string | number; atMs: number }[] = [];
  const ends: (() => void)[] = [];
  const take = (name: string | number, writes = false, signal: AbortSignal = never) =>
    limiter.acquire(writes, signal).then((end) => {
      began.push({ name, atMs: performance.now() });
      ends.push(end);
      return end;
    });
  return { began, ends, take };
}

describe("concurrency", () => {
  test("refuses a signal that has aborted, with its reason, and takes no place", async () => {
    const limiter = createLimiter({ concurrency: 1 });
    const reason = { enough: true };
    expect(await rejection(limiter.acquire(true, AbortSignal.abort(reason)))).toBe(reason);
    await limiter.acquire(false, never);
  });

  test("lets so many run at once, and the others in the order in which they came", async () => {
    const { began, ends, take } = recorder(createLimiter({ concurrency: 2 }));
    for (let name = 0; name < 6; name++) void take(name);
    await settle();
    expect(began.map(({ name }) => name)).toEqual([0, 1]);
    ends[1]!();
    await settle();
    expect(began.map(({ name }) => name)).toEqual([0, 1, 2]);
    ends[0]!();
    ends[2]!();
    await settle();
    expect(began.map(({ name }) => name)).toEqual([0, 1, 2, 3, 4]);
  });

  test("lets nobody past who came later, even at the moment when a place is free", async () => {
    const { began, ends, take } = recorder(createLimiter({ concurrency: 1 }));
    for (const name of ["first", "second"]) void take(name);
    await settle();
    ends[0]!();
    void take("third");
    await settle();
    expect(began.map(({ name }) => name)).toEqual(["first", "second"]);
  });

  test("is not widened by a turn that ends twice", async () => {
    const { began, ends, take } = recorder(createLimiter({ concurrency: 1 }));
    for (let name = 0; name < 3; name++) void take(name);
    await settle();
    ends[0]!();
    ends[0]!();
    await settle();
    expect(began).toHaveLength(2);
  });

  test("lets somebody leave the line, with the reason of the signal, and serves the next", async () => {
    const { began, ends, take } = recorder(createLimiter({ concurrency: 1 }));
    const caller = new AbortController();
    void take("first");
    const left = rejection(take("second", false, caller.signal));
    void take("third");
    caller.abort("enough");
    expect(await left).toBe("enough");
    ends[0]!();
    await settle();
    expect(began.map(({ name }) => name)).toEqual(["first", "third"]);
  });

  test("is eight when nothing is said", async () => {
    const { began, take } = recorder(createLimiter());
    for (let name = 0; name < 20; name++) void take(name);
    await settle();
    expect(began).toHaveLength(8);
  });

  test("loses no place and gives out none too many, whoever leaves when", async () => {
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
        const ends: (() => void)[] = [];
        let open = 0;
        let most = 0;
        for (const step of events) {
          if (step.kind === "take") {
            const caller = new AbortController();
            callers.push(caller);
            limiter.acquire(false, caller.signal).then(
              (end) => {
                most = Math.max(most, ++open);
                ends.push(() => {
                  open--;
                  end();
                });
              },
              () => undefined,
            );
          } else if (step.kind === "end") ends.splice(step.which % Math.max(1, ends.length), 1)[0]?.();
          else if (step.kind === "abort") callers[step.which % Math.max(1, callers.length)]?.abort();
          else await new Promise((resolve) => setImmediate(resolve));
        }
        await new Promise((resolve) => setImmediate(resolve));
        while (open > 0) {
          ends.pop()?.();
          await new Promise((resolve) => setImmediate(resolve));
        }
        // All places are free again: so many can be taken at once, and no more.
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
  /** The most starts that any 60 seconds hold. */
  const densest = (starts: readonly number[]) =>
    Math.max(0, ...starts.map((from) => starts.filter((start) => start >= from && start < from + 60_000).length));

  test("are kept when many writers come at once, in the order in which they came", async () => {
    const { began, ends, take } = recorder(createLimiter({ concurrency: 100, writesPerMinute: 15 }));
    for (let name = 0; name < 50; name++) void take(name, true);
    await settle();
    expect(began).toHaveLength(15);
    await vi.advanceTimersByTimeAsync(59_999);
    expect(began).toHaveLength(15);
    await vi.advanceTimersByTimeAsync(1);
    expect(began).toHaveLength(30);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(began.map(({ name }) => name)).toEqual(Array.from({ length: 50 }, (_, name) => name));
    expect(densest(began.map(({ atMs }) => atMs))).toBe(15);
    for (const end of ends) end();
  });

  test("do not hold up readers", async () => {
    const { began, take } = recorder(createLimiter({ concurrency: 2, writesPerMinute: 1 }));
    for (const name of ["w1", "w2", "w3", "w4"]) void take(name, true);
    void take("r1");
    await settle();
    expect(began.map(({ name }) => name).sort()).toEqual(["r1", "w1"]);
  });

  test("are counted from when a write could go, also when it had to wait for a place", async () => {
    const { began, ends, take } = recorder(createLimiter({ concurrency: 1, writesPerMinute: 2 }));
    for (let name = 0; name < 6; name++) void take(name, true);
    // Every write takes 25 seconds.
    for (let second = 0; second < 400; second++) {
      await vi.advanceTimersByTimeAsync(1_000);
      if (second % 25 === 24) ends.shift()?.();
    }
    expect(began).toHaveLength(6);
    expect(densest(began.map(({ atMs }) => atMs))).toBe(2);
  });

  test("are free again for others when somebody leaves the line", async () => {
    const { began, take } = recorder(createLimiter({ writesPerMinute: 1 }));
    void take("first", true);
    const caller = new AbortController();
    const left = rejection(take("second", true, caller.signal));
    void take("third", true);
    await vi.advanceTimersByTimeAsync(10_000);
    caller.abort("enough");
    expect(await left).toBe("enough");
    await vi.advanceTimersByTimeAsync(50_000);
    expect(began.map(({ name }) => name)).toEqual(["first", "third"]);
  });

  test("leave no timer behind when everybody has left", async () => {
    const { take } = recorder(createLimiter({ writesPerMinute: 1 }));
    const caller = new AbortController();
    void take("first", true);
    await settle();
    const left = [1, 2, 3].map((name) => rejection(take(name, true, caller.signal)));
    await settle();
    caller.abort();
    await Promise.all(left);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("go by the clock that is given", async () => {
    let now = 0;
    const limiter = createLimiter({ writesPerMinute: 1 }, () => now);
    (await limiter.acquire(true, never))();
    now = 60_000;
    (await limiter.acquire(true, never))();
    let third = false;
    void limiter.acquire(true, never).then(() => {
      third = true;
    });
    await settle();
    expect(third).toBe(false);
  });

  test("hold in any minute, whoever comes, ends and leaves when", async () => {
    const step = fc.record({
      waitMs: fc.integer({ min: 0, max: 40_000 }),
      take: fc.integer({ min: 0, max: 4 }),
      end: fc.integer({ min: 0, max: 4 }),
      abort: fc.array(fc.nat(30), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 3 }),
        fc.array(step, { maxLength: 15 }),
        async (concurrency, writesPerMinute, steps) => {
          const { began, ends, take } = recorder(createLimiter({ concurrency, writesPerMinute }));
          const callers: AbortController[] = [];
          let refused = 0;
          for (const { waitMs, take: more, end, abort } of steps) {
            await vi.advanceTimersByTimeAsync(waitMs);
            for (let count = 0; count < more; count++) {
              const caller = new AbortController();
              callers.push(caller);
              take(callers.length, true, caller.signal).catch(() => refused++);
            }
            for (let count = 0; count < end; count++) ends.shift()?.();
            for (const which of abort) callers[which % Math.max(1, callers.length)]?.abort();
          }
          for (let minute = 0; minute < 100 && began.length + refused < callers.length; minute++) {
            await vi.advanceTimersByTimeAsync(60_000);
            for (const finish of ends.splice(0)) finish();
            await settle();
          }
          expect(began.length + refused).toBe(callers.length);
          expect(densest(began.map(({ atMs }) => atMs))).toBeLessThanOrEqual(writesPerMinute);
          for (const finish of ends) finish();
        },
      ),
      { numRuns: 60 },
    );
  });
});
