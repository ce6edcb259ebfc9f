import ky from "ky";
import { race, startTimer, type Timer } from "../abort.js";
import type { Authorization, Authorize } from "../authorize.js";
import { ConfigurationError, OAuthClientsError } from "../errors.js";
import { createError } from "../outcome.js";
import { ifDefined } from "../values.js";
import { classifyNetworkError, ResponseTooLargeError, readResponseText } from "./errors.js";
import { readReset, readRetryAfter } from "./retry.js";
import { publishCallEvent } from "./tracing.js";
import type { AttemptResult, ErrorDetails, HttpOptions, ReceivedResponse } from "./types.js";

/** The longest time of an attempt that can be retried, in milliseconds. */
export const attemptTimeoutMs = 30_000;

/** The largest response that is read, in bytes after decompression. */
export const maxResponseBytes = 16 * 1024 * 1024;

/** The request of all attempts of a call, without the authorization. */
export interface PreparedRequest {
  /** Upper case. */
  readonly method: string;
  readonly url: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Whether the request may change something. */
  readonly writes: boolean;
  /** Whether a retry may follow an attempt that was sent. */
  readonly repeatable: boolean;
  readonly authorize: Authorize | undefined;
  /** Values that must not be in an error message. Each attempt adds those of its authorization. */
  readonly secrets: string[];
}

/**
 * Sends a request once and classifies the result: waits for a permit of the limiter, authorizes, sends, and reads the response. It never
 * rejects.
 */
export async function sendAttempt(http: HttpOptions, request: PreparedRequest, timer: Timer): Promise<AttemptResult> {
  let release: () => void;
  const startedAt = performance.now();
  try {
    release = await http.limiter.acquire(request.writes, timer.signal, timer.remainingMs());
    const waitMs = Math.floor(performance.now() - startedAt);
    if (waitMs > 0) publishCallEvent("wait", { vendor: http.vendor, method: request.method, waitMs });
  } catch {
    return { kind: "not_sent" };
  }
  try {
    const { authorization, headers } = await authorizeRequest(request, timer.signal);
    const attemptTimer = request.repeatable && http.retry.maxRetries > 0 ? startTimer(attemptTimeoutMs, timer.signal) : timer;
    try {
      return await exchange(http, request, headers, authorization, attemptTimer.signal);
    } finally {
      if (attemptTimer !== timer) attemptTimer.stop();
    }
  } catch (error) {
    return timer.signal.aborted && !isInstance(error, OAuthClientsError)
      ? { kind: "not_sent" }
      : { kind: "not_authorized", error };
  } finally {
    release();
  }
}

interface AuthorizedHeaders {
  readonly authorization: Authorization | undefined;
  readonly headers: Record<string, string>;
}

async function authorizeRequest(request: PreparedRequest, signal: AbortSignal): Promise<AuthorizedHeaders> {
  const { authorize, method, url, body, secrets } = request;
  // An authorization can ignore the signal.
  const authorization = authorize && (await race(Promise.resolve(authorize({ method, url, body }, signal)), signal));
  if (authorization) secrets.push(...authorization.secrets);
  const headers: Record<string, string> = { ...request.headers };
  for (const [name, value] of Object.entries(authorization?.headers ?? {})) headers[name.toLowerCase()] = value;
  for (const [name, value] of Object.entries(headers)) checkHeader(name, value);
  return { authorization, headers };
}

// The platform's error would contain the value, which may be a credential.
function checkHeader(name: string, value: string): void {
  if (/^[^\0\r\n\u0100-\uffff]*$/.test(value)) return;
  const message = `the value has characters that are not valid in the header "${name}"`;
  throw createError(ConfigurationError, { issues: [{ path: name, message }] }, { writes: false, reason: message });
}

async function exchange(
  http: HttpOptions,
  request: PreparedRequest,
  headers: Record<string, string>,
  authorization: Authorization | undefined,
  signal: AbortSignal,
): Promise<AttemptResult> {
  try {
    // A `fetch` and a body can ignore the signal.
    const response = await race(receive(http, request, headers, signal), signal);
    if (response.status >= 200 && response.status < 300) return { kind: "success", response };
    const details = parseSafely(() => http.parseErrorResponse(response));
    return {
      kind: "error_response",
      response,
      details,
      retryAfterMs: readRetryHint(response, details, http.resetHeaders ?? []),
      authorization,
    };
  } catch (error) {
    if (signal.aborted) return { kind: "timeout" };
    // A `fetch` that requests tokens itself rejects with an error of this library when its token request fails.
    if (isInstance(error, OAuthClientsError)) return { kind: "not_authorized", error };
    if (isInstance(error, ResponseTooLargeError)) return { kind: "too_large" };
    return { kind: "network_failure", failure: classifyNetworkError(error) };
  }
}

async function receive(
  http: HttpOptions,
  { method, url, body }: PreparedRequest,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<ReceivedResponse> {
  const init: RequestInit = { method, headers, redirect: "manual", signal, ...ifDefined("body", body) };
  const response = await ky(url, {
    method,
    retry: 0,
    throwHttpErrors: false,
    timeout: false,
    redirect: "manual",
    // The body and the headers are not given to ky: it would copy both for a retry that it never makes.
    fetch: () => (http.fetch ?? globalThis.fetch)(url, init),
  });
  const { status, headers: received } = response;
  if (typeof status !== "number") throw new TypeError("fetch resolved to something that is not a Response");
  const text = await readResponseText(response, maxResponseBytes);
  return { status, headers: received, text, body: parseJson(text) };
}

function readRetryHint({ status, headers }: ReceivedResponse, details: ErrorDetails, resetHeaders: readonly string[]) {
  const rateLimited = (details.status ?? status) === 429;
  const hints = [readRetryAfter(headers), rateLimited ? readReset(headers, resetHeaders) : undefined];
  const stated = hints.filter((hint) => hint !== undefined);
  return stated.length === 0 ? undefined : Math.max(...stated);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// A vendor's parser can fail for a body that is not documented. The response is an error response all the same.
function parseSafely(parse: () => ErrorDetails): ErrorDetails {
  try {
    return parse();
  } catch {
    return {};
  }
}

// A thrown value can be a proxy that throws when its prototype is read.
function isInstance(value: unknown, kind: abstract new (...args: never[]) => object): boolean {
  try {
    return value instanceof kind;
  } catch {
    return false;
  }
}
