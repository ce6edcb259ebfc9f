import type { components } from "../../openapi/ory.js";

type Flat = components["schemas"]["errorOAuth2"];
type Nested = components["schemas"]["errorGeneric"];

/** An error response of Hydra. Thrown inside the simulator. */
export class ErrorResponse extends Error {
  override readonly name = "ErrorResponse";
  readonly status: number;
  readonly body: Flat;

  constructor(status: number, error: string, description: string) {
    super(error);
    this.status = status;
    // Hydra replaces double quotes with single quotes.
    this.body = { error, error_description: description.replaceAll('"', "'") };
  }
}

/** The client does not exist. `error` is a sentence, not a code. */
export const notFound = (description = "") => new ErrorResponse(404, "Unable to locate the resource", description);

/** The `client_id` exists already. */
export const conflict = () =>
  new ErrorResponse(409, "Unable to insert or update resource because a resource with that value exists already", "");

/** Dynamic client registration is disabled. */
export const notEnabled = () =>
  new ErrorResponse(404, "The requested resource could not be found", "Dynamic client registration is not enabled.");

/** The request cannot be decoded. */
export const malformed = (reason: string) =>
  new ErrorResponse(400, "The request was malformed or contained invalid parameters", reason);

/** The registration access token is invalid. */
export const unauthorized = (reason: string) => new ErrorResponse(401, "The request could not be authorized", reason);

/** Dynamic client registration does not allow the request. */
export const forbidden = (reason: string) => new ErrorResponse(403, "The requested action was forbidden", reason);

/** An unspecific server error: for patches that cannot be applied and for assertions outside their validity. */
export const unrecognizable = () => new ErrorResponse(500, "error", "The error is unrecognizable");

/** The server failed. */
export const serverError = (hint: string) => new ErrorResponse(500, "server_error", `The server failed. ${hint}`);

/** The database rejected a concurrent write. Nothing was written. */
export const concurrentUpdate = () =>
  new ErrorResponse(400, "Unable to serialize access due to a concurrent update in another session", "");

/** A member of the client is invalid (RFC 7591 section 3.2.2). */
export const invalidMetadata = (hint: string) =>
  new ErrorResponse(
    400,
    "invalid_client_metadata",
    `The value of one of the client metadata fields is not acceptable. ${hint}`,
  );

/** A redirect URI is invalid (RFC 7591 section 3.2.2). */
export const invalidRedirectUri = (hint: string) =>
  new ErrorResponse(400, "invalid_redirect_uri", `One or more redirect URIs are not acceptable. ${hint}`);

/** A parameter is missing or invalid (RFC 6749 section 5.2). */
export const invalidRequest = (hint: string) =>
  new ErrorResponse(400, "invalid_request", `The request misses a parameter, or has one that is not acceptable. ${hint}`);

/** One message for an unknown client, a wrong secret and a wrong method. */
export const invalidClient = () =>
  new ErrorResponse(
    401,
    "invalid_client",
    "Client authentication failed: unknown client, no authentication, or an unsupported method.",
  );

/** A JSON response. */
export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  const contentType = status < 400 ? "application/json; charset=utf-8" : "application/json";
  return new Response(JSON.stringify(body), { status, headers: { "content-type": contentType, ...headers } });
}

const reasons: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  500: "Internal Server Error",
};

/** An error response of the gateway of Ory Network: `error` is an object. */
export function nested(
  status: number,
  message: string,
  reason?: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const error: Nested["error"] = {
    code: status,
    status: reasons[status] ?? "Error",
    request: crypto.randomUUID(),
    ...(reason === undefined ? {} : { reason }),
    message,
  };
  return json(status, { error }, headers);
}
