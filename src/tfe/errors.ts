import { type ErrorDetails, type ErrorResponse, readForeignError } from "../core/http/errors.js";
import { isObject, readText } from "../core/values.js";

/** The `vendor` of this folder's clients, managers and errors. */
export const vendor = "tfe";

/** The `operation` of errors, by method. */
export const operations = {
  account: "get account",
  create: "create client",
  get: "get client",
  list: "list clients",
  update: "update client",
  delete: "delete client",
  addProjects: "add projects",
  removeProjects: "remove projects",
  replaceProjects: "replace projects",
  listOAuthTokens: "list OAuth tokens",
  getOAuthToken: "get OAuth token",
  updateOAuthToken: "update OAuth token",
  deleteOAuthToken: "delete OAuth token",
} as const;

// Tokens of Terraform, GitHub and GitLab have a prefix. Private keys have a header, also when they are truncated.
const secretLike =
  /\b[A-Za-z0-9]+\.atlasv1\.[\w-]+|\b(?:gh[a-z]_|github_pat_|glpat-)[\w.-]+|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/**
 * Parses the errors of JSON:API, whose `status` is a string or a number and is not needed, and the list of texts in the responses of
 * some endpoints. Gateways in front of the server respond with HTML.
 *
 * A 404 means a missing resource or a missing permission: Terraform Enterprise does not distinguish them.
 */
export function parseErrorResponse(response: ErrorResponse): ErrorDetails {
  const { status, headers, body } = response;
  const requestId = headers.get("x-request-id") ?? undefined;
  const foreign = readForeignError(response, isOwnError, "Terraform Enterprise", "address");
  if (foreign) return { ...foreign, requestId };
  const errors = readErrors(body);
  const sentences = errors
    .map(formatError)
    .filter((sentence) => sentence !== undefined)
    .filter((sentence) => status !== 404 || !/^not found[.!]?$/i.test(sentence));
  const message = (status === 404 ? ["not found or not permitted", ...sentences] : sentences).join("; ");
  return {
    message: message === "" ? undefined : message.replace(secretLike, "[secret]"),
    vendorCode: errors.map((error) => (isObject(error) ? readText(error.code) : undefined)).find(Boolean),
    requestId,
  };
}

function isOwnError(body: unknown): boolean {
  return isObject(body) && (Array.isArray(body.errors) || readText(body.errors) !== undefined);
}

function readErrors(body: unknown): unknown[] {
  const errors = isObject(body) ? body.errors : undefined;
  return Array.isArray(errors) ? errors : [errors];
}

function formatError(error: unknown): string | undefined {
  if (!isObject(error)) return readText(error);
  const parts = [readText(error.title), readText(error.detail)].filter((part) => part !== undefined);
  const pointer = isObject(error.source) ? readText(error.source.pointer) : undefined;
  const sentence = [...new Set(parts)].join(": ") || undefined;
  return pointer === undefined ? sentence : `${sentence ?? "invalid"} (${pointer})`;
}
