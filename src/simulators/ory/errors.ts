import type { components } from "../../openapi/ory.js";

type Flat = components["schemas"]["errorOAuth2"];
type Nested = components["schemas"]["errorGeneric"];

/** The request is not granted. Thrown inside the simulator and answered as Hydra answers. */
export class ErrorResponse extends Error {
  override readonly name = "ErrorResponse";
  readonly status: number;
  readonly body: Flat;

  constructor(status: number, error: string, description: string) {
    super(error);
    this.status = status;
    // Hydra puts single quotes where its sentences have double ones.
    this.body = { error, error_description: description.replaceAll('"', "'") };
  }
}

/** No such client. Hydra says it in a sentence, where others have a code. */
export const notFound = (description = "") => new ErrorResponse(404, "Unable to locate the resource", description);

/** The `client_id` is taken. */
export const conflict = () =>
  new ErrorResponse(409, "Unable to insert or update resource because a resource with that value exists already", "");

/** Dynamic registration is switched off. */
export const notEnabled = () =>
  new ErrorResponse(404, "The requested resource could not be found", "Dynamic client registration is not enabled.");

/** The request could not be read. */
export const malformed = (reason: string) =>
  new ErrorResponse(400, "The request was malformed or contained invalid parameters", reason);

/** Dynamic registration does not know this bearer token. */
export const unauthorized = (reason: string) => new ErrorResponse(401, "The request could not be authorized", reason);

/** Dynamic registration does not allow this. */
export const forbidden = (reason: string) => new ErrorResponse(403, "The requested action was forbidden", reason);

/** A Go error without a meaning of its own, as every patch that cannot be applied and every assertion out of its time causes. */
export const unrecognizable = () => new ErrorResponse(500, "error", "The error is unrecognizable");

/** The server failed. */
export const serverError = (hint: string) => new ErrorResponse(500, "server_error", `The server failed. ${hint}`);

/** The database rejected a concurrent write. Nothing was written. */
export const concurrentUpdate = () =>
  new ErrorResponse(400, "Unable to serialize access due to a concurrent update in another session", "");

/** The client breaks a rule (RFC 7591 section 3.2.2). */
export const invalidMetadata = (hint: string) =>
  new ErrorResponse(
    400,
    "invalid_client_metadata",
    `The value of one of the client metadata fields is not acceptable. ${hint}`,
  );

/** A redirect URI breaks a rule (RFC 7591 section 3.2.2). */
export const invalidRedirectUri = (hint: string) =>
  new ErrorResponse(400, "invalid_redirect_uri", `One or more redirect URIs are not acceptable. ${hint}`);

/** The request lacks or repeats something (RFC 6749 section 5.2). */
export const invalidRequest = (hint: string) =>
  new ErrorResponse(400, "invalid_request", `The request misses a parameter, or has one that is not acceptable. ${hint}`);

/** The same words for an unknown client, a wrong secret and a wrong method: Hydra does not say which. */
export const invalidClient = () =>
  new ErrorResponse(
    401,
    "invalid_client",
    "Client authentication failed: unknown client, no authentication, or an unsupported method.",
  );

/** An answer in JSON. */
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

/** The shape in which gateways and other Ory services refuse: `error` is an object. */
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
