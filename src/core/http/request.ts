import ky, { TimeoutError as AttemptTimeout } from "ky";
import type * as z from "zod";
import { type Authorize, restrictToOrigin } from "../authorize.js";
import type { ClientCredentials } from "../credentials.js";
import { ConfigurationError } from "../errors.js";
import type { Limiter } from "../limits.js";
import type { CallOptions } from "../manager.js";
import { fillPath, validateUrl } from "../url.js";
import { makeCallCheck } from "../validation.js";
import { createAttempts } from "./attempt.js";
import type { ParseErrorResponse } from "./errors.js";
import type { RetryPolicy } from "./retry.js";
import type { OperationInput, OperationOf, PathsWith, Verb } from "./types.js";

/** What a manager says once about everything that it sends to one address. */
export interface HttpOptions {
  readonly vendor: string;
  /** Origin and, where there is one, path prefix. No credential ever goes to another origin. */
  readonly baseUrl: string;
  /** Absent: requests go without a credential. */
  readonly authorize?: Authorize | undefined;
  /** Reads the vendor's error bodies. */
  readonly parseErrorResponse: ParseErrorResponse;
  /** Headers in which the vendor says in how many seconds its limits are whole again. */
  readonly resetHeaders?: readonly string[];
  /** Sent as `accept`, and as `content-type` of every write, with a body or without. @default "application/json", with a body */
  readonly mediaType?: string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly fetch?: typeof fetch | undefined;
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
  readonly limiter: Limiter;
  /** What some of the vendor's calls take besides what every call takes, by name. */
  readonly callOptions?: readonly string[];
}

/** What a call says besides its path, parameters and body. */
export interface CallFacts<T = unknown> {
  /** What is asked, in words: `create client`. */
  readonly operation: string;
  readonly method: Verb;
  /** What the answer has to hold. Absent: the answer's body is not looked at. */
  readonly returns?: z.ZodType<T>;
  /** Says that this operation changes nothing although its method could. It is then repeated like a read. */
  readonly readsOnly?: boolean;
  /** Says that doing it twice is the same as doing it once although its method does not. It is then repeated like a PUT. */
  readonly idempotent?: boolean;
  /** For this call instead of the manager's own. */
  readonly authorize?: Authorize;
  /** Values in the request that must never reach an error message. */
  readonly secrets?: readonly string[];
  /** What this call makes the vendor store. An error whose outcome is unknown carries them. */
  readonly credentials?: ClientCredentials;
  readonly options?: CallOptions | undefined;
}

/** One call, typed by the vendor's description. */
export type HttpRequest<Paths, Path extends keyof Paths, Method extends Verb, T> = CallFacts<T> & {
  readonly method: Method;
  readonly path: Path;
} & OperationInput<OperationOf<Paths, Path, Method>>;

/** An answer that says yes. */
export interface HttpResponse<T> {
  readonly value: T;
  readonly status: number;
  readonly headers: Headers;
}

/** Sends one call. */
export type Http<Paths> = <Method extends Verb, Path extends PathsWith<Paths, Method>, T = undefined>(
  request: HttpRequest<Paths, Path, Method, T>,
) => Promise<HttpResponse<T>>;

/**
 * Makes the one way in which a manager reaches its vendor.
 *
 * | | |
 * |---|---|
 * | GET, PUT, DELETE, and what is said to be `readsOnly` or `idempotent` | repeated on 408, 425, 429, 5xx, broken connections and attempts over 30 seconds |
 * | an attempt that cannot be repeated | has the whole deadline |
 * | other POST and PATCH | repeated only on 429 and on failures that prove that nothing was sent |
 * | 401 | repeated once, when the authorization knows of a better credential |
 * | a credential that cannot be had yet for too many requests | asked for again, whatever the call: nothing was sent |
 * | wait | the exponential step is the floor, `Retry-After` and the reset headers only lengthen it; above the cap, or past the deadline, the call fails at once with `retryAfterMs` |
 * | redirects | never followed |
 * | deadline | one for the call with all its repeats; the caller's `signal` rejects with the caller's own reason |
 * | answers | refused above 16 MiB, after decompression |
 * | outcome | `not_applied` for reads, refusals (4xx) and what was never sent; `unknown` when any attempt of a write got a 5xx, 408, 499, a redirect, no answer, or one that cannot be read |
 *
 * The transport's errors are read for facts and dropped: they print the request with its credentials.
 *
 * @throws {ConfigurationError} at once, when `baseUrl` is no address that a credential may go to
 */
export function createHttp<Paths>(options: HttpOptions): Http<Paths> {
  const addressFault =
    validateUrl(options.baseUrl) ?? (options.baseUrl.includes("?") ? "expected a URL without a query" : undefined);
  if (addressFault !== undefined)
    throw new ConfigurationError({
      vendor: options.vendor,
      message: `${options.vendor}: baseUrl: ${addressFault}`,
      issues: [{ path: "baseUrl", message: addressFault }],
    });
  const base = options.baseUrl.replace(/\/+$/, "");
  const { origin } = new URL(base);
  const own = options.authorize && restrictToOrigin(origin, options.authorize);
  const checkOptions = makeCallCheck(options.callOptions);

  const send = async <T>(request: Untyped<T>): Promise<HttpResponse<T>> => {
    const door = { vendor: options.vendor, operation: request.operation };
    checkOptions(request.options, door);
    const method = request.method.toUpperCase();
    const url = `${base}${fillPath(request.path, request.params, door)}${writeQuery(request.query)}`;
    const body = writeBody(request);
    const headers = writeHeaders(options, request, body);
    const call = createAttempts(options, request);
    const authorize = request.authorize ? restrictToOrigin(origin, request.authorize) : own;
    const caller = request.options?.signal;
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), call.timeoutMs);
    const signal = caller ? AbortSignal.any([caller, deadline.signal]) : deadline.signal;
    try {
      caller?.throwIfAborted();
      await ky(url, {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
        signal,
        redirect: "manual",
        timeout: call.attemptMs,
        retry: {
          limit: Number.MAX_SAFE_INTEGER,
          methods: [request.method],
          shouldRetry: ({ error }) => !signal.aborted && call.decide(error instanceof AttemptTimeout),
          delay: () => call.waitMs(),
        },
        hooks: {
          beforeRequest: [
            async (sent) => {
              setHeaders(sent.headers, await call.begin(authorize, { method, url, body }, signal));
            },
          ],
        },
        fetch: (sent) => call.send(sent as Request, signal),
      });
    } catch (error) {
      if (caller?.aborted) throw caller.reason;
      throw call.explain(error, deadline.signal.aborted, origin);
    } finally {
      clearTimeout(timer);
      call.end();
    }
    return call.read(request.returns);
  };
  return send as Http<Paths>;
}

// What is left of a request's type once the description has done its work.
type Untyped<T> = CallFacts<T> & {
  readonly path: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, unknown>>;
};

function setHeaders(headers: Headers, values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) {
    try {
      headers.set(name, value);
    } catch {
      // The platform's own error repeats the value, which may be a credential.
      const message = `the value holds characters that the header "${name}" cannot carry`;
      throw new ConfigurationError({ message, issues: [{ path: name, message }] });
    }
  }
}

function writeHeaders(options: HttpOptions, request: Untyped<unknown>, body: string | undefined): Headers {
  const { mediaType = "application/json" } = options;
  const headers = new Headers();
  const own = Object.entries(request.headers ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  setHeaders(headers, { ...options.headers, ...Object.fromEntries(own), accept: mediaType });
  if (request.form) headers.set("content-type", "application/x-www-form-urlencoded");
  else if (body !== undefined || (options.mediaType && request.method !== "get")) headers.set("content-type", mediaType);
  return headers;
}

function writeBody({ json, form }: Untyped<unknown>): string | undefined {
  if (form) return writeForm(form).toString();
  return json === undefined ? undefined : JSON.stringify(json);
}

function writeQuery(query: Readonly<Record<string, unknown>> = {}): string {
  const text = writeForm(query).toString();
  return text === "" ? "" : `?${text}`;
}

function writeForm(values: Readonly<Record<string, unknown>>): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) form.append(name, String(one));
  return form;
}
