import { brokenSocket, ConnectionDropped } from "./faults.js";

const followable = new Set([301, 302, 303, 307, 308]);
const mostRedirects = 20;

/**
 * Makes a `fetch` that reaches a simulator and nothing else. It behaves like Node's: it takes a URL, a text or a Request, ends
 * with the signal's own reason, follows redirects unless told otherwise, and rejects with a `TypeError` whose cause has a
 * `code` when a host is unknown (`ENOTFOUND`) or the connection breaks (`UND_ERR_SOCKET`).
 */
export function createFetch(
  serves: (url: URL) => boolean,
  respond: (request: Request) => Promise<Response>,
): typeof globalThis.fetch {
  const exchange = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    if (!serves(url)) throw unreachable(url);
    try {
      return await unlessAborted(request.signal, respond(request));
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
    for (let hops = 0; hops <= mostRedirects; hops += 1) {
      const again = redirect === "follow" ? next.clone() : next;
      const response = await exchange(next);
      const location = response.headers.get("location");
      if (!followable.has(response.status) || location === null || redirect === "manual") {
        return named(abortable(signal, response), next.url, hops > 0);
      }
      if (redirect === "error") break;
      next = await redirected(again, response.status, new URL(location, next.url));
    }
    throw new TypeError("fetch failed", {
      cause: new Error(redirect === "error" ? "unexpected redirect" : "redirect count exceeded"),
    });
  };
}

/** The request that follows a redirect (Fetch standard, HTTP-redirect fetch). */
async function redirected(request: Request, status: number, target: URL): Promise<Request> {
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

async function unlessAborted<Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value> {
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (stop) signal.removeEventListener("abort", stop);
    // Whoever gave up does not hear how it ended.
    work.catch(() => undefined);
  }
}

/** A body is read under the same signal as the request that asked for it. */
function abortable(signal: AbortSignal, response: Response): Response {
  if (!response.body) return response;
  const body = response.body.pipeThrough(new TransformStream(), { signal });
  const { status, statusText, headers } = response;
  return new Response(body, { status, statusText, headers });
}

function named(response: Response, url: string, wasRedirected: boolean): Response {
  return Object.defineProperties(response, { url: { value: url }, redirected: { value: wasRedirected } });
}

function unreachable(url: URL): TypeError {
  const cause = Object.assign(new Error(`getaddrinfo ENOTFOUND ${url.hostname}`), {
    code: "ENOTFOUND",
    syscall: "getaddrinfo",
    hostname: url.hostname,
  });
  return new TypeError("fetch failed", { cause });
}
