import type { ErrorDetails, ErrorResponse } from "../core/http/errors.js";
import { isObject, readText } from "../core/values.js";

// Tokens of Terraform, GitHub and GitLab tell themselves by their form, and so do private keys, cut ones too.
const secretLike =
  /\b[A-Za-z0-9]+\.atlasv1\.[\w-]+|\b(?:gh[a-z]_|github_pat_|glpat-)[\w.-]+|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/**
 * Reads the errors of JSON:API, whose `status` is a string or a number and is not needed, and the list of plain texts that some
 * endpoints answer instead. What stands in front of the server answers HTML, in which there is nothing to read.
 *
 * A 404 says what it means: Terraform Enterprise does not tell a missing thing from a missing permission.
 */
export function readFailure({ status, headers, body }: ErrorResponse): ErrorDetails {
  const errors = readErrors(body);
  const said = errors.map(readSentence).filter((words) => words !== undefined);
  const words = said.filter((one) => status !== 404 || !/^not found[.!]?$/i.test(one));
  const message = (status === 404 ? ["not found or not permitted", ...words] : words).join("; ");
  return {
    message: message === "" ? undefined : message.replace(secretLike, "[secret]"),
    vendorCode: errors.map((error) => (isObject(error) ? readText(error.code) : undefined)).find(Boolean),
    requestId: headers.get("x-request-id") ?? undefined,
  };
}

function readErrors(body: unknown): unknown[] {
  const errors = isObject(body) ? body.errors : undefined;
  return Array.isArray(errors) ? errors : [errors];
}

function readSentence(error: unknown): string | undefined {
  if (!isObject(error)) return readText(error);
  const words = [readText(error.title), readText(error.detail)].filter((one) => one !== undefined);
  const pointer = isObject(error.source) ? readText(error.source.pointer) : undefined;
  const sentence = [...new Set(words)].join(": ") || undefined;
  return pointer === undefined ? sentence : `${sentence ?? "invalid"} (${pointer})`;
}
