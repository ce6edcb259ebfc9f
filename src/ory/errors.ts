import type { ValidationError } from "../core/errors.js";
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

// Ory's tokens and API keys have a prefix.
const secretLike = /\bory_(?:ac|apikey|at|lo|pat|rt|st|wak)_[\w~.-]+/g;

/**
 * Parses Ory's three error bodies: flat as in RFC 6749 (`error` is a code or a sentence), an object under `error` (the gateway),
 * and the members of that object at the top level.
 */
export function parseErrorResponse({ headers, body }: ErrorResponse): ErrorDetails {
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
