import type { ErrorDetails, ErrorResponse } from "../core/http/errors.js";
import { isObject, readText } from "../core/values.js";

// Sent with 403, and the first with 400. What they say is that the credential is not accepted. The newer generation has no codes
// for it, and the same words.
const notAcceptedCode = /^(INVALID_SIGNATURE|INVALID_CREDENTIAL|INVALID_KEY|NOT_CREDENTIAL)$/;
const notAcceptedWords = /^(Invalid signature|This credential (is not valid|does not exist))\.?$/i;

/**
 * Reads both generations of OVHcloud's errors: `class` and `message` with `details`, and the older gateway's `errorCode` and
 * `httpCode`. What stands in front of the API answers HTML, in which there is nothing to read.
 *
 * A refusal for a missing right says which: `details` has the IAM actions that no policy allows, and those that the token or key
 * leaves out.
 */
export function readFailure({ status, headers, body }: ErrorResponse): ErrorDetails {
  const requestId = headers.get("x-ovh-queryid") ?? undefined;
  if (!isObject(body)) return { requestId };
  const details = isObject(body.details) ? body.details : {};
  const words = [
    readText(body.message),
    name("missing IAM action", details.unauthorizedActionsByIAM),
    name("beyond the token or key:", details.unauthorizedActionsByAuthentication),
  ].filter((one) => one !== undefined);
  const code = readText(body.class) ?? readText(body.errorCode);
  return {
    message: words.length > 0 ? words.join("; ") : undefined,
    vendorCode: code,
    requestId,
    ...(isNotAccepted(status, code, readText(body.message)) ? { status: 401 } : {}),
  };
}

function isNotAccepted(status: number, code = "", message = ""): boolean {
  return (status === 400 || status === 403) && (notAcceptedCode.test(code) || notAcceptedWords.test(message));
}

// A text with commas, as a rule; nothing promises that it is not a list.
function name(what: string, actions: unknown): string | undefined {
  const list = (Array.isArray(actions) ? actions : [actions]).flatMap((one) => readText(one)?.split(",") ?? []);
  const named = list.map((one) => one.trim()).filter(Boolean);
  if (named.length === 0) return undefined;
  return `${named.length > 1 ? what.replace(/action$/, "actions") : what} ${named.join(", ")}`;
}
