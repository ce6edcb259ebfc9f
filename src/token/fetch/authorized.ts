import { validateUrl } from "../../core/url.js";
import { findIssues, functionProblem, listRule, type Rule, throwIfIssues, toIssues } from "../checks.js";
import type { TokenSource } from "../types.js";

/** How `authorizedFetch` uses its tokens. */
export interface AuthorizedFetchOptions {
  /** Where the token may go: origins such as `https://api.example`, `https:` or a loopback address. It goes nowhere else. */
  readonly origins: readonly string[];
  /**
   * Sends the requests.
   * @default the platform's `fetch`
   */
  readonly fetch?: typeof globalThis.fetch;
  /**
   * Whether an answer says that the token is no longer accepted, for servers that do not speak RFC 6750.
   * @default a 401 whose `WWW-Authenticate` has `error="invalid_token"` (RFC 6750 section 3.1)
   */
  readonly isTokenRejected?: (response: Response) => boolean;
}

/**
 * Makes a `fetch` that sends a token with what goes to the allowed origins, for any client that takes a `fetch`. Requests to other
 * origins, and those that have an `authorization` header already, pass as they are.
 *
 * An answer that refuses the token makes it be given up, and the request is sent once more with a new one. That needs a body that can
 * be sent twice: a stream in `init.body` cannot, and its answer is handed on. The body of a `Request` is copied, so it is in memory until the
 * answer is there.
 *
 * The returned function throws what the source's `get` and the `fetch` throw, and heeds the request's signal while it waits for a token.
 *
 * @throws {ConfigurationError} at once, when an option cannot work; `issues` names it
 * @see RFC 6750 sections 2.1 and 3.1
 */
export function authorizedFetch(
  source: Pick<TokenSource, "get" | "invalidate">,
  options: AuthorizedFetchOptions,
): typeof globalThis.fetch {
  throwIfIssues([
    ...findIssues(options, {
      origins: (value, path) => listRule(originFault)(value ?? "", path),
      fetch: functionProblem,
      isTokenRejected: functionProblem,
    }),
    ...toIssues("source", Object(source).get && Object(source).invalidate ? undefined : "expected a token source"),
  ]);
  const { isTokenRejected = isRejectedByDefault } = options;
  const origins = new Set(options.origins);

  return async (input, init) => {
    const send = options.fetch ?? globalThis.fetch;
    const request = input instanceof Request ? input : undefined;
    // One by one: tools that watch requests in tests have been seen to lose fields when they are copied whole.
    const headers = new Headers(init?.headers ?? [...(request?.headers ?? [])]);
    if (headers.has("authorization") || !origins.has(originOf(request?.url ?? String(input)))) return send(input, init);

    const signal = init?.signal ?? request?.signal;
    const wait = signal ? { signal } : {};
    const body = init?.body;
    const once = body instanceof ReadableStream || (typeof body === "object" && body !== null && Symbol.asyncIterator in body);
    const authorized = async (what: typeof input, token: string) => {
      headers.set("authorization", `Bearer ${token}`);
      return send(what, { ...init, headers });
    };
    const token = await source.get(wait);
    const copy = request?.body && !body ? request.clone() : undefined;
    const response = await authorized(input, token.value);
    const refused = isTokenRejected(response);
    if (refused) source.invalidate(token);
    const next =
      once || !refused
        ? token
        : await source.get(wait).catch((error) => {
            drop(copy);
            drop(response);
            throw error;
          });
    // Also where the server of the tokens insists on this one: sending it again would change nothing.
    if (next.value === token.value) {
      drop(copy);
      return response;
    }
    drop(response);
    return authorized(copy ?? input, next.value);
  };
}

/** Gives up a body that nobody will read, and with it what keeps its connection. */
function drop(what: Pick<Response, "body"> | undefined): void {
  what?.body?.cancel().catch(() => undefined);
}

const originFault: Rule = (value) =>
  validateUrl(value) ??
  (new URL(value as string).origin === value ? undefined : "expected an origin: scheme, host and port alone");

function originOf(url: string): string {
  const place = (globalThis as { location?: { href: string } }).location?.href;
  return URL.canParse(url, place) ? new URL(url, place).origin : "";
}

// Several challenges may stand in one header, and quoted strings may hold anything.
function isRejectedByDefault({ status, headers }: Response): boolean {
  const challenge = headers.get("www-authenticate") ?? "";
  return (
    status === 401 &&
    /\berror\s*=\s*"?invalid_token\b/i.test(challenge.replace(/\b(?!error\b)[\w-]+\s*=\s*"([^"\\]|\\.)*"/gi, ""))
  );
}
