import ky from "ky";
import { describe, expect, test } from "vitest";
import { ConfigurationError } from "../../../src/core/errors.js";
import { type AuthorizedFetchOptions, authorizedFetch } from "../../../src/token/fetch/index.js";
import { createTokenSource } from "../../../src/token/source.js";
import { everyView, grant, record, rejection, sampleRequest, withServer } from "../recorder.js";

const api = "https://api.example";
const expired = () =>
  new Response("", { status: 401, headers: { "www-authenticate": 'Bearer realm="a", error="invalid_token"' } });

/** An authorized fetch for an API that responds with the results of a function, and the recorded requests. */
function setUp(
  respond: (count: number) => Response = () => new Response("fine"),
  options: Partial<AuthorizedFetchOptions> = {},
) {
  const seen: { url: string; token: string | null; body: string; method: string }[] = [];
  const { fetch: tokenFetch, sent } = record((count) => Response.json(grant({ access_token: `token-${count}` })));
  const source = createTokenSource(sampleRequest(), { fetch: tokenFetch });
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    seen.push({
      url: request.url,
      token: request.headers.get("authorization"),
      body: await request.text(),
      method: request.method,
    });
    return respond(seen.length);
  };
  return { call: authorizedFetch(source, { origins: [api], fetch, ...options }), source, seen, sent };
}

const tokens = (seen: { token: string | null }[]) => seen.map(({ token }) => token);

describe("authorizedFetch: validation of options", () => {
  test.each([
    ["origins", { origins: undefined }],
    ["origins", { origins: api }],
    ["origins", { origins: [] }],
    ["origins.0", { origins: ["http://api.internal"], allowInsecureHttp: ["other.internal"] }],
    ["allowInsecureHttp", { allowInsecureHttp: true }],
    ["allowInsecureHttp", { allowInsecureHttp: ["http://api.internal"] }],
    ["allowInsecureHttp", { allowInsecureHttp: ["*"] }],
    ["origins.0", { origins: ["http://api.example"] }],
    ["origins.0", { origins: ["https://api.example/v1"] }],
    ["origins.0", { origins: ["https://api.example/"] }],
    ["origins.1", { origins: [api, "*"] }],
    ["origins.0", { origins: ["https://user:canary@api.example"] }],
    ["fetch", { fetch: "fetch" }],
    ["isTokenRejected", { isTokenRejected: 401 }],
    ["origin", { origin: api }],
  ])("rule 90: authorizedFetch rejects the option %s of %o", (path, options) => {
    const make = () => setUp(undefined, options as Partial<AuthorizedFetchOptions>);
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(`${path}: `);
    expect(make).not.toThrow("canary");
  });

  test("authorizedFetch rejects an invalid token source", () => {
    expect(() => authorizedFetch({} as never, { origins: [api] })).toThrow("authorizedFetch: source: ");
  });
});

describe("authorizedFetch: origins that receive the token", () => {
  test.each([
    "https://evil.example/",
    "https://api.example.evil.example/",
    "https://api.example:8443/",
    "http://api.example/",
    "https://evil.example/https://api.example",
    "data:text/plain,hello",
  ])("rule 90: authorizedFetch sends no token to %s", async (url) => {
    const { call, seen, sent } = setUp();
    await call(url);
    expect(tokens(seen)).toEqual([null]);
    expect(sent).toEqual([]);
  });

  test("rule 90: authorizedFetch sends no token after a redirect to another origin", async () => {
    const hits: (string | undefined)[] = [];
    await withServer(
      (request, response) => {
        hits.push(request.headers.authorization);
        response.end();
      },
      async (otherOrigin) => {
        await withServer(
          (_, response) => response.writeHead(307, { location: `${otherOrigin}/?page=2` }).end(),
          async (origin, received) => {
            const { call } = setUp(undefined, { origins: [origin], fetch: globalThis.fetch });
            await call(`${origin}/list`);
            expect(received[0]?.headers.authorization).toBe("Bearer token-1");
            expect(hits).toEqual([undefined]);
          },
        );
      },
    );
  });

  test("rules 6 and 89: authorizedFetch sends the token in the Authorization header only", async () => {
    const { call, seen } = setUp();
    await call(`${api}/list?x=1`, { method: "POST", body: "a=1" });
    expect(seen).toEqual([{ url: `${api}/list?x=1`, token: "Bearer token-1", body: "a=1", method: "POST" }]);
  });

  test("authorizedFetch does not replace an Authorization header of the caller", async () => {
    const { call, seen, sent } = setUp(expired);
    await call(api, { headers: { Authorization: "Basic eDp5" } });
    await call(new Request(api, { headers: { authorization: "Basic eDp5" } }));
    expect(tokens(seen)).toEqual(["Basic eDp5", "Basic eDp5"]);
    expect(sent).toEqual([]);
  });
});

describe("authorizedFetch: errors", () => {
  test.each([undefined, "yes", 1, null])("authorizedFetch rejects when isTokenRejected returns %o", async (result) => {
    const { call, seen, sent } = setUp(undefined, { isTokenRejected: () => result as never });
    expect(await rejection(call(api, { method: "POST", body: "a" }))).toMatchObject({
      code: "invalid_configuration",
      issues: [{ path: "isTokenRejected", message: "expected true or false" }],
    });
    expect([seen.length, sent.length]).toEqual([1, 1]);
  });

  test("authorizedFetch rejects with the error of the token source and cancels the body of the 401 response", async () => {
    const cancelled: unknown[] = [];
    const body = new ReadableStream({ cancel: () => void cancelled.push("response") });
    const failure = new Error("no token");
    const get = [() => Promise.resolve({ value: "token-1" }), () => Promise.reject(failure)];
    const source = { get: () => get.shift()?.() as never, invalidate: () => undefined };
    const fetch = async () => new Response(body, { status: 401, headers: expired().headers });
    expect(await rejection(authorizedFetch(source, { origins: [api], fetch })(api))).toBe(failure);
    expect(cancelled).toEqual(["response"]);
  });

  test("authorizedFetch rejects with the error of the token request and sends no request to the API", async () => {
    const { fetch: tokenFetch } = record(() => Response.json({ error: "invalid_client" }, { status: 401 }));
    const source = createTokenSource(sampleRequest(), { fetch: tokenFetch });
    let reached = 0;
    const fetch = async () => {
      reached++;
      return new Response();
    };
    expect(await rejection(authorizedFetch(source, { origins: [api], fetch })(api))).toMatchObject({ error: "invalid_client" });
    expect(reached).toBe(0);
  });

  test("authorizedFetch rejects with the error of fetch when the API sends no response", async () => {
    const failure = new TypeError("fetch failed");
    const { call } = setUp(() => {
      throw failure;
    });
    expect(await rejection(call(api))).toBe(failure);
  });

  test("authorizedFetch rejects with the reason of the signal in init or in a Request", async () => {
    const source = {
      get: ({ signal }: { signal?: AbortSignal } = {}) => Promise.reject(signal?.reason),
      invalidate: () => undefined,
    };
    const call = authorizedFetch(source, { origins: [api] });
    const signal = AbortSignal.abort("aborted");
    expect(await rejection(call(api, { signal }))).toBe("aborted");
    expect(await rejection(call(new Request(api, { signal })))).toBe("aborted");
  });
});

describe("authorizedFetch: responses that are returned without a second request", () => {
  test.each([
    ["a 403 insufficient_scope", 403, 'Bearer error="insufficient_scope"'],
    ["a 401 for another reason", 401, 'Bearer error="invalid_request"'],
    ["a 401 without a challenge", 401, undefined],
    ["a 401 whose realm contains the text invalid_token", 401, 'Bearer realm="error=invalid_token", error="invalid_request"'],
    ["a 200 with a challenge", 200, 'Bearer error="invalid_token"'],
  ])("rule 91: authorizedFetch returns %s without a second request", async (_, status, challenge) => {
    const headers: Record<string, string> = challenge ? { "www-authenticate": challenge } : {};
    const { call, seen, sent } = setUp(() => new Response("", { status, headers }));
    expect((await call(api)).status).toBe(status);
    expect([seen.length, sent.length]).toEqual([1, 1]);
  });

  test("authorizedFetch returns the 401 response to a stream body, and the next call uses a new token", async () => {
    const { call, seen } = setUp((count) => (count === 1 ? expired() : new Response()));
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode("once"));
        controller.close();
      },
    });
    expect((await call(api, { method: "POST", body, duplex: "half" } as RequestInit)).status).toBe(401);
    await call(api);
    expect(tokens(seen)).toEqual(["Bearer token-1", "Bearer token-2"]);
  });

  test("authorizedFetch returns the 401 response when the authorization server issues the same token again", async () => {
    const { fetch: tokenFetch } = record();
    const source = createTokenSource(sampleRequest(), { fetch: tokenFetch });
    let count = 0;
    const fetch = async () => {
      count++;
      return expired();
    };
    const response = await authorizedFetch(source, { origins: [api], fetch })(api);
    expect(response.status).toBe(401);
    expect(count).toBe(1);
  });

  test("authorizedFetch returns a 401 response that another origin sent after a redirect", async () => {
    const redirected = (count: number) =>
      count === 1 ? Object.defineProperty(expired(), "url", { value: "https://other.example/login" }) : new Response();
    for (const isTokenRejected of [undefined, ({ status }: Response) => status === 401]) {
      const { call, seen, sent } = setUp(redirected, isTokenRejected ? { isTokenRejected } : {});
      expect((await call(api)).status).toBe(401);
      expect([seen.length, sent.length]).toEqual([1, 1]);
    }
  });

  test("authorizedFetch returns the response when isTokenRejected resolves to false", async () => {
    const { call, seen, sent } = setUp(expired, { isTokenRejected: async () => false });
    expect((await call(api, { method: "POST", body: "a" })).status).toBe(401);
    expect([seen.length, sent.length]).toEqual([1, 1]);
  });

  test("rule 91: authorizedFetch returns the second 401 response", async () => {
    const { call, seen } = setUp(expired);
    expect((await call(api)).status).toBe(401);
    expect(seen).toHaveLength(2);
  });
});

describe("authorizedFetch: one second request after the API rejects the token", () => {
  test.each([
    'Bearer error="invalid_token"',
    "bearer error=invalid_token",
    'BEARER realm="x", ERROR="invalid_token", error_description="expired"',
    'Basic realm="a \\" b", Bearer error = "invalid_token"',
  ])("rules 91 and 92: authorizedFetch sends the request again with a new token after the challenge %s", async (challenge) => {
    const rejected = () => new Response("", { status: 401, headers: { "www-authenticate": challenge } });
    const { call, seen, sent } = setUp((count) => (count === 1 ? rejected() : new Response("fine")));
    expect(await (await call(api)).text()).toBe("fine");
    expect(tokens(seen)).toEqual(["Bearer token-1", "Bearer token-2"]);
    expect(sent).toHaveLength(2);
  });

  test("authorizedFetch sends the request again when isTokenRejected returns true", async () => {
    const isTokenRejected = ({ status }: Response) => status === 419;
    const { call, seen } = setUp((count) => new Response("", { status: count === 1 ? 419 : 200 }), {
      isTokenRejected,
    });
    expect((await call(api)).status).toBe(200);
    expect(seen).toHaveLength(2);
  });

  test("authorizedFetch accepts an isTokenRejected that reads a clone of the response", async () => {
    const isTokenRejected = async (response: Response) => (await response.clone().text()).includes("InvalidSessionId");
    const { call, seen } = setUp((count) => new Response(count === 1 ? "InvalidSessionId" : "fine", { status: 400 }), {
      isTokenRejected,
    });
    expect(await (await call(api)).text()).toBe("fine");
    expect(tokens(seen)).toEqual(["Bearer token-1", "Bearer token-2"]);
  });

  test.each([
    ["a string", "body"],
    ["a form", new URLSearchParams({ a: "body" })],
    ["bytes", new TextEncoder().encode("body")],
    ["a blob", new Blob(["body"])],
  ])("authorizedFetch sends the same body again: %s", async (_, body) => {
    const { call, seen } = setUp((count) => (count === 1 ? expired() : new Response()));
    await call(api, { method: "PUT", body });
    expect(seen[0]?.body).toContain("body");
    expect(seen[1]?.body).toBe(seen[0]?.body);
  });

  test("authorizedFetch sends body, method and headers of a Request again, and the additional members of init", async () => {
    const extras: unknown[] = [];
    const { call, seen } = setUp((count) => (count === 1 ? expired() : new Response()), {
      fetch: async (input, init) => {
        extras.push((init as { dispatcher?: unknown }).dispatcher);
        const request = new Request(input, { ...init });
        seen.push({
          url: request.url,
          token: request.headers.get("authorization"),
          body: await request.text(),
          method: request.method,
        });
        expect(request.headers.get("x-mine")).toBe("1");
        return seen.length === 1 ? expired() : new Response();
      },
    });
    const request = new Request(`${api}/a`, { method: "PATCH", body: "body", headers: { "x-mine": "1" } });
    await call(request, { dispatcher: "agent" } as RequestInit);
    expect(seen.map(({ method, body, token }) => [method, body, token])).toEqual([
      ["PATCH", "body", "Bearer token-1"],
      ["PATCH", "body", "Bearer token-2"],
    ]);
    expect(extras).toEqual(["agent", "agent"]);
  });

  test("rule 91: authorizedFetch sends one token request for 200 concurrent calls whose token is revoked", async () => {
    const { call, sent, seen } = setUp((count) => (count <= 200 ? expired() : new Response()));
    const responses = await Promise.all(Array.from({ length: 200 }, () => call(api)));
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
    expect(sent).toHaveLength(2);
    expect(seen).toHaveLength(400);
  });
});

describe("authorizedFetch: Request objects of other implementations", () => {
  test("authorizedFetch recognizes a Request of another implementation by its members", async () => {
    const seen: unknown[] = [];
    const { source } = setUp();
    const fetch = async (input: unknown, init?: RequestInit) => {
      seen.push(input, new Headers(init?.headers).get("authorization"), new Headers(init?.headers).get("x-mine"));
      return new Response();
    };
    const { url, headers, body, signal } = new Request(`${api}/a`, { headers: { "x-mine": "1" } });
    const foreign = { url, headers, body, signal, arrayBuffer: async () => new ArrayBuffer(0) };
    await authorizedFetch(source, { origins: [api], fetch: fetch as never })(foreign as never);
    expect(seen).toEqual([foreign, "Bearer token-1", "1"]);
  });
});

describe("authorizedFetch: http origins", () => {
  test("authorizedFetch sends the token to an http origin only when its host is in allowInsecureHttp", async () => {
    const { call, seen } = setUp(undefined, {
      origins: ["http://api.internal:8080"],
      allowInsecureHttp: ["api.internal"],
    });
    await call("http://api.internal:8080/a");
    await call("http://other.internal:8080/a");
    expect(tokens(seen)).toEqual(["Bearer token-1", null]);
  });
});

describe("authorizedFetch: HTTP clients with a fetch option", () => {
  test("authorizedFetch works as the fetch of ky", async () => {
    const { call, seen } = setUp((count) => (count === 1 ? expired() : Response.json({ fine: true })));
    const client = ky.create({ prefixUrl: api, fetch: call, retry: 0 });
    expect(await client.post("orders", { json: { a: 1 } }).json()).toEqual({ fine: true });
    expect(seen.map(({ body }) => body)).toEqual(['{"a":1}', '{"a":1}']);
    expect(everyView(call)).not.toContain("token-1");
  });
});
