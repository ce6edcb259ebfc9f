import type { Authorize, OutgoingRequest } from "../core/authorize.js";

/** What signs calls. */
export interface SigningKeys {
  readonly applicationKey: string;
  readonly applicationSecret: string;
  readonly consumerKey: string;
}

/** Tells the server's time, in whole seconds since 1970. */
export type ServerClock = () => Promise<number>;

// A reading is not trusted for longer, in milliseconds: a machine without a time service drifts.
const longestTrustMs = 3_600_000;

// What the machine's two clocks may differ by before one of them must have been set or stopped, in milliseconds.
const clockSlackMs = 2_000;

/** Signs every request, repeats included, by the server's clock. */
export function signedWith(keys: SigningKeys, clock: ServerClock): Authorize {
  return async ({ method, url, body }) => {
    const timestamp = String(await clock());
    // In the parser's spelling, which is the one that goes out.
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

/** The signature of one request: over the exact bytes that go out. */
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
 * Makes a clock that runs with the server's. The server is asked before the first use, by all who wait together, and again when
 * the reading is old or this machine's clocks have come apart, as they do when it sleeps or its time is set.
 */
export function createServerClock(
  readTime: () => Promise<number>,
  local = { wallMs: () => Date.now(), steadyMs: () => performance.now() },
): ServerClock {
  let known: { readonly seconds: number; readonly wallMs: number; readonly steadyMs: number } | undefined;
  let flight: Promise<void> | undefined;

  async function ask(): Promise<void> {
    const seconds = await readTime();
    known = { seconds, wallMs: local.wallMs(), steadyMs: local.steadyMs() };
  }

  function elapsedMs(): number | undefined {
    if (known === undefined) return undefined;
    const steadyMs = local.steadyMs() - known.steadyMs;
    const apartMs = Math.abs(local.wallMs() - known.wallMs - steadyMs);
    return steadyMs > longestTrustMs || apartMs > clockSlackMs ? undefined : steadyMs;
  }

  return async () => {
    if (elapsedMs() === undefined) {
      flight ??= ask().finally(() => {
        flight = undefined;
      });
      await flight;
    }
    return Math.floor((known?.seconds ?? 0) + (elapsedMs() ?? 0) / 1_000);
  };
}
