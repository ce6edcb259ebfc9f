import { race } from "../core/abort.js";
import type { TokenRequest } from "../core/credentials.js";
import { OAuthClientsError } from "../core/errors.js";
import { functionProblem, numberRule, type Rules } from "./checks.js";
import { channelOf, publish } from "./events.js";
import { type Failed, prepareTokenRequest, retryProblem } from "./exchange.js";
import type { AccessToken, GetTokenOptions, TokenSource, TokenSourceOptions } from "./types.js";

// A token that could be served for less than this is handed out once: it may well expire on its way to the resource.
const shortestServiceMs = 1_000;
// The least pause after a renewal that brought nothing better, while the kept token still serves.
const pauseMs = 5_000;
// How long a request that was refused is not sent again, and the longest pause after failures that may pass.
const longestHoldMs = 30_000;
// As long as a server is believed that asks for more: one that lies must not put an end to a service.
const longestAskedMs = 600_000;

/** The rules of the options that belong to a source. */
export const sourceRules: Rules = {
  now: functionProblem,
  defaultLifetimeMs: /* @__PURE__ */ numberRule(1),
  retry: retryProblem,
  store: (value) => (value === undefined || Object(value).open ? undefined : "expected what createSharedTokenStore makes"),
};

// One for all sources, so that calling it can be compiled into them.
const monotonic = () => performance.now();

// One for all sources too. Not asked for before there is one.
let hits: ReturnType<typeof channelOf>;

/**
 * Makes a source that keeps one token for the request and renews it in time. It sends nothing until `get` is called, and has no timer
 * while nothing is under way.
 *
 * A token is served until its lifetime less 5 % (at most 5 s); from its lifetime less 20 % (at most 60 s, some of it at random, so that
 * a fleet does not renew at once) a call to `get` also starts a renewal behind. A renewal that fails leaves the kept token in service
 * and is tried again after a pause. Callers who come together share one exchange; its failure reaches those who wait and is forgotten.
 *
 * A failure that may pass is repeated a few times. What the server refuses is then not sent again for 30 s; after other failures the
 * pause begins with 1 s and doubles up to 30 s; `Retry-After` makes it longer, up to 10 minutes. Calls meanwhile are answered with the
 * error, whose message says so.
 *
 * By default time is `performance.now()`, which on some systems stands still while the machine sleeps: after that, `invalidate` the
 * token, or give a `clock` that goes on.
 *
 * @throws {ConfigurationError} at once, when the request or an option cannot work; `issues` names the field
 */
export function createTokenSource(request: TokenRequest, options: TokenSourceOptions = {}): TokenSource {
  const { who, run, isPassing } = prepareTokenRequest(request, options, sourceRules);
  // What every call looks at stands together, as variables and not as members of something: with many sources each place in memory
  // counts that has to be gone to.
  const { now: clock = monotonic, defaultLifetimeMs = 0, retry = {}, store } = options;
  // Before every moment: a clock may begin anywhere, below 0 too.
  const never = Number.NEGATIVE_INFINITY;
  // From here on a new token is fetched behind. Never later than `hardAt`.
  let softAt = never;
  // With the kept token. Resolved already, so that the hot path allocates nothing.
  let answer: Promise<AccessToken>;
  // From here on callers wait for a new token.
  let hardAt = never;
  let kept: AccessToken | undefined;
  const shared = store?.open(request);
  hits ??= channelOf("hit");
  let flight: Promise<AccessToken> | undefined;
  // Who waits for the flight, by signal. One signal may be that of many, and is listened to once.
  let waiting = new WeakMap<AbortSignal, Promise<AccessToken>>();
  // Tokens that were refused while the flight was under way.
  const refused = new Set<string>();
  // Until then nothing is sent, and who has no token gets the error.
  let heldUntil = never;
  let heldError: Failed | undefined;
  let failures = 0;

  /** One exchange; a second when the first brings back a token that was refused in the meantime. */
  async function renew(): Promise<AccessToken> {
    const before = kept?.value ?? "";
    let startedAt: number | undefined;
    const exchange = () => {
      startedAt = clock();
      return run(retry);
    };
    for (let again = false; ; again = true) {
      const unwanted = new Set(refused).add(before);
      refused.clear();
      startedAt = undefined;
      const token = await (shared ? shared.renew(exchange, unwanted) : exchange());
      if (refused.has(token.value) && !again) continue;
      // A token that others have shared says how long it has left from now on, however long it was waited for.
      const from = startedAt ?? clock();
      const lifetimeMs = token.lifetimeMs ?? defaultLifetimeMs;
      const serviceMs = lifetimeMs - Math.min(5_000, lifetimeMs * 0.05);
      const aheadMs = Math.min(60_000, lifetimeMs * 0.2) * (1 - Math.random() / 4);
      if (serviceMs >= shortestServiceMs && !refused.has(token.value)) {
        kept = token;
        answer = Promise.resolve(token);
        hardAt = from + serviceMs;
        softAt = from + lifetimeMs - aheadMs;
      }
      heldUntil = never;
      failures = 0;
      return token;
    }
  }

  function launch(): Promise<AccessToken> {
    const before = kept;
    waiting = new WeakMap();
    flight = renew()
      .catch((error: unknown) => {
        // What a strategy or a key store throws is its own affair: nothing was sent.
        if (error instanceof OAuthClientsError && error.code !== "invalid_configuration") hold(error);
        throw error;
      })
      .finally(() => {
        flight = undefined;
        // Nothing better came, perhaps the very same: the kept token serves on, and the next try waits.
        if (before && before === kept) softAt = Math.min(clock() + pauseMs, hardAt);
      });
    // Behind a kept token nobody waits, and a failure there is not an unhandled one.
    flight.catch(() => undefined);
    return flight;
  }

  function hold(error: Failed): void {
    const refusal = error.code === "token_endpoint_error" && !isPassing(error);
    const growingMs = Math.min(1_000 * 2 ** failures++, longestHoldMs) * (1 - Math.random() / 4);
    const holdMs = Math.max(Math.min(error.retryAfterMs ?? 0, longestAskedMs), refusal ? longestHoldMs : growingMs);
    heldError = error;
    heldUntil = clock() + holdMs;
    publish("breaker", { ...who, error, holdMs });
  }

  /** Tells again the failure that holds calls back: a new error for each, as nobody knows who changes the one he gets. */
  function retold(error: Failed, retryAfterMs: number): Error {
    const Kind = error.constructor as new (facts: object) => Error;
    const message = `${error.message} (not asked again for ${Math.ceil(retryAfterMs)} ms)`;
    return new Kind({ ...error, message, retryAfterMs, outcome: "not_applied" });
  }

  function get(options?: GetTokenOptions): Promise<AccessToken> {
    const signal = options?.signal;
    if (signal?.aborted) return Promise.reject(signal.reason);
    const now = clock();
    const isFresh = now < softAt;
    if (isFresh || now < hardAt) {
      if (!isFresh && flight === undefined && now >= heldUntil) {
        publish("refresh", who);
        launch();
      }
      if (hits?.hasSubscribers) hits.publish(who);
      return answer;
    }
    if (flight === undefined && heldError && now < heldUntil) return Promise.reject(retold(heldError, heldUntil - now));
    const next = flight ?? launch();
    if (!signal) return next;
    const raced = waiting.get(signal) ?? race(next, signal);
    waiting.set(signal, raced);
    return raced;
  }

  function invalidate(token: string | Pick<AccessToken, "value">): void {
    const value = typeof token === "string" ? token : token.value;
    if (kept?.value === value) {
      kept = undefined;
      softAt = hardAt = never;
    } else if (flight === undefined) return;
    refused.add(value);
    shared?.forget(value);
  }

  return {
    get,
    peek: () => (clock() < hardAt ? kept : undefined),
    invalidate,
  };
}
