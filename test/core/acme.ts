import type { ErrorResponse } from "../../src/core/http/errors.js";
import { createHttp, type Http, type HttpOptions } from "../../src/core/http/request.js";
import { createLimiter } from "../../src/core/limits.js";
import { expectConsistentOutcome } from "../contract/outcome.js";

interface Widget {
  id: string;
  name?: string;
}

interface WidgetResponse {
  responses: { 200: { content: { "application/json": Widget } } };
}

type None = { query?: never; header?: never; path?: never; cookie?: never };
type ById = { query?: never; header?: never; path: { id: string }; cookie?: never };

/** The description of a vendor that does not exist, in the form of the generated ones. */
export interface AcmePaths {
  "/widgets": {
    parameters: None;
    get: WidgetResponse & {
      parameters: { query?: { page?: string; size?: number; tag?: string[] }; header?: never; path?: never; cookie?: never };
      requestBody?: never;
    };
    post: WidgetResponse & {
      parameters: None;
      requestBody: { content: { "application/json": { name: string; size?: number } } };
    };
    put?: never;
    patch?: never;
    delete?: never;
  };
  "/widgets/{id}": {
    parameters: ById;
    get: WidgetResponse & { parameters: ById; requestBody?: never };
    put: WidgetResponse & { parameters: ById; requestBody: { content: { "application/json": { name: string } } } };
    patch: WidgetResponse & { parameters: ById; requestBody: { content: { "application/json": { name?: string } } } };
    delete: WidgetResponse & { parameters: ById; requestBody?: never };
    post?: never;
  };
  "/search": {
    parameters: None;
    get: WidgetResponse & {
      parameters: { query: { q: string }; header?: { "X-Page"?: string }; path?: never; cookie?: never };
      requestBody?: never;
    };
    post: WidgetResponse & {
      parameters: None;
      requestBody: { content: { "application/x-www-form-urlencoded": { token: string; scope?: string } } };
    };
    put?: never;
    patch?: never;
    delete?: never;
  };
}

/** A request that `script` received. */
export interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
  readonly redirect: string;
}

/** The result of one attempt: a response, or a function. */
export type Turn = Response | ((request: Request) => Response | Promise<Response>);

/** A `fetch` that takes its turns in order, then repeats the last one, and records its requests. */
export function script(...turns: readonly [Turn, ...Turn[]]): typeof fetch & { readonly sent: Sent[] } {
  const sent: Sent[] = [];
  const send = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const turn = turns[Math.min(sent.length, turns.length - 1)]!;
    const { method, url, headers, redirect } = request;
    sent.push({ method, url, headers, redirect, body: await request.clone().text() });
    return typeof turn === "function" ? turn(request) : turn.clone();
  };
  return Object.assign(send, { sent });
}

/** A JSON response. */
export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json", ...headers } });
}

/** A response without a body. */
export function status(code: number, headers: Record<string, string> = {}): Response {
  return new Response(null, { status: code, headers });
}

/** A turn that fails as Node's `fetch` does, with a code on the cause. */
export function fault(code?: string): () => never {
  return () => {
    throw new TypeError("fetch failed", { cause: Object.assign(new Error("low level"), code === undefined ? {} : { code }) });
  };
}

/** A turn without a response, which rejects as `fetch` does when its request is aborted. */
export function hang(request: Request): Promise<Response> {
  return new Promise((_, reject) => {
    if (request.signal.aborted) reject(request.signal.reason);
    request.signal.addEventListener("abort", () => reject(request.signal.reason));
  });
}

/** A turn without a response that ignores the request's signal. */
export function ignore(): Promise<Response> {
  return new Promise(() => undefined);
}

/** The vendor's error bodies: `{ message, code, request }`. */
export function readFailure({ body }: ErrorResponse) {
  const { message, code, request } = (body ?? {}) as { message?: string; code?: string; request?: string };
  return { message, vendorCode: code, requestId: request };
}

/** The HTTP client under test, with short retry delays. */
export function acmeHttp(overrides: Partial<HttpOptions> = {}): Http<AcmePaths> {
  return createHttp<AcmePaths>({
    vendor: "acme",
    baseUrl: "https://api.acme.test/v1",
    parseErrorResponse: readFailure,
    timeoutMs: 20_000,
    retry: { maxRetries: 5, initialDelayMs: 1, maxDelayMs: 1_000 },
    limiter: createLimiter(),
    ...overrides,
  });
}

/** The reason with which a promise rejects. */
export async function rejection(work: Promise<unknown>): Promise<unknown> {
  const nothing = Symbol("no rejection");
  const reason = await work.then(
    () => nothing,
    (error: unknown) => error,
  );
  if (reason === nothing) throw new Error("expected a rejection, and the promise was fulfilled");
  expectConsistentOutcome(reason);
  return reason;
}
