import type { ClientCredentials } from "../credentials.js";
import {
  AuthenticationError,
  ConflictError,
  cloneError,
  type ErrorFacts,
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
import { redact } from "../redact.js";
import type { AttemptResult, ErrorDetails, ErrorResponse, NetworkFailure } from "./types.js";

export type { ErrorDetails, ErrorResponse, ParseErrorResponse } from "./types.js";

/** What the transport knows besides the answer. */
export interface ResponseErrorContext {
  readonly vendor: string;
  readonly operation: string;
  readonly outcome: Outcome;
  readonly retryAfterMs?: number | undefined;
  /** Credentials that this library chose and the vendor may have stored. */
  readonly credentials?: ClientCredentials | undefined;
  readonly secrets: readonly string[];
}

const classes = new Map<number, typeof ResponseError>([
  [401, AuthenticationError],
  [403, PermissionDeniedError],
  [404, NotFoundError],
  [409, ConflictError],
]);

/** Makes the error of an answer that says no: the class by status, the words by the vendor, struck and cut. */
export function toResponseError(answer: ErrorResponse, failure: ErrorDetails, context: ResponseErrorContext): ResponseError {
  const { vendor, operation, outcome, credentials, retryAfterMs, secrets } = context;
  const status = failure.status ?? answer.status;
  // The reader's types are a promise about somebody else's JSON, and a text may be blank once it is clean.
  const clean = (text: unknown) => (typeof text === "string" && redact(text, secrets)) || undefined;
  const said = isRedirect(status)
    ? "redirects are not followed"
    : (clean(failure.message) ?? readPage(answer, secrets) ?? "no reason given");
  const requestId = clean(failure.requestId);
  const facts = {
    message: `${vendor} refused "${operation}" (${answer.status}): ${said}${requestId ? ` [request ${requestId}]` : ""}`,
    vendor,
    operation,
    outcome,
    credentials,
    status: answer.status,
    vendorCode: clean(failure.vendorCode),
    requestId,
  };
  if (status === 429) return new RateLimitError({ ...facts, retryAfterMs });
  if (status >= 500) return new ServerError({ ...facts, retryAfterMs });
  return new (classes.get(status) ?? ResponseError)(facts);
}

/** What the error of an attempt states besides its result. */
export interface AttemptErrorContext {
  readonly writes: boolean;
  /** Whether any attempt of the call was sent. */
  readonly wasSent: boolean;
  /** The time that is over, in milliseconds: of the call or of the attempt. */
  readonly timeoutMs: number;
  readonly origin: string;
  readonly maxResponseBytes: number;
  readonly secrets: readonly string[];
}

/** Makes the error of a call from the result of its last attempt and the outcome of all its attempts. */
export function toAttemptError(
  result: Exclude<AttemptResult, { readonly kind: "success" }>,
  facts: Omit<ErrorFacts, "message"> & { readonly vendor: string; readonly operation: string; readonly outcome: Outcome },
  { writes, wasSent, timeoutMs, origin, maxResponseBytes, secrets }: AttemptErrorContext,
): unknown {
  const { vendor, operation } = facts;
  const effect = !writes ? "" : facts.outcome === "unknown" ? "; it may have taken effect" : "; nothing was changed";
  switch (result.kind) {
    case "error_response":
      return toResponseError(result.response, result.details, { ...facts, retryAfterMs: result.retryAfterMs, secrets });
    case "not_authorized":
      return isOAuthClientsError(result.error) ? cloneError(result.error as OAuthClientsError, facts) : result.error;
    case "too_large": {
      const message = `${vendor} ${operation}: the answer is larger than ${maxResponseBytes} bytes${effect}`;
      return new UnexpectedResponseError({ ...facts, message });
    }
    case "network_failure": {
      const { code, notSent } = result.failure;
      const what = notSent ? `${origin} could not be reached` : `the connection to ${origin} broke`;
      const shown = code ? ` (${redact(code, secrets)})` : "";
      return new NetworkError({ ...facts, message: `${vendor} ${operation}: ${what}${shown}${effect}` });
    }
    default: {
      const what = wasSent ? `${vendor} did not answer "${operation}"` : `${vendor} "${operation}" was not sent`;
      return new TimeoutError({ ...facts, message: `${what} within ${timeoutMs} ms${effect}` });
    }
  }
}

// The most that is told of a page, in characters: enough to see whose it is.
const pageLimit = 200;

// How much of a page is looked at, in characters.
const pageStart = 20_000;

// What a gateway says in a page of its own. Struck before it is taken apart, lest a part of a secret is left at an edge.
function readPage({ body, text }: ErrorResponse, secrets: readonly string[]): string | undefined {
  if (body !== undefined) return undefined;
  const words = redact(text, secrets, Number.POSITIVE_INFINITY)
    .slice(0, pageStart)
    .replace(/<(script|style|head)\b.*?<\/\1>/gis, " ")
    .replace(/<[^>]*>/g, " ");
  return redact(words, secrets, pageLimit) || undefined;
}

/** Whether a status is a redirect. Runtimes that hide redirects show 0. */
export function isRedirect(status: number): boolean {
  return status === 0 || (status >= 300 && status < 400);
}

// Name look-up, refused connections and connect timeouts end before anything is sent. "Connection reset" does not belong here,
// nor does "host unreachable": both can strike an open connection.
const neverConnected = /^(ENOTFOUND|EAI_\w+|ECONNREFUSED|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused)$/;

// A TLS handshake that fails on the server's certificate or on the protocol version.
const handshake =
  /^(CERT_|UNABLE_TO_|(DEPTH_ZERO_)?SELF_SIGNED_|ERR_TLS_CERT_|ERR_SSL_(WRONG_VERSION|UNSUPPORTED_PROTO|TLSV1_ALERT_PROTO)|HOSTNAME_)/;

// What platforms use for codes. Anything else may be a text, and a text may hold a secret.
const codeForm = /^[A-Z][A-Za-z0-9_]{1,63}$/;

/** Reads what a `fetch` threw. Runtimes that give no code (Deno, workerd, browsers) prove nothing. */
export function classifyNetworkError(error: unknown): NetworkFailure {
  const codes = readCodes(error);
  return {
    code: codes[0],
    notSent: codes.length > 0 && codes.every((code) => neverConnected.test(code) || handshake.test(code)),
    permanent: codes.some((code) => handshake.test(code)),
  };
}

// The caller's own `fetch` can throw anything, also an object that throws when it is looked at.
function readCodes(error: unknown): string[] {
  try {
    return collectCodes(error, 0);
  } catch {
    return [];
  }
}

function collectCodes(error: unknown, depth: number): string[] {
  if (typeof error !== "object" || error === null || depth > 4) return [];
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  // A connection that is tried on several addresses fails with one error for each; their shared code says less than they do.
  if (Array.isArray(errors) && errors[0]) return errors.flatMap((one) => collectCodes(one, depth + 1));
  if (typeof code === "string" && codeForm.test(code)) return [code];
  return collectCodes(cause, depth + 1);
}

/** Thrown by `readResponseText` when an answer is larger than allowed. */
export class ResponseTooLargeError extends Error {}

/** An answer that can be read without a stream. `nodeFetch` makes such ones. */
interface Direct {
  /** The text; `undefined` when it is longer than so many bytes. */
  readonly textUpTo?: (limit: number) => Promise<string | undefined>;
}

/**
 * Reads an answer's text, after decompression, and stops as soon as it passes the limit.
 * @param limit - in bytes
 * @throws {ResponseTooLargeError}
 */
export async function readResponseText(response: Response & Direct, limit: number): Promise<string> {
  if (response.textUpTo) {
    const text = await response.textUpTo(limit);
    if (text === undefined) throw new ResponseTooLargeError();
    return text;
  }
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let size = 0; reader; ) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > limit) {
      // Not awaited: a body that never ends may never confirm that it was given up.
      reader.cancel().catch(() => undefined);
      throw new ResponseTooLargeError();
    }
    text += decoder.decode(value, { stream: true });
  }
  return text + decoder.decode();
}
