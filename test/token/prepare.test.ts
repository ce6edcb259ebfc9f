import { createHash } from "node:crypto";
import { getEventListeners } from "node:events";
import { gzipSync } from "node:zlib";
import { describe, expect, test, vi } from "vitest";
import type { ClientAuthentication, TokenRequest } from "../../src/core/credentials.js";
import { ConfigurationError, NetworkError, TimeoutError, UnexpectedResponseError } from "../../src/core/errors.js";
import { clientSecretPost } from "../../src/token/authentication.js";
import { optionRules, prepareTokenRequest } from "../../src/token/prepare.js";
import type { TokenRequestOptions } from "../../src/token/types.js";
import {
  encodings,
  everyView,
  grant,
  record,
  rejection,
  sampleRequest,
  secret,
  tokenEndpoint,
  withServer,
} from "./recorder.js";

const requestTokenWith = async (changes: Partial<TokenRequest> = {}, options: TokenRequestOptions = {}, signal?: AbortSignal) =>
  prepareTokenRequest(sampleRequest(changes), options, optionRules).run({ maxRetries: 0 }, signal);

function strategy(apply: ClientAuthentication["authenticate"], method = "custom"): ClientAuthentication {
  return { method, authenticate: apply };
}

describe("token request: validation before a request is sent", () => {
  test.each([
    "http://auth.example/token",
    "http://localhost.evil.example/token",
    "http://127.0.0.1.nip.io/token",
    "http://0.0.0.0/token",
    "http://2130706433/token",
    "http://0x7f.1/token",
    "http://[::]/token",
    "ftp://auth.example/token",
    "/token",
    "",
    "https://user:canary@auth.example/token",
    "https://auth.example/token#part",
    "https://auth.example/token#",
  ])("rules 5 and 12: the token endpoint %s is rejected before a request is sent", async (url) => {
    const { fetch, sent } = record();
    const error = await rejection(requestTokenWith({ tokenEndpoint: url }, { fetch }));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({ outcome: "not_applied", issues: [{ path: "tokenEndpoint" }] });
    expect(everyView(error)).not.toContain("canary");
    expect(sent).toEqual([]);
  });

  test.each([
    ["scopes.1", { scopes: ["read", "write all"] }],
    ["scopes.0", { scopes: ['re"ad'] }],
    ["scopes.0", { scopes: ["re\\ad"] }],
    ["scopes.0", { scopes: ["réad"] }],
    ["scopes", { scopes: "read write" as unknown as string[] }],
    ["audience", { audience: "a\r\nb" }],
    ["audience.1", { audience: ["a", "\ud800"] }],
    ["audience", { audience: 1 as unknown as string }],
    ["clientAuthentication", { clientAuthentication: undefined as unknown as ClientAuthentication }],
    ["clientAuthentication", { clientAuthentication: "secret" as unknown as ClientAuthentication }],
  ] satisfies [string, Partial<TokenRequest>][])(
    "rule 7: %s of %o is rejected before a request is sent",
    async (path, changes) => {
      const { fetch, sent } = record();
      expect(await rejection(requestTokenWith(changes, { fetch }))).toMatchObject({
        code: "invalid_configuration",
        issues: [{ path }],
      });
      expect(sent).toEqual([]);
    },
  );

  test.each([
    ["resource", { resource: "api" }],
    ["resource", { resource: "https://api.example/#part" }],
    ["resource", { resource: "/api" }],
    ["resource.1", { resource: ["https://api.example", "https://api.example#"] }],
    ["resource", { resource: 1 as never }],
  ] satisfies [string, Partial<TokenRequest>][])("rule 55: %s of %o is rejected", async (path, changes) => {
    expect(await rejection(requestTokenWith(changes, record()))).toMatchObject({ issues: [{ path }] });
  });

  test.each([
    "grant_type",
    "scope",
    "audience",
    "resource",
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
  ])("rule 3: the additional parameter %s, which has its own option, is rejected", async (name) => {
    const { fetch, sent } = record();
    expect(await rejection(requestTokenWith({ parameters: { [name]: "canary" } }, { fetch }))).toMatchObject({
      message: expect.not.stringContaining("canary"),
      issues: [{ path: `parameters.${name}`, message: "has an option of its own" }],
    });
    expect(sent).toEqual([]);
  });

  test.each(["my_scope", "scopes", "resource_id", "subclient_id", "client"])(
    "the additional parameter %s, which has no option of its own, is sent",
    async (name) => {
      const { fetch, sent } = record();
      await requestTokenWith({ parameters: { [name]: "value" } }, { fetch });
      expect(new URLSearchParams(sent[0]!.body).get(name)).toBe("value");
    },
  );

  test.each([
    ["parameters.a", { parameters: { a: 1 as never } }, "text without control characters"],
    ["parameters.a", { parameters: { a: "b\r\nc" } }, "text without control characters"],
    ["parameters", { parameters: "a=b" as never }, "expected an object"],
    ["rateLimitErrorPattern", { rateLimitErrorPattern: "rate limit" as never }, "expected a RegExp"],
    ["grant", { grant: "password" as never }, "expected a grant"],
    ["grant", { grant: { extend: "x" } as never }, "expected a grant"],
    ["scope", { scope: "read" } as never, ""],
    ["client_id", { client_id: "x" } as never, ""],
  ] satisfies [string, Partial<TokenRequest>, string][])("rule 19: %s of %o is rejected", async (path, changes, message) => {
    expect(await rejection(requestTokenWith(changes, record()))).toMatchObject({
      issues: [{ path, message: expect.stringContaining(message) }],
    });
  });

  test.each(["requested", "stated"] as const)(
    "the option requireScopes accepts %s and no other text",
    async (requireScopes) => {
      const scopes = ["read"];
      const { fetch } = record(() => Response.json(grant({ scope: "read" })));
      expect(await requestTokenWith({ scopes }, { fetch, requireScopes })).toMatchObject({ scopes });
      expect(await rejection(requestTokenWith({ scopes }, { fetch, requireScopes: "all" as never }))).toMatchObject({
        issues: [{ path: "requireScopes", message: 'expected "requested" or "stated"' }],
      });
    },
  );

  test.each(["timeout", "signl", "retries"])("the unknown option %s is rejected", async (name) => {
    expect(await rejection(requestTokenWith({}, { ...record(), [name]: 5 }))).toMatchObject({ issues: [{ path: name }] });
  });

  test("rule 11: the client authentication method none is rejected", async () => {
    const clientAuthentication = strategy(() => ({ secrets: [] }), "none");
    expect(await rejection(requestTokenWith({ clientAuthentication }))).toMatchObject({
      issues: [{ path: "clientAuthentication" }],
    });
  });

  test.each([
    ["timeoutMs", { timeoutMs: 0 }],
    ["timeoutMs", { timeoutMs: Number.POSITIVE_INFINITY }],
    ["maxResponseBytes", { maxResponseBytes: -1 }],
    ["fetch", { fetch: "fetch" as never }],
  ] satisfies [string, TokenRequestOptions][])("the token request option %s of %o is rejected", async (path, options) => {
    expect(await rejection(requestTokenWith({}, options))).toMatchObject({ code: "invalid_configuration", issues: [{ path }] });
  });

  test("a missing token request is rejected by one error with all validation issues", async () => {
    const error = await rejection((async () => prepareTokenRequest(undefined as unknown as TokenRequest, {}, optionRules))());
    expect((error as ConfigurationError).issues.map(({ path }) => path)).toEqual([
      "tokenEndpoint",
      "clientId",
      "clientAuthentication",
    ]);
  });

  test.each([
    ["rule 3: a parameter of the grant", { parameters: { grant_type: "password" }, secrets: [] }, "parameters.grant_type"],
    ["rule 3: the scope", { parameters: { scope: "admin" }, secrets: [] }, "parameters.scope"],
    ["a header with a line break", { headers: { "x-key": "canary\r\nhost: evil" }, secrets: [] }, "headers.x-key"],
  ])("%s from a client authentication is rejected before a request is sent", async (_, applied, path) => {
    const { fetch, sent } = record();
    const error = await rejection(
      requestTokenWith({ scopes: ["read"], clientAuthentication: strategy(() => applied) }, { fetch }),
    );
    expect(error).toMatchObject({ code: "invalid_configuration", issues: [{ path: `clientAuthentication.${path}` }] });
    expect(everyView(error)).not.toContain("canary");
    expect(sent).toEqual([]);
  });

  test.each(["client_secret", "client_assertion"])(
    "rule 10: an Authorization header together with %s is rejected",
    async (name) => {
      const { fetch, sent } = record();
      const both = { headers: { Authorization: "Basic eDp5" }, parameters: { [name]: "y" }, secrets: [] };
      const error = await rejection(requestTokenWith({ clientAuthentication: strategy(() => both) }, { fetch }));
      expect(error).toMatchObject({ issues: [{ path: "clientAuthentication" }] });
      expect(sent).toEqual([]);
    },
  );

  test("an error of the client authentication is rethrown unchanged", async () => {
    const failure = new Error("the key store is locked");
    const clientAuthentication = strategy(() => Promise.reject(failure));
    expect(await rejection(requestTokenWith({ clientAuthentication }, record()))).toBe(failure);
  });
});

describe("token request: redirects", () => {
  test.each([301, 302, 303, 307, 308])(
    "rule 14: a %i redirect is rejected without a request to its target, and the error omits its query",
    async (status) => {
      const hits: string[] = [];
      await withServer(
        (request, response) => {
          hits.push(request.url ?? "");
          response.end(JSON.stringify(grant()));
        },
        async (target) => {
          await withServer(
            (_, response) => response.writeHead(status, { location: `${target}/elsewhere?code=canary-4711` }).end("moved"),
            async (origin, received) => {
              const error = await rejection(requestTokenWith({ tokenEndpoint: `${origin}/token` }));
              expect(error).toBeInstanceOf(UnexpectedResponseError);
              expect(error).toMatchObject({ status });
              expect((error as Error).message).toContain("/elsewhere");
              expect(everyView(error)).not.toContain("canary-4711");
              expect(received).toHaveLength(1);
            },
          );
          expect(hits).toEqual([]);
        },
      );
    },
  );

  test("rule 14: an opaque redirect is rejected", async () => {
    const opaque = Object.defineProperties(new Response(null), { type: { value: "opaqueredirect" }, status: { value: 0 } });
    const error = await rejection(
      requestTokenWith(
        {},
        record(() => opaque),
      ),
    );
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error).toMatchObject({ status: 0 });
  });

  test("rule 14: a redirect without an absolute URL is rejected", async () => {
    for (const location of ["/token2?code=canary", "//", ""]) {
      const response = () => new Response(null, { status: 307, headers: { location } });
      const error = await rejection(requestTokenWith({}, record(response)));
      expect(error).toMatchObject({ code: "unexpected_response", status: 307 });
      expect(everyView(error)).not.toContain("canary");
    }
  });
});

describe("token request: timeouts and network errors", () => {
  test("rule 16: a token request without a response rejects with a TimeoutError", async () => {
    await withServer(
      () => undefined,
      async (origin) => {
        const error = await rejection(requestTokenWith({ tokenEndpoint: `${origin}/token?tenant=canary` }, { timeoutMs: 50 }));
        expect(error).toBeInstanceOf(TimeoutError);
        expect(error).toMatchObject({ outcome: "unknown", operation: "request token" });
        expect((error as Error).message).toMatch(/^127\.0\.0\.1:\d+\/token request token: no response within 50 ms$/);
      },
    );
  });

  test("rule 16: a slow response body does not extend the timeout", async () => {
    await withServer(
      (_, response) => {
        response.writeHead(200, { "content-type": "application/json" });
        const drip = setInterval(() => response.write(" "), 5);
        response.on("close", () => clearInterval(drip));
      },
      async (origin) => {
        const error = await rejection(requestTokenWith({ tokenEndpoint: `${origin}/token` }, { timeoutMs: 80 }));
        expect(error).toMatchObject({ code: "timeout", outcome: "unknown" });
      },
    );
  });

  test("rule 16: the timeout also applies to a fetch that ignores the signal", async () => {
    const never = () => new Promise<Response>(() => undefined);
    expect(await rejection(requestTokenWith({}, { fetch: never, timeoutMs: 20 }))).toMatchObject({
      code: "timeout",
      outcome: "unknown",
    });
  });

  test("a client authentication that does not resolve causes a TimeoutError, and no request is sent later", async () => {
    const { fetch, sent } = record();
    let finish = () => {};
    const slow = new Promise<{ secrets: string[] }>((resolve) => {
      finish = () => resolve({ secrets: [] });
    });
    const error = await rejection(requestTokenWith({ clientAuthentication: strategy(() => slow) }, { fetch, timeoutMs: 20 }));
    expect(error).toMatchObject({ code: "timeout", outcome: "not_applied" });
    finish();
    await slow;
    await new Promise(setImmediate);
    expect(sent).toEqual([]);
  });

  test("a refused connection causes a NetworkError with the outcome not_applied", async () => {
    let origin = "";
    await withServer(
      () => undefined,
      async (one) => {
        origin = one;
      },
    );
    const error = await rejection(requestTokenWith({ tokenEndpoint: `${origin}/token` }));
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ outcome: "not_applied" });
    expect((error as Error).message).toContain("ECONNREFUSED");
    expect((error as Error).cause).toBeUndefined();
  });

  test("a connection lost after the request causes a NetworkError with the outcome unknown", async () => {
    await withServer(
      (request) => request.socket.destroy(),
      async (origin, received) => {
        const error = await rejection(requestTokenWith({ tokenEndpoint: `${origin}/token` }));
        expect(error).toBeInstanceOf(NetworkError);
        expect(error).toMatchObject({ outcome: "unknown" });
        expect(received).toHaveLength(1);
      },
    );
  });

  test("a truncated response causes a NetworkError", async () => {
    await withServer(
      (request, response) => {
        response.writeHead(200, { "content-type": "application/json", "content-length": "500" });
        response.write('{"access_token":"canary-4711', () => request.socket.destroy());
      },
      async (origin) => {
        const error = await rejection(requestTokenWith({ tokenEndpoint: `${origin}/token` }));
        expect(error).toMatchObject({ code: "network", outcome: "unknown" });
        expect((error as Error).message).toContain("connection lost while reading the response");
        expect(everyView(error)).not.toContain("canary-4711");
      },
    );
  });

  test("an error while the response is read has the outcome unknown, with any error code", async () => {
    const failure = Object.assign(new Error("x"), { code: "ECONNREFUSED" });
    const body = new ReadableStream({ pull: () => Promise.reject(failure) });
    expect(
      await rejection(
        requestTokenWith(
          {},
          record(() => new Response(body)),
        ),
      ),
    ).toMatchObject({ code: "network", outcome: "unknown" });
  });

  test("a token request leaves no timer", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      await requestTokenWith({}, record());
      await rejection(
        requestTokenWith(
          {},
          record(() => new Response("")),
        ),
      );
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test("the error of a token request omits the error of fetch, which may contain the secret", async () => {
    const fetch = () => Promise.reject(new Error(`connect failed with ${secret}`));
    const error = await rejection(requestTokenWith({}, { fetch }));
    expect(error).toMatchObject({ code: "network", outcome: "unknown" });
    for (const text of encodings(secret)) expect(everyView(error)).not.toContain(text);
  });
});

describe("token request: maximum response size", () => {
  test("rule 17: a token response of more than 1 MiB is rejected", async () => {
    await withServer(
      (_, response) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.end(JSON.stringify(grant({ padding: "x".repeat(10_000_000) })));
      },
      async (origin) => {
        const error = await rejection(requestTokenWith({ tokenEndpoint: `${origin}/token` }));
        expect(error).toMatchObject({ code: "unexpected_response", status: 200, outcome: "unknown" });
        expect((error as Error).message).toContain("1048576 bytes");
      },
    );
  });

  test("rule 17: the maximum response size applies after decompression", async () => {
    const bomb = gzipSync(JSON.stringify(grant({ padding: "x".repeat(4_000_000) })));
    expect(bomb.length).toBeLessThan(10_000);
    await withServer(
      (_, response) => {
        response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
        response.end(bomb);
      },
      async (origin) => {
        expect(await rejection(requestTokenWith({ tokenEndpoint: `${origin}/token` }))).toMatchObject({
          code: "unexpected_response",
        });
      },
    );
  });

  test("rule 17: maxResponseBytes sets the maximum response size", async () => {
    const text = JSON.stringify(grant());
    const headers = { "content-type": "application/json" };
    const response = record(() => new Response(text, { headers }));
    expect(await rejection(requestTokenWith({}, { ...response, maxResponseBytes: text.length - 1 }))).toMatchObject({
      code: "unexpected_response",
    });
    expect(await requestTokenWith({}, { ...response, maxResponseBytes: text.length })).toMatchObject({ value: "token-1" });
  });
});

describe("token request: abort signal", () => {
  test("a token request with an aborted signal is not sent", async () => {
    const { fetch, sent } = record();
    const reason = new Error("aborted");
    expect(await rejection(requestTokenWith({}, { fetch }, AbortSignal.abort(reason)))).toBe(reason);
    expect(sent).toEqual([]);
  });

  test("an abort rejects the token request with the reason of the signal and closes the connection", async () => {
    const stop = new AbortController();
    const reason = { mine: true };
    let closed: Promise<unknown> | undefined;
    await withServer(
      (request) => {
        closed = new Promise((resolve) => request.socket.on("close", resolve));
        stop.abort(reason);
      },
      async (origin) => {
        expect(await rejection(requestTokenWith({ tokenEndpoint: `${origin}/token` }, {}, stop.signal))).toBe(reason);
        await closed;
        expect(getEventListeners(stop.signal, "abort")).toEqual([]);
      },
    );
  });

  test("an abort rejects a token request whose response body is incomplete", async () => {
    const stop = new AbortController();
    const reason = new Error("aborted");
    await withServer(
      (_, response) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.write("{");
        setTimeout(() => stop.abort(reason), 20);
      },
      async (origin) => {
        expect(await rejection(requestTokenWith({ tokenEndpoint: `${origin}/token` }, {}, stop.signal))).toBe(reason);
      },
    );
  });
});

describe("token request: the HTTP request", () => {
  test("rules 1, 2, 3, 9 and 14: a token request is one POST request with exactly the expected form", async () => {
    const { fetch, sent } = record();
    await requestTokenWith({ scopes: ["write", "read:all"], audience: ["https://api.example/é", "+ & = % 😀"] }, { fetch });
    expect(sent).toHaveLength(1);
    expect(sent[0]?.url).toBe(tokenEndpoint);
    expect(sent[0]?.body).toBe(
      "grant_type=client_credentials&scope=write+read%3Aall&audience=https%3A%2F%2Fapi.example%2F%C3%A9" +
        "&audience=%2B+%26+%3D+%25+%F0%9F%98%80",
    );
    const { authorization, ...headers } = sent[0]!.headers;
    expect(headers).toEqual({ accept: "application/json", "content-type": "application/x-www-form-urlencoded" });
    expect(authorization).toMatch(/^Basic /);
    expect(sent[0]?.init).toMatchObject({ method: "POST", redirect: "manual" });
  });

  test("rule 18: the platform's fetch receives cache and credentials options only when the runtime supports them", async () => {
    const { fetch, sent } = record();
    vi.stubGlobal("fetch", fetch);
    try {
      await requestTokenWith();
      vi.stubGlobal("Request", class {});
      await requestTokenWith();
    } finally {
      vi.unstubAllGlobals();
    }
    expect(sent[0]?.init).toMatchObject({ redirect: "manual", cache: "no-store", credentials: "omit" });
    expect(sent[1]?.init).not.toHaveProperty("cache");
    expect(sent[1]?.init).not.toHaveProperty("credentials");
  });

  test.each([{}, { scopes: [] }, { scopes: [""] }, { audience: "" }, { audience: [] }])(
    "rules 4 and 8: a token request with %o sends no default and no empty parameter",
    async (changes) => {
      const { fetch, sent } = record();
      await requestTokenWith(changes, { fetch });
      expect(sent[0]?.body).toBe("grant_type=client_credentials");
    },
  );

  test("rule 4: an undefined value of an optional field is the same as none", async () => {
    const { fetch, sent } = record();
    const names = ["scopes", "audience", "resource", "parameters", "grant", "rateLimitErrorPattern"];
    await requestTokenWith(Object.fromEntries(names.map((name) => [name, undefined])), { fetch });
    expect(sent[0]?.body).toBe("grant_type=client_credentials");
  });

  test("rule 4: an empty scope is left out of the request and of the token", async () => {
    const { fetch, sent } = record();
    expect(await requestTokenWith({ scopes: ["", "read"] }, { fetch })).toMatchObject({ scopes: ["read"] });
    expect(sent[0]?.body).toBe("grant_type=client_credentials&scope=read");
  });

  test("rules 19 and 56: resources are repeated, additional parameters follow, and empty parameters are omitted", async () => {
    const { fetch, sent } = record();
    const resource = ["https://api.example", "urn:example:b?q=1"];
    await requestTokenWith({ audience: "a", resource, parameters: { organization: "o 1", empty: "" } }, { fetch });
    expect([...new URLSearchParams(sent[0]?.body)]).toEqual([
      ["grant_type", "client_credentials"],
      ["audience", "a"],
      ["resource", "https://api.example"],
      ["resource", "urn:example:b?q=1"],
      ["organization", "o 1"],
    ]);
  });

  test("rules 5 and 6: the query of the token endpoint is preserved and no credential is added to the URL", async () => {
    const { fetch, sent } = record();
    await requestTokenWith(
      { tokenEndpoint: `${tokenEndpoint}?tenant=1&x=%20`, clientAuthentication: clientSecretPost(secret) },
      { fetch },
    );
    expect(sent[0]?.url).toBe(`${tokenEndpoint}?tenant=1&x=%20`);
    expect(new URLSearchParams(sent[0]?.body).get("client_secret")).toBe(secret);
    expect(sent[0]?.headers).not.toHaveProperty("authorization");
  });

  test("rule 15: a client authentication adds headers and cannot replace those of the token request", async () => {
    const { fetch, sent } = record();
    const headers = { DPoP: "proof", "Content-Type": "text/plain", ACCEPT: "text/html" };
    await requestTokenWith({ clientAuthentication: strategy(() => ({ headers, secrets: [] })) }, { fetch });
    expect(sent[0]?.headers).toEqual({
      dpop: "proof",
      accept: "application/json",
      "content-type": "application/x-www-form-urlencoded",
    });
  });

  test("a prepared token request uses copies of its options and authenticates each request anew", async () => {
    const { fetch, sent } = record();
    const calls: string[] = [];
    const scopes = ["read"];
    const clientAuthentication = strategy(({ clientId }) => {
      calls.push(clientId);
      return { parameters: { client_assertion: createHash("sha256").update(String(calls.length)).digest("hex") }, secrets: [] };
    });
    const { run } = prepareTokenRequest({ ...sampleRequest({ scopes }), clientAuthentication }, { fetch }, optionRules);
    scopes.push("admin");
    await run({ maxRetries: 0 });
    await run({ maxRetries: 0 });
    expect(calls).toEqual(["client-1", "client-1"]);
    expect(sent[0]?.body).not.toBe(sent[1]?.body);
    expect(new URLSearchParams(sent[1]?.body).get("scope")).toBe("read");
  });

  test.each(["127.0.0.1", "localhost"])("rule 12: a token request over http is sent to the loopback host %s", async (host) => {
    await withServer(
      (request, response) => {
        let body = "";
        request.on("data", (chunk) => {
          body += chunk;
        });
        request.on("end", () => {
          response.writeHead(200, { "content-type": "application/json" });
          response.end(JSON.stringify(grant({ echoed: { body, method: request.method, headers: request.headers } })));
        });
      },
      async (origin) => {
        const token = await requestTokenWith({
          tokenEndpoint: `${origin.replace("127.0.0.1", host)}/token`,
          scopes: ["a", "b"],
        });
        expect(token.additionalFields.echoed).toMatchObject({
          method: "POST",
          body: "grant_type=client_credentials&scope=a+b",
          headers: { accept: "application/json", authorization: expect.stringMatching(/^Basic /) },
        });
        expect(token.additionalFields.echoed).not.toHaveProperty("headers.cookie");
      },
    );
  });
});
