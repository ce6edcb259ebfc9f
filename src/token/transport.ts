import { startTimer, type Timer } from "../core/abort.js";
import { NetworkError, TimeoutError, UnexpectedResponseError, type ValidationIssue } from "../core/errors.js";
import { classifyNetworkError, ResponseTooLargeError, readResponseText } from "../core/http/errors.js";
import { formatMessage, notSentEffect } from "../core/message.js";
import { redact } from "../core/redact.js";
import type { TokenFetch } from "./types.js";

/** The facts about a request that its errors contain. */
export interface RequestContext {
  /** The operation in words. */
  readonly operation: string;
  /** Host and path of the endpoint. */
  readonly endpoint: string;
  /** The method of client authentication, and how it encoded a secret with special characters. */
  readonly method: string;
  /** Values that an error must not contain. */
  readonly secrets: readonly string[];
}

/** The options of sending a request. */
interface TransportOptions {
  readonly fetch?: TokenFetch;
  readonly maxResponseBytes?: number;
}

/** A response that was read completely. */
export interface ReceivedResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** The maximum length of foreign text in a message, in characters. */
export const snippetLimit = 200;

/** Creates the error of an invalid response. It does not prove what the server did. */
export function unexpectedResponse(
  { operation, endpoint }: Pick<RequestContext, "operation" | "endpoint">,
  status: number | undefined,
  reason: string,
  issues: readonly ValidationIssue[] = [],
  hint?: string,
): UnexpectedResponseError {
  const message = formatMessage({ subject: endpoint, operation, reason, code: status, hint });
  return new UnexpectedResponseError({ message, operation, status, issues, outcome: "unknown" });
}

/**
 * The platform's `fetch`, without HTTP cache and cookies. workerd rejects these options, because it has neither. The check is only for
 * the platform's `fetch`: reading `Request` makes Node load its implementation, which takes longer than a token request.
 */
const platformFetch: TokenFetch = (url, init) => {
  const { prototype } = Request;
  if ("cache" in prototype) init.cache = "no-store";
  if ("credentials" in prototype) init.credentials = "omit";
  return globalThis.fetch(url, init);
};

/**
 * Sends one request, without retries, and reads its response. A redirect is not followed.
 * @param init - the request. It is completed in place
 * @param context - is completed in place with the response, and returned
 * @throws {NetworkError} no complete response was received
 * @throws {UnexpectedResponseError} the response is a redirect, or too large
 */
export async function receive<Context extends RequestContext>(
  url: string,
  init: RequestInit,
  signal: AbortSignal,
  { fetch = platformFetch, maxResponseBytes = 1_048_576 }: TransportOptions,
  context: Context,
): Promise<Context & ReceivedResponse> {
  let response: Response | undefined;
  try {
    response = await fetch(url, Object.assign(init, { redirect: "manual", signal } as const));
    rejectRedirect(response, context);
    const { status, headers } = response;
    return Object.assign(context, { status, headers, text: await readResponseText(response, maxResponseBytes) });
  } catch (error) {
    if (error instanceof UnexpectedResponseError) throw error;
    if (error instanceof ResponseTooLargeError) {
      throw unexpectedResponse(context, response?.status, `the response is larger than ${maxResponseBytes} bytes`);
    }
    throw networkError(error, response, context);
  }
}

// Following a redirect would send the credentials to its target. The message shows the target without its query.
function rejectRedirect({ status, type, headers, body }: Response, context: RequestContext): void {
  if (type !== "opaqueredirect" && (status < 300 || status > 399)) return;
  body?.cancel().catch(() => undefined);
  const location = String(headers.get("location"));
  const { host, pathname } = URL.canParse(location) ? new URL(location) : { host: "", pathname: "" };
  const target = redact(host + pathname, context.secrets, snippetLimit);
  throw unexpectedResponse(context, status, `redirects are not followed: ${target}`);
}

function networkError(error: unknown, response: Response | undefined, { endpoint, operation }: RequestContext): NetworkError {
  const { code, notSent } = classifyNetworkError(error);
  const wasSent = !notSent || response !== undefined;
  return new NetworkError({
    message: formatMessage({
      subject: endpoint,
      operation,
      reason: wasSent ? `connection lost ${response ? "while reading the" : "before a"} response` : "cannot connect",
      code,
      effect: wasSent ? undefined : notSentEffect,
    }),
    operation,
    outcome: wasSent ? "unknown" : "not_applied",
  });
}

/**
 * Runs an operation with a deadline. Rejects as soon as the deadline passes, also when a client authentication or a `fetch` ignores the
 * signal.
 * @param work - receives the timer, and a function to call before the request is sent
 * @throws {TimeoutError} the deadline passed. An abort by the caller rejects with the reason of the caller's signal
 */
export function withDeadline<T>(
  { endpoint, operation }: Pick<RequestContext, "endpoint" | "operation">,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  work: (timer: Timer, onSend: () => void) => Promise<T>,
): Promise<T> {
  let outcome: "not_applied" | "unknown" = "not_applied";
  const timeoutError = () => {
    const message = formatMessage({ subject: endpoint, operation, reason: `no response within ${timeoutMs} ms` });
    return new TimeoutError({ message, operation, outcome });
  };
  return new Promise<T>((resolve, reject) => {
    const timer = startTimer(timeoutMs, signal, timeoutError, reject);
    timer.signal.throwIfAborted();
    // Not `finally`, which creates three more promises.
    const stopAnd =
      <Value>(settle: (value: Value) => void) =>
      (value: Value) => {
        timer.stop();
        settle(value);
      };
    const onSend = () => {
      timer.signal.throwIfAborted();
      outcome = "unknown";
    };
    work(timer, onSend).then(stopAnd(resolve), stopAnd(reject));
  });
}
