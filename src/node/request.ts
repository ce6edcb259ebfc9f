/** A request as `node:http` takes it. */
export interface Outgoing {
  readonly url: URL;
  readonly method: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly content: string | Uint8Array | undefined;
  readonly signal: AbortSignal | undefined;
  readonly redirect: RequestRedirect | undefined;
}

const usualMethods = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];
const refusedMethods = ["CONNECT", "TRACE", "TRACK"];

// The connection's own fields. Whoever could set them could make two requests out of one.
const ownFields = ["connection", "expect", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"];

/**
 * Reads what a `fetch` is called with. A `Request` is told by its members: naming the class would load it.
 *
 * @throws {TypeError} something cannot be sent; the value is never repeated
 */
export async function readRequest(input: string | URL | Request, init?: RequestInit): Promise<Outgoing> {
  if (typeof input === "object" && "arrayBuffer" in input) {
    const request = init === undefined ? input : new Request(input, init);
    const { url, method, headers, signal, redirect, body } = request;
    const content = body ? new Uint8Array(await request.arrayBuffer()) : undefined;
    return { url: readUrl(url), method, headers: readHeaders(headers), content, signal, redirect };
  }
  const { method = "GET", headers, body, signal, redirect } = init ?? {};
  const [content, contentType] = readContent(body);
  const fields = readHeaders(headers);
  const verb = readMethod(method);
  if (content !== undefined && (verb === "GET" || verb === "HEAD")) throw new TypeError(`body: ${verb} has none`);
  return {
    url: readUrl(input),
    method: verb,
    headers: contentType ? { "content-type": contentType, ...fields } : fields,
    content,
    signal: signal ?? undefined,
    redirect,
  };
}

// The last address that was given as a text. A token endpoint is called again and again, and nobody changes the object.
let last: { readonly text: string; readonly url: URL } | undefined;

function readUrl(input: string | URL): URL {
  if (last && last.text === input) return last.url;
  if (!URL.canParse(String(input))) throw new TypeError("url: expected an absolute URL");
  const url = new URL(input);
  if (url.protocol !== "https:" && url.protocol !== "http:") throw new TypeError("url: expected https: or http:");
  if (url.username || url.password) throw new TypeError("url: user info is refused");
  if (typeof input === "string") last = { text: input, url };
  return url;
}

function readMethod(method: string): string {
  const upper = method.toUpperCase();
  if (refusedMethods.includes(upper)) throw new TypeError(`method: ${upper} is refused`);
  return usualMethods.includes(upper) ? upper : method;
}

function readHeaders(headers: HeadersInit | undefined): Record<string, string> {
  const pairs = headers === undefined ? [] : Symbol.iterator in headers ? [...headers] : Object.entries(headers);
  const fields: Record<string, string> = {};
  for (const [name = "", value = ""] of pairs) {
    const field = name.toLowerCase();
    if (ownFields.includes(field)) throw new TypeError(`headers: ${field} belongs to the connection`);
    // Counted anew from the content.
    if (field === "content-length") continue;
    const before = fields[field];
    fields[field] = before === undefined ? String(value) : `${before}${field === "cookie" ? ";" : ","} ${value}`;
  }
  return fields;
}

function readContent(body: BodyInit | null | undefined): readonly [content?: string | Uint8Array, contentType?: string] {
  if (body === undefined || body === null) return [];
  if (typeof body === "string") return [body, "text/plain;charset=UTF-8"];
  if (body instanceof URLSearchParams) return [body.toString(), "application/x-www-form-urlencoded;charset=UTF-8"];
  // Copied: what the caller does with its bytes afterwards is not sent.
  if (body instanceof ArrayBuffer) return [new Uint8Array(body.slice(0))];
  if (ArrayBuffer.isView(body)) return [new Uint8Array(body.buffer, body.byteOffset, body.byteLength).slice()];
  throw new TypeError("body: expected a string, bytes or URLSearchParams; put anything else in a Request");
}
