import { NotFoundError, type Outcome, UnexpectedResponseError, type ValidationError } from "../core/errors.js";
import type { ErrorDetails, ErrorResponse } from "../core/http/errors.js";
import { validationError } from "../core/validation.js";
import { isObject, readText } from "../core/values.js";

/** The `vendor` of this folder's clients, managers and errors. */
export const vendor = "ory";

/** The `operation` of errors, by method. */
export const operations = {
  account: "get account",
  create: "create client",
  get: "get client",
  list: "list clients",
  update: "update client",
  patch: "patch client",
  delete: "delete client",
  deleteTokens: "delete tokens",
  setLifespans: "set lifespans",
  rotateSecret: "rotate secret",
  deleteRotatedSecrets: "delete rotated secrets",
  import: "import client",
  tokenRequest: "make token request",
  introspect: "introspect token",
  revoke: "revoke token",
} as const;

/** Creates the error of one invalid field. */
export function inputError(operation: string, path: string, message: string): ValidationError {
  return validationError({ vendor, operation }, { path, message });
}

/**
 * @throws {UnexpectedResponseError} the response has another client's document
 */
export function requireSameId(received: unknown, requested: string, operation: string, outcome: Outcome): void {
  if (received === requested) return;
  const message = "the response has the document of another client";
  throw new UnexpectedResponseError({
    vendor,
    operation,
    outcome,
    message: `${vendor} ${operation}: ${message} than ${requested}`,
    issues: [{ path: "client_id", message: "expected the id of the request" }],
  });
}

// Codes of this library for error responses of Ory that have a sentence and no code.
const codes = { notFound: "not_found", unknownRoute: "unknown_route", concurrentUpdate: "concurrent_update" } as const;

/** Whether Ory itself reports that the client does not exist. The 404 of a gateway proves nothing. */
export function isClientNotFound(error: unknown): error is NotFoundError {
  return error instanceof NotFoundError && error.vendorCode === codes.notFound;
}

/** Whether a server of Ory reports that it does not have the path or the method. A gateway can send the same page. */
export function isUnknownRoute(error: unknown): boolean {
  return typeof error === "object" && error !== null && (error as { vendorCode?: unknown }).vendorCode === codes.unknownRoute;
}

// Ory's tokens and API keys have a prefix.
const secretLike = /\bory_(?:ac|apikey|at|lo|pat|rt|st|wak)_[\w~.-]+/g;

/**
 * Parses Ory's three error bodies: flat as in RFC 6749 (`error` is a code or a sentence), an object under `error` (the gateway),
 * and the members of that object at the top level.
 */
export function parseErrorResponse(response: ErrorResponse): ErrorDetails {
  const details = parseBody(response);
  const code = codeOf(response, details.message ?? "");
  if (code === undefined) return details;
  // The database has rolled the change back, so the request can be sent again, as after too many requests.
  const status = code === codes.concurrentUpdate ? { status: 429 } : {};
  return { ...details, vendorCode: code, ...status };
}

function codeOf({ status, text }: ErrorResponse, message: string): string | undefined {
  if (status === 404 && message.includes("Unable to locate the resource")) return codes.notFound;
  if (status === 404 && (text.trim() === "404 page not found" || message.includes("The requested route does not exist")))
    return codes.unknownRoute;
  if (status === 405 && text.trim() === "Method Not Allowed") return codes.unknownRoute;
  if (status === 400 && message.includes("Unable to serialize access due to a concurrent update"))
    return codes.concurrentUpdate;
  return undefined;
}

function parseBody({ headers, body }: ErrorResponse): ErrorDetails {
  const requestId = redactTokens(headers.get("x-request-id"));
  if (!isObject(body)) return { requestId };
  if (typeof body.error === "string") {
    const code = /^[a-z][a-z0-9_]*$/.test(body.error) ? body.error : undefined;
    const description = readText(body.error_description);
    return {
      message: redactTokens(code === undefined && description ? `${body.error}: ${description}` : (description ?? body.error)),
      vendorCode: redactTokens(code),
      requestId,
    };
  }
  const detail = isObject(body.error) ? body.error : body;
  const feature = isObject(detail.details) ? readText(detail.details.feature) : undefined;
  const parts = [readText(detail.message), readText(detail.reason), feature && `feature ${feature}`].filter(Boolean);
  return {
    message: redactTokens(parts.join(": ")) || undefined,
    vendorCode: redactTokens(readText(detail.id) ?? headers.get("ory-error-id")),
    requestId: redactTokens(readText(detail.request) ?? requestId),
  };
}

function redactTokens(text: string | null | undefined): string | undefined {
  return text?.replace(secretLike, "[secret]");
}
