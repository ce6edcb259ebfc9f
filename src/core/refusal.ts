import type { ClientCredentials } from "./credentials.js";
import {
  AuthenticationError,
  ConflictError,
  NotFoundError,
  type Outcome,
  PermissionDeniedError,
  RateLimitError,
  ResponseError,
  ServerError,
} from "./errors.js";
import { redact } from "./redact.js";

/** An answer that says no, as far as a vendor's `failures.ts` needs to know. */
export interface ErrorResponse {
  /** HTTP status. 0 where a runtime hides a redirect. */
  readonly status: number;
  readonly headers: Headers;
  /** The body as text, at most the answer size cap. */
  readonly text: string;
  /** The body as JSON. `undefined` when it is none. */
  readonly body: unknown;
}

/** What a vendor's `failures.ts` reads out of such an answer. Everything is cleaned afterwards. */
export interface ErrorDetails {
  /** The vendor's own words. */
  readonly message?: string | undefined;
  /** The vendor's own code. */
  readonly vendorCode?: string | undefined;
  /** The vendor's id of the request. */
  readonly requestId?: string | undefined;
  /** The status that the answer should have had, where a vendor is known to send another. */
  readonly status?: number | undefined;
}

/** Reads one vendor's error bodies. Pure. */
export type ParseErrorResponse = (answer: ErrorResponse) => ErrorDetails;

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
