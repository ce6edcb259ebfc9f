import type { TokenRequest } from "../core/credentials.js";
import { functionFault, numberFault, refuseFaults } from "./checks.js";
import { prepareExchange } from "./exchange.js";
import { race } from "./race.js";
import type { AccessToken, GetTokenOptions, TokenSource, TokenSourceOptions } from "./types.js";

// A token that could be served for less than this is handed out once: it may well expire on its way to the resource.
const shortestServiceMs = 1_000;
// The least pause after a renewal that brought nothing better, while the kept token still serves.
const pauseMs = 5_000;

interface Kept {
  readonly token: AccessToken;
  /** Resolved already, so that the hot path allocates nothing. */
  readonly answer: Promise<AccessToken>;
  /** From here on a new token is fetched behind. */
  softAt: number;
  /** From here on callers wait for a new one. */
  readonly hardAt: number;
}

interface Flight {
  readonly answer: Promise<AccessToken>;
  /** Tokens that were refused while the exchange was under way. */
  readonly refused: Set<string>;
}

/**
 * Makes a source that keeps one token for the request and renews it in time. It sends nothing until `get` is called, and has no timer.
 *
 * A token is served until its lifetime less 5 % (at most 5 s); from its lifetime less 20 % (at most 60 s, some of it at random, so that
 * a fleet does not renew at once) a call to `get` also starts a renewal behind. A renewal that fails leaves the kept token in service
 * and is tried again after a pause. Callers who come together share one exchange; its failure reaches those who wait and is forgotten.
 *
 * @throws {ConfigurationError} at once, when the request or an option cannot work; `issues` names the field
 */
export function createTokenSource(request: TokenRequest, options: TokenSourceOptions = {}): TokenSource {
  const { clock = () => performance.now(), defaultLifetimeMs } = options;
  refuseFaults({ clock: functionFault(clock), defaultLifetimeMs: numberFault(defaultLifetimeMs) });
  const exchange = prepareExchange(request, options);
  let kept: Kept | undefined;
  let flight: Flight | undefined;

  function keep(token: AccessToken, startedAt: number): void {
    const lifetimeMs = token.lifetimeMs ?? defaultLifetimeMs ?? 0;
    const serviceMs = lifetimeMs - Math.min(5_000, lifetimeMs * 0.05);
    const aheadMs = Math.min(60_000, lifetimeMs * 0.2) * (1 - Math.random() / 4);
    if (serviceMs < shortestServiceMs) return;
    kept = { token, answer: Promise.resolve(token), softAt: startedAt + lifetimeMs - aheadMs, hardAt: startedAt + serviceMs };
  }

  /** One exchange; a second when the first brings back a token that was refused in the meantime. */
  async function renew(refused: Set<string>): Promise<AccessToken> {
    for (let again = false; ; again = true) {
      refused.clear();
      const startedAt = clock();
      const token = await exchange();
      if (!refused.has(token.value)) keep(token, startedAt);
      else if (!again) continue;
      return token;
    }
  }

  function launch(): Flight {
    const before = kept;
    const refused = new Set<string>();
    let retryAfterMs = 0;
    const answer = renew(refused)
      .catch((error?: { readonly retryAfterMs?: number }) => {
        retryAfterMs = error?.retryAfterMs ?? 0;
        throw error;
      })
      .finally(() => {
        flight = undefined;
        // Nothing better came: the kept token serves on, and the next try waits.
        if (before) before.softAt = clock() + Math.max(pauseMs, retryAfterMs);
      });
    // Behind a kept token nobody waits, and a failure there is not an unhandled one.
    answer.catch(() => undefined);
    flight = { answer, refused };
    return flight;
  }

  function get(options?: GetTokenOptions): Promise<AccessToken> {
    const signal = options?.signal;
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (kept !== undefined) {
      const now = clock();
      if (now < kept.hardAt) {
        if (now >= kept.softAt && flight === undefined) launch();
        return kept.answer;
      }
    }
    const { answer } = flight ?? launch();
    return signal ? race(answer, signal) : answer;
  }

  function invalidate(token: string | Pick<AccessToken, "value">): void {
    const value = typeof token === "string" ? token : token.value;
    if (kept?.token.value === value) kept = undefined;
    flight?.refused.add(value);
  }

  return {
    get,
    peek: () => (kept !== undefined && clock() < kept.hardAt ? kept.token : undefined),
    invalidate,
  };
}
