import { RateLimitError, ResponseError, TokenEndpointError, type ValidationError } from "../core/errors.js";
import { type ErrorDetails, type ErrorResponse, readForeignError } from "../core/http/errors.js";
import { validationError } from "../core/outcome.js";
import { isObject, readText } from "../core/values.js";

/** The `vendor` of this folder's clients, managers and errors. */
export const vendor = "genesys";

/** The `operation` of errors, by method. */
export const operations = {
  account: "get account",
  create: "create client",
  get: "get client",
  list: "list clients",
  update: "update client",
  delete: "delete client",
  rotateSecret: "rotate secret",
  import: "import client",
  tokenRequest: "make token request",
  requestToken: "request token",
  findRole: "find role",
  findDivision: "find division",
  getHomeDivision: "get home division",
  getGrants: "get grants of the caller",
  listIntegrationCredentials: "list integration credentials",
  createIntegrationCredential: "create integration credential",
  getIntegrationCredential: "get integration credential",
  updateIntegrationCredential: "update integration credential",
  deleteIntegrationCredential: "delete integration credential",
} as const;

/** Creates the error of one invalid field. */
export function inputError(operation: string, path: string, message: string): ValidationError {
  return validationError({ vendor, operation }, { path, message });
}

/** The start of the login host's description of a rate limit error. */
export const rateLimitErrorPattern = /^\s*rate limit exceeded\b/i;

/**
 * Parses the errors of the API (`code`, `message`, `contextId`), and those of the login host (`error`, `error_description`, which
 * is also called `description`). Gateways in front of both respond with HTML or without a body.
 *
 * The login host has no 429: its rate limit error is a 400 whose description begins with "rate limit exceeded".
 */
export function parseErrorResponse(response: ErrorResponse): ErrorDetails {
  const { status, headers, body } = response;
  const requestId = headers.get("inin-correlation-id") ?? undefined;
  const foreign = readForeignError(response, isOwnError, "Genesys Cloud", "apiUrl");
  if (foreign) return { ...foreign, requestId };
  if (!isObject(body)) return { requestId };
  if (typeof body.error === "string") {
    const description = readText(body.error_description) ?? readText(body.description);
    return {
      message: description ?? body.error,
      vendorCode: body.error,
      requestId,
      ...(isRateLimited(status, description) ? { status: 429 } : {}),
    };
  }
  const details = [readText(body.message), ...readDetails(body), readLimit(body.limit)].filter(Boolean);
  return {
    message: details.length > 0 ? details.join("; ") : undefined,
    vendorCode: readText(body.code),
    requestId: readText(body.contextId) ?? requestId,
  };
}

function isOwnError(body: unknown): boolean {
  return isObject(body) && (readText(body.code) !== undefined || readText(body.contextId) !== undefined);
}

/**
 * Converts the error of a failed token request to the class that fits the login host's own codes: a rate limit error becomes a
 * `RateLimitError`, and a 400 or 401 with an OAuth error code becomes a `TokenEndpointError`. Other errors are returned unchanged.
 */
export function parseLoginError(error: unknown): unknown {
  if (error instanceof TokenEndpointError) {
    if (!isRateLimited(error.status, error.errorDescription)) return error;
    const { message, status, outcome, retryAfterMs, error: vendorCode } = error;
    const operation = operations.requestToken;
    return new RateLimitError({ message, vendor, operation, status, outcome, retryAfterMs, vendorCode });
  }
  if (!(error instanceof ResponseError) || (error.status !== 400 && error.status !== 401)) return error;
  if (error instanceof RateLimitError || error.vendorCode === undefined) return error;
  const { message, vendor: origin, operation, status, outcome, vendorCode } = error;
  return new TokenEndpointError({ message, vendor: origin, operation, status, outcome, error: vendorCode });
}

function isRateLimited(status: number, description: string | undefined): boolean {
  return status === 400 && description !== undefined && rateLimitErrorPattern.test(description);
}

// `details` has errors of single fields. `errors` has errors of the same shape as the body.
function readDetails({ details, errors }: Record<string, unknown>): (string | undefined)[] {
  const fields = readObjects(details).map(({ fieldName, errorCode }) => {
    const [field, code] = [readText(fieldName), readText(errorCode)];
    return field && code ? `${field}: ${code}` : (field ?? code);
  });
  return [...fields, ...readObjects(errors).map(({ message, code }) => readText(message) ?? readText(code))];
}

function readLimit(limit: unknown): string | undefined {
  if (!isObject(limit)) return undefined;
  const key = readText(limit.key);
  return key && `limit ${key}${typeof limit.value === "number" ? ` is ${limit.value}` : ""}`;
}

function readObjects(list: unknown): Record<string, unknown>[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}
