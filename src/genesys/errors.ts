import { RateLimitError, ResponseError, TokenEndpointError } from "../core/errors.js";
import type { ErrorDetails, ErrorResponse } from "../core/http/errors.js";
import { isObject, readText } from "../core/values.js";

/** How the login host's description of a refusal begins where it throttles. */
export const throttled = /^\s*rate limit exceeded\b/i;

/**
 * Reads the errors of the platform (`code`, `message`, `contextId`), and those of the login host (`error`, `error_description`, which
 * is also called `description`). What stands in front of both answers HTML or nothing, in which there is nothing to read.
 *
 * The login host has no 429: too many requests are a 400 whose description begins with "rate limit exceeded".
 */
export function readFailure({ status, headers, body }: ErrorResponse): ErrorDetails {
  const requestId = headers.get("inin-correlation-id") ?? undefined;
  if (!isObject(body)) return { requestId };
  if (typeof body.error === "string") {
    const description = readText(body.error_description) ?? readText(body.description);
    return {
      message: description ?? body.error,
      vendorCode: body.error,
      requestId,
      ...(isThrottled(status, description) ? { status: 429 } : {}),
    };
  }
  const details = [readText(body.message), ...readDetails(body), readLimit(body.limit)].filter(Boolean);
  return {
    message: details.length > 0 ? details.join("; ") : undefined,
    vendorCode: readText(body.code),
    requestId: readText(body.contextId) ?? requestId,
  };
}

/**
 * Tells a failed request for a token as what it is, where the login host says it in other words: throttling becomes a
 * `RateLimitError`, and what the transport took for a plain refusal a `TokenEndpointError`. Everything else stays as it was.
 */
export function readLoginFailure(error: unknown): unknown {
  if (error instanceof TokenEndpointError) {
    if (!isThrottled(error.status, error.errorDescription)) return error;
    const { message, status, outcome, retryAfterMs, error: vendorCode } = error;
    return new RateLimitError({
      message,
      vendor: "genesys",
      operation: "request token",
      status,
      outcome,
      retryAfterMs,
      vendorCode,
    });
  }
  if (!(error instanceof ResponseError) || (error.status !== 400 && error.status !== 401)) return error;
  if (error instanceof RateLimitError || error.vendorCode === undefined) return error;
  const { message, vendor, operation, status, outcome, vendorCode } = error;
  return new TokenEndpointError({ message, vendor, operation, status, outcome, error: vendorCode });
}

function isThrottled(status: number, description: string | undefined): boolean {
  return status === 400 && description !== undefined && throttled.test(description);
}

// Faults of single fields, and of parts: a list of errors in the form of the whole.
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
