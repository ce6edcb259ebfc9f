import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  isAbortSignal,
  race,
  readBackOptions,
  shareInFlight,
  sleep,
  startDeadline,
  startTimer,
  throwIfAborted,
  toNativeSignal,
  withTimeout,
} from "../../src/core/abort.js";
import { rejection } from "./acme.js";

describe("race", () => {
  const never = () => new Promise<never>(() => undefined);

  test("race rejects at once with any reason of a signal that has aborted before", async () => {
    for (const reason of [new Error("enough"), "enough", 0, null])
      expect(await rejection(race(never(), AbortSignal.abort(reason)))).toBe(reason);
  });

  test("race rejects with the reason of a signal that aborts before the work ends", async () => {
    const caller = new AbortController();
    const work = rejection(race(never(), caller.signal));
    caller.abort("enough");
    expect(await work).toBe("enough");
  });

  test("race handles the rejection of work that fails after the abort", async () => {
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

  test("race settles as the work does, and leaves no listener", async () => {
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, "addEventListener");
    const remove = vi.spyOn(signal, "removeEventListener");
    const fault = new Error("work");
    expect(await rejection(race(Promise.reject(fault), signal))).toBe(fault);
    expect(await race(Promise.resolve(7), signal)).toBe(7);
    await Promise.resolve();
    expect(remove).toHaveBeenCalledTimes(add.mock.calls.length);
  });
});

describe("sleep", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const reason = { enough: true };

  test("sleep rejects at once with the reason of a signal that has aborted", async () => {
    expect(await rejection(sleep(1_000, AbortSignal.abort(reason)))).toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("sleep rejects with the reason of a signal that aborts, and leaves no timer", async () => {
    const leave = new AbortController();
    const ending = rejection(sleep(1_000, leave.signal));
    await vi.advanceTimersByTimeAsync(999);
    leave.abort(reason);
    expect(await ending).toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([["with a signal", new AbortController().signal] as const, ["without one", undefined] as const])(
    "sleep %s takes the given time",
    async (_, signal) => {
      const done = vi.fn();
      sleep(1_000, signal).then(done);
      await vi.advanceTimersByTimeAsync(999);
      expect(done).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(1);
      expect(done).toHaveBeenCalledOnce();
    },
  );
});

describe("startDeadline and readBackOptions", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["performance"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test.each([0, -1, Number.NaN, "5"])(
    "an invalid deadline (%j) stays unchanged, so that the request rejects it",
    (timeoutMs) => {
      const deadline = startDeadline({ timeoutMs: timeoutMs as number }, 1_000);
      vi.advanceTimersByTime(10);
      expect(deadline.remaining()).toEqual({ timeoutMs });
    },
  );

  test.each([null, "soon", 7, []])("invalid options (%j) stay unchanged, so that the request rejects them", (options) => {
    expect(startDeadline(options as never, 1_000).remaining()).toBe(options);
  });

  test("the remaining time after the deadline is 1 millisecond, the minimum of a call", () => {
    const deadline = startDeadline({ timeoutMs: 100 });
    vi.advanceTimersByTime(500);
    expect(deadline.remaining()).toEqual({ timeoutMs: 1 });
  });

  test("the options of a call without any deadline stay unchanged", () => {
    const options = { signal: new AbortController().signal };
    expect(startDeadline(options).remaining()).toBe(options);
    expect(startDeadline(undefined).remaining()).toBeUndefined();
  });

  test("each request has the remaining time and the other options of the call", () => {
    const { signal } = new AbortController();
    const deadline = startDeadline({ timeoutMs: 1_000, signal, more: true });
    expect(deadline.remaining()).toEqual({ timeoutMs: 1_000, signal, more: true });
    vi.advanceTimersByTime(400);
    expect(deadline.remaining()).toEqual({ timeoutMs: 600, signal, more: true });
  });

  test("the manager's deadline applies to a call without one", () => {
    vi.advanceTimersByTime(50);
    expect(startDeadline(undefined, 1).remaining()).toEqual({ timeoutMs: 1 });
    const deadline = startDeadline(undefined, 1_000);
    const named = startDeadline({ timeoutMs: 200 }, 1_000);
    vi.advanceTimersByTime(100);
    expect(deadline.remaining()).toEqual({ timeoutMs: 900 });
    expect(named.remaining()).toEqual({ timeoutMs: 100 });
  });

  test("readBackOptions has the remaining time of the deadline, and ten seconds at most", () => {
    const { signal } = new AbortController();
    expect(readBackOptions(undefined)).toEqual({ timeoutMs: 10_000 });
    expect(readBackOptions({ signal })).toEqual({ signal, timeoutMs: 10_000 });
    expect(readBackOptions({ timeoutMs: 600_000 })).toEqual({ timeoutMs: 10_000 });
    expect(readBackOptions({ timeoutMs: 5 })).toEqual({ timeoutMs: 5 });
  });
});

describe("startTimer", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test("startTimer aborts when the time is over, with a reason that is created then", async () => {
    vi.useFakeTimers();
    const timer = startTimer(100, undefined, () => "too late");
    await vi.advanceTimersByTimeAsync(60);
    expect([timer.expired(), timer.signal.aborted, timer.remainingMs()]).toEqual([false, false, 40]);
    await vi.advanceTimersByTimeAsync(40);
    expect([timer.expired(), timer.signal.reason, timer.remainingMs()]).toEqual([true, "too late", 0]);
  });

  test("startTimer aborts with the platform's reason when none is given", async () => {
    vi.useFakeTimers();
    const timer = startTimer(100, undefined);
    await vi.advanceTimersByTimeAsync(100);
    expect(timer.signal.reason).toMatchObject({ name: "AbortError" });
  });

  test("startTimer aborts with the caller's signal and its reason, and has not expired", () => {
    const caller = new AbortController();
    const timer = startTimer(1_000, caller.signal);
    caller.abort("enough");
    expect([timer.expired(), timer.signal.reason]).toEqual([false, "enough"]);
    timer.stop();
    const late = startTimer(1_000, caller.signal);
    expect(late.signal.reason).toBe("enough");
    late.stop();
  });

  test("startTimer leaves neither a timer nor a listener when it is stopped", () => {
    vi.useFakeTimers();
    const { signal } = new AbortController();
    startTimer(1_000, signal).stop();
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test("a signal with many callbacks has one listener, and each callback is called", async () => {
    const caller = new AbortController();
    const waiting = Array.from({ length: 100 }, () => race(new Promise(() => undefined), caller.signal));
    const timers = Array.from({ length: 100 }, () => startTimer(1_000, caller.signal));
    expect(getEventListeners(caller.signal, "abort")).toHaveLength(1);
    caller.abort("enough");
    expect(await Promise.all(waiting.map(rejection))).toEqual(Array(100).fill("enough"));
    expect(timers.map(({ signal }) => signal.reason)).toEqual(Array(100).fill("enough"));
    for (const timer of timers) timer.stop();
  });
});

test("an abort reaches the callbacks that remain after another one was removed", async () => {
  const caller = new AbortController();
  const [first, second] = [startTimer(1_000, caller.signal), startTimer(1_000, caller.signal)];
  first.stop();
  caller.abort("enough");
  expect([first.signal.aborted, second.signal.reason]).toEqual([false, "enough"]);
  second.stop();
});

describe("shareInFlight", () => {
  test("a run that has not ended one second after its deadline is lost: the next caller starts another one", async () => {
    const now = vi.spyOn(Date, "now").mockReturnValue(0);
    let runs = 0;
    const join = shareInFlight(async () => (++runs === 1 ? new Promise<number>(() => undefined) : runs), 5_000);
    void join();
    now.mockReturnValue(6_000);
    void join();
    expect(runs).toBe(1);
    now.mockReturnValue(6_001);
    expect(await join()).toBe(2);
    now.mockRestore();
  });

  test("a lost run that ends late does not end a newer run", async () => {
    const now = vi.spyOn(Date, "now").mockReturnValue(0);
    const ends: ((value: string) => void)[] = [];
    const join = shareInFlight(() => new Promise<string>((resolve) => ends.push(resolve)), 5_000);
    const lost = join();
    now.mockReturnValue(6_001);
    const newer = join();
    ends[0]?.("late");
    await lost;
    expect(join()).toBe(newer);
    now.mockRestore();
  });

  test("concurrent callers share one run and its failure, and a later caller starts another run", async () => {
    let runs = 0;
    const join = shareInFlight(async () => {
      if (++runs === 1) throw "broken";
      return runs;
    }, 5_000);
    expect(await Promise.all([rejection(join()), rejection(join())])).toEqual(["broken", "broken"]);
    expect(await Promise.all([join(), join()])).toEqual([2, 2]);
    expect(await join()).toBe(3);
  });
});

describe("withTimeout", () => {
  test("withTimeout leaves no timer", async () => {
    vi.useFakeTimers();
    try {
      await withTimeout(Promise.resolve(1), 1_000, () => 2);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test("withTimeout settles as the work does", async () => {
    expect(await withTimeout(Promise.resolve(1), 1_000, () => 2)).toBe(1);
    expect(await rejection(withTimeout(Promise.reject("broken"), 1_000, () => 2))).toBe("broken");
  });

  test("withTimeout settles as the fallback does when the work takes too long", async () => {
    const never = new Promise<number>(() => undefined);
    expect(await withTimeout(never, 1, () => 2)).toBe(2);
    const fail = () => {
      throw new Error("too late");
    };
    expect(await rejection(withTimeout(never, 1, fail))).toMatchObject({ message: "too late" });
  });
});

describe("a signal of a polyfill", () => {
  /** A signal with the members that all polyfills have, whose listeners are functions. */
  class PolyfilledSignal {
    aborted = false;
    reason?: unknown;
    readonly listeners: (() => void)[] = [];

    addEventListener(type: string, listener: () => void): void {
      if (type === "abort") this.listeners.push(listener);
    }

    removeEventListener(_: string, listener: () => void): void {
      this.listeners.splice(this.listeners.indexOf(listener), 1);
    }

    abort(reason?: unknown): void {
      this.aborted = true;
      this.reason = reason;
      for (const listener of [...this.listeners]) listener();
    }
  }
  const make = () => new PolyfilledSignal() as PolyfilledSignal & AbortSignal;
  const abortError = expect.objectContaining({ name: "AbortError" });

  test("is recognized by its members, and a controller, an object and a text are not", () => {
    expect(isAbortSignal(make())).toBe(true);
    expect(isAbortSignal(new AbortController().signal)).toBe(true);
    const others = [new AbortController(), {}, { aborted: false }, { addEventListener: () => {} }, null, undefined, "signal"];
    for (const other of others) expect(isAbortSignal(other)).toBe(false);
  });

  test("throws its reason, or an AbortError when it has none, and nothing before it aborts", () => {
    const signal = make();
    throwIfAborted(undefined);
    throwIfAborted(signal);
    signal.abort();
    expect(() => throwIfAborted(signal)).toThrow(abortError);
    signal.abort("enough");
    expect(() => throwIfAborted(signal)).toThrow("enough");
  });

  test("ends what waits, has one listener, and none after the work", async () => {
    const signal = make();
    const timer = startTimer(60_000, signal);
    let end = () => {};
    const work = new Promise<void>((resolve) => {
      end = resolve;
    });
    const waiting = [1, 2].map(() => rejection(race(work, signal)));
    expect(signal.listeners).toHaveLength(1);
    signal.abort();
    expect(await Promise.all(waiting)).toEqual([abortError, abortError]);
    expect(timer.signal.reason).toEqual(abortError);
    timer.stop();
    end();
    await new Promise(setImmediate);
    expect(signal.listeners).toEqual([]);
  });

  test("has one native signal, which aborts with its reason", () => {
    const signal = make();
    const native = toNativeSignal(signal);
    expect(native).toBeInstanceOf(AbortSignal);
    expect(toNativeSignal(signal)).toBe(native);
    expect(native.aborted).toBe(false);
    signal.abort("enough");
    expect(native.reason).toBe("enough");
    const aborted = make();
    aborted.abort("before");
    expect(toNativeSignal(aborted).reason).toBe("before");
    expect(aborted.listeners).toEqual([]);
  });

  test("is not needed for a signal of the platform, which stays as it is", () => {
    const { signal } = new AbortController();
    expect(toNativeSignal(signal)).toBe(signal);
  });
});
