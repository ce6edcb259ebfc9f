import { onTestFinished, vi } from "vitest";

/** A fixed `now` for a simulator. By default it is the last millisecond of a second. */
export function fixedNow(startMs = Date.parse("2026-02-03T04:05:06.999Z")): () => number {
  return () => startMs;
}

/** Replaces the timers and the clock of deadlines with fake ones until the test ends. Call it before a manager is created. */
export function stopTime(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
}

/** Waits until a condition holds, then advances the stopped time by `ms`. */
export async function advanceTime(holds: () => boolean, ms: number): Promise<void> {
  while (!holds()) await new Promise(setImmediate);
  await vi.advanceTimersByTimeAsync(ms);
}

/** Waits until a condition holds, then advances the stopped time in steps until a call has ended. */
export async function advanceTimeUntilEnded(call: Promise<unknown>, holds: () => boolean, stepMs = 20): Promise<void> {
  let ended = false;
  const end = () => {
    ended = true;
  };
  call.then(end, end);
  while (!ended && !holds()) await new Promise(setImmediate);
  while (!ended) await vi.advanceTimersByTimeAsync(stepMs);
}
