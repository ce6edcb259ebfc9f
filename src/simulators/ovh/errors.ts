import type { components } from "../../openapi/ovh.js";

type Current = components["schemas"]["error"];
type Legacy = components["schemas"]["legacyError"];
type TokenEndpointError = components["schemas"]["tokenError"];

/** The shape of error responses: `class` and `message`, or `errorCode` of the older gateway. */
export type OvhErrorShape = "current" | "legacy";

/** An error response of the API. Thrown inside the simulator. */
export class ErrorResponse extends Error {
  override readonly name = "ErrorResponse";
  readonly status: number;
  readonly body: Readonly<Record<OvhErrorShape, Current | Legacy>>;

  constructor(status: number, kind: string, errorCode: string, message: string, details?: Readonly<Record<string, string>>) {
    super(message);
    this.status = status;
    this.body = {
      current: { class: kind, ...(details ? { details } : {}), message },
      legacy: { errorCode, httpCode: `${status} ${reasons[status] ?? "Error"}`, message },
    };
  }
}

const reasons: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
};

/** The content or a parameter is invalid. */
export const badRequest = (message: string) => new ErrorResponse(400, "Client::BadRequest", "INVALID_ARGUMENT", message);

/** A resource URN of a policy is invalid. */
export const invalidResourceUrn = () =>
  new ErrorResponse(
    400,
    "Client::BadRequest::INVALID_RESOURCE_URN",
    "INVALID_ARGUMENT",
    "Invalid resource URN: the form is urn:v1:region:(resource|resourceGroup):(*|group_id|resource_type):(*|resource_name)",
  );

/** The signature is invalid, or the consumer key is not validated yet. */
export const invalidSignature = () => new ErrorResponse(400, "Client::BadRequest", "INVALID_SIGNATURE", "Invalid signature");

/** The bearer token is unknown or expired, or its client is deleted. The vendor's body is not documented. */
export const unauthorized = () =>
  new ErrorResponse(401, "Client::Unauthorized", "INVALID_CREDENTIAL", "The access token is invalid or has expired");

/** The request has no credentials. */
export const notLoggedIn = () => new ErrorResponse(403, "Client::Forbidden", "NOT_CREDENTIAL", "You must login first");

/** The application key is unknown. */
export const invalidKey = () => new ErrorResponse(403, "Client::Forbidden", "INVALID_KEY", "Invalid application key");

/** The consumer key is unknown, refused or expired. */
export const invalidCredential = (message = "This credential is not valid") =>
  new ErrorResponse(403, "Client::Forbidden", "INVALID_CREDENTIAL", message);

/** The consumer key was not validated for this route. */
export const notGranted = (action: string) =>
  new ErrorResponse(403, "Client::Forbidden", "NOT_GRANTED_CALL", "This call has not been granted", {
    unauthorizedActionsByAuthentication: action,
    unauthorizedActionsByIAM: "",
  });

/** The scopes of the token or the policies do not allow the action. */
export const forbidden = (lack: "ByAuthentication" | "ByIAM", action: string) =>
  new ErrorResponse(403, "Client::Forbidden", "FORBIDDEN", "User not granted for this request", {
    unauthorizedActionsByAuthentication: lack === "ByAuthentication" ? action : "",
    unauthorizedActionsByIAM: lack === "ByIAM" ? action : "",
  });

/** The object or the path does not exist. */
export const notFound = (message: string) => new ErrorResponse(404, "Client::NotFound", "NOT_FOUND", message);

/** The method is not available at this path. */
export const methodNotAllowed = () =>
  new ErrorResponse(405, "Client::MethodNotAllowed", "METHOD_NOT_ALLOWED", "This method is not available on this address");

/** The name exists already. */
export const conflict = (message: string) => new ErrorResponse(409, "Client::Conflict", "CONFLICT", message);

/** An error response of the token endpoint (RFC 6749 section 5.2). */
export class TokenErrorResponse extends Error {
  override readonly name = "TokenErrorResponse";
  readonly status: number;
  readonly body: TokenEndpointError;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, error: string, description: string, headers: Readonly<Record<string, string>> = {}) {
    super(error);
    this.status = status;
    this.body = { error, error_description: description };
    this.headers = headers;
  }
}

/** A parameter of the token request is missing, invalid or repeated. */
export const invalidRequest = (description: string) => new TokenErrorResponse(400, "invalid_request", description);

/** A JSON response. */
export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  const fields = { "content-type": "application/json; charset=utf-8", "cache-control": "no-cache, no-store", ...headers };
  return new Response(JSON.stringify(body), { status, headers: fields });
}
