/** A request in the terms of `node:http`. */
export interface OutgoingRequest {
  readonly url: URL;
  readonly method: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly content: string | Uint8Array | undefined;
  readonly signal: AbortSignal | undefined;
  readonly redirect: RequestRedirect | undefined;
}

// `fetch` makes the names of these methods upper case, and leaves others as they are.
const standardMethods = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];
const refusedMethods = ["CONNECT", "TRACE", "TRACK"];

// Header fields that control the connection. With them a caller could smuggle a second request into the connection.
const connectionFields = ["connection", "expect", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"];

/**
 * Reads the arguments of a `fetch`. A `Request` is recognized by its members, because reading the global `Request` would load the class.
 *
 * @throws {TypeError} a value cannot be sent; the message does not contain it
 */
export async function readRequest(input: string | URL | Request, init?: RequestInit): Promise<OutgoingRequest> {
  if (typeof input === "object" && "arrayBuffer" in input) {
    // The constructor accepts no `Request` of another realm or package, but its members.
    const request = init
      ? new Request(input instanceof Request ? input : new Request((input as Request).url, input), init)
      : input;
    const { url, method, headers, signal, redirect, body } = request;
    const content = body ? new Uint8Array(await request.arrayBuffer()) : undefined;
    return { url: readUrl(url), method, headers: readHeaders(headers), content, signal, redirect };
  }
  const { method = "GET", headers, body, signal, redirect } = init ?? {};
  const [content, contentType] = readContent(body);
  const fields = readHeaders(headers);
  const normalizedMethod = readMethod(method);
  if (content !== undefined && (normalizedMethod === "GET" || normalizedMethod === "HEAD"))
    throw new TypeError(`body: ${normalizedMethod} has no body`);
  return {
    url: readUrl(input),
    method: normalizedMethod,
    headers: contentType ? { "content-type": contentType, ...fields } : fields,
    content,
    signal: signal ?? undefined,
    redirect,
  };
}

// The last URL that was passed as a string: most requests go to the same token endpoint. The object is never changed.
let lastUrl: { readonly text: string; readonly url: URL } | undefined;

function readUrl(input: string | URL): URL {
  if (lastUrl && lastUrl.text === input) return lastUrl.url;
  if (!URL.canParse(String(input))) throw new TypeError("url: expected an absolute URL");
  const url = new URL(input);
  if (url.protocol !== "https:" && url.protocol !== "http:") throw new TypeError("url: expected https: or http:");
  if (url.username || url.password) throw new TypeError("url: user info is not allowed");
  if (typeof input === "string") lastUrl = { text: input, url };
  return url;
}

function readMethod(method: string): string {
  const upper = method.toUpperCase();
  if (refusedMethods.includes(upper)) throw new TypeError(`method: ${upper} is not allowed`);
  return standardMethods.includes(upper) ? upper : method;
}

function readHeaders(headers: HeadersInit | undefined): Record<string, string> {
  const pairs = headers === undefined ? [] : Symbol.iterator in headers ? [...headers] : Object.entries(headers);
  const fields: Record<string, string> = {};
  for (const [name = "", value = ""] of pairs) {
    const field = name.toLowerCase();
    if (connectionFields.includes(field)) throw new TypeError(`headers: ${field} cannot be set`);
    // Node computes it from the body.
    if (field === "content-length") continue;
    const previous = fields[field];
    fields[field] = previous === undefined ? String(value) : `${previous}${field === "cookie" ? ";" : ","} ${value}`;
  }
  return fields;
}

function readContent(body: BodyInit | null | undefined): readonly [content?: string | Uint8Array, contentType?: string] {
  if (body === undefined || body === null) return [];
  if (typeof body === "string") return [body, "text/plain;charset=UTF-8"];
  if (body instanceof URLSearchParams) return [body.toString(), "application/x-www-form-urlencoded;charset=UTF-8"];
  // Copied, because the caller may change its bytes before they are sent.
  if (body instanceof ArrayBuffer) return [new Uint8Array(body.slice(0))];
  if (ArrayBuffer.isView(body)) return [new Uint8Array(body.buffer, body.byteOffset, body.byteLength).slice()];
  throw new TypeError("body: expected a string, bytes or URLSearchParams; use a Request for other bodies");
}
