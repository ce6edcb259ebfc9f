import type { components } from "../../openapi/genesys.js";

type Schemas = components["schemas"];
/** The members of an error of the API, without its status. */
export type Problem = Omit<Schemas["error"], "status" | "contextId"> & { readonly code: string; readonly message: string };

/** An error response of one of the hosts. Thrown inside the simulator. */
export class ErrorResponse extends Error {
  override readonly name = "ErrorResponse";
  readonly status: number;
  /** Creates the content. The API includes the correlation id of the response. */
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

/** An error response of the API. */
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

/** An error response of the login host (RFC 6749 section 5.2). The text is in two members. */
export function login(status: number, error: string, text: string, headers?: Readonly<Record<string, string>>): ErrorResponse {
  const body: Schemas["tokenError"] = { error, description: text, error_description: text };
  return new ErrorResponse(status, text, () => body, headers);
}

/** The request has no token. */
export const unauthenticated = () =>
  platform(401, { code: "authentication.required", message: "No authentication bearer token was given." });

/** The token is unknown, expired or revoked. */
export const badToken = () => platform(401, { code: "bad.credentials", message: "The credentials are not valid." });

/** The roles of the caller have none of these permissions. */
export const missingPermission = (permissions: readonly string[]) =>
  platform(403, {
    code: "missing.any.permissions",
    message: `The action needs at least one of the permissions: [${permissions.join(", ")}]`,
    messageParams: { permissions: permissions.join(", ") },
  });

/** The entity does not exist. */
export const notFound = (entityName: string, entityId: string) =>
  platform(404, { code: "not.found", message: "The requested resource was not found.", entityName, entityId });

/** The content cannot be parsed. */
export const unreadable = (message: string) => platform(400, { code: "bad.request", message });

/** A rule without a specific code is violated. */
export const general = (message: string) => platform(400, { code: "general.bad.request", message });

/** The value of a field is invalid. */
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

/** The rate limit of the token is reached. The message ends with the seconds to wait. */
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

/** The rate limit of the login host is reached. The status is not 429, and there is no time to wait. */
export const throttledLogin = () => login(400, "invalid_request", "rate limit exceeded; too many token requests");

/** A JSON response. */
export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });
}

/** A response without content. */
export function empty(status: number): Response {
  return new Response(null, { status });
}
