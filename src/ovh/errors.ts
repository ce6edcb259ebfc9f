import type { ValidationError } from "../core/errors.js";
import { type ErrorDetails, type ErrorResponse, readForeignError } from "../core/http/errors.js";
import { validationError } from "../core/outcome.js";
import { isObject, readText } from "../core/values.js";

/** The `vendor` of this folder's clients, managers and errors. */
export const vendor = "ovh";

/** The `operation` of errors, by method. */
export const operations = {
  account: "get account",
  create: "create client",
  get: "get client",
  list: "list clients",
  update: "update client",
  delete: "delete client",
  import: "import client",
  tokenRequest: "make token request",
  grantAccess: "grant access",
  createPolicy: "create policy",
  getPolicy: "get policy",
  listPolicies: "list policies",
  updatePolicy: "update policy",
  deletePolicy: "delete policy",
  listActions: "list actions",
  listPermissionsGroups: "list permissions groups",
  getPermissionsGroup: "get permissions group",
  listResources: "list resources",
  checkAuthorization: "check authorization",
  getTime: "get time",
} as const;

/** Creates the error of one invalid field. */
export function inputError(operation: string, path: string, message: string): ValidationError {
  return validationError({ vendor, operation }, { path, message });
}

// Sent with 403, and the first also with 400: the credential is not accepted. The newer error bodies have no code for it, but the
// same message.
const notAcceptedCode = /^(INVALID_SIGNATURE|INVALID_CREDENTIAL|INVALID_KEY|NOT_CREDENTIAL)$/;
const notAcceptedMessage = /^(Invalid signature|This credential (is not valid|does not exist))\.?$/i;

/**
 * Parses both generations of OVHcloud's error bodies: `class` and `message` with `details`, and the older gateway's `errorCode` and
 * `httpCode`. Servers in front of the API send HTML, which has none of them.
 *
 * For a missing right, `details` has the IAM actions that no policy allows and those that the token or key does not include.
 */
export function parseErrorResponse(response: ErrorResponse): ErrorDetails {
  const { status, headers, body } = response;
  const requestId = headers.get("x-ovh-queryid") ?? undefined;
  const foreign = readForeignError(response, isOwnError, "OVHcloud", "apiUrl");
  if (foreign) return { ...foreign, requestId };
  if (!isObject(body)) return { requestId };
  const details = isObject(body.details) ? body.details : {};
  const parts = [
    readText(body.message),
    formatActions("missing IAM action", details.unauthorizedActionsByIAM),
    formatActions("not included in the token or key:", details.unauthorizedActionsByAuthentication),
  ].filter((one) => one !== undefined);
  const code = readText(body.class) ?? readText(body.errorCode);
  return {
    message: parts.length > 0 ? parts.join("; ") : undefined,
    vendorCode: code,
    requestId,
    ...(isNotAccepted(status, code, readText(body.message)) ? { status: 401 } : {}),
  };
}

function isOwnError(body: unknown): boolean {
  return isObject(body) && (readText(body.class) ?? readText(body.errorCode) ?? readText(body.httpCode)) !== undefined;
}

function isNotAccepted(status: number, code = "", message = ""): boolean {
  return (status === 400 || status === 403) && (notAcceptedCode.test(code) || notAcceptedMessage.test(message));
}

// Usually text with commas. The documentation does not exclude a list.
function formatActions(what: string, actions: unknown): string | undefined {
  const list = (Array.isArray(actions) ? actions : [actions]).flatMap((one) => readText(one)?.split(",") ?? []);
  const named = list.map((one) => one.trim()).filter(Boolean);
  if (named.length === 0) return undefined;
  return `${named.length > 1 ? what.replace(/action$/, "actions") : what} ${named.join(", ")}`;
}
