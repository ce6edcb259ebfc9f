import { onTestFinished, vi } from "vitest";

/** A simulator's clock that stands still until it is moved, however long the machine takes. By itself it is at the end of a second. */
export function fixedNow(startMs = Date.parse("2026-02-03T04:05:06.999Z")): () => number {
  return () => startMs;
}

/** Stops timers, and the clock that deadlines are measured by, until the test ends. To be called before there is a manager. */
export function stopTime(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
}

/** Lets stopped time go on by so much, but not before something holds, however long the machine takes to get there. */
export async function passOnce(holds: () => boolean, ms: number): Promise<void> {
  while (!holds()) await new Promise(setImmediate);
  await vi.advanceTimersByTimeAsync(ms);
}

/** Lets stopped time go on until a call has ended, but not before something holds, however long the machine takes to get there. */
export async function passUntilEnded(call: Promise<unknown>, holds: () => boolean, stepMs = 20): Promise<void> {
  let ended = false;
  const end = () => {
    ended = true;
  };
  call.then(end, end);
  while (!ended && !holds()) await new Promise(setImmediate);
  while (!ended) await vi.advanceTimersByTimeAsync(stepMs);
}
