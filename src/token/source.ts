import { abortReason, race } from "../core/abort.js";
import type { TokenRequest } from "../core/credentials.js";
import { cloneError, OAuthClientsError } from "../core/errors.js";
import { isObject } from "../core/values.js";
import { functionProblem, numberRule, type Rules } from "./checks.js";
import { channelOf, publish } from "./events.js";
import { optionRules, prepareTokenRequest, retryProblem, type TokenFailure } from "./prepare.js";
import type { AccessToken, GetTokenOptions, TokenSource, TokenSourceOptions } from "./types.js";

// All in milliseconds.
// A token that could be served for less time is returned once and not cached: it would expire on its way to the resource server.
const minServiceMs = 1_000;
// The least pause after a refresh that brought no better token, while the current token is still served.
const refreshPauseMs = 5_000;
// How long the circuit stays open after an error response, and the longest pause of the exponential backoff.
const maxOpenMs = 30_000;
// The longest `Retry-After` that is obeyed. A server that sends a wrong value must not stop a service for a day.
const maxRetryAfterMs = 600_000;
// How long get() and peek() read one clock instead of two. A change of the other clock is noticed after this time.
const singleClockMs = 10;
// How much later than its deadline a request has to end to count as interrupted, and not as a timeout.
const interruptionMs = 1_000;
// The maximum time that a request with a store takes besides the token request: waiting for the lock holder, and calls of the store.
const maxStoreMs = 60_000;

const sourceRules: Rules = /* @__PURE__ */ Object.assign({}, optionRules, {
  now: functionProblem,
  defaultLifetimeMs: /* @__PURE__ */ numberRule(1),
  retry: retryProblem,
  store: (value: unknown) =>
    value === undefined || (isObject(value) && typeof value.open === "function")
      ? undefined
      : "expected the result of createSharedTokenStore",
  waitUntil: functionProblem,
});

const monotonicNow = () => performance.now();

// Shared by all sources. Created with the first source, because the channel needs a module of Node.
let hitChannel: ReturnType<typeof channelOf>;

/** A token request that has been started and has not ended. */
interface InFlight {
  readonly promise: Promise<AccessToken>;
  /** The number of waiting callers. Infinite when one of them cannot leave: a caller without a signal, or a refresh in the background. */
  waiterCount: number;
  /** Aborts the request. */
  readonly controller: AbortController;
  /** By the wall clock: after this time the request counts as lost, because its runtime has stopped it without an error. */
  endsBefore: number;
}

/**
 * Creates a source that caches one token for the request and refreshes it in time. It sends nothing until `get` is called, and has no
 * timer while no request is in flight.
 *
 * A token is served until 5 % of its lifetime (at most 5 s) remains. When less than 20 % (at most 60 s, reduced at random so that a
 * fleet does not refresh at the same time) remains, a call to `get` also starts a refresh in the background. A failed refresh leaves
 * the current token in service and is retried after a pause. Concurrent callers share one token request; its failure is returned to
 * the callers that wait, and is not cached.
 *
 * A transient failure is retried up to `retry.maxRetries` times. After that a circuit breaker opens: for 30 s after an error response, and for
 * 1 s, doubled up to 30 s, after other failures; `Retry-After` extends it, up to 10 minutes. While it is open, callers without a
 * token get the last error, and its message names the remaining time.
 *
 * A token has expired when the monotonic clock or the wall clock says so: the monotonic clock stops while some machines sleep. A request
 * that was interrupted together with the process (a frozen function, a blocked event loop) is sent again and opens no circuit. A request
 * that all of its callers have left by their signals is aborted.
 *
 * @throws {ConfigurationError} at once, when the request or an option is invalid; `issues` names the field
 * @example
 * ```ts
 * import { clientSecretBasic, createTokenSource } from "oauth-clients/token";
 *
 * const tokens = createTokenSource({
 *   tokenEndpoint: "https://login.example.com/oauth2/token",
 *   clientId: "reports",
 *   clientAuthentication: clientSecretBasic(process.env.CLIENT_SECRET ?? ""),
 * });
 * const { value } = await tokens.get();
 * ```
 */
export function createTokenSource(request: TokenRequest, options: TokenSourceOptions = {}): TokenSource {
  const { eventFields, run, isTransient } = prepareTokenRequest(request, options, sourceRules);
  const { now = monotonicNow, defaultLifetimeMs = 0, retry = {}, timeoutMs = 10_000, store, waitUntil } = options;
  const sharedEntry = store?.open(request);
  const maxDurationMs = timeoutMs + (store ? maxStoreMs : interruptionMs);
  hitChannel ??= channelOf("hit");
  // Earlier than every reading of every clock, since a clock may start below 0.
  const never = Number.NEGATIVE_INFINITY;

  // The hot path of get() and peek() reads these flat variables and one clock: bench/parts/cached.js measures it. By the wall clock,
  // the current token is fresh in this interval.
  let freshFrom = never;
  let freshUntil = never;
  let currentToken: AccessToken | undefined;
  // Resolved already, so that the hot path allocates nothing.
  let currentPromise: Promise<AccessToken>;

  // By `time()`. After `refreshAt` a refresh starts in the background, after `expiresAt` callers wait for a new token.
  const current = { refreshAt: never, expiresAt: never };
  // The end of the lifetime of the current token, by `time()`.
  let lifetimeEndsAt = never;
  // The wall clock less the monotonic clock when the current token was requested.
  let wallOffsetMs = 0;

  const circuit: { openUntil: number; error: TokenFailure | undefined; failures: number } = {
    openUntil: never,
    error: undefined,
    failures: 0,
  };
  let inFlight: InFlight | undefined;
  // Tokens that were rejected while a request was in flight.
  const rejected = new Set<string>();

  /** The monotonic time, or the wall clock in the same terms when that is later. */
  function time(): number {
    return Math.max(now(), Date.now() - wallOffsetMs);
  }

  /** Requests one token, and a second one when the first was rejected in the meantime or the request was interrupted. */
  async function refresh(flight: { endsBefore: number }, signal: AbortSignal): Promise<AccessToken> {
    const previous = currentToken?.value ?? "";
    let sentAt: { monotonic: number; wall: number } | undefined;
    const requestToken = () => {
      sentAt = { monotonic: now(), wall: Date.now() };
      flight.endsBefore = sentAt.wall + maxDurationMs;
      return run(retry, signal);
    };
    const requestOrRead = () => {
      const unwanted = new Set(rejected).add(previous);
      rejected.clear();
      sentAt = undefined;
      return sharedEntry ? sharedEntry.renew(requestToken, unwanted) : requestToken();
    };
    // By the wall clock, which continues while the process is suspended.
    const wasInterrupted = () => sentAt && Date.now() - sentAt.wall > timeoutMs + interruptionMs && !signal.aborted;
    let token = await requestOrRead().catch((error: unknown) => {
      if (wasInterrupted()) return requestOrRead();
      throw error;
    });
    if (rejected.has(token.value)) token = await requestOrRead();
    // The lifetime of a token from the store counts from now, however long the store took.
    if (!rejected.has(token.value)) cache(token, sentAt ?? { monotonic: now(), wall: Date.now() });
    circuit.openUntil = never;
    circuit.failures = 0;
    return token;
  }

  function cache(token: AccessToken, sentAt: { monotonic: number; wall: number }): void {
    const lifetimeMs = token.lifetimeMs ?? defaultLifetimeMs;
    const serviceMs = lifetimeMs - Math.min(5_000, lifetimeMs * 0.05);
    // A caching proxy repeats an old token with its full lifetime: the first deadline of a token is the valid one. At the end of its
    // service it is served on, so that not every call sends a request.
    if (token.value === currentToken?.value) {
      current.expiresAt = Math.max(current.expiresAt, Math.min(time() + minServiceMs, lifetimeEndsAt));
      return;
    }
    if (serviceMs < minServiceMs) return;
    const refreshWindowMs = Math.min(60_000, lifetimeMs * 0.2) * (1 - Math.random() / 4);
    currentToken = token;
    currentPromise = Promise.resolve(token);
    wallOffsetMs = sentAt.wall - sentAt.monotonic;
    freshUntil = never;
    current.refreshAt = sentAt.monotonic + lifetimeMs - refreshWindowMs;
    current.expiresAt = sentAt.monotonic + serviceMs;
    lifetimeEndsAt = sentAt.monotonic + lifetimeMs;
  }

  function startRefresh(waiterCount: number): InFlight {
    const previous = currentToken;
    const controller = new AbortController();
    const limit = { endsBefore: Date.now() + maxDurationMs };
    const promise = refresh(limit, controller.signal)
      .then((token) => {
        // The server repeated its token: fewer requests than after a failure, since the next one will probably do the same.
        postponeRefresh(previous, (current.expiresAt - time()) / 2);
        return token;
      })
      .catch((error: unknown) => {
        postponeRefresh(previous, 0);
        // An error of a client authentication strategy or a key store opens no circuit: nothing was sent.
        const isRelevant = error instanceof OAuthClientsError && error.code !== "invalid_configuration";
        if (isRelevant && inFlight === flight) openCircuit(error);
        throw error;
      })
      .finally(() => {
        if (inFlight === flight) inFlight = undefined;
      });
    // No caller waits for a refresh in the background, so its failure must not be an unhandled rejection.
    const ended = promise.catch(() => undefined);
    const flight: InFlight = Object.assign(limit, { promise, waiterCount, controller });
    inFlight = flight;
    waitUntil?.(ended);
    return flight;
  }

  /** No better token than the previous one came: it stays in service, and the next refresh waits. */
  function postponeRefresh(previous: AccessToken | undefined, pauseMs: number): void {
    if (previous !== currentToken) return;
    current.refreshAt = Math.min(time() + Math.max(pauseMs, refreshPauseMs), current.expiresAt);
  }

  /** The request in flight, unless it is lost. */
  function findInFlight(): InFlight | undefined {
    if (inFlight && Date.now() > inFlight.endsBefore) inFlight = undefined;
    return inFlight;
  }

  function openCircuit(error: TokenFailure): void {
    const isFinal = error.code === "token_endpoint_error" && !isTransient(error);
    const backoffMs = Math.min(1_000 * 2 ** circuit.failures, maxOpenMs) * (1 - Math.random() / 4);
    const openMs = Math.max(Math.min(error.retryAfterMs ?? 0, maxRetryAfterMs), isFinal ? maxOpenMs : backoffMs);
    circuit.failures += 1;
    circuit.error = error;
    circuit.openUntil = now() + openMs;
    publish("breaker", { ...eventFields, error, holdMs: openMs });
  }

  /** Copies the error of the open circuit for one caller, because a caller may change the error that it gets. */
  function circuitError(): Error {
    const error = circuit.error as TokenFailure;
    const retryAfterMs = circuit.openUntil - now();
    const message = `${error.message.replace(/\.$/, "")} (next token request in ${Math.ceil(retryAfterMs)} ms)`;
    return cloneError(error, { message, retryAfterMs, outcome: "not_applied" });
  }

  /**
   * Waits for a token request. Rejects as soon as the signal aborts, with the signal's own reason. The last caller that leaves aborts
   * the request.
   */
  function waitFor(flight: InFlight, signal: AbortSignal | undefined): Promise<AccessToken> {
    if (!signal) {
      flight.waiterCount = Number.POSITIVE_INFINITY;
      return flight.promise;
    }
    const waiter = race(flight.promise, signal);
    flight.waiterCount += 1;
    waiter.catch(() => {
      flight.waiterCount -= 1;
      if (flight.waiterCount > 0) return;
      flight.controller.abort(signal.reason);
      if (inFlight === flight) inFlight = undefined;
    });
    return waiter;
  }

  /** The current token by both clocks, the start of a refresh, or the wait for a new token. */
  function getOutsideHotPath(signal: AbortSignal | undefined): Promise<AccessToken> {
    const timeNow = time();
    const isCircuitOpen = now() < circuit.openUntil;
    if (timeNow >= current.expiresAt) {
      if (isCircuitOpen) return Promise.reject(circuitError());
      return waitFor(findInFlight() ?? startRefresh(0), signal);
    }
    if (timeNow < current.refreshAt) trustWallClock(timeNow);
    else if (!isCircuitOpen && !findInFlight()) {
      publish("refresh", eventFields);
      startRefresh(Number.POSITIVE_INFINITY);
    }
    if (hitChannel?.hasSubscribers) hitChannel.publish(eventFields);
    return currentPromise;
  }

  /** Opens the hot path for a moment. A clock of the caller may jump at any time, so it is read by every call. */
  function trustWallClock(timeNow: number): void {
    if (now !== monotonicNow) return;
    freshFrom = Date.now();
    freshUntil = freshFrom + Math.min(singleClockMs, current.refreshAt - timeNow);
  }

  function get(options?: GetTokenOptions): Promise<AccessToken> {
    const signal = options?.signal;
    if (signal?.aborted) return Promise.reject(abortReason(signal));
    const wall = Date.now();
    if (wall >= freshUntil || wall < freshFrom) return getOutsideHotPath(signal);
    if (hitChannel?.hasSubscribers) hitChannel.publish(eventFields);
    return currentPromise;
  }

  function peek(): AccessToken | undefined {
    const wall = Date.now();
    return wall < freshUntil && wall >= freshFrom ? currentToken : peekOutsideHotPath();
  }

  function peekOutsideHotPath(): AccessToken | undefined {
    const timeNow = time();
    if (timeNow < current.refreshAt) trustWallClock(timeNow);
    return timeNow < current.expiresAt ? currentToken : undefined;
  }

  function invalidate(token: string | Pick<AccessToken, "value">): void {
    const value = typeof token === "string" ? token : token.value;
    if (currentToken?.value === value) {
      currentToken = undefined;
      freshUntil = never;
      current.refreshAt = never;
      current.expiresAt = never;
    } else if (!inFlight) return;
    rejected.add(value);
    sharedEntry?.forget(value);
  }

  return { get, peek, invalidate };
}
