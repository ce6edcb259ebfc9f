import type { components } from "../../openapi/genesys.js";

type Schemas = components["schemas"];
/** What an error of the API says beside its status. */
export type Problem = Omit<Schemas["error"], "status" | "contextId"> & { readonly code: string; readonly message: string };

/** The request is not granted. Thrown inside the simulator and answered in the shape of the host that refuses. */
export class ErrorResponse extends Error {
  override readonly name = "ErrorResponse";
  readonly status: number;
  /** Writes the content, with the correlation id of the answer where that shape has one. */
  readonly write: (correlationId: string) => unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    write: (correlationId: string) => unknown,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.write = write;
    this.headers = headers;
  }
}

/** The API refuses. */
export function platform(status: number, problem: Problem, headers?: Readonly<Record<string, string>>): ErrorResponse {
  const write = (contextId: string): Schemas["error"] => ({
    messageParams: {},
    details: [],
    errors: [],
    ...problem,
    status,
    contextId,
  });
  return new ErrorResponse(status, problem.message, write, headers);
}

/** The login host refuses (RFC 6749 section 5.2). It says the text twice. */
export function login(status: number, error: string, text: string, headers?: Readonly<Record<string, string>>): ErrorResponse {
  const body: Schemas["tokenError"] = { error, description: text, error_description: text };
  return new ErrorResponse(status, text, () => body, headers);
}

/** The request carries no token. */
export const unauthenticated = () =>
  platform(401, { code: "authentication.required", message: "No authentication bearer token was given." });

/** The token is unknown, has run out, or was ended. */
export const badToken = () => platform(401, { code: "bad.credentials", message: "The credentials are not valid." });

/** The caller's roles give none of these permissions. */
export const missingPermission = (permissions: readonly string[]) =>
  platform(403, {
    code: "missing.any.permissions",
    message: `The action needs at least one of the permissions: [${permissions.join(", ")}]`,
    messageParams: { permissions: permissions.join(", ") },
  });

/** Nothing has this id. */
export const notFound = (entityName: string, entityId: string) =>
  platform(404, { code: "not.found", message: "The requested resource was not found.", entityName, entityId });

/** The content cannot be read. */
export const unreadable = (message: string) => platform(400, { code: "bad.request", message });

/** A rule without a code of its own is broken. */
export const general = (message: string) => platform(400, { code: "general.bad.request", message });

/** A field has a value that it cannot have. */
export const invalidValue = (field: string, rule: string) =>
  platform(400, {
    code: "invalid.value",
    message: `The value of the field ${field} is not acceptable: it has to be ${rule}.`,
    messageParams: { field, allowed: rule },
    details: [{ errorCode: "invalid.value", fieldName: field }],
  });

/** The content is not JSON. */
export const unsupportedMediaType = () =>
  platform(415, { code: "unsupported.media.type", message: "The content type has to be application/json." });

/** The token has used up its minute. The message ends with the seconds to wait. */
export const tooManyRequests = (resetSeconds: number, limit?: Schemas["error"]["limit"]) =>
  platform(
    429,
    {
      code: "too.many.requests.retry.after",
      message: `The rate limit is reached. Retry the request in [${resetSeconds}] seconds`,
      messageParams: { retryAfter: String(resetSeconds) },
      ...(limit === undefined ? {} : { limit }),
    },
    { "retry-after": String(resetSeconds) },
  );

/** The login host is asked too often: it is not 429 there, and nothing says how long to wait. */
export const throttledLogin = () => login(400, "invalid_request", "rate limit exceeded; too many token requests");

/** An answer in JSON. */
export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });
}

/** An answer without content. */
export function empty(status: number): Response {
  return new Response(null, { status });
}
