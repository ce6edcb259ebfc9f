/** A request is not granted. Thrown inside the simulator and answered as RFC 6749 section 5.2 says. */
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

/** The request lacks or repeats something. */
export const invalidRequest = (description: string) => new ErrorResponse(400, "invalid_request", description);

/** The same words whoever the client is and whatever is wrong: a server that tells them apart helps who guesses. */
export const invalidClient = (headers: Readonly<Record<string, string>> = {}) =>
  new ErrorResponse(401, "invalid_client", "Client authentication failed.", headers);

/** RFC 6749 section 5.1 */
const uncached = { "cache-control": "no-store", pragma: "no-cache" };

/** An answer in JSON that nobody may keep. */
export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  const fields = { "content-type": "application/json", ...uncached, ...headers };
  return new Response(JSON.stringify(body), { status, headers: fields });
}

/** The answer of a refusal. */
export function refused({ status, code, description, headers }: ErrorResponse): Response {
  return json(status, { error: code, error_description: description }, headers);
}
