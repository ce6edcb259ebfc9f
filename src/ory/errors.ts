import type { ResponseError, ValidationError } from "../core/errors.js";
import { type ErrorDetails, type ErrorResponse, readForeignError } from "../core/http/errors.js";
import { validationError } from "../core/outcome.js";
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
export function parseErrorResponse(response: ErrorResponse): ErrorDetails {
  const details = parseBody(response);
  // The database has rolled the change back, so that the request can be sent again, as after too many requests.
  if (response.status === 400 && /Unable to serialize access due to a concurrent update/.test(details.message ?? ""))
    return { ...details, status: 429 };
  const foreign = readForeignError(response, isOwnError, "Ory", "adminUrl");
  return foreign ? { ...foreign, requestId: details.requestId } : details;
}

// Ory's own 404 for a missing client: flat with both members, or an object with its status. Its 404 for a missing path is different.
function isOwnError(body: unknown): boolean {
  if (!isObject(body)) return false;
  if (!isObject(body.error)) return typeof body.error === "string" && typeof body.error_description === "string";
  const { code, reason = "" } = body.error;
  return typeof code === "number" && !/requested route does not exist/.test(String(reason));
}

const missingPath = "missing_path";

/** Parses the errors of a path that some versions of Hydra do not have. Their 404 for the path can be the page of a gateway, too. */
export function parseOptionalPathError(response: ErrorResponse): ErrorDetails {
  const lacksPath = response.status === 405 || (response.status === 404 && !isClientNotFound(response));
  return lacksPath ? { ...parseBody(response), vendorCode: missingPath } : parseErrorResponse(response);
}

function isClientNotFound(response: ErrorResponse): boolean {
  return isOwnError(response.body) && (parseBody(response).message ?? "").includes("Unable to locate the resource");
}

/** Whether the error response of an optional path can mean that the server does not have the path. */
export function mayLackPath(error: ResponseError): boolean {
  return error.vendorCode === missingPath;
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
