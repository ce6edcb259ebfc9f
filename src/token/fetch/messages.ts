/** Cancels a body that is not read, which frees its connection. */
export function cancelBody(message: Pick<Response, "body"> | undefined): void {
  message?.body?.cancel().catch(() => undefined);
}

/** Whether a body can be sent only once. */
export function isStream(body: unknown): boolean {
  return body instanceof ReadableStream || (typeof body === "object" && body !== null && Symbol.asyncIterator in body);
}

/** Whether a value is a `Request`, also of another realm or of the package `undici`. */
export function isRequest(value: unknown): value is Request {
  return typeof value === "object" && value !== null && "arrayBuffer" in value && "url" in value;
}

/** Parses a URL, in a browser relative to the page. `undefined` when it is invalid. */
export function parseUrl(url: string): URL | undefined {
  const base = (globalThis as { location?: { href: string } }).location?.href;
  return URL.canParse(url, base) ? new URL(url, base) : undefined;
}
