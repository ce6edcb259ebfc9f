/** An error response (RFC 6749 section 5.2). Thrown inside the simulator. */
export class ErrorResponse extends Error {
  override readonly name = "ErrorResponse";
  readonly status: number;
  readonly code: string;
  readonly description: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, description: string, headers: Readonly<Record<string, string>> = {}) {
    super(code);
    this.status = status;
    this.code = code;
    this.description = description;
    this.headers = headers;
  }
}

/** A parameter is missing, invalid or repeated. */
export const invalidRequest = (description: string) => new ErrorResponse(400, "invalid_request", description);

/** One message for an unknown client and for invalid credentials. */
export const invalidClient = (headers: Readonly<Record<string, string>> = {}) =>
  new ErrorResponse(401, "invalid_client", "Client authentication failed.", headers);

/** RFC 6749 section 5.1 */
const uncached = { "cache-control": "no-store", pragma: "no-cache" };

/** A JSON response that must not be cached. */
export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  const fields = { "content-type": "application/json", ...uncached, ...headers };
  return new Response(JSON.stringify(body), { status, headers: fields });
}

/** Creates the response. */
export function refused({ status, code, description, headers }: ErrorResponse): Response {
  return json(status, { error: code, error_description: description }, headers);
}
