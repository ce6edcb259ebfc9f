import type * as z from "zod";
import { abortReason, startTimer, type Timer, throwIfAborted } from "../abort.js";
import { type Authorize, restrictToOrigin } from "../authorize.js";
import type { ClientCredentials } from "../credentials.js";
import { AbortedError, ConfigurationError, type Outcome, RateLimitError, UnexpectedResponseError } from "../errors.js";
import type { CallOptions } from "../manager.js";
import { createError } from "../outcome.js";
import { validateUrl } from "../url.js";
import { parseResponse, requireCallOptions } from "../validation.js";
import { attemptTimeoutMs, maxResponseBytes, type PreparedRequest, sendAttempt } from "./attempt.js";
import { isRedirect, toAttemptError } from "./errors.js";
import { fillPath, formatForm, formatQuery } from "./path.js";
import { attemptUntilFinal, type NextStep } from "./retry.js";
import { type CallEvent, publishCallEvent, traceCall } from "./tracing.js";
import type { AttemptResult, HttpOptions, OperationInput, OperationOf, PathsWith, ReceivedResponse, Verb } from "./types.js";

export type { HttpOptions } from "./types.js";

/** The facts of a call besides its path, parameters and body. */
export interface CallFacts<T = unknown> {
  /** What is requested, in words: `create client`. */
  readonly operation: string;
  readonly method: Verb;
  /** The schema of the response body. Absent: the body has to be JSON or empty, and is not read. A page of a gateway proves nothing. */
  readonly returns?: z.ZodType<T>;
  /** The vendor's response has no body, or the JSON value null: a 2xx response with another body is not its own, and proves nothing. */
  readonly returnsNothing?: boolean;
  /** The statuses of the vendor's success responses. @default every 2xx status */
  readonly successStatus?: readonly number[];
  /** The operation changes nothing although its method could. It is then retried like a GET. */
  readonly readsOnly?: boolean;
  /** The operation has the same effect once or several times although its method does not promise that. It is then retried like a PUT. */
  readonly idempotent?: boolean;
  /** For this call instead of the manager's authorization. */
  readonly authorize?: Authorize;
  /**
   * The response has a secret or an id that is not returned again. An abort after the request was sent then rejects with an
   * `AbortedError`, which says what may be lost, and not with the reason of the signal.
   */
  readonly abortLosesResult?: true;
  /** Values in the request that must never be in an error message. */
  readonly secrets?: readonly string[];
  /** Credentials that this call makes the vendor store. An error whose outcome is unknown carries them. */
  readonly credentials?: ClientCredentials;
  readonly options?: CallOptions | undefined;
}

/** One call, typed by the vendor's description. */
export type HttpRequest<Paths, Path extends keyof Paths, Method extends Verb, T> = CallFacts<T> & {
  readonly method: Method;
  readonly path: Path;
} & OperationInput<OperationOf<Paths, Path, Method>>;

/** A successful (2xx) response. */
export interface HttpResponse<T> {
  readonly value: T;
  readonly status: number;
  readonly headers: Headers;
}

/** Sends one call. */
export type Http<Paths> = <Method extends Verb, Path extends PathsWith<Paths, Method>, T = undefined>(
  request: HttpRequest<Paths, Path, Method, T>,
) => Promise<HttpResponse<T>>;

/**
 * Creates the function with which a manager sends requests to its vendor.
 *
 * | | |
 * |---|---|
 * | GET, PUT, DELETE, and calls that are `readsOnly` or `idempotent` | retried on 408, 425, 429, 5xx, broken connections and attempts over 30 seconds |
 * | an attempt that cannot be retried | has the whole deadline |
 * | other POST and PATCH | retried only on 429 and on failures that prove that nothing was sent |
 * | 401 | retried once, when the authorization can get a better credential |
 * | an authorization that fails with a `RateLimitError` | retried, whatever the call: nothing was sent |
 * | delay | the exponential step is the minimum, `Retry-After` and the reset headers only lengthen it; above the maximum, or past the deadline, the call fails at once with `retryAfterMs` |
 * | redirects | never followed |
 * | deadline | one for the call with all its retries; the caller's `signal` rejects with the caller's own reason, or with an `AbortedError` (see `abortLosesResult`) |
 * | responses | rejected above 16 MiB, after decompression |
 * | outcome | `not_applied` for reads, error responses (4xx) and requests that were not sent; `unknown` when any attempt of a write got a 5xx, 408, 499, a redirect, a 404, 405, 409 or 410 that is not the vendor's own (see `readForeignError`), no response, or one that cannot be read |
 *
 * An error of the transport is not passed on: it contains the request with its credentials.
 *
 * @throws {ConfigurationError} at once, when `baseUrl` is not a URL that a credential may be sent to
 */
export function createHttp<Paths>(options: HttpOptions): Http<Paths> {
  const { vendor } = options;
  const problem =
    validateUrl(options.baseUrl, options.allowInsecureHttp) ??
    (options.baseUrl.includes("?") ? "expected a URL without a query" : undefined);
  if (problem !== undefined)
    throw createError(
      ConfigurationError,
      { vendor, issues: [{ path: "baseUrl", message: problem }] },
      { writes: false, reason: `baseUrl: ${problem}` },
    );
  const base = options.baseUrl.replace(/\/+$/, "");
  const { origin } = new URL(base);
  const restrict = (authorize: Authorize | undefined) => authorize && restrictToOrigin(origin, authorize);
  const authorizeManager = restrict(options.authorize);

  const send = async <T>(call: Call<T>): Promise<HttpResponse<T>> => {
    const context = { vendor, operation: call.operation };
    requireCallOptions(call.options, context);
    const url = `${base}${fillPath(call.path, call.params, context)}${formatQuery(call.query)}`;
    const request = prepareRequest(options, call, url, restrict(call.authorize) ?? authorizeManager);
    const caller = call.options?.signal;
    throwIfAborted(caller);
    const timer = startTimer(call.options?.timeoutMs ?? options.timeoutMs, caller);
    try {
      const event = { ...context, method: request.method, path: call.path };
      return await traceCall(event, () => sendCall(options, call, request, timer, event));
    } finally {
      timer.stop();
    }
  };
  return send as Http<Paths>;
}

async function sendCall<T>(
  http: HttpOptions,
  call: Call<T>,
  request: PreparedRequest,
  timer: Timer,
  event: CallEvent,
): Promise<HttpResponse<T>> {
  let retries = 0;
  let previous: AttemptResult | undefined;
  let mayHaveBeenApplied = false;
  let wasSent = false;
  let reauthenticated = false;

  const attempt = async () => {
    if (previous) publishCallEvent("retry", { ...event, retries: ++retries, reason: previous.kind });
    const result = await sendAttempt(http, request, timer);
    previous = result;
    wasSent ||= result.kind !== "not_sent" && result.kind !== "not_authorized";
    mayHaveBeenApplied ||= request.writes && leavesOutcomeUnknown(result);
    return result;
  };
  const nextStep = (result: AttemptResult): NextStep => {
    if (!reauthenticated && canReauthenticate(result)) {
      reauthenticated = true;
      return "again";
    }
    return isRetryable(result, request.repeatable) ? { retryAfterMs: retryAfterMsOf(result) } : "stop";
  };
  const result = await attemptUntilFinal(attempt, nextStep, http.retry, timer);

  const { vendor } = http;
  const { operation, credentials, options } = call;
  const facts = (outcome: Outcome) => ({
    vendor,
    operation,
    outcome,
    credentials: outcome === "unknown" ? credentials : undefined,
  });
  if (result.kind === "success") {
    const { status, headers } = result.response;
    // A 2xx response to a write that does not match the schema leaves the outcome unknown.
    const factsOfSuccess = facts(request.writes ? "unknown" : "not_applied");
    requireVendorResponse(call, result.response, factsOfSuccess);
    return { value: parseBody(call.returns, result.response, factsOfSuccess), status, headers };
  }
  if (options?.signal?.aborted) {
    const cause = abortReason(options.signal);
    if (!call.abortLosesResult || !mayHaveBeenApplied) throw cause;
    throw createError(AbortedError, { ...facts("unknown"), cause }, { writes: true, reason: "aborted before a response" });
  }
  throw toAttemptError(result, {
    ...facts(mayHaveBeenApplied ? "unknown" : "not_applied"),
    writes: request.writes,
    wasSent,
    timeoutMs: timer.expired() ? (options?.timeoutMs ?? http.timeoutMs) : attemptTimeoutMs,
    origin: new URL(request.url).origin,
    maxResponseBytes,
    secrets: request.secrets,
  });
}

/** Whether the vendor may have applied the change of an attempt with this result. */
function leavesOutcomeUnknown(result: AttemptResult): boolean {
  if (result.kind === "network_failure") return !result.failure.notSent;
  if (result.kind === "timeout" || result.kind === "too_large") return true;
  if (result.kind !== "error_response") return false;
  // Of the status that was sent and the one that it stands for, one is enough. 408 and 499 come from gateways whose request to the
  // vendor may still be running.
  const { status } = result.response;
  return [status, result.details.status ?? status].some((one) => one >= 500 || one === 408 || one === 499 || isRedirect(one));
}

function canReauthenticate(result: AttemptResult): boolean {
  if (result.kind !== "error_response" || result.response.status !== 401) return false;
  try {
    return result.authorization?.onUnauthorized?.() === true;
  } catch {
    return false;
  }
}

function isRetryable(result: AttemptResult, repeatable: boolean): boolean {
  if (result.kind === "not_authorized") return result.error instanceof RateLimitError;
  if (result.kind === "timeout") return repeatable;
  if (result.kind === "network_failure") return !result.failure.permanent && (repeatable || result.failure.notSent);
  if (result.kind !== "error_response") return false;
  const status = result.details.status ?? result.response.status;
  return status === 429 || (repeatable && (status === 408 || status === 425 || status >= 500));
}

function retryAfterMsOf(result: AttemptResult): number | undefined {
  if (result.kind === "not_authorized") return (result.error as RateLimitError).retryAfterMs;
  return result.kind === "error_response" ? result.retryAfterMs : undefined;
}

interface SuccessFacts {
  readonly vendor: string;
  readonly operation: string;
  readonly outcome: Outcome;
}

/** Rejects a 2xx response that the vendor does not send for this call: a gateway may have sent it. */
function requireVendorResponse(
  { returns, returnsNothing, successStatus }: CallFacts,
  { status, text, body }: ReceivedResponse,
  facts: SuccessFacts,
): void {
  const isEmpty = /^\s*(null\s*)?$/.test(text);
  const reject = (problem: string, expected: string) => {
    const issues = [{ path: "", message: `expected ${expected}` }];
    const reason = `${problem}: a gateway may have sent the response`;
    throw createError(UnexpectedResponseError, { ...facts, issues, status }, { writes: false, reason, code: status });
  };
  if (successStatus && !successStatus.includes(status))
    reject("the vendor does not send this status", `status ${successStatus.join(" or ")}`);
  if (returnsNothing && !isEmpty) reject("the response has a body, and the vendor sends none", "no body");
  if (!returns && !isEmpty && body === undefined) reject("the response is not JSON", "JSON or no body");
}

function parseBody<T>(schema: z.ZodType<T> | undefined, { status, body }: ReceivedResponse, facts: SuccessFacts): T {
  if (schema === undefined) return undefined as T;
  if (body !== undefined) return parseResponse(schema, body, { ...facts, status });
  const issues = [{ path: "", message: "expected JSON" }];
  throw createError(
    UnexpectedResponseError,
    { ...facts, issues, status },
    { writes: false, reason: "the response is not JSON", code: status },
  );
}

// A request without the types of the vendor's description.
type Call<T> = CallFacts<T> & {
  readonly path: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, unknown>>;
};

function prepareRequest(
  http: HttpOptions,
  call: Call<unknown>,
  url: string,
  authorize: Authorize | undefined,
): PreparedRequest {
  const { method, credentials, secrets = [] } = call;
  const writes = method !== "get" && !call.readsOnly;
  const body = formatBody(call);
  return {
    method: method.toUpperCase(),
    url,
    headers: createHeaders(http, call, body),
    body,
    writes,
    repeatable: !writes || method === "put" || method === "delete" || call.idempotent === true,
    authorize,
    secrets: [...secrets, ...Object.values(http.headers ?? {}), ...(credentials ? [credentials.clientSecret] : [])],
  };
}

function createHeaders(http: HttpOptions, call: Call<unknown>, body: string | undefined): Record<string, string> {
  const { mediaType = "application/json" } = http;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...http.headers })) headers[name.toLowerCase()] = value;
  for (const [name, value] of Object.entries(call.headers ?? {}))
    if (value !== undefined) headers[name.toLowerCase()] = String(value);
  headers.accept = mediaType;
  if (call.form) headers["content-type"] = "application/x-www-form-urlencoded";
  else if (body !== undefined || (http.mediaType && call.method !== "get")) headers["content-type"] = mediaType;
  return headers;
}

function formatBody({ json, form }: Call<unknown>): string | undefined {
  // `undefined` without JSON.
  return form ? formatForm(form) : JSON.stringify(json);
}
