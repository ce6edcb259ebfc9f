import type { ClientCredentials } from "../credentials.js";
import {
  AuthenticationError,
  ConflictError,
  cloneError,
  isOAuthClientsError,
  NetworkError,
  NotFoundError,
  type OAuthClientsError,
  type Outcome,
  PermissionDeniedError,
  RateLimitError,
  ResponseError,
  ServerError,
  TimeoutError,
  UnexpectedResponseError,
} from "../errors.js";
import { formatMessage, notSentEffect } from "../message.js";
import { createError, describeReason, readHint } from "../outcome.js";
import { redact } from "../redact.js";
import type { AttemptResult, ErrorDetails, ErrorResponse, NetworkFailure } from "./types.js";

export type { ErrorDetails, ErrorResponse, ParseErrorResponse } from "./types.js";

/** The facts of a call's error besides the result of its last attempt. */
interface CallErrorContext {
  readonly vendor: string;
  readonly operation: string;
  readonly outcome: Outcome;
  /** Whether the call may change something. */
  readonly writes?: boolean | undefined;
  /** Credentials that the library generated and the vendor may have stored. */
  readonly credentials?: ClientCredentials | undefined;
  readonly secrets: readonly string[];
}

/** The further facts of a call's error. */
interface AttemptErrorContext extends CallErrorContext {
  /** Whether any attempt of the call was sent. */
  readonly wasSent: boolean;
  /** The timeout that has expired, in milliseconds: that of the call or of the attempt. */
  readonly timeoutMs: number;
  readonly origin: string;
  readonly maxResponseBytes: number;
}

/** Creates the error of a call from the result of its last attempt and the outcome of all its attempts. */
export function toAttemptError(
  result: Exclude<AttemptResult, { readonly kind: "success" }>,
  context: AttemptErrorContext,
): unknown {
  const { vendor, operation, outcome, writes = false, credentials, secrets, wasSent, timeoutMs, origin } = context;
  const facts = { vendor, operation, outcome, credentials };
  switch (result.kind) {
    case "error_response":
      return toResponseError(result.response, result.details, { ...context, retryAfterMs: result.retryAfterMs });
    case "not_authorized":
      return isOAuthClientsError(result.error) ? toAuthorizationError(result.error as OAuthClientsError, facts) : result.error;
    case "too_large": {
      const reason = `the response is larger than ${context.maxResponseBytes} bytes`;
      return createError(UnexpectedResponseError, facts, { writes, reason });
    }
    case "network_failure": {
      const { code, notSent, permanent } = result.failure;
      const shown = code && redact(code, secrets);
      if (code === blockedPort) {
        const hint = "Use another port, or pass fetch: nodeFetch()";
        return createError(NetworkError, facts, {
          writes,
          reason: `fetch blocks the port of ${origin}`,
          effect: notSentEffect,
          hint,
        });
      }
      if (!notSent) return createError(NetworkError, facts, { writes, reason: `connection to ${origin} lost`, code: shown });
      return createError(NetworkError, facts, {
        writes,
        reason: permanent ? `TLS handshake with ${origin} failed` : `cannot connect to ${origin}`,
        code: shown,
        effect: outcome === "unknown" ? undefined : notSentEffect,
        hint: permanent ? "To trust another certificate authority, pass fetch: nodeFetch({ ca })" : undefined,
      });
    }
    default: {
      const reason = wasSent ? `no response within ${timeoutMs} ms` : `the request was not sent within ${timeoutMs} ms`;
      return createError(TimeoutError, facts, { writes, reason });
    }
  }
}

// Statuses that say that something is absent, exists, or is not supported.
const decisiveStatuses: readonly number[] = [404, 405, 409, 410];

/**
 * The details of a 404, 405, 409 or 410 without the vendor's own error body. A gateway can send one in place of any response of the
 * vendor, so it proves nothing, and counts as a 502: the outcome of a write is unknown. `undefined` for other statuses. With 400, 401,
 * 403, 407, 413, 422 and 429 a gateway refuses a request that it does not forward, so they mean `not_applied` with any body.
 *
 * @param vendorName - the vendor's name in the message
 * @param option - the option with the URL of the API
 */
export function readForeignError(
  { status, body }: ErrorResponse,
  isOwn: (body: unknown) => boolean,
  vendorName: string,
  option: string,
): ErrorDetails | undefined {
  if (!decisiveStatuses.includes(status) || isOwn(body)) return undefined;
  const message = `this ${status} has no error body of ${vendorName}, so it is not its own: a gateway may have sent it, or ${option} is wrong`;
  return { status: 502, message };
}

// The error is cloned: callers that wait for the same token share it.
function toAuthorizationError(
  error: OAuthClientsError,
  facts: Pick<CallErrorContext, "vendor" | "operation" | "outcome" | "credentials">,
): OAuthClientsError {
  const { vendor: subject, operation, outcome } = facts;
  const effect = outcome === "unknown" ? "An earlier attempt may have been applied" : notSentEffect;
  const reason = `authorization failed: ${describeReason(error)}`;
  const message = formatMessage({ subject, operation, reason, effect, hint: readHint(error) });
  return cloneError(error, { ...facts, message });
}

const classes = new Map<number, typeof ResponseError>([
  [401, AuthenticationError],
  [403, PermissionDeniedError],
  [404, NotFoundError],
  [409, ConflictError],
]);

/** Creates the error of an error response: the class by status, the reason by the vendor, redacted and cut. */
export function toResponseError(
  response: ErrorResponse,
  details: ErrorDetails,
  { vendor, operation, outcome, writes = false, credentials, retryAfterMs, secrets }: ResponseErrorContext,
): ResponseError {
  const status = details.status ?? response.status;
  // The details can have other types than declared. A text can be empty after redaction.
  const clean = (text: unknown) => (typeof text === "string" && redact(text, secrets)) || undefined;
  const reason = isRedirect(status)
    ? "redirects are not followed"
    : (clean(details.message) ??
      readPage(response, secrets) ??
      (status === 407 ? "a proxy requires authentication" : "the response has no error message"));
  const requestId = clean(details.requestId);
  const facts = {
    ...{ vendor, operation, outcome, credentials, status: response.status },
    ...{ vendorCode: clean(details.vendorCode), requestId, retryAfterMs },
  };
  const isBusy = status === 429 || status >= 500;
  const text = {
    writes,
    reason,
    code: `${response.status}${requestId ? `, request ${requestId}` : ""}`,
    hint: isBusy && retryAfterMs !== undefined ? retryHint(outcome, retryAfterMs) : undefined,
  };
  if (status === 429) return createError(RateLimitError, facts, text);
  if (status >= 500) return createError(ServerError, facts, text);
  const { retryAfterMs: _, ...others } = facts;
  return createError(classes.get(status) ?? ResponseError, others, text);
}

/** The facts of the error of an error response, besides the response. */
interface ResponseErrorContext extends CallErrorContext {
  readonly retryAfterMs?: number | undefined;
}

function retryHint(outcome: Outcome, retryAfterMs: number): string {
  const delay = retryAfterMs < 1_000 ? `${Math.ceil(retryAfterMs)} ms` : `${Math.ceil(retryAfterMs / 1_000)} s`;
  const wait = `The server asks to wait ${delay}`;
  return outcome === "unknown" ? `${wait}. Read the current state before you retry` : `${wait} before a retry`;
}

// The longest text of a page in a message, in characters.
const pageLimit = 200;

// The text of a page that a gateway sent. Secrets are redacted before the markup is removed: markup can be inside a secret.
function readPage({ body, text }: ErrorResponse, secrets: readonly string[]): string | undefined {
  if (body !== undefined) return undefined;
  const page = redact(text, secrets, Number.POSITIVE_INFINITY);
  const words = withoutElements(page, ["script", "style", "head"]).replace(/<[^<>]*>/g, " ");
  return redact(words, secrets, pageLimit) || undefined;
}

// Split instead of one pattern, which would search for a missing end tag from each start tag.
function withoutElements(page: string, names: readonly string[]): string {
  return names.reduce((text, name) => {
    const [first = "", ...rest] = text.split(new RegExp(`<${name}\\b`, "i"));
    const end = new RegExp(`</${name}\\s*>`, "i");
    return [first, ...rest.map((part) => part.split(end).slice(1).join(" "))].join(" ");
  }, page);
}

/** Whether a status is a redirect. Runtimes that hide redirects show 0. */
export function isRedirect(status: number): boolean {
  return status === 0 || (status >= 300 && status < 400);
}

// Errors before a connection is open. "Connection reset" and "host unreachable" are not among them: they can also occur on an open
// connection. A `fetch` fails with an invalid URL when it gets the `Request` of another implementation.
const neverConnected = /^(ENOTFOUND|EAI_\w+|ECONNREFUSED|ERR_INVALID_URL|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused)$/;

// A TLS handshake that fails on the server's certificate or on the protocol version.
const handshake =
  /^(CERT_|UNABLE_TO_|(DEPTH_ZERO_)?SELF_SIGNED_|ERR_TLS_CERT_|ERR_SSL_(WRONG_VERSION|UNSUPPORTED_PROTO|TLSV1_ALERT_PROTO)|HOSTNAME_)/;

// A code of this library: the platforms' errors of a port that the Fetch standard blocks have none.
const blockedPort = "ERR_BLOCKED_PORT";

// The form of the platforms' codes. Any other text may contain a secret.
const codeForm = /^[A-Z][A-Za-z0-9_]{1,63}$/;

/** Classifies what a `fetch` threw. An error without a code (Deno, workerd, browsers) does not prove that nothing was sent. */
export function classifyNetworkError(error: unknown): NetworkFailure {
  const codes = readCodes(error);
  return {
    code: codes[0],
    notSent:
      codes.length > 0 && codes.every((code) => code === blockedPort || neverConnected.test(code) || handshake.test(code)),
    permanent: codes.some((code) => code === blockedPort || handshake.test(code)),
  };
}

// The caller's own `fetch` can throw any value, also an object whose getters throw.
function readCodes(error: unknown): string[] {
  try {
    return collectCodes(error, 0);
  } catch {
    return [];
  }
}

function collectCodes(error: unknown, depth: number): string[] {
  if (typeof error !== "object" || error === null || depth > 4) return [];
  const { code, cause, errors, message } = error as Record<"code" | "cause" | "errors" | "message", unknown>;
  // A connection that is tried with several addresses fails with one error for each. Their own codes are more specific.
  if (Array.isArray(errors) && errors[0]) return errors.flatMap((one) => collectCodes(one, depth + 1));
  if (typeof code === "string" && codeForm.test(code)) return [code];
  return message === "bad port" ? [blockedPort] : collectCodes(cause, depth + 1);
}

/** The response is larger than allowed. */
export class ResponseTooLargeError extends Error {}

/** A response that can be read without a stream, for example one of `nodeFetch`. */
interface StreamlessBody {
  /** The text. `undefined` when it is longer than the limit, in bytes. */
  readonly textUpTo?: (limit: number) => Promise<string | undefined>;
}

/**
 * Reads the text of a response, after decompression, and stops when it exceeds the limit.
 * @param limit - in bytes
 * @throws {ResponseTooLargeError}
 */
export async function readResponseText(response: Response & StreamlessBody, limit: number): Promise<string> {
  if (response.textUpTo) {
    const text = await response.textUpTo(limit);
    if (text === undefined) throw new ResponseTooLargeError();
    return text;
  }
  const reader = response.body?.getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > limit) {
      // Not awaited: the cancellation of a body that never ends may never settle.
      reader.cancel().catch(() => undefined);
      throw new ResponseTooLargeError();
    }
    chunks.push(value);
  }
  // A response usually has one chunk. A decoder for several chunks takes longer than the rest of this function.
  return chunks.length > 1 ? new Blob(chunks).text() : new TextDecoder().decode(chunks[0]);
}
