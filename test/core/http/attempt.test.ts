import { inspect } from "node:util";
import { afterEach, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { type Authorize, toManagerAuthError } from "../../../src/core/authorize.js";
import {
  AbortedError,
  AuthenticationError,
  NetworkError,
  RateLimitError,
  TimeoutError,
  TokenEndpointError,
} from "../../../src/core/errors.js";
import type { CallFacts } from "../../../src/core/http/request.js";
import { createLimiter, type Limiter } from "../../../src/core/limits.js";
import { acmeHttp, fault, hang, ignore, json, rejection, script, status } from "../acme.js";
import { serve } from "../loopback.js";

const widget = z.object({ id: z.string() });
type Http = ReturnType<typeof acmeHttp>;

const get = (http: Http, more: Partial<CallFacts> = {}) =>
  http({ ...more, operation: "get widget", method: "get", path: "/widgets/{id}", params: { id: "w1" }, returns: widget });
const post = (http: Http, more: Partial<CallFacts> = {}) =>
  http({ ...more, operation: "create widget", method: "post", path: "/widgets", json: { name: "a" }, returns: widget });
const remove = (http: Http, more: Partial<CallFacts> = {}) =>
  http({ ...more, operation: "delete widget", method: "delete", path: "/widgets/{id}", params: { id: "w1" } });

/** A limiter that counts acquired permits and those not yet released. */
function counted(inner: Limiter = createLimiter()): Limiter & { readonly open: () => number; readonly acquired: () => number } {
  let open = 0;
  let acquired = 0;
  return {
    acquire: async (writes, signal) => {
      const end = await inner.acquire(writes, signal);
      open++;
      acquired++;
      let ended = false;
      return () => {
        if (!ended) open--;
        ended = true;
        end();
      };
    },
    open: () => open,
    acquired: () => acquired,
  };
}

/** All texts in which a log can show an error. */
function shown(error: unknown): string {
  const { message, stack } = error as Error;
  return [message, stack, inspect(error, { depth: null, showHidden: true }), JSON.stringify(error)].join("\n");
}

afterEach(() => {
  vi.useRealTimers();
});

describe("the caller's signal", () => {
  const reasons: readonly [string, unknown][] = [
    ["an error of the caller's own", new Error("enough")],
    ["a string", "enough"],
    ["null", null],
    ["zero", 0],
    ["the platform's default", undefined],
  ];

  describe.each(reasons)("with %s as its reason", (_, reason) => {
    test("sends nothing when it has aborted before", async () => {
      const limiter = counted();
      const fetch = script(json({ id: "w1" }));
      const signal = AbortSignal.abort(reason);
      expect(await rejection(post(acmeHttp({ fetch, limiter }), { options: { signal } }))).toBe(signal.reason);
      expect(fetch.sent).toEqual([]);
      expect(limiter.acquired()).toBe(0);
    });

    test("ends a call that waits for the response", async () => {
      const arrived = withResolvers();
      const { url } = await serve(() => arrived.resolve());
      const limiter = counted();
      const caller = new AbortController();
      const work = rejection(post(acmeHttp({ baseUrl: url, limiter }), { options: { signal: caller.signal } }));
      await arrived.promise;
      caller.abort(reason);
      expect(await work).toBe(caller.signal.reason);
      expect(limiter.open()).toBe(0);
    });

    test("ends a call between two retries", async () => {
      const limiter = counted();
      const caller = new AbortController();
      const fetch = script(() => {
        setTimeout(() => caller.abort(reason), 20);
        return status(503);
      });
      const retry = { maxRetries: 5, initialDelayMs: 1_000, maxDelayMs: 1_000 };
      const work = get(acmeHttp({ fetch, limiter, retry }), { options: { signal: caller.signal } });
      expect(await rejection(work)).toBe(caller.signal.reason);
      expect(fetch.sent).toHaveLength(1);
      expect(limiter.open()).toBe(0);
    });

    test("ends a call that waits for a permit", async () => {
      const limiter = createLimiter({ concurrency: 1 });
      const end = await limiter.acquire(false, new AbortController().signal);
      const fetch = script(json({ id: "w1" }));
      const caller = new AbortController();
      const work = rejection(get(acmeHttp({ fetch, limiter }), { options: { signal: caller.signal } }));
      caller.abort(reason);
      expect(await work).toBe(caller.signal.reason);
      end();
      await get(acmeHttp({ fetch, limiter }));
      expect(fetch.sent).toHaveLength(1);
    });
  });

  describe("of a call whose result would be lost", () => {
    const credentials = { clientId: "c", clientSecret: "chosen-secret" };
    const abortDuring = (call: typeof post, facts: Partial<CallFacts>) => {
      const caller = new AbortController();
      const fetch = script((request) => {
        caller.abort("enough");
        return hang(request);
      });
      return rejection(call(acmeHttp({ fetch }), { credentials, ...facts, options: { signal: caller.signal } }));
    };

    test("leads to an AbortedError with the credentials after the request was sent", async () => {
      const error = await abortDuring(post, { abortLosesResult: true });
      expect(error).toBeInstanceOf(AbortedError);
      expect(error).toMatchObject({
        outcome: "unknown",
        cause: "enough",
        message:
          "acme create widget: aborted before a response. The change may have been applied. Read the current state before you retry.",
      });
      expect((error as AbortedError).unsavedCredentials()).toEqual(credentials);
    });

    test("is the reason of the rejection when nothing can have been applied, and of any other call", async () => {
      expect(await abortDuring(get, { abortLosesResult: true })).toBe("enough");
      expect(await abortDuring(post, {})).toBe("enough");
      const caller = new AbortController();
      const authorize: Authorize = () => {
        caller.abort("enough");
        return new Promise(() => undefined);
      };
      const http = acmeHttp({ fetch: script(json({})), authorize });
      const facts = { abortLosesResult: true, options: { signal: caller.signal } } as const;
      expect(await rejection(post(http, facts))).toBe("enough");
    });
  });

  test.each([
    ["a fetch that ignores it", { fetch: script(ignore) }],
    ["an authorization that ignores it", { authorize: (() => new Promise(() => undefined)) as Authorize }],
    ["a body that never ends", { fetch: script(() => new Response(new ReadableStream())) }],
  ])("ends a call despite %s", async (_, overrides) => {
    const limiter = counted();
    const caller = new AbortController();
    const http = acmeHttp({ fetch: script(json({ id: "w1" })), limiter, timeoutMs: 20_000, ...overrides });
    const work = rejection(post(http, { options: { signal: caller.signal } }));
    setTimeout(() => caller.abort("enough"), 20);
    expect(await work).toBe("enough");
    expect(limiter.open()).toBe(0);
  });

  test("does not change a response when it aborts afterwards", async () => {
    const caller = new AbortController();
    const fetch = script(json({ id: "w1" }));
    const response = await post(acmeHttp({ fetch }), { options: { signal: caller.signal } });
    caller.abort();
    expect(response.value).toEqual({ id: "w1" });
  });

  test("has no listeners after the calls", async () => {
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, "addEventListener");
    const remove = vi.spyOn(signal, "removeEventListener");
    const http = acmeHttp({ fetch: script(json({ id: "w1" })) });
    for (let round = 0; round < 5; round++) await get(http, { options: { signal } });
    expect(add.mock.calls.length).toBe(remove.mock.calls.length);
  });
});

describe("the deadline", () => {
  test.each([
    ["a server that does not respond", { fetch: script(hang) }],
    ["a fetch that ignores the signal", { fetch: script(ignore) }],
    ["a body that never ends", { fetch: script(() => new Response(new ReadableStream())) }],
  ])("passes with %s: the outcome of a read is not_applied, and of a create unknown", async (_, overrides) => {
    const limiter = counted();
    const http = acmeHttp({ ...overrides, limiter, timeoutMs: 30 });
    const read = await rejection(get(http));
    expect(read).toBeInstanceOf(TimeoutError);
    expect(read).toMatchObject({
      outcome: "not_applied",
      operation: "get widget",
      message: expect.stringContaining("30 ms"),
    });
    const write = await rejection(post(http));
    expect(write).toBeInstanceOf(TimeoutError);
    expect(write).toMatchObject({ outcome: "unknown", message: expect.stringContaining("The change may have been applied") });
    expect(limiter.open()).toBe(0);
  });

  test("passes while a real server sends an endless body", async () => {
    const { url } = await serve((_, response) => {
      const timer = setInterval(() => response.write(" "), 5);
      response.on("close", () => clearInterval(timer));
    });
    expect(await rejection(post(acmeHttp({ baseUrl: url, timeoutMs: 80 })))).toMatchObject({
      code: "timeout",
      outcome: "unknown",
    });
  });

  test("passes before a permit is free, and the outcome is not_applied", async () => {
    const limiter = createLimiter({ concurrency: 1 });
    const end = await limiter.acquire(false, new AbortController().signal);
    const fetch = script(json({ id: "w1" }));
    const error = await rejection(post(acmeHttp({ fetch, limiter, timeoutMs: 30 })));
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ outcome: "not_applied" });
    expect((error as Error).message).toContain("not sent");
    expect(fetch.sent).toEqual([]);
    end();
  });

  test("passes during the authorization, and the outcome is not_applied", async () => {
    const limiter = counted();
    const authorize: Authorize = () => new Promise(() => undefined);
    const error = await rejection(post(acmeHttp({ fetch: script(json({})), authorize, limiter, timeoutMs: 30 })));
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ outcome: "not_applied", message: expect.stringContaining("not sent") });
    expect(limiter.open()).toBe(0);
  });

  test("passes during the second authorization, and the request was not sent", async () => {
    const limited = new RateLimitError({ message: "slow down", status: 429, retryAfterMs: 1 });
    let calls = 0;
    const authorize: Authorize = () => (++calls === 1 ? Promise.reject(limited) : new Promise(() => undefined));
    const error = await rejection(post(acmeHttp({ fetch: script(json({})), authorize, timeoutMs: 100 })));
    expect(error).toMatchObject({ code: "timeout", outcome: "not_applied", message: expect.stringContaining("not sent") });
    expect(calls).toBe(2);
  });

  test("passes during the second attempt of a write", async () => {
    const fetch = script(status(429), hang);
    const error = await rejection(post(acmeHttp({ fetch, timeoutMs: 100 })));
    expect(error).toMatchObject({ code: "timeout", outcome: "unknown" });
    expect(fetch.sent).toHaveLength(2);
  });

  test("passes before a retry has a permit, and the outcome is that of the first attempt", async () => {
    vi.useFakeTimers();
    const inner = createLimiter();
    let turns = 0;
    const limiter: Limiter = { acquire: (writes, signal) => (turns++ === 0 ? inner.acquire(writes, signal) : never(signal)) };
    const work = rejection(remove(acmeHttp({ fetch: script(status(500)), limiter, timeoutMs: 60 })));
    await vi.advanceTimersByTimeAsync(60);
    const error = await work;
    expect(turns).toBe(2);
    expect(error).toMatchObject({ code: "timeout", outcome: "unknown" });
  });

  test("is that of the call instead of the manager's", async () => {
    const http = acmeHttp({ fetch: script(hang), timeoutMs: 60_000 });
    expect(await rejection(get(http, { options: { timeoutMs: 20 } }))).toMatchObject({
      message: expect.stringContaining("20 ms"),
    });
  });

  test("gives a repeatable attempt 30 seconds, and any other attempt all the remaining time", async () => {
    vi.useFakeTimers();
    const started: number[] = [];
    const fetch = script((request) => {
      started.push(Date.now());
      return hang(request);
    });
    const http = acmeHttp({ fetch, timeoutMs: 100_000, retry: { maxRetries: 5, initialDelayMs: 1_000, maxDelayMs: 1_000 } });
    const read = rejection(get(http));
    await vi.advanceTimersByTimeAsync(110_000);
    expect(await read).toMatchObject({ code: "timeout", outcome: "not_applied" });
    expect(started.length).toBe(4);
    const from = Date.now();
    let ended = 0;
    const write = rejection(post(http)).finally(() => {
      ended = Date.now();
    });
    await vi.advanceTimersByTimeAsync(110_000);
    expect(await write).toMatchObject({ code: "timeout", outcome: "unknown", message: expect.stringContaining("100000 ms") });
    expect(ended - from).toBe(100_000);
    expect(started).toHaveLength(5);
  });

  test("is the limit of a repeatable attempt without retries", async () => {
    vi.useFakeTimers();
    const retry = { maxRetries: 0, initialDelayMs: 1, maxDelayMs: 1 };
    const read = rejection(get(acmeHttp({ fetch: script(hang), timeoutMs: 100_000, retry })));
    await vi.advanceTimersByTimeAsync(100_000);
    expect(await read).toMatchObject({ code: "timeout", message: expect.stringContaining("100000 ms") });
  });

  test("leaves no timer behind", async () => {
    vi.useFakeTimers();
    await get(acmeHttp({ fetch: script(json({ id: "w1" })) }));
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("a credential that the vendor rejects", () => {
  const renewing = (renewable: boolean) => {
    let calls = 0;
    const onUnauthorized = vi.fn(() => renewable);
    const authorize: Authorize = () => ({ headers: { authorization: `Bearer t${++calls}` }, secrets: [], onUnauthorized });
    return { authorize, onUnauthorized };
  };

  test.each([
    ["get", get],
    ["post", post],
  ])("is renewed exactly once on a %s, also without retries", async (_, call) => {
    const { authorize, onUnauthorized } = renewing(true);
    const fetch = script(status(401));
    const error = await rejection(
      call(acmeHttp({ fetch, authorize, retry: { maxRetries: 0, initialDelayMs: 1, maxDelayMs: 1 } })),
    );
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ outcome: "not_applied" });
    expect(fetch.sent.map(({ headers }) => headers.get("authorization"))).toEqual(["Bearer t1", "Bearer t2"]);
    expect(onUnauthorized).toHaveBeenCalledTimes(1);
  });

  test("is not renewed when no better one exists", async () => {
    const { authorize } = renewing(false);
    const fetch = script(status(401));
    await rejection(post(acmeHttp({ fetch, authorize })));
    expect(fetch.sent).toHaveLength(1);
  });

  test("is an AuthenticationError when the renewal fails", async () => {
    const authorize: Authorize = () => ({
      headers: {},
      secrets: [],
      onUnauthorized: () => {
        throw new Error("canary");
      },
    });
    const fetch = script(status(401));
    expect(await rejection(post(acmeHttp({ fetch, authorize })))).toBeInstanceOf(AuthenticationError);
    expect(fetch.sent).toHaveLength(1);
  });

  test("is renewed between retries without counting as a retry", async () => {
    const { authorize } = renewing(true);
    const fetch = script(status(503), status(401), status(503), json({ id: "w1" }));
    await get(acmeHttp({ fetch, authorize, retry: { maxRetries: 2, initialDelayMs: 1, maxDelayMs: 9 } }));
    expect(fetch.sent).toHaveLength(4);
  });
});

describe("an authorization that fails", () => {
  const failing =
    (error: unknown): Authorize =>
    () =>
      Promise.reject(error);
  const tokenError = () =>
    new TokenEndpointError({
      message: "no token",
      status: 401,
      error: "invalid_client",
      outcome: "unknown",
    });

  test("rejects with its own error; nothing is sent and the permit is released", async () => {
    const limiter = counted();
    const fetch = script(json({ id: "w1" }));
    const error = await rejection(post(acmeHttp({ fetch, limiter, authorize: failing(tokenError()) })));
    expect(error).toBeInstanceOf(TokenEndpointError);
    expect(error).toMatchObject({
      message: "acme create widget: authorization failed: no token. The request was not sent.",
      status: 401,
      error: "invalid_client",
      outcome: "not_applied",
    });
    expect(fetch.sent).toEqual([]);
    expect(limiter.open()).toBe(0);
    expect(limiter.acquired()).toBe(1);
  });

  test("does not change its error, which other calls share", async () => {
    const shared = tokenError();
    const credentials = { clientId: "c", clientSecret: "s3cr3t-value" };
    let turns = 0;
    const authorize: Authorize = () => (turns++ === 0 ? { headers: {}, secrets: [] } : Promise.reject(shared));
    const error = await rejection(remove(acmeHttp({ fetch: script(status(500)), authorize }), { credentials }));
    expect(error).toBeInstanceOf(TokenEndpointError);
    expect(error).toMatchObject({
      message: "acme delete widget: authorization failed: no token. An earlier attempt may have been applied.",
      outcome: "unknown",
    });
    expect((error as TokenEndpointError).unsavedCredentials()).toEqual(credentials);
    expect(shared.unsavedCredentials()).toBeUndefined();
    expect(await rejection(post(acmeHttp({ fetch: script(status(500)), authorize })))).toMatchObject({
      outcome: "not_applied",
    });
    expect(shared.outcome).toBe("unknown");
  });

  test("for too many requests is retried, also for a write, because nothing was sent", async () => {
    const limited = () => new RateLimitError({ message: "slow down", status: 400, retryAfterMs: 2 });
    let calls = 0;
    const authorize: Authorize = () =>
      ++calls < 3 ? Promise.reject(limited()) : { headers: { authorization: "Bearer t" }, secrets: [] };
    const limiter = counted();
    const fetch = script(json({ id: "w1" }));
    await post(acmeHttp({ fetch, limiter, authorize, retry: { maxRetries: 2, initialDelayMs: 1, maxDelayMs: 9 } }));
    expect(calls).toBe(3);
    expect(fetch.sent).toHaveLength(1);
    expect(limiter.open()).toBe(0);
  });

  test("for too many requests is not retried above the longest delay or the maximum number of retries", async () => {
    const retry = { maxRetries: 2, initialDelayMs: 1, maxDelayMs: 9 };
    for (const [retryAfterMs, times] of [
      [1_000, 1],
      [undefined, 3],
    ] as const) {
      const authorize = vi.fn<Authorize>(() =>
        Promise.reject(new RateLimitError({ message: "slow down", status: 429, retryAfterMs })),
      );
      const error = await rejection(post(acmeHttp({ fetch: script(json({})), authorize, retry })));
      expect(error).toBeInstanceOf(RateLimitError);
      expect(error).toMatchObject({
        message: "acme create widget: authorization failed: slow down. The request was not sent.",
        outcome: "not_applied",
      });
      expect(authorize).toHaveBeenCalledTimes(times);
    }
  });

  test("states once that nothing was sent, and keeps the hint", async () => {
    const unreachable = new NetworkError({
      message: "auth.test/token request token: cannot connect (ECONNREFUSED). The request was not sent.",
    });
    const wrongRegion = toManagerAuthError(tokenError(), "acme", "Check the region");
    for (const [error, message] of [
      [
        unreachable,
        "acme create widget: authorization failed: auth.test/token request token: cannot connect (ECONNREFUSED). The request was not sent.",
      ],
      [
        wrongRegion,
        "acme create widget: authorization failed: acme request token: the manager's own credentials were rejected: invalid_client (401). The request was not sent. Check the region.",
      ],
    ] as const)
      expect(await rejection(post(acmeHttp({ fetch: script(json({})), authorize: failing(error) })))).toMatchObject({
        message,
      });
  });

  test("with an error of another class rejects with that error", async () => {
    const own = new RangeError("from the caller's client authentication");
    expect(await rejection(post(acmeHttp({ fetch: script(json({})), authorize: failing(own) })))).toBe(own);
  });
});

describe("a port that the Fetch standard blocks", () => {
  test("is named once, without retries, and nothing was sent", async () => {
    const fetch = vi.fn(globalThis.fetch);
    const http = acmeHttp({
      fetch,
      baseUrl: "http://127.0.0.1:10080",
      retry: { maxRetries: 2, initialDelayMs: 1, maxDelayMs: 1 },
    });
    expect(await rejection(post(http))).toMatchObject({
      code: "network",
      outcome: "not_applied",
      message:
        "acme create widget: fetch blocks the port of http://127.0.0.1:10080. The request was not sent. Use another port, or pass fetch: nodeFetch().",
    });
    expect(fetch).toHaveBeenCalledTimes(1);
  });
});

describe("a fetch that throws any value", () => {
  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new Error("canary-secret");
      },
      getPrototypeOf: () => {
        throw new Error("canary-secret");
      },
    },
  );
  test.each([
    ["undefined", undefined],
    ["null", null],
    ["a string", "canary-secret"],
    ["a number", 7],
    ["a plain object", { message: "canary-secret", code: "canary-secret" }],
    ["an error with a secret", new Error("canary-secret", { cause: new Error("canary-secret") })],
    ["an error that only has this library's brand", Object.assign(new Error("canary-secret"), brand())],
    ["an error whose code is a sentence", Object.assign(new Error("x"), { code: "canary-secret is wrong" })],
    ["an object whose getters throw", hostile],
    ["an error with circular causes", loop()],
  ])("leads to a network error for %s, without the thrown value", async (_, thrown) => {
    const fetch = script(() => {
      throw thrown;
    });
    const error = await rejection(post(acmeHttp({ fetch })));
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ outcome: "unknown" });
    expect(shown(error)).not.toContain("canary");
    expect((error as Error).cause).toBeUndefined();
    expect(fetch.sent).toHaveLength(1);
  });

  test.each([
    ["undefined", undefined],
    ["an object", {}],
    ["a string", "text"],
  ])("leads to a network error when it resolves to %s", async (_, response) => {
    const http = acmeHttp({
      fetch: script(() => response as unknown as Response),
      retry: { maxRetries: 0, initialDelayMs: 1, maxDelayMs: 1 },
    });
    expect(await rejection(post(http))).toMatchObject({ code: "network", outcome: "unknown" });
  });

  test("leads to an error with the platform's code", async () => {
    const error = await rejection(post(acmeHttp({ fetch: script(fault("ECONNRESET")) })));
    expect((error as Error).message).toBe(
      "acme create widget: connection to https://api.acme.test lost (ECONNRESET). The change may have been applied. Read the current state before you retry.",
    );
  });
});

describe("the outcome", () => {
  test.each([
    ["a server error, then not found", [status(500), status(404)], "unknown"],
    ["a lost connection, then not found", [fault("ECONNRESET"), status(404)], "unknown"],
    ["a gateway's timeout, then a rejection", [status(504), status(403)], "unknown"],
    ["a server error, then a refused connection", [status(500), fault("ECONNREFUSED")], "unknown"],
    ["too many requests, then not found", [status(429), status(404)], "not_applied"],
    ["a refused connection, then not found", [fault("ECONNREFUSED"), status(404)], "not_applied"],
  ] as const)("is that of all attempts of a delete after %s", async (_, turns, outcome) => {
    const [first, second] = turns;
    const error = await rejection(
      remove(acmeHttp({ fetch: script(first, second), retry: { maxRetries: 1, initialDelayMs: 1, maxDelayMs: 9 } })),
    );
    expect(error).toMatchObject({ outcome });
  });

  test("unknown comes with the generated credentials, and not_applied without them", async () => {
    const credentials = { clientId: "c", clientSecret: "chosen-secret" };
    const unknown = await rejection(post(acmeHttp({ fetch: script(status(500)) }), { credentials }));
    expect((unknown as NetworkError).unsavedCredentials()).toEqual(credentials);
    const refused = await rejection(post(acmeHttp({ fetch: script(status(400)) }), { credentials }));
    expect((refused as NetworkError).unsavedCredentials()).toBeUndefined();
    const unread = await rejection(post(acmeHttp({ fetch: script(json(7)) }), { credentials }));
    expect((unread as NetworkError).unsavedCredentials()).toEqual(credentials);
    for (const error of [unknown, refused, unread]) expect(shown(error)).not.toContain("chosen-secret");
  });
});

describe("secrets", () => {
  const token = 'k3y+/="\\<secret>&é';
  const bodySecret = "body-s3cret+value";
  const headerValue = "proxy-k3y-value";
  const chosen = "chosen-client-secret";
  const forms = (secret: string) => [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    new URLSearchParams({ s: secret }).toString().slice(2),
    Buffer.from(secret).toString("base64"),
    Buffer.from(secret).toString("base64url"),
  ];
  const echo = (code: number) => (request: Request) => {
    const words = [token, bodySecret, headerValue, chosen].flatMap(forms).join(" | ");
    return json({ message: words, code: words, request: words, url: request.url }, code);
  };

  test.each([400, 401, 403, 404, 409, 422, 429, 500, 503])("in the body of a %i response are redacted", async (code) => {
    const authorize: Authorize = () => ({ headers: { "x-key": "abc" }, secrets: [token] });
    const http = acmeHttp({
      fetch: script(echo(code)),
      authorize,
      headers: { "x-proxy": headerValue },
      retry: { maxRetries: 1, initialDelayMs: 1, maxDelayMs: 9 },
    });
    const credentials = { clientId: "c", clientSecret: chosen };
    const error = await rejection(post(http, { secrets: [bodySecret], credentials }));
    const text = shown(error);
    for (const form of [token, bodySecret, headerValue, chosen].flatMap(forms)) expect(text).not.toContain(form);
    expect(text).toContain("[secret]");
  });

  test("of an earlier attempt are redacted too", async () => {
    let calls = 0;
    const authorize: Authorize = () => {
      const value = `token-number-${++calls}`;
      return { headers: { authorization: value }, secrets: [value], onUnauthorized: () => true };
    };
    const fetch = script(status(401), json({ message: "token-number-1 token-number-2" }, 401));
    expect(((await rejection(get(acmeHttp({ fetch, authorize })))) as Error).message).toContain("[secret] [secret]");
  });

  test("are redacted in the code of a network error", async () => {
    const authorize: Authorize = () => ({ headers: {}, secrets: ["SECRET_CODE_1"] });
    const error = await rejection(post(acmeHttp({ fetch: script(fault("SECRET_CODE_1")), authorize })));
    expect(shown(error)).not.toContain("SECRET_CODE_1");
  });
});

describe("an error response that the vendor's parser cannot parse", () => {
  test("has the error class of its status", async () => {
    const broken = () => {
      throw new Error("canary");
    };
    const http = acmeHttp({ fetch: script(status(404)), parseErrorResponse: broken });
    expect(await rejection(post(http))).toMatchObject({
      code: "not_found",
      message: expect.stringContaining("the response has no error message"),
    });
  });

  test("has the error class of its status when its details are not strings", async () => {
    const fetch = script(json({ message: { deep: true }, code: 17, request: ["r"] }, 404));
    expect(await rejection(post(acmeHttp({ fetch })))).toMatchObject({ code: "not_found" });
  });
});

test("many concurrent calls each have their own response and their own credential", async () => {
  const limiter = counted(createLimiter({ concurrency: 3 }));
  let most = 0;
  const fetch = script(async (request) => {
    most = Math.max(most, limiter.open());
    await new Promise((resolve) => setTimeout(resolve, 2));
    return json({ id: `${request.url.split("/").at(-1)}:${request.headers.get("x-key")}` });
  });
  const work = Array.from({ length: 40 }, (_, index) =>
    acmeHttp({ fetch, limiter, authorize: () => ({ headers: { "x-key": `k${index % 2}` }, secrets: [] }) })({
      operation: "get widget",
      method: "get",
      path: "/widgets/{id}",
      params: { id: `w${index}` },
      returns: widget,
    }),
  );
  const responses = await Promise.all(work);
  expect(responses.map(({ value }) => value.id)).toEqual(responses.map((_, index) => `w${index}:k${index % 2}`));
  expect(most).toBe(3);
  expect(limiter.open()).toBe(0);
});

function never(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

function brand(): object {
  return { [Symbol.for("oauth-clients.error")]: true };
}

function loop(): Error {
  const error = new Error("canary-secret");
  error.cause = error;
  return error;
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

describe("a fetch that requests a token itself", () => {
  const throwing = (error: Error) => () => {
    throw error;
  };

  test("rejects with the error of its token request: nothing was sent, and nothing is retried", async () => {
    const tokenError = new TokenEndpointError({
      message: "auth.example: invalid_client (401)",
      status: 401,
      error: "invalid_client",
    });
    for (const call of [get, post, remove]) {
      const fetch = script(throwing(tokenError));
      const error = await rejection(call(acmeHttp({ fetch })));
      expect(error).toBeInstanceOf(TokenEndpointError);
      expect(error).toMatchObject({
        error: "invalid_client",
        outcome: "not_applied",
        message: expect.stringContaining(tokenError.message),
      });
      expect(fetch.sent).toHaveLength(1);
    }
  });

  test("is retried after too many token requests", async () => {
    const limited = new RateLimitError({ message: "too many", status: 429, retryAfterMs: 1 });
    const fetch = script(throwing(limited), json({ id: "w1" }));
    expect((await post(acmeHttp({ fetch }))).value).toEqual({ id: "w1" });
    expect(fetch.sent).toHaveLength(2);
  });
});
