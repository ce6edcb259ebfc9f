import { shareInFlight } from "../core/abort.js";
import type { Authorize, OutgoingRequest } from "../core/authorize.js";

/** The keys that sign requests. */
export interface SigningKeys {
  readonly applicationKey: string;
  readonly applicationSecret: string;
  readonly consumerKey: string;
}

/** Returns the server's time, in whole seconds since 1970. */
export type ServerClock = () => Promise<number>;

// The longest use of one reading, in milliseconds: a local clock without a time service drifts.
const longestUseMs = 3_600_000;

// The largest difference between the two local clocks, in milliseconds. A larger one means that one was set or stopped.
const clockToleranceMs = 2_000;

/** Signs every request, including retries, with the server's time. */
export function signRequests(keys: SigningKeys, clock: ServerClock): Authorize {
  return async ({ method, url, body }) => {
    const timestamp = String(await clock());
    // The URL as the parser writes it is the URL that is sent.
    const signature = await sign(keys, { method, url: new URL(url).href, body }, timestamp);
    return {
      headers: {
        "x-ovh-application": keys.applicationKey,
        "x-ovh-consumer": keys.consumerKey,
        "x-ovh-timestamp": timestamp,
        "x-ovh-signature": signature,
      },
      secrets: [keys.applicationSecret, keys.consumerKey, signature],
    };
  };
}

/** Computes the signature of one request, over the exact bytes that are sent. */
export async function sign(
  { applicationSecret, consumerKey }: SigningKeys,
  { method, url, body = "" }: OutgoingRequest,
  timestamp: string,
): Promise<string> {
  const signed = [applicationSecret, consumerKey, method, url, body, timestamp].join("+");
  const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(signed));
  return `$1$${Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/**
 * Creates a clock that follows the server's. It reads the server's time before the first use, with one request for all waiting
 * callers, and again when the reading is old or the local clocks differ, for example after the machine has slept.
 * @param timeoutMs - the deadline of `readTime`, in milliseconds
 */
export function createServerClock(
  readTime: () => Promise<number>,
  timeoutMs: number,
  local = { wallMs: () => Date.now(), steadyMs: () => performance.now() },
): ServerClock {
  let reading: { readonly seconds: number; readonly wallMs: number; readonly steadyMs: number } | undefined;

  async function read(): Promise<void> {
    const seconds = await readTime();
    reading = { seconds, wallMs: local.wallMs(), steadyMs: local.steadyMs() };
  }

  function elapsedMs(): number | undefined {
    if (reading === undefined) return undefined;
    const steadyMs = local.steadyMs() - reading.steadyMs;
    const differenceMs = Math.abs(local.wallMs() - reading.wallMs - steadyMs);
    return steadyMs > longestUseMs || differenceMs > clockToleranceMs ? undefined : steadyMs;
  }

  const join = shareInFlight(read, timeoutMs);

  return async () => {
    if (elapsedMs() === undefined) await join();
    return Math.floor((reading?.seconds ?? 0) + (elapsedMs() ?? 0) / 1_000);
  };
}
