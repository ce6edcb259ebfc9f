import { race } from "../core/abort.js";
import type { TokenRequest } from "../core/credentials.js";
import { cloneError, OAuthClientsError } from "../core/errors.js";
import { isObject } from "../core/values.js";
import { functionProblem, numberRule, type Rules } from "./checks.js";
import { channelOf, publish } from "./events.js";
import { type Failed, prepareTokenRequest, retryProblem } from "./exchange.js";
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

/** The rules of the options that belong to a source. */
export const sourceRules: Rules = {
  now: functionProblem,
  defaultLifetimeMs: numberRule(1),
  retry: retryProblem,
  store: (value) =>
    value === undefined || (isObject(value) && typeof value.open === "function")
      ? undefined
      : "expected the result of createSharedTokenStore",
};

const monotonicNow = () => performance.now();

// Shared by all sources. Created with the first source, because the channel needs a module of Node.
let hitChannel: ReturnType<typeof channelOf>;

/** A token request that has been started and has not ended. */
interface InFlight {
  readonly promise: Promise<AccessToken>;
  /** Callers that wait, by signal. One signal may be shared by many callers and gets one listener. */
  readonly waiters: WeakMap<AbortSignal, Promise<AccessToken>>;
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
 * @throws {ConfigurationError} at once, when the request or an option is invalid; `issues` names the field
 */
export function createTokenSource(request: TokenRequest, options: TokenSourceOptions = {}): TokenSource {
  const { who: eventFields, run, isPassing: isTransient } = prepareTokenRequest(request, options, sourceRules);
  const { now = monotonicNow, defaultLifetimeMs = 0, retry = {}, store } = options;
  const sharedEntry = store?.open(request);
  hitChannel ??= channelOf("hit");
  // Earlier than every reading of every clock, since a clock may start below 0.
  const never = Number.NEGATIVE_INFINITY;

  // The hot path of get() and peek() reads these flat variables: bench/parts/cached.js measures it.
  let refreshAt = never;
  let expiresAt = never;
  let currentToken: AccessToken | undefined;
  // Resolved already, so that the hot path allocates nothing.
  let currentPromise: Promise<AccessToken>;

  const circuit: { openUntil: number; error: Failed | undefined; failures: number } = {
    openUntil: never,
    error: undefined,
    failures: 0,
  };
  let inFlight: InFlight | undefined;
  // Tokens that were rejected while a request was in flight.
  const rejected = new Set<string>();

  /** Requests one token, and a second one when the first was rejected in the meantime. */
  async function refresh(): Promise<AccessToken> {
    const previous = currentToken?.value ?? "";
    let sentAt: number | undefined;
    const request = () => {
      sentAt = now();
      return run(retry);
    };
    const requestOrRead = () => {
      const unwanted = new Set(rejected).add(previous);
      rejected.clear();
      sentAt = undefined;
      return sharedEntry ? sharedEntry.renew(request, unwanted) : request();
    };
    let token = await requestOrRead();
    if (rejected.has(token.value)) token = await requestOrRead();
    // The lifetime of a token from the store counts from now, however long the store took.
    if (!rejected.has(token.value)) cache(token, sentAt ?? now());
    circuit.openUntil = never;
    circuit.failures = 0;
    return token;
  }

  function cache(token: AccessToken, startedAt: number): void {
    const lifetimeMs = token.lifetimeMs ?? defaultLifetimeMs;
    const serviceMs = lifetimeMs - Math.min(5_000, lifetimeMs * 0.05);
    if (serviceMs < minServiceMs) return;
    const refreshWindowMs = Math.min(60_000, lifetimeMs * 0.2) * (1 - Math.random() / 4);
    currentToken = token;
    currentPromise = Promise.resolve(token);
    refreshAt = startedAt + lifetimeMs - refreshWindowMs;
    expiresAt = startedAt + serviceMs;
  }

  function startRefresh(): InFlight {
    const previous = currentToken;
    const promise = refresh()
      .catch((error: unknown) => {
        // An error of a client authentication strategy or a key store opens no circuit: nothing was sent.
        if (error instanceof OAuthClientsError && error.code !== "invalid_configuration") openCircuit(error);
        throw error;
      })
      .finally(() => {
        inFlight = undefined;
        // No better token came: the current one stays in service, and the next refresh waits.
        if (previous && previous === currentToken) refreshAt = Math.min(now() + refreshPauseMs, expiresAt);
      });
    // No caller waits for a refresh in the background, so its failure must not be an unhandled rejection.
    promise.catch(() => undefined);
    inFlight = { promise, waiters: new WeakMap() };
    return inFlight;
  }

  function openCircuit(error: Failed): void {
    const isFinal = error.code === "token_endpoint_error" && !isTransient(error);
    const backoffMs = Math.min(1_000 * 2 ** circuit.failures, maxOpenMs) * (1 - Math.random() / 4);
    const openMs = Math.max(Math.min(error.retryAfterMs ?? 0, maxRetryAfterMs), isFinal ? maxOpenMs : backoffMs);
    circuit.failures += 1;
    circuit.error = error;
    circuit.openUntil = now() + openMs;
    publish("breaker", { ...eventFields, error, holdMs: openMs });
  }

  /** Copies the error of the open circuit for one caller, because a caller may change the error that it gets. */
  function circuitError(error: Failed, retryAfterMs: number): Error {
    const message = `${error.message} (next token request in ${Math.ceil(retryAfterMs)} ms)`;
    return cloneError(error, { message, retryAfterMs, outcome: "not_applied" });
  }

  /** Waits for a token request. Rejects as soon as the signal aborts, with the signal's own reason. */
  function waitFor({ promise, waiters }: InFlight, signal: AbortSignal | undefined): Promise<AccessToken> {
    if (!signal) return promise;
    const waiter = waiters.get(signal) ?? race(promise, signal);
    waiters.set(signal, waiter);
    return waiter;
  }

  function get(options?: GetTokenOptions): Promise<AccessToken> {
    const signal = options?.signal;
    if (signal?.aborted) return Promise.reject(signal.reason);
    const time = now();
    if (time >= refreshAt) {
      const isCircuitOpen = time < circuit.openUntil;
      if (time >= expiresAt) {
        if (!inFlight && circuit.error && isCircuitOpen) {
          return Promise.reject(circuitError(circuit.error, circuit.openUntil - time));
        }
        return waitFor(inFlight ?? startRefresh(), signal);
      }
      if (!inFlight && !isCircuitOpen) {
        publish("refresh", eventFields);
        startRefresh();
      }
    }
    if (hitChannel?.hasSubscribers) hitChannel.publish(eventFields);
    return currentPromise;
  }

  function invalidate(token: string | Pick<AccessToken, "value">): void {
    const value = typeof token === "string" ? token : token.value;
    if (currentToken?.value === value) {
      currentToken = undefined;
      refreshAt = never;
      expiresAt = never;
    } else if (!inFlight) return;
    rejected.add(value);
    sharedEntry?.forget(value);
  }

  return { get, peek: () => (now() < expiresAt ? currentToken : undefined), invalidate };
}
