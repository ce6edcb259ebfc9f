import type { ErrorDetails, ErrorResponse } from "../core/http/errors.js";
import { isObject, readText } from "../core/values.js";

// Ory's tokens and keys tell themselves by their prefix.
const secretLike = /\bory_(?:ac|apikey|at|lo|pat|rt|st|wak)_[\w~.-]+/g;

/**
 * Reads Ory's three shapes of error: flat as in RFC 6749 (`error` is a code, or a sentence), an object under `error` (the
 * gateway), and that object's members at the top.
 */
export function readFailure({ headers, body }: ErrorResponse): ErrorDetails {
  const requestId = strike(headers.get("x-request-id"));
  if (!isObject(body)) return { requestId };
  if (typeof body.error === "string") {
    const code = /^[a-z][a-z0-9_]*$/.test(body.error) ? body.error : undefined;
    const description = readText(body.error_description);
    return {
      message: strike(code === undefined && description ? `${body.error}: ${description}` : (description ?? body.error)),
      vendorCode: strike(code),
      requestId,
    };
  }
  const detail = isObject(body.error) ? body.error : body;
  const feature = isObject(detail.details) ? readText(detail.details.feature) : undefined;
  const words = [readText(detail.message), readText(detail.reason), feature && `feature ${feature}`].filter(Boolean);
  return {
    message: strike(words.join(": ")) || undefined,
    vendorCode: strike(readText(detail.id) ?? headers.get("ory-error-id")),
    requestId: strike(readText(detail.request) ?? requestId),
  };
}

function strike(text: string | null | undefined): string | undefined {
  return text?.replace(secretLike, "[secret]");
}
