import { brokenSocket, ConnectionDropped } from "./faults.js";

const followable = new Set([301, 302, 303, 307, 308]);
const maximumRedirects = 20;

/**
 * Creates a `fetch` that sends requests to a simulator only. It behaves like the `fetch` of Node: it accepts a URL, a string or a
 * Request, rejects with the reason of an aborted signal, follows redirects by default, and rejects with a `TypeError` whose cause
 * has the `code` `ENOTFOUND` for an unknown host or `UND_ERR_SOCKET` for a dropped connection.
 */
export function createFetch(
  serves: (url: URL) => boolean,
  respond: (request: Request) => Promise<Response>,
): typeof globalThis.fetch {
  const send = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    if (!serves(url)) throw unknownHost(url);
    try {
      return await raceWithAbort(request.signal, respond(request));
    } catch (error) {
      if (error instanceof ConnectionDropped) throw new TypeError("fetch failed", { cause: brokenSocket() });
      throw error;
    }
  };

  return async (input, init) => {
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    const { redirect, signal } = request;
    let next = request;
    for (let hops = 0; hops <= maximumRedirects; hops += 1) {
      const copy = redirect === "follow" ? next.clone() : next;
      const response = await send(next);
      const location = response.headers.get("location");
      if (!followable.has(response.status) || location === null || redirect === "manual") {
        return withUrl(abortable(signal, response), next.url, hops > 0);
      }
      if (redirect === "error") break;
      next = await createRedirectedRequest(copy, response.status, new URL(location, next.url));
    }
    throw new TypeError("fetch failed", {
      cause: new Error(redirect === "error" ? "unexpected redirect" : "redirect count exceeded"),
    });
  };
}

/** Creates the request that follows a redirect (Fetch standard, HTTP-redirect fetch). */
async function createRedirectedRequest(request: Request, status: number, target: URL): Promise<Request> {
  const headers = new Headers(request.headers);
  if (target.origin !== new URL(request.url).origin) headers.delete("authorization");
  const becomesGet = (status === 303 && request.method !== "HEAD") || (status < 303 && request.method === "POST");
  const content = new Uint8Array(await request.arrayBuffer());
  if (becomesGet) headers.delete("content-type");
  return new Request(target, {
    method: becomesGet ? "GET" : request.method,
    headers,
    signal: request.signal,
    ...(becomesGet || content.length === 0 ? {} : { body: content }),
  });
}

async function raceWithAbort<Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value> {
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (stop) signal.removeEventListener("abort", stop);
    // After an abort, the result of the work is ignored.
    work.catch(() => undefined);
  }
}

/** Makes the body of a response end with the signal of its request. */
function abortable(signal: AbortSignal, response: Response): Response {
  if (!response.body) return response;
  const body = response.body.pipeThrough(new TransformStream(), { signal });
  const { status, statusText, headers } = response;
  return new Response(body, { status, statusText, headers });
}

function withUrl(response: Response, url: string, wasRedirected: boolean): Response {
  return Object.defineProperties(response, { url: { value: url }, redirected: { value: wasRedirected } });
}

function unknownHost(url: URL): TypeError {
  const cause = Object.assign(new Error(`getaddrinfo ENOTFOUND ${url.hostname}`), {
    code: "ENOTFOUND",
    syscall: "getaddrinfo",
    hostname: url.hostname,
  });
  return new TypeError("fetch failed", { cause });
}
