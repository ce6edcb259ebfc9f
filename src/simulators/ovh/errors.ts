import type { components } from "../../openapi/ovh.js";

type Current = components["schemas"]["error"];
type Legacy = components["schemas"]["legacyError"];
type TokenEndpointError = components["schemas"]["tokenError"];

/** Which generation of error bodies the API answers with: `class` and `message`, or the older gateway's `errorCode`. */
export type OvhErrorShape = "current" | "legacy";

/** The request is not granted. Thrown inside the simulator and answered in the shape that was chosen. */
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

/** The content or a parameter breaks a rule. The message names it. */
export const badRequest = (message: string) => new ErrorResponse(400, "Client::BadRequest", "INVALID_ARGUMENT", message);

/** A policy is for something that is no URN of a resource. */
export const invalidResourceUrn = () =>
  new ErrorResponse(
    400,
    "Client::BadRequest::INVALID_RESOURCE_URN",
    "INVALID_ARGUMENT",
    "Invalid resource URN: the form is urn:v1:region:(resource|resourceGroup):(*|group_id|resource_type):(*|resource_name)",
  );

/** Also what a consumer key gets that nobody has validated yet. */
export const invalidSignature = () => new ErrorResponse(400, "Client::BadRequest", "INVALID_SIGNATURE", "Invalid signature");

/** A bearer token that is unknown, has expired or whose client is gone. The body is not known from the vendor. */
export const unauthorized = () =>
  new ErrorResponse(401, "Client::Unauthorized", "INVALID_CREDENTIAL", "The access token is invalid or has expired");

/** Nobody is logged in. */
export const notLoggedIn = () => new ErrorResponse(403, "Client::Forbidden", "NOT_CREDENTIAL", "You must login first");

/** The application key is unknown. */
export const invalidKey = () => new ErrorResponse(403, "Client::Forbidden", "INVALID_KEY", "Invalid application key");

/** The consumer key is unknown, refused or has expired. */
export const invalidCredential = (message = "This credential is not valid") =>
  new ErrorResponse(403, "Client::Forbidden", "INVALID_CREDENTIAL", message);

/** The consumer key was not validated for this route. */
export const notGranted = (action: string) =>
  new ErrorResponse(403, "Client::Forbidden", "NOT_GRANTED_CALL", "This call has not been granted", {
    unauthorizedActionsByAuthentication: action,
    unauthorizedActionsByIAM: "",
  });

/** What the token does not reach, or what no policy allows. */
export const forbidden = (lack: "ByAuthentication" | "ByIAM", action: string) =>
  new ErrorResponse(403, "Client::Forbidden", "FORBIDDEN", "User not granted for this request", {
    unauthorizedActionsByAuthentication: lack === "ByAuthentication" ? action : "",
    unauthorizedActionsByIAM: lack === "ByIAM" ? action : "",
  });

/** No such object, or no such address. */
export const notFound = (message: string) => new ErrorResponse(404, "Client::NotFound", "NOT_FOUND", message);

/** The address does not know the method. */
export const methodNotAllowed = () =>
  new ErrorResponse(405, "Client::MethodNotAllowed", "METHOD_NOT_ALLOWED", "This method is not available on this address");

/** The name is taken. */
export const conflict = (message: string) => new ErrorResponse(409, "Client::Conflict", "CONFLICT", message);

/** The token endpoint refuses (RFC 6749 section 5.2). */
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

/** The token request lacks or repeats something. */
export const invalidRequest = (description: string) => new TokenErrorResponse(400, "invalid_request", description);

/** An answer in JSON. */
export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  const fields = { "content-type": "application/json; charset=utf-8", "cache-control": "no-cache, no-store", ...headers };
  return new Response(JSON.stringify(body), { status, headers: fields });
}
