import {
  type Issue,
  type OAuthManagerError,
  type Outcome,
  RateLimitError,
  TokenError,
  UnexpectedResponseError,
  VendorError,
} from "../../core/errors.js";
import { readRetryAfter } from "../../core/retry.js";
import { scrub } from "../../core/scrub.js";
import type { ServerAnswer } from "./request.js";

/** The content as a JSON object, or `undefined` when it is none. */
export function readObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The content of a 200 in JSON, or the issues that make it none. */
export function readJson({ headers, text }: ServerAnswer): {
  readonly body: Record<string, unknown>;
  readonly issues: Issue[];
} {
  const issues: Issue[] = [];
  const isJson = /^application\/json\s*(;|$)/i.test(headers.get("content-type") ?? "");
  if (!isJson) issues.push({ path: "content-type", message: "expected application/json" });
  const body = readObject(text);
  if (!body) issues.push({ path: "", message: "expected a JSON object" });
  return { body: body ?? {}, issues };
}

/** Makes the error of a 200 that cannot be used. Paths and kinds are told, never values. */
export function unusable({ endpoint, operation, status }: ServerAnswer, what: string, issues: readonly Issue[]): Error {
  const said = issues.map(({ path, message }) => `${path} ${message}`.trim()).join("; ");
  return new UnexpectedResponseError({
    message: `the answer of ${endpoint} is no ${what}: ${said}`,
    operation,
    status,
    issues,
  });
}

/** Makes the error of any answer but 200. `failed` is what a 5xx leaves known. */
export function refusal(answer: ServerAnswer, failed: Outcome): OAuthManagerError {
  const { endpoint, operation, status, headers, text, secrets } = answer;
  const { error: code, error_description: words } = readObject(text) ?? {};
  const outcome = status < 500 && status >= 400 ? ("nothing_happened" as const) : failed;
  const retryAfterMs = readRetryAfter(headers);
  const challenge = status === 401 ? readChallenge(headers) : undefined;
  const error = typeof code === "string" && code ? scrub(code, secrets, 100) : challenge;
  if (error !== undefined) {
    const errorDescription = typeof words === "string" && words ? scrub(words, secrets) : undefined;
    const message = `${endpoint} refused (${status}): ${error}${errorDescription ? `: ${errorDescription}` : ""}`;
    return new TokenError({ message, operation, status, error, errorDescription, retryAfterMs, outcome });
  }
  const message = `${endpoint} answered ${status} without an OAuth error code`;
  if (status === 429) return new RateLimitError({ message, operation, status, retryAfterMs, outcome });
  if (status >= 500) return new VendorError({ message, operation, status, retryAfterMs, outcome });
  return new UnexpectedResponseError({ message, operation, status, outcome });
}

/** The code of a 401's challenge (RFC 9110 section 11.6.1); without one it still says that the client was not accepted. */
function readChallenge(headers: Headers): string | undefined {
  const challenge = headers.get("www-authenticate");
  if (!challenge) return undefined;
  // Other quoted strings are taken away first, so that an "error=" inside a realm is not read as a parameter.
  const bare = challenge.replace(/(\w+)\s*=\s*"((?:[^"\\]|\\.)*)"/g, (_, name: string, value: string) =>
    name.toLowerCase() === "error" && /^[\w.-]{1,100}$/.test(value) ? `error=${value}` : "",
  );
  return /\berror\s*=\s*([\w.-]{1,100})/i.exec(bare)?.[1] ?? "invalid_client";
}
