import { setTimeout as wait } from "node:timers/promises";
import { NotFoundError } from "oauth-clients";

// Some vendors' reads lag behind their writes, for longer than a person notices and shorter than one waits.
const patienceMs = 8_000;
const pauseMs = 400;

/** Reads until what was read is as it has to be, or patience ends. Resolves to what was read last. */
export async function readUntil<Value>(
  read: () => Promise<Value>,
  holds: (value: Value) => boolean,
  signal: AbortSignal,
): Promise<Value> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const value = await read();
    if (holds(value) || Date.now() > end) return value;
    await wait(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** What there is, or nothing where there is nothing. */
export async function unlessMissing<Value>(reading: Promise<Value>): Promise<Value | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}
