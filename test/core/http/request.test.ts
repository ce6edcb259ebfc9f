import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import {
  type AnyOAuthClientsError,
  ConfigurationError,
  NetworkError,
  ResponseError,
  UnexpectedResponseError,
  ValidationError,
} from "../../../src/core/errors.js";
import type { CallFacts, Http } from "../../../src/core/http/request.js";
import { type AcmePaths, acmeHttp, fault, json, rejection, script, status, type Turn } from "../acme.js";
import { serve, unusedUrl } from "../loopback.js";

const widget = z.object({ id: z.string() });

/** One call of each method. The vendor's response is always a widget. */
const calls = {
  get: (http: Http<AcmePaths>, more: Partial<CallFacts> = {}) =>
    http({ ...more, operation: "get widget", method: "get", path: "/widgets/{id}", params: { id: "w1" }, returns: widget }),
  put: (http: Http<AcmePaths>) =>
    http({
      operation: "set widget",
      method: "put",
      path: "/widgets/{id}",
      params: { id: "w1" },
      json: { name: "a" },
      returns: widget,
    }),
  delete: (http: Http<AcmePaths>) =>
    http({ operation: "delete widget", method: "delete", path: "/widgets/{id}", params: { id: "w1" } }),
  post: (http: Http<AcmePaths>, more: Partial<CallFacts> = {}) =>
    http({ ...more, operation: "create widget", method: "post", path: "/widgets", json: { name: "a" }, returns: widget }),
  patch: (http: Http<AcmePaths>) =>
    http({
      operation: "change widget",
      method: "patch",
      path: "/widgets/{id}",
      params: { id: "w1" },
      json: {},
      returns: widget,
    }),
  // A POST that only reads, as introspection does.
  reading: (http: Http<AcmePaths>) =>
    http({ operation: "search", method: "post", path: "/search", form: { token: "t" }, readsOnly: true, returns: widget }),
  // A POST that can be repeated, as a revocation.
  idempotent: (http: Http<AcmePaths>) =>
    http({ operation: "end", method: "post", path: "/search", form: { token: "t" }, idempotent: true, returns: widget }),
};

type Method = keyof typeof calls;
const reads: readonly Method[] = ["get", "reading"];
const repeatable: readonly Method[] = ["get", "put", "delete", "reading", "idempotent"];
const methods = Object.keys(calls) as Method[];

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the retry table", () => {
  interface Row {
    readonly what: string;
    readonly turn: Turn;
    /** The methods that are retried. */
    readonly retried: readonly Method[];
    /** Whether a method that writes may have been applied. */
    readonly applied: boolean;
    readonly code: AnyOAuthClientsError["code"];
    readonly name: string;
  }
  const all = methods;
  const none: readonly Method[] = [];
  const response = (
    code: number,
    retried: readonly Method[],
    applied: boolean,
    error: AnyOAuthClientsError["code"],
    name: string,
  ) => ({ what: `${code}`, turn: status(code), retried, applied, code: error, name }) satisfies Row;
  const broken = (what: string, retried: readonly Method[], applied: boolean) =>
    ({ what, turn: fault(what), retried, applied, code: "network", name: "NetworkError" }) satisfies Row;

  const table: readonly Row[] = [
    response(300, none, true, "error_response", "ResponseError"),
    response(301, none, true, "error_response", "ResponseError"),
    response(302, none, true, "error_response", "ResponseError"),
    response(304, none, true, "error_response", "ResponseError"),
    response(400, none, false, "error_response", "ResponseError"),
    response(401, none, false, "authentication", "AuthenticationError"),
    response(403, none, false, "permission", "PermissionDeniedError"),
    response(404, none, false, "not_found", "NotFoundError"),
    response(405, none, false, "error_response", "ResponseError"),
    response(408, repeatable, true, "error_response", "ResponseError"),
    response(409, none, false, "conflict", "ConflictError"),
    response(413, none, false, "error_response", "ResponseError"),
    response(418, none, false, "error_response", "ResponseError"),
    response(422, none, false, "error_response", "ResponseError"),
    response(425, repeatable, false, "error_response", "ResponseError"),
    response(429, all, false, "rate_limited", "RateLimitError"),
    response(499, none, true, "error_response", "ResponseError"),
    response(500, repeatable, true, "server_error", "ServerError"),
    response(501, repeatable, true, "server_error", "ServerError"),
    response(502, repeatable, true, "server_error", "ServerError"),
    response(503, repeatable, true, "server_error", "ServerError"),
    response(504, repeatable, true, "server_error", "ServerError"),
    response(599, repeatable, true, "server_error", "ServerError"),
    broken("ENOTFOUND", all, false),
    broken("EAI_AGAIN", all, false),
    broken("ECONNREFUSED", all, false),
    broken("UND_ERR_CONNECT_TIMEOUT", all, false),
    broken("CERT_HAS_EXPIRED", none, false),
    broken("DEPTH_ZERO_SELF_SIGNED_CERT", none, false),
    broken("ECONNRESET", repeatable, true),
    broken("ETIMEDOUT", repeatable, true),
    broken("EPIPE", repeatable, true),
    broken("UND_ERR_SOCKET", repeatable, true),
    broken("UND_ERR_HEADERS_TIMEOUT", repeatable, true),
    { what: "no code", turn: fault(), retried: repeatable, applied: true, code: "network", name: "NetworkError" },
  ];

  test.each(table.flatMap((row) => methods.map((method) => ({ ...row, method }))))(
    "applies to $method after $what",
    async ({ turn, retried, applied, code, name, method }) => {
      const fetch = script(turn);
      const error = (await rejection(
        calls[method](acmeHttp({ fetch, retry: { maxRetries: 2, initialDelayMs: 1, maxDelayMs: 50 } })),
      )) as AnyOAuthClientsError;
      expect(error).toMatchObject({ code, name, vendor: "acme" });
      expect(error.outcome).toBe(applied && !reads.includes(method) ? "unknown" : "not_applied");
      expect(fetch.sent).toHaveLength(retried.includes(method) ? 3 : 1);
    },
  );

  test.each(methods)("has no retry of %s when retries are disabled", async (method) => {
    for (const turn of [status(429), status(503), fault("ECONNREFUSED"), fault("ECONNRESET")]) {
      const fetch = script(turn);
      await rejection(calls[method](acmeHttp({ fetch, retry: { maxRetries: 0, initialDelayMs: 1, maxDelayMs: 50 } })));
      expect(fetch.sent).toHaveLength(1);
    }
  });

  test.each(methods)("returns the response of %s when a retry succeeds", async (method) => {
    const fetch = script(status(429), fault("ECONNREFUSED"), json({ id: "w1" }));
    await expect(calls[method](acmeHttp({ fetch }))).resolves.toMatchObject({ status: 200 });
    expect(fetch.sent).toHaveLength(3);
  });

  test("has the same body, query and headers in each retry", async () => {
    const fetch = script(status(503), json({ id: "w1" }));
    await calls.put(acmeHttp({ fetch }));
    const [first, second] = fetch.sent;
    expect(second!.body).toBe('{"name":"a"}');
    expect({ ...second, headers: [...second!.headers] }).toEqual({ ...first, headers: [...first!.headers] });
  });
});

describe("a status that the vendor is known to misuse", () => {
  const readFailure = () => ({ status: 429 });

  test("is retried and classified by the corrected status, and the error has the received one", async () => {
    const fetch = script(status(400));
    const error = await rejection(
      calls.post(
        acmeHttp({ fetch, parseErrorResponse: readFailure, retry: { maxRetries: 1, initialDelayMs: 1, maxDelayMs: 9 } }),
      ),
    );
    expect(error).toMatchObject({ code: "rate_limited", status: 400, outcome: "not_applied" });
    expect(fetch.sent).toHaveLength(2);
  });

  test("leaves the outcome unknown when the corrected status is a server error", async () => {
    const http = acmeHttp({ fetch: script(status(400)), parseErrorResponse: () => ({ status: 503 }) });
    expect(await rejection(calls.post(http))).toMatchObject({ code: "server_error", outcome: "unknown" });
  });

  test("leaves the outcome unknown when the received status is a server error", async () => {
    const http = acmeHttp({ fetch: script(status(500)), parseErrorResponse: () => ({ status: 400 }) });
    expect(await rejection(calls.post(http))).toMatchObject({ code: "error_response", outcome: "unknown" });
  });
});

describe("the delay before a retry", () => {
  /** The delays between the attempts of a call, in milliseconds. It begins at noon. */
  async function delaysOf(turns: readonly [Turn, ...Turn[]], overrides: Parameters<typeof acmeHttp>[0] = {}) {
    vi.useFakeTimers({ now: Date.parse("Fri, 20 Nov 2026 12:00:00 GMT") });
    try {
      const fetch = script(...turns);
      const times: number[] = [];
      const http = acmeHttp({
        fetch: (url, init) => {
          times.push(Date.now());
          return fetch(url, init);
        },
        timeoutMs: 1_000_000,
        retry: { maxRetries: 5, initialDelayMs: 1_000, maxDelayMs: 60_000 },
        ...overrides,
      });
      const work = calls.get(http).catch((error: unknown) => error);
      await vi.advanceTimersByTimeAsync(1_100_000);
      return { delays: times.slice(1).map((time, index) => time - times[index]!), result: await work };
    } finally {
      vi.useRealTimers();
    }
  }

  test.each([
    ["seconds above the maximum", "61", 61_000],
    ["days", "1000000000", 1e12],
    ["a date above the maximum", "Fri, 20 Nov 2026 13:00:00 GMT", 3_600_000],
  ])("is not started, and the error has its length, when Retry-After is %s", async (_, header, retryAfterMs) => {
    const { delays, result } = await delaysOf([status(429, { "retry-after": header })]);
    expect(delays).toEqual([]);
    expect(result).toMatchObject({ code: "rate_limited", retryAfterMs });
  });

  test("is not started when it would end after the deadline", async () => {
    const { delays, result } = await delaysOf([status(503, { "retry-after": "20" })], { timeoutMs: 10_000 });
    expect(delays).toEqual([]);
    expect(result).toMatchObject({ code: "server_error", retryAfterMs: 20_000 });
  });

  test.each(["soon", "NaN", "-5", "1e9", "", "0", "Wed, 99 Foo 2026 00:00:00 GMT", "Fri, 31 Dec 1999 23:59:59 GMT"])(
    "is the exponential step when Retry-After is %o",
    async (header) => {
      vi.spyOn(Math, "random").mockReturnValue(0);
      const { delays } = await delaysOf([status(429, { "retry-after": header })]);
      expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000]);
    },
  );

  test("is Retry-After when that is longer than the exponential step", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const { delays } = await delaysOf([status(503, { "retry-after": "3" })]);
    expect(delays).toEqual([3_000, 3_000, 4_000, 8_000, 16_000]);
  });

  test("is lengthened by jitter and never shortened", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.999_999);
    const { delays } = await delaysOf([status(503)]);
    expect(delays).toEqual([1_499, 2_999, 5_999, 11_999, 23_999]);
  });

  test("is the longest of several resets, and only after a 429 response", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const headers = { "x-reset": "0, 5.5", "x-other-reset": "7;w=60" };
    const limited = status(429, headers);
    const { delays } = await delaysOf([limited, limited, status(503, headers), json({ id: "w" })], {
      resetHeaders: ["x-reset", "x-other-reset"],
    });
    expect(delays).toEqual([7_000, 7_000, 4_000]);
  });

  test("is Retry-After when the resets of a 429 response are shorter", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const limited = status(429, { "retry-after": "9", "x-reset": "5" });
    const { delays } = await delaysOf([limited, json({ id: "w" })], { resetHeaders: ["x-reset"] });
    expect(delays).toEqual([9_000]);
  });

  test("is absent from the error when the vendor states none", async () => {
    const { result } = await delaysOf([status(429)]);
    expect(result).toMatchObject({ code: "rate_limited" });
    expect(result).not.toHaveProperty("retryAfterMs");
  });

  test("is at most the longest single delay", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.999_999);
    const { delays } = await delaysOf([status(503)], { retry: { maxRetries: 5, initialDelayMs: 1_000, maxDelayMs: 5_000 } });
    expect(delays).toEqual([1_499, 2_999, 5_000, 5_000, 5_000]);
  });
});

describe("redirects", () => {
  test.each([301, 302, 303, 307, 308])("%i is an error and its target is never requested", async (code) => {
    const target = await serve((_, response) => response.end(JSON.stringify({ id: "stolen" })));
    const origin = await serve((_, response) => response.writeHead(code, { location: `${target.url}/take` }).end());
    const http = acmeHttp({ baseUrl: origin.url, authorize: () => ({ headers: { "x-api-key": "canary-key" }, secrets: [] }) });
    for (const [method, outcome] of [
      ["get", "not_applied"],
      ["post", "unknown"],
    ] as const) {
      const error = await rejection(calls[method](http));
      expect(error).toBeInstanceOf(ResponseError);
      expect(error).toMatchObject({ code: "error_response", status: code, outcome });
      expect((error as Error).message).toContain("redirects are not followed");
    }
    expect(origin.hits).toHaveLength(2);
    expect(target.hits).toEqual([]);
  });

  test("hidden by the runtime are errors", async () => {
    const hidden = Object.defineProperties(new Response(null), {
      status: { value: 0 },
      ok: { value: false },
      type: { value: "opaqueredirect" },
    });
    const fetch = script(() => hidden);
    const error = await rejection(calls.post(acmeHttp({ fetch })));
    expect(error).toMatchObject({ name: "ResponseError", status: 0, outcome: "unknown" });
    expect((error as Error).message).toContain("redirects are not followed");
    expect(fetch.sent).toHaveLength(1);
  });

  test("are disabled in every request", async () => {
    const fetch = script(status(503), json({ id: "w1" }));
    await calls.get(acmeHttp({ fetch }));
    expect(fetch.sent.map(({ redirect }) => redirect)).toEqual(["manual", "manual"]);
  });
});

test.each([199, 600, 999])("an invalid status (%i) is an error", async (code) => {
  const odd = () => Object.defineProperties(new Response("{}"), { status: { value: code }, ok: { value: false } });
  const error = await rejection(
    calls.get(acmeHttp({ fetch: script(odd), retry: { maxRetries: 0, initialDelayMs: 1, maxDelayMs: 1 } })),
  );
  expect(error).toBeInstanceOf(ResponseError);
  expect(error).toMatchObject({ status: code });
});

describe("the URL", () => {
  test.each([
    "http://api.acme.test",
    "ftp://api.acme.test",
    "https://user:hunter22@api.acme.test",
    "https://a.test/?x=1",
    "https://a.test?",
    "no",
  ])("%s is rejected as baseUrl by createHttp", (baseUrl) => {
    const make = () => acmeHttp({ baseUrl });
    expect(make).toThrow(ConfigurationError);
    expect(make).not.toThrow(/hunter22/);
    expect(make).toThrow(
      expect.objectContaining({ vendor: "acme", issues: [{ path: "baseUrl", message: expect.any(String) }] }),
    );
  });

  test("the error of a base URL with a query says so", () => {
    expect(() => acmeHttp({ baseUrl: "https://a.test/?x=1" })).toThrow(/^acme: baseUrl: expected a URL without a query$/);
  });

  test.each([
    ["", "not empty"],
    [".", "dot segment"],
    ["..", "dot segment"],
    ["\ud800", "well-formed"],
    [undefined, "a string"],
    [7, "a string"],
  ])("a path parameter of %j is rejected before any request", async (id, words) => {
    const fetch = script(json({ id: "w1" }));
    const error = await rejection(
      acmeHttp({ fetch })({ operation: "get widget", method: "get", path: "/widgets/{id}", params: { id: id as string } }),
    );
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({
      vendor: "acme",
      operation: "get widget",
      outcome: "not_applied",
      issues: [{ path: "id", message: expect.stringContaining(words) }],
    });
    expect(fetch.sent).toEqual([]);
  });

  test.each([
    ["a/b", "a%2Fb"],
    ["a/../b", "a%2F..%2Fb"],
    ["%2e%2e", "%252e%252e"],
    ["é", "%C3%A9"],
    ["a?b#c", "a%3Fb%23c"],
    ["a\\b", "a%5Cb"],
    ["...", "..."],
    ["$&", "%24%26"],
  ])("a path parameter of %j stays one segment", async (id, encoded) => {
    const fetch = script(json({ id: "w1" }));
    await acmeHttp({ fetch })({ operation: "get widget", method: "get", path: "/widgets/{id}", params: { id } });
    expect(fetch.sent[0]!.url).toBe(`https://api.acme.test/v1/widgets/${encoded}`);
  });

  test("has the path prefix of the base URL, with or without a slash at its end", async () => {
    for (const baseUrl of ["https://api.acme.test/v1", "https://api.acme.test/v1/", "https://api.acme.test/v1//"]) {
      const fetch = script(json({ id: "w1" }));
      await calls.get(acmeHttp({ fetch, baseUrl }));
      expect(fetch.sent[0]!.url).toBe("https://api.acme.test/v1/widgets/w1");
    }
  });

  test("has a parameter for each array item, none for undefined, and encoded values", async () => {
    const fetch = script(json([]));
    const query = { page: "a&b=c d", tag: ["x", "é"], size: 0 };
    await acmeHttp({ fetch })({ operation: "list", method: "get", path: "/widgets", query });
    await acmeHttp({ fetch })({ operation: "list", method: "get", path: "/widgets", query: { page: undefined } as never });
    expect(fetch.sent.map(({ url }) => new URL(url).search)).toEqual(["?page=a%26b%3Dc+d&tag=x&tag=%C3%A9&size=0", ""]);
  });
});

describe("the request", () => {
  test("has an encoded form as its body", async () => {
    const fetch = script(json({ id: "w1" }));
    await acmeHttp({ fetch })({
      operation: "search",
      method: "post",
      path: "/search",
      form: { token: "a b+c&é", scope: undefined } as never,
    });
    expect(fetch.sent[0]!.body).toBe("token=a+b%2Bc%26%C3%A9");
    expect(fetch.sent[0]!.headers.get("content-type")).toBe("application/x-www-form-urlencoded");
  });

  test("has a JSON body and its content type, and no content type without a body", async () => {
    const fetch = script(json({ id: "w1" }));
    const http = acmeHttp({ fetch });
    for (const method of ["post", "get", "delete"] as const) await calls[method](http);
    expect(fetch.sent.map(({ headers }) => headers.get("content-type"))).toEqual(["application/json", null, null]);
    expect(fetch.sent.map(({ headers }) => headers.get("accept"))).toEqual(Array(3).fill("application/json"));
    expect(fetch.sent.map(({ body }) => body)).toEqual(['{"name":"a"}', "", ""]);
  });

  test("has the header fields of the call and of the manager", async () => {
    const fetch = script(json({ id: "w1" }));
    const http = acmeHttp({ fetch, headers: { "x-page": "0", "x-own": "1" } });
    await http({ operation: "search", method: "get", path: "/search", query: { q: "x" }, headers: { "X-Page": "7" } });
    await http({ operation: "search", method: "get", path: "/search", query: { q: "x" } });
    const headers = { "X-Page": undefined as never };
    await http({ operation: "search", method: "get", path: "/search", query: { q: "x" }, headers });
    expect(fetch.sent.map(({ headers }) => [headers.get("x-page"), headers.get("x-own")])).toEqual([
      ["7", "1"],
      ["0", "1"],
      ["0", "1"],
    ]);
  });

  test("has the vendor's media type on every write, also without a body, and on no read", async () => {
    const mediaType = "application/vnd.api+json";
    const fetch = script(json({ id: "w1" }));
    const http = acmeHttp({ fetch, mediaType });
    for (const method of ["post", "put", "patch", "delete", "get"] as const) await calls[method](http);
    expect(fetch.sent.map(({ headers }) => headers.get("content-type"))).toEqual([
      mediaType,
      mediaType,
      mediaType,
      mediaType,
      null,
    ]);
    expect(fetch.sent.every(({ headers }) => headers.get("accept") === mediaType)).toBe(true);
  });

  test("has the additional headers, and the error of an invalid header does not contain its value", async () => {
    const fetch = script(json({ id: "w1" }));
    await calls.get(acmeHttp({ fetch, headers: { "x-tenant": "t1" } }));
    expect(fetch.sent[0]!.headers.get("x-tenant")).toBe("t1");
    const error = await rejection(calls.get(acmeHttp({ fetch, headers: { "x-key": "canary\u0000value" } })));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({ issues: [{ path: "x-key" }] });
    expect((error as Error).message).not.toContain("canary");
    expect(fetch.sent).toHaveLength(1);
  });

  test.each([
    ["timeoutMs", { timeoutMs: 0 }],
    ["signal", { signal: "enough" }],
    ["timeout", { timeout: 5 }],
  ])("is not sent with an invalid option %s of the call", async (path, options) => {
    const fetch = script(json({ id: "w1" }));
    const error = await rejection(calls.get(acmeHttp({ fetch }), { options: options as never }));
    expect(error).toMatchObject({ code: "invalid_input", vendor: "acme", operation: "get widget", outcome: "not_applied" });
    expect((error as ValidationError).issues.map((issue) => issue.path)).toEqual([path]);
    expect(fetch.sent).toEqual([]);
  });

  test("is not sent with an invalid credential, and the error does not contain the credential", async () => {
    const fetch = script(json({ id: "w1" }));
    const authorize = () => ({ headers: { authorization: "Bearer canary\nvalue" }, secrets: [] });
    const error = await rejection(calls.post(acmeHttp({ fetch, authorize })));
    expect(error).toBeInstanceOf(ConfigurationError);
    const message = 'the value has characters that are not valid in the header "authorization"';
    expect(error).toMatchObject({
      issues: [{ path: "authorization", message }],
      outcome: "not_applied",
      message: `acme create widget: authorization failed: ${message}. The request was not sent.`,
    });
    expect(fetch.sent).toEqual([]);
  });

  test("is exactly what the authorization signed", async () => {
    const fetch = script(status(503), json({ id: "w1" }));
    const seen: unknown[] = [];
    const authorize = (request: unknown) => {
      seen.push(request);
      return { headers: { "x-signature": `s${seen.length}` }, secrets: [] };
    };
    await calls.put(acmeHttp({ fetch, authorize }));
    const outgoing = { method: "PUT", url: "https://api.acme.test/v1/widgets/w1", body: '{"name":"a"}' };
    expect(seen).toEqual([outgoing, outgoing]);
    expect(fetch.sent.map(({ method, url, body }) => ({ method, url, body }))).toEqual([outgoing, outgoing]);
    expect(fetch.sent.map(({ headers }) => headers.get("x-signature"))).toEqual(["s1", "s2"]);
  });

  test("has the authorization of the call instead of the manager's", async () => {
    const fetch = script(json({ id: "w1" }));
    const named = (name: string) => () => ({ headers: { "x-key": name }, secrets: [] });
    await calls.get(acmeHttp({ fetch, authorize: named("manager") }), { authorize: named("call") });
    expect(fetch.sent[0]!.headers.get("x-key")).toBe("call");
  });

  test("is a URL and an init object for the fetch", async () => {
    const fetch = vi.fn(async () => json({ id: "w1" }));
    await calls.post(acmeHttp({ fetch }));
    expect(fetch.mock.calls).toEqual([
      [
        "https://api.acme.test/v1/widgets",
        {
          method: "POST",
          headers: { accept: "application/json", "content-type": "application/json" },
          body: '{"name":"a"}',
          redirect: "manual",
          signal: expect.any(AbortSignal),
        },
      ],
    ]);
  });

  test("is sent by the global fetch, which is read at each call", async () => {
    const http = acmeHttp();
    const fetch = script(json({ id: "w1" }));
    vi.spyOn(globalThis, "fetch").mockImplementation(fetch);
    await calls.get(http);
    expect(fetch.sent).toHaveLength(1);
  });
});

describe("a response", () => {
  const limit = 16 * 1024 * 1024;

  test.each([
    ["plain", (body: string) => ({ headers: {}, bytes: Buffer.from(body) })],
    ["compressed", (body: string) => ({ headers: { "content-encoding": "gzip" }, bytes: gzipSync(body) })],
  ])("above the size limit is an error, %s", async (_, pack) => {
    const { headers, bytes } = pack(JSON.stringify({ id: "x".repeat(limit) }));
    const { url, hits } = await serve((_request, response) => response.writeHead(200, headers).end(bytes));
    const http = acmeHttp({ baseUrl: url });
    for (const [method, outcome] of [
      ["get", "not_applied"],
      ["post", "unknown"],
    ] as const) {
      const error = await rejection(calls[method](http));
      expect(error).toBeInstanceOf(UnexpectedResponseError);
      expect(error).toMatchObject({ outcome, message: expect.stringContaining(`${limit} bytes`) });
    }
    expect(hits).toHaveLength(2);
  });

  test("that is incomplete is retried on a read, and an unknown outcome on a create", async () => {
    const { url, hits } = await serve((request, response) => {
      const whole = hits.length === 2 && request.method === "GET";
      response.writeHead(200, { "content-length": whole ? 11 : 40 });
      response.write('{"id":"w1"}', () => (whole ? response.end() : response.destroy()));
    });
    await expect(calls.get(acmeHttp({ baseUrl: url }))).resolves.toMatchObject({ value: { id: "w1" } });
    expect(hits).toEqual(["GET /widgets/w1", "GET /widgets/w1"]);
    const error = await rejection(calls.post(acmeHttp({ baseUrl: url })));
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ outcome: "unknown" });
    expect(hits).toHaveLength(3);
  });

  test("that is missing after a lost connection is an unknown outcome on a create, sent once", async () => {
    const { url, hits } = await serve((request) => request.socket.destroy());
    expect(await rejection(calls.post(acmeHttp({ baseUrl: url })))).toMatchObject({ code: "network", outcome: "unknown" });
    expect(hits).toEqual(["POST /widgets"]);
  });

  test("that is missing after a refused connection proves that nothing was sent", async () => {
    const error = await rejection(calls.post(acmeHttp({ baseUrl: await unusedUrl() })));
    expect(error).toMatchObject({ code: "network", outcome: "not_applied" });
    expect((error as Error).message).toContain("ECONNREFUSED");
  });

  test.each([
    ["that is not JSON", () => new Response("<html>"), "not JSON"],
    ["that is empty", () => new Response(""), "not JSON"],
    ["with 204 where a value is expected", () => status(204), "not JSON"],
    ["with incomplete JSON", () => new Response('{"id":"w'), "not JSON"],
    ["of another schema", () => json({ id: 7 }), "id: expected string"],
    ["that is null", () => json(null), "expected object"],
    ["that is an array", () => json([]), "expected object"],
  ])("%s is unexpected, and not retried", async (_, turn, words) => {
    for (const [method, outcome] of [
      ["get", "not_applied"],
      ["post", "unknown"],
      ["put", "unknown"],
    ] as const) {
      const fetch = script(turn);
      const error = await rejection(calls[method](acmeHttp({ fetch })));
      expect(error).toBeInstanceOf(UnexpectedResponseError);
      expect(error).toMatchObject({ vendor: "acme", outcome, message: expect.stringContaining(words) });
      expect(fetch.sent).toHaveLength(1);
    }
  });

  test("of another schema does not show its values in the error", async () => {
    const error = await rejection(calls.get(acmeHttp({ fetch: script(json({ id: { canary: "canary-value" } })) })));
    expect(JSON.stringify(error) + (error as Error).message).not.toContain("canary");
  });

  test("that is a page is unexpected without a schema too, and the outcome of a write is unknown", async () => {
    const error = await rejection(calls.delete(acmeHttp({ fetch: script(() => new Response("<html>")) })));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error).toMatchObject({
      vendor: "acme",
      operation: "delete widget",
      status: 200,
      outcome: "unknown",
      issues: [{ path: "", message: "expected JSON or no body" }],
      message:
        "acme delete widget: the response is not JSON: a gateway may have sent the response (200). The change may have been applied. Read the current state before you retry.",
    });
  });

  test("that is not JSON names the status and the expected JSON", async () => {
    const error = await rejection(calls.get(acmeHttp({ fetch: script(() => new Response("<html>", { status: 203 })) })));
    expect(error).toMatchObject({
      vendor: "acme",
      operation: "get widget",
      status: 203,
      issues: [{ path: "", message: "expected JSON" }],
      message: "acme get widget: the response is not JSON (203)",
    });
  });

  test.each(["", "null", " \n ", " null \n ", "null\n\n"])("with the text %j has no body", async (text) => {
    const request = { operation: "delete widget", method: "delete", path: "/widgets/{id}", params: { id: "w1" } } as const;
    const http = acmeHttp({ fetch: script(() => new Response(text)) });
    await expect(http({ ...request, returnsNothing: true })).resolves.toMatchObject({ value: undefined });
  });

  test.each(["null null", "x null", "nullx", "{}", "0"])("with the text %j has a body", async (text) => {
    const request = { operation: "delete widget", method: "delete", path: "/widgets/{id}", params: { id: "w1" } } as const;
    const http = acmeHttp({ fetch: script(() => new Response(text)) });
    expect(await rejection(http({ ...request, returnsNothing: true }))).toBeInstanceOf(UnexpectedResponseError);
  });

  test("with a body is unexpected where the vendor sends none", async () => {
    const request = { operation: "delete widget", method: "delete", path: "/widgets/{id}", params: { id: "w1" } } as const;
    const http = acmeHttp({ fetch: script(json({ ok: true })) });
    const error = await rejection(http({ ...request, returnsNothing: true }));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error).toMatchObject({
      outcome: "unknown",
      issues: [{ path: "", message: "expected no body" }],
      message: expect.stringContaining(
        "acme delete widget: the response has a body, and the vendor sends none: a gateway may have sent the response (200).",
      ),
    });
  });

  test("with a status that the vendor does not send is unexpected", async () => {
    const request = { operation: "delete widget", method: "delete", path: "/widgets/{id}", params: { id: "w1" } } as const;
    const successStatus = [204];
    const error = await rejection(acmeHttp({ fetch: script(status(200)) })({ ...request, successStatus }));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error).toMatchObject({
      status: 200,
      outcome: "unknown",
      issues: [{ message: "expected status 204" }],
      message: expect.stringContaining(
        "acme delete widget: the vendor does not send this status: a gateway may have sent the response (200).",
      ),
    });
    const reading = { ...request, readsOnly: true, successStatus };
    const read = await rejection(acmeHttp({ fetch: script(status(200)) })(reading));
    expect(read).toMatchObject({ outcome: "not_applied" });
    expect((read as Error).message).toMatch(/a gateway may have sent the response \(200\)\.?$/);
    expect(await rejection(acmeHttp({ fetch: script(status(200)) })({ ...request, successStatus: [201, 204] }))).toMatchObject({
      issues: [{ message: "expected status 201 or 204" }],
    });
    await expect(acmeHttp({ fetch: script(status(204)) })({ ...request, successStatus })).resolves.toMatchObject({
      status: 204,
    });
  });

  test("is not validated without a schema", async () => {
    for (const turn of [() => json({ any: 1 }), () => status(204), () => status(202)])
      await expect(calls.delete(acmeHttp({ fetch: script(turn) }))).resolves.toMatchObject({ value: undefined });
  });

  test("with invalid UTF-8 is decoded with replacement characters, as the platform does", async () => {
    const bytes = Buffer.from([...Buffer.from('{"id":"a'), 0xff, ...Buffer.from('"}')]);
    const fetch = script(() => new Response(bytes));
    await expect(calls.get(acmeHttp({ fetch }))).resolves.toMatchObject({ value: { id: "a\ufffd" } });
  });

  test("with a byte order mark is read", async () => {
    await expect(calls.get(acmeHttp({ fetch: script(() => new Response('\ufeff{"id":"w1"}')) }))).resolves.toMatchObject({
      value: { id: "w1" },
    });
  });

  test("has its value, its status and its headers", async () => {
    const response = await calls.post(acmeHttp({ fetch: script(json({ id: "w1", more: true }, 201, { "x-id": "r1" })) }));
    expect(response).toMatchObject({ value: { id: "w1" }, status: 201 });
    expect(response.headers.get("x-id")).toBe("r1");
  });
});
