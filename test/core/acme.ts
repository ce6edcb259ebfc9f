import type { ErrorResponse } from "../../src/core/http/errors.js";
import { createHttp, type Http, type HttpOptions } from "../../src/core/http/request.js";
import { createLimiter } from "../../src/core/limits.js";
import { expectConsistentOutcome } from "../contract/outcome.js";

interface Widget {
  id: string;
  name?: string;
}

interface Answers {
  responses: { 200: { content: { "application/json": Widget } } };
}

type None = { query?: never; header?: never; path?: never; cookie?: never };
type ById = { query?: never; header?: never; path: { id: string }; cookie?: never };

/** A description in the shape that the generator gives it, of a vendor that does not exist. */
export interface AcmePaths {
  "/widgets": {
    parameters: None;
    get: Answers & {
      parameters: { query?: { page?: string; size?: number; tag?: string[] }; header?: never; path?: never; cookie?: never };
      requestBody?: never;
    };
    post: Answers & { parameters: None; requestBody: { content: { "application/json": { name: string; size?: number } } } };
    put?: never;
    patch?: never;
    delete?: never;
  };
  "/widgets/{id}": {
    parameters: ById;
    get: Answers & { parameters: ById; requestBody?: never };
    put: Answers & { parameters: ById; requestBody: { content: { "application/json": { name: string } } } };
    patch: Answers & { parameters: ById; requestBody: { content: { "application/json": { name?: string } } } };
    delete: Answers & { parameters: ById; requestBody?: never };
    post?: never;
  };
  "/search": {
    parameters: None;
    get: Answers & {
      parameters: { query: { q: string }; header?: { "X-Page"?: string }; path?: never; cookie?: never };
      requestBody?: never;
    };
    post: Answers & {
      parameters: None;
      requestBody: { content: { "application/x-www-form-urlencoded": { token: string; scope?: string } } };
    };
    put?: never;
    patch?: never;
    delete?: never;
  };
}

/** A request as it would have left. */
export interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
  readonly redirect: string;
}

/** What one attempt meets: an answer, or whatever else the function does. */
export type Turn = Response | ((request: Request) => Response | Promise<Response>);

/** A `fetch` that takes its turns in order, the last one for ever, and remembers what it was given. */
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

/** An answer of JSON. */
export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json", ...headers } });
}

/** An answer without a body. */
export function status(code: number, headers: Record<string, string> = {}): Response {
  return new Response(null, { status: code, headers });
}

/** A turn that fails as Node's `fetch` does, with a code on the cause. */
export function fault(code?: string): () => never {
  return () => {
    throw new TypeError("fetch failed", { cause: Object.assign(new Error("low level"), code === undefined ? {} : { code }) });
  };
}

/** A turn that never answers, and gives up as `fetch` does when its request is aborted. */
export function hang(request: Request): Promise<Response> {
  return new Promise((_, reject) => {
    if (request.signal.aborted) reject(request.signal.reason);
    request.signal.addEventListener("abort", () => reject(request.signal.reason));
  });
}

/** A turn that never answers and does not listen to the request's signal either. */
export function ignore(): Promise<Response> {
  return new Promise(() => undefined);
}

/** The vendor's error bodies: `{ message, code, request }`. */
export function readFailure({ body }: ErrorResponse) {
  const { message, code, request } = (body ?? {}) as { message?: string; code?: string; request?: string };
  return { message, vendorCode: code, requestId: request };
}

/** The transport under test, quick in its repeats. */
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

/** What a promise rejects with, whatever it is. */
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
