import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { TokenRequest } from "../../src/core/credentials.js";
import { ConfigurationError, TokenEndpointError } from "../../src/core/errors.js";
import { optionRules } from "../../src/token/prepare.js";
import { createTokenSource } from "../../src/token/source.js";
import type { AccessToken, TokenSourceOptions } from "../../src/token/types.js";
import { encodings, everyView, grant, record, rejection, sampleRequest, secret } from "./recorder.js";

type TestResponse = Response | Error | Record<string, unknown>;

/** A token source with a test clock, whose responses can be delayed. */
function setUp(
  respond: (count: number) => TestResponse = () => ({}),
  options: TokenSourceOptions = {},
  changes: Partial<TokenRequest> = {},
) {
  const clock = { now: 1_000_000 };
  let gate = Promise.resolve();
  let open = () => {};
  const { fetch, sent } = record(async (count) => {
    await gate;
    const response = respond(count);
    if (response instanceof Error) throw response;
    return response instanceof Response ? response : Response.json(grant({ access_token: `token-${count}`, ...response }));
  });
  const source = createTokenSource(sampleRequest(changes), {
    fetch,
    now: () => clock.now,
    retry: { maxRetries: 0 },
    ...options,
  });
  return {
    source,
    sent,
    clock,
    pause: () => {
      gate = new Promise((resolve) => {
        open = resolve;
      });
    },
    resume: () => open(),
    get: async () => (await source.get()).value,
  };
}

/** Runs all pending microtasks and callbacks. */
const runPendingTasks = async () => {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
};

const unavailable = () => Response.json({ error: "temporarily_unavailable" }, { status: 503 });

// No jitter: the refresh starts at the earliest time.
beforeEach(() => {
  vi.spyOn(Math, "random").mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe("token source: validation", () => {
  test.each([
    ["defaultLifetimeMs", { defaultLifetimeMs: 0 }],
    ["defaultLifetimeMs", { defaultLifetimeMs: "60" as never }],
    ["now", { now: 5 as never }],
    ["timeoutMs", { timeoutMs: Number.NaN }],
    ["fetch", { fetch: null as never }],
    ["retry.maxRetries", { retry: { maxRetries: -1 } }],
    ["retry.maxRetries", { retry: { maxRetries: 11 } }],
    ["retry.initialDelayMs", { retry: { initialDelayMs: -1 } }],
    ["retry.limit", { retry: { limit: 1 } as never }],
    ["retry", { retry: 3 as never }],
    ["store", { store: {} as never }],
    ["requireScopes", { requireScopes: "yes" as never }],
    ["timeoutMS", { timeoutMS: 5 } as TokenSourceOptions],
  ] satisfies [string, TokenSourceOptions][])("createTokenSource rejects the option %s of %o", (path, options) => {
    const make = () => createTokenSource(sampleRequest(), options);
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(`${path}: `);
  });

  test.each([
    ["store: expected the result of createSharedTokenStore", { store: {} as never }],
    ["store: expected the result of createSharedTokenStore", { store: null as never }],
    ["retry: expected an object", { retry: 3 as never }],
  ])("the error of an invalid option says %j", (message, options) => {
    expect(() => createTokenSource(sampleRequest(), options)).toThrow(message);
  });

  test("createTokenSource accepts an undefined value of every option", async () => {
    const names = [...Object.keys(optionRules), "now", "defaultLifetimeMs", "retry", "store", "waitUntil"];
    const undefinedOptions = Object.fromEntries(names.map((name) => [name, undefined]));
    const { fetch } = record();
    expect(await createTokenSource(sampleRequest(), { ...undefinedOptions, fetch }).get()).toMatchObject({ value: "token-1" });
  });

  test("createTokenSource rejects an invalid token request", () => {
    expect(() => createTokenSource(sampleRequest({ scopes: ["a b"] }))).toThrow("scopes.0: ");
  });
});

describe("token source: failed token requests", () => {
  test("rule 87: all waiting callers receive the error of one failed token request, and the error is not cached", async () => {
    const { source, sent, clock, get } = setUp((count) => (count === 1 ? unavailable() : {}));
    const errors = await Promise.all(Array.from({ length: 50 }, () => rejection(source.get())));
    expect(errors[0]).toBeInstanceOf(TokenEndpointError);
    expect(new Set(errors).size).toBe(1);
    expect(sent).toHaveLength(1);
    expect(source.peek()).toBeUndefined();
    clock.now += 1_000;
    expect(await get()).toBe("token-2");
  });

  test("rule 87: a shared token request has its own timeout", async () => {
    let hang = true;
    const fetch = () => (hang ? new Promise<Response>(() => undefined) : Promise.resolve(Response.json(grant())));
    let now = 0;
    const source = createTokenSource(sampleRequest(), { fetch, timeoutMs: 20, now: () => now });
    const both = await Promise.all([rejection(source.get()), rejection(source.get())]);
    expect(both).toMatchObject([{ code: "timeout" }, { code: "timeout" }]);
    hang = false;
    now += 1_000;
    expect(await source.get()).toMatchObject({ value: "token-1" });
  });

  test("rule 88: the current token stays in use until it expires when its refresh fails, and refreshes are delayed", async () => {
    const { sent, clock, get } = setUp((count) => (count === 1 || count > 4 ? {} : unavailable()));
    await get();
    clock.now += 3_600_000 - 60_000;
    for (let second = 0; second < 5; second++, clock.now += 1_000) {
      expect(await get()).toBe("token-1");
      await runPendingTasks();
    }
    expect(sent).toHaveLength(2);
    expect(await get()).toBe("token-1");
    await runPendingTasks();
    expect(sent).toHaveLength(3);
    clock.now += 50_000 - 1;
    expect(await get()).toBe("token-1");
    await runPendingTasks();
    expect(sent).toHaveLength(4);
    clock.now += 1;
    expect(await rejection(get())).toBeInstanceOf(TokenEndpointError);
    expect(sent).toHaveLength(4);
    clock.now += 4_000;
    expect(await get()).toBe("token-5");
  });

  test("rule 84: the next refresh waits for the time in Retry-After", async () => {
    const busy = () => Response.json({ error: "slow_down" }, { status: 429, headers: { "retry-after": "30" } });
    const { sent, clock, get } = setUp((count) => (count === 1 ? {} : busy()));
    await get();
    clock.now += 3_600_000 - 60_000;
    await get();
    await runPendingTasks();
    clock.now += 29_999;
    await get();
    await runPendingTasks();
    expect(sent).toHaveLength(2);
    clock.now += 1;
    await get();
    await runPendingTasks();
    expect(sent).toHaveLength(3);
  });

  test("get rejects with any value that the client authentication throws", async () => {
    const clientAuthentication = { method: "custom", authenticate: () => Promise.reject(undefined) };
    const source = createTokenSource({ ...sampleRequest(), clientAuthentication }, record());
    expect(await rejection(source.get())).toBeUndefined();
  });

  test("an error before a request is sent opens no circuit", async () => {
    let count = 0;
    const none = { secrets: [] };
    const split = { headers: { "x-key": "a\r\nb" }, secrets: [] };
    const clientAuthentication = { method: "custom", authenticate: () => (++count === 1 ? split : none) };
    const { get } = setUp(undefined, {}, { clientAuthentication });
    expect(await rejection(get())).toMatchObject({ code: "invalid_configuration" });
    expect(await get()).toBe("token-1");
  });

  test("rule 93: a logged token source and its errors contain no secret", async () => {
    const { source } = setUp(() => new Error(secret));
    const views = [everyView(source), everyView(await rejection(source.get()))].join();
    for (const text of encodings(secret)) expect(views).not.toContain(text);
  });
});

describe("token source: retries", () => {
  test.each([400, 401, 403, 404, 501])("rule 82: a token request is not retried after status %i", async (status) => {
    for (const body of [JSON.stringify({ error: "invalid_request" }), "no"]) {
      const { source, sent } = setUp(() => new Response(body, { status }), { retry: { maxRetries: 3 } });
      await rejection(source.get());
      expect(sent).toHaveLength(1);
    }
  });

  test("rule 82: a token request is not retried after invalid_client, also for 100 successive calls", async () => {
    const { sent, get } = setUp(() => Response.json({ error: "invalid_client" }, { status: 401 }), {
      retry: { maxRetries: 3 },
    });
    for (let call = 0; call < 100; call++) expect(await rejection(get())).toMatchObject({ error: "invalid_client" });
    expect(sent).toHaveLength(1);
  });

  test.each([408, 429, 500, 502, 503, 504])(
    "rule 83: a token request is retried after status %i, with and without an OAuth error",
    async (status) => {
      const responses = [new Response("busy", { status }), Response.json({ error: "server_error" }, { status })];
      const { sent, get } = setUp((count) => responses[count - 1] ?? {}, { retry: { maxRetries: 2 } });
      expect(await get()).toBe("token-3");
      expect(sent).toHaveLength(3);
    },
  );

  test("rule 83: a token request is retried two times by default after a network error, and each retry is authenticated anew", async () => {
    let applied = 0;
    const clientAuthentication = {
      method: "custom",
      authenticate: () => ({ headers: { "x-count": `${++applied}` }, secrets: [] }),
    };
    const { fetch, sent } = record(() => Promise.reject(new Error("down")));
    const source = createTokenSource(sampleRequest({ clientAuthentication }), { fetch });
    expect(await rejection(source.get())).toMatchObject({ code: "network" });
    expect(sent.map(({ headers }) => headers["x-count"])).toEqual(["1", "2", "3"]);
  });

  test("rule 84: a token request is not retried when Retry-After exceeds the timeout, and the error contains the delay", async () => {
    const headers = { "retry-after": "20" };
    const { source, sent } = setUp(() => new Response("busy", { status: 429, headers }), { retry: { maxRetries: 2 } });
    expect(await rejection(source.get())).toMatchObject({ code: "rate_limited", retryAfterMs: 20_000 });
    expect(sent).toHaveLength(1);
  });

  test("rule 84: a retry waits for the time in Retry-After", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    try {
      const headers = { "retry-after": "3" };
      const { source, sent } = setUp((count) => (count === 1 ? new Response("", { status: 503, headers }) : {}), {
        retry: { maxRetries: 2 },
      });
      const waiting = source.get();
      await vi.advanceTimersByTimeAsync(2_999);
      expect(sent).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(1);
      expect(await waiting).toMatchObject({ value: "token-2" });
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test("a token request is not retried after an error of the client authentication", async () => {
    let calls = 0;
    const failure = Object.assign(new Error("key service"), { status: 400, code: "EKEY" });
    const authenticate = () => {
      calls++;
      throw failure;
    };
    const source = createTokenSource(sampleRequest({ clientAuthentication: { method: "custom", authenticate } }), record());
    expect(await rejection(source.get())).toBe(failure);
    expect(await rejection(source.get())).toBe(failure);
    expect(calls).toBe(2);
  });
});

describe("token source: circuit breaker", () => {
  const wrong = () => Response.json({ error: "invalid_client", error_description: "who?" }, { status: 401 });

  test("rule 85: 200 concurrent and successive calls with a wrong secret send one token request", async () => {
    const { source, sent, get } = setUp(wrong);
    const errors = await Promise.all(Array.from({ length: 100 }, () => rejection(source.get())));
    for (let call = 0; call < 100; call++) errors.push(await rejection(get()));
    for (const error of errors)
      expect(error).toMatchObject({ code: "token_endpoint_error", error: "invalid_client", status: 401 });
    expect(sent).toHaveLength(1);
  });

  test("rule 85: the circuit closes after 30 s", async () => {
    const { sent, clock, get } = setUp((count) => (count === 2 ? {} : wrong()));
    await rejection(get());
    clock.now += 29_999;
    expect(await rejection(get())).toMatchObject({
      message: expect.stringMatching(
        /^auth\.example\/oauth2\/token request token: invalid_client: who\? \(401, .*\(next token request in 1 ms\)$/,
      ),
      errorDescription: "who?",
      retryAfterMs: 1,
      outcome: "not_applied",
    });
    expect(sent).toHaveLength(1);
    clock.now += 1;
    expect(await get()).toBe("token-2");
  });

  test.each(["unauthorized_client", "invalid_scope", "invalid_target", "tenant_asleep"])(
    "rule 85: the circuit opens for 30 s after %s",
    async (error) => {
      const { sent, clock, get } = setUp(() => Response.json({ error }, { status: 400 }));
      await rejection(get());
      clock.now += 29_999;
      await rejection(get());
      expect(sent).toHaveLength(1);
    },
  );

  test("the error of the open circuit states the remaining time at the end of the last sentence", async () => {
    const refused = Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
    const { get } = setUp(() => refused);
    expect(await rejection(get())).toMatchObject({ message: expect.stringMatching(/The request was not sent\.$/) });
    expect(await rejection(get())).toMatchObject({
      message: expect.stringMatching(/The request was not sent \(next token request in 1000 ms\)$/),
    });
  });

  test.each([
    ["a 503", () => new Response("busy", { status: 503 })],
    ["a network error", () => new Error("down")],
    ["an invalid token response", () => new Response("hello")],
    ["a redirect", () => new Response(null, { status: 302 })],
  ])("the circuit opens for 1 s after %s, then longer after each failure, up to 30 s", async (_, respond) => {
    const { sent, clock, get } = setUp(respond);
    for (const holdMs of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      const { length } = sent;
      await rejection(get());
      expect(sent).toHaveLength(length + 1);
      clock.now += holdMs - 1;
      await rejection(get());
      expect(sent).toHaveLength(length + 1);
      clock.now += 1;
    }
  });

  test("jitter shortens the time that the circuit is open by at most a quarter", async () => {
    vi.mocked(Math.random).mockReturnValue(0.8);
    const { sent, clock, get } = setUp(() => new Error("down"));
    for (const openMs of [800, 1_600, 3_200]) {
      const { length } = sent;
      await rejection(get());
      expect(sent).toHaveLength(length + 1);
      clock.now += openMs - 1;
      await rejection(get());
      expect(sent).toHaveLength(length + 1);
      clock.now += 1;
    }
  });

  describe("token source: rateLimitErrorPattern", () => {
    // The flag g makes the expression stateful: `lastIndex` changes.
    const pattern = /^slow down/g;
    const respondWith = (error_description: string | undefined) => () =>
      Response.json({ error: "invalid_request", error_description }, { status: 400 });

    test("a matching 400 response is handled like a 429 response", async () => {
      const { sent, clock, get } = setUp(
        respondWith("slow down, please"),
        { retry: { maxRetries: 2 } },
        { rateLimitErrorPattern: pattern },
      );
      expect(await rejection(get())).toMatchObject({ code: "token_endpoint_error", errorDescription: "slow down, please" });
      expect(sent).toHaveLength(3);
      clock.now += 1_000;
      await rejection(get());
      expect(sent).toHaveLength(6);
    });

    test("a 400 response opens the circuit for 30 s when its description does not match or no pattern is configured", async () => {
      for (const [description, changes] of [
        ["no slow down", { rateLimitErrorPattern: pattern }],
        [undefined, { rateLimitErrorPattern: /./ }],
        ["slow down, please", {}],
      ] as const) {
        const { sent, clock, get } = setUp(respondWith(description), { retry: { maxRetries: 2 } }, changes);
        await rejection(get());
        clock.now += 29_999;
        await rejection(get());
        expect(sent).toHaveLength(1);
      }
    });
  });

  test("a success resets the circuit's delay", async () => {
    const { source, sent, clock, get } = setUp((count) => (count === 3 ? {} : new Response("", { status: 503 })));
    await rejection(get());
    clock.now += 1_000;
    await rejection(get());
    clock.now += 2_000;
    source.invalidate(await get());
    await rejection(get());
    clock.now += 1_000;
    await rejection(get());
    expect(sent).toHaveLength(5);
  });

  test("a success closes the circuit and allows a refresh, also with a clock below 0", async () => {
    const { source, sent, clock, get } = setUp((count) => (count === 1 ? new Response("", { status: 503 }) : {}));
    clock.now = -9e9;
    await rejection(get());
    clock.now += 1_000;
    source.invalidate(await get());
    expect(await get()).toBe("token-3");
    clock.now += 3_600_000 - 60_000;
    expect(await get()).toBe("token-3");
    await runPendingTasks();
    expect(sent).toHaveLength(4);
  });

  test("rule 84: the circuit stays open for the time in Retry-After", async () => {
    const { sent, clock, get } = setUp(() => new Response("", { status: 429, headers: { "retry-after": "120" } }));
    await rejection(get());
    clock.now += 119_999;
    expect(await rejection(get())).toMatchObject({ code: "rate_limited", retryAfterMs: 1 });
    expect(sent).toHaveLength(1);
    clock.now += 1;
    await rejection(get());
    expect(sent).toHaveLength(2);
  });

  test("rules 84 and 85: the circuit stays open for at most 10 minutes", async () => {
    const { sent, clock, get } = setUp(() => new Response("", { status: 503, headers: { "retry-after": "9".repeat(30) } }));
    expect(await rejection(get())).toMatchObject({ retryAfterMs: Number.MAX_SAFE_INTEGER });
    clock.now += 599_999;
    expect(await rejection(get())).toMatchObject({ retryAfterMs: 1 });
    expect(sent).toHaveLength(1);
    clock.now += 1;
    await rejection(get());
    expect(sent).toHaveLength(2);
  });

  test("an open circuit does not affect callers while the current token is valid", async () => {
    const { sent, clock, get } = setUp((count) => (count === 1 ? {} : wrong()));
    await get();
    clock.now += 3_600_000 - 60_000;
    for (let second = 0; second < 20; second++, clock.now += 1_000) {
      expect(await get()).toBe("token-1");
      await runPendingTasks();
    }
    expect(sent).toHaveLength(2);
  });

  test("an open circuit rejects each call with a new error object", async () => {
    const { get } = setUp(wrong);
    await rejection(get());
    expect(await rejection(get())).not.toBe(await rejection(get()));
  });

  test("an open circuit does not affect other token sources", async () => {
    const one = setUp(wrong);
    await rejection(one.get());
    expect(await setUp().get()).toBe("token-1");
  });
});

describe("token source: concurrent callers", () => {
  test("rule 88: none of 2,000 callers waits while the token is refreshed in the background", async () => {
    const { source, sent, clock, pause, resume } = setUp();
    const first = await source.get();
    clock.now += 3_600_000 - 60_000 - 1_000;
    pause();
    let delayed = 0;
    for (let call = 0; call < 2_000; call++, clock.now += 1) {
      let done = false;
      source.get().then(() => {
        done = true;
      });
      await Promise.resolve();
      if (!done) delayed++;
      if (call === 1_500) resume();
    }
    expect(delayed).toBe(0);
    await runPendingTasks();
    expect(sent).toHaveLength(2);
    expect(source.peek()).not.toBe(first);
  });

  test("rule 91: 200 concurrent calls that invalidate the same token at different times send one token request", async () => {
    const { source, sent } = setUp();
    const current = await source.get();
    const calls = Array.from({ length: 200 }, async (_, index) => {
      for (let turn = 0; turn < index % 20; turn++) await new Promise(setImmediate);
      source.invalidate(current);
      return (await source.get()).value;
    });
    expect(new Set(await Promise.all(calls))).toEqual(new Set(["token-2"]));
    expect(sent).toHaveLength(2);
  });
});

describe("token source: abort signal", () => {
  test("get with an aborted signal rejects without a token request", async () => {
    const { source, sent } = setUp();
    const reason = { mine: true };
    expect(await rejection(source.get({ signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(sent).toEqual([]);
  });

  test("get with an aborted signal rejects although a token is cached", async () => {
    const { source, get } = setUp();
    await get();
    const reason = { mine: true };
    expect(await rejection(source.get({ signal: AbortSignal.abort(reason) }))).toBe(reason);
  });

  test("rule 87: an abort rejects one caller with the reason of its signal and does not affect other callers", async () => {
    const { source, sent, pause, resume } = setUp();
    pause();
    const stop = new AbortController();
    const reason = new Error("aborted");
    const first = source.get({ signal: stop.signal });
    const second = source.get({ signal: new AbortController().signal });
    const third = source.get();
    stop.abort(reason);
    expect(await rejection(first)).toBe(reason);
    resume();
    expect(await Promise.all([second, third])).toMatchObject([{ value: "token-1" }, { value: "token-1" }]);
    expect(sent).toHaveLength(1);
  });

  test("1,000 calls leave no listener on their signal", async () => {
    const { source, clock } = setUp();
    const { signal } = new AbortController();
    for (let call = 0; call < 1_000; call++) {
      clock.now += 1_000_000;
      await source.get({ signal });
    }
    await runPendingTasks();
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test("50 callers with the same signal add one listener, and an abort rejects all of them", async () => {
    const { source, sent, pause, resume } = setUp();
    const stop = new AbortController();
    const reason = new Error("aborted");
    for (const aborts of [true, false]) {
      const { signal } = aborts ? stop : new AbortController();
      pause();
      const waiting = Array.from({ length: 50 }, () => source.get({ signal }));
      expect(getEventListeners(signal, "abort")).toHaveLength(1);
      if (aborts) stop.abort(reason);
      const ends = Promise.allSettled(waiting);
      resume();
      const [first, ...others] = await ends;
      expect(first).toMatchObject(aborts ? { status: "rejected", reason } : { status: "fulfilled" });
      expect(others).toEqual(others.map(() => first));
      await runPendingTasks();
      source.invalidate((await source.get()).value);
    }
    expect(sent).toHaveLength(2);
  });
});

describe("token source: invalidate", () => {
  test("invalidate removes only the token of the source from the shared store", async () => {
    const forgotten: string[] = [];
    const rejectedValues: string[][] = [];
    const store = {
      open: () => ({
        renew: (requestNew: () => Promise<AccessToken>, values: ReadonlySet<string>) => {
          rejectedValues.push([...values].filter(Boolean));
          return requestNew();
        },
        forget: (value: string) => forgotten.push(value),
      }),
    };
    const { source, get } = setUp(undefined, { store });
    source.invalidate("token-0");
    await get();
    source.invalidate("token-0");
    source.invalidate("token-1");
    source.invalidate("token-1");
    await get();
    expect(forgotten).toEqual(["token-1"]);
    expect(rejectedValues).toEqual([[], ["token-1"]]);
  });

  test("invalidate discards the current token and ignores other values", async () => {
    const { source, sent, get } = setUp();
    await get();
    source.invalidate("token-0");
    expect(await get()).toBe("token-1");
    source.invalidate("token-1");
    expect(source.peek()).toBeUndefined();
    expect(await get()).toBe("token-2");
    source.invalidate({ value: "token-1" });
    expect(await get()).toBe("token-2");
    source.invalidate(source.peek()!);
    expect(await get()).toBe("token-3");
    expect(sent).toHaveLength(3);
  });

  test("rule 91: 1,000 callers that invalidate the same token send one token request", async () => {
    const { source, sent, get } = setUp();
    const current = await source.get();
    const values = await Promise.all(
      Array.from({ length: 1_000 }, async () => {
        source.invalidate(current);
        return get();
      }),
    );
    expect(new Set(values)).toEqual(new Set(["token-2"]));
    expect(sent).toHaveLength(2);
  });

  test("an invalidated token that a pending refresh returns is not used", async () => {
    const { source, sent, clock, pause, resume, get } = setUp((count) => (count === 2 ? { access_token: "token-1" } : {}));
    await get();
    clock.now += 3_600_000 - 60_000;
    pause();
    expect(await get()).toBe("token-1");
    source.invalidate("token-1");
    const late = get();
    resume();
    expect(await late).toBe("token-3");
    expect(source.peek()).toMatchObject({ value: "token-3" });
    expect(sent).toHaveLength(3);
  });

  test("an invalidated token that the first token request returns is not used", async () => {
    const { source, pause, resume, get } = setUp((count) => (count === 1 ? { access_token: "shared" } : {}));
    pause();
    const waiting = get();
    source.invalidate("shared");
    resume();
    expect(await waiting).toBe("token-2");
  });

  test("get sends at most one further request when the server issues an invalidated token again", async () => {
    const reported: (() => void)[] = [];
    const { source, sent, get } = setUp(() => {
      for (const report of reported) report();
      return { access_token: "same" };
    });
    reported.push(() => source.invalidate("same"));
    expect(await get()).toBe("same");
    expect(sent).toHaveLength(2);
    expect(source.peek()).toBeUndefined();
  });

  test("an invalidated token that the server issues again becomes the current token", async () => {
    const { source, sent, pause, resume, get } = setUp(() => ({ access_token: "same" }));
    pause();
    const waiting = get();
    source.invalidate("same");
    resume();
    expect(await waiting).toBe("same");
    expect(source.peek()).toMatchObject({ value: "same" });
    expect(sent).toHaveLength(2);
  });

  test("invalidate does not discard a pending refresh that returns another token", async () => {
    const { source, sent, clock, pause, resume, get } = setUp();
    await get();
    clock.now += 3_600_000 - 60_000;
    pause();
    await get();
    source.invalidate("token-1");
    const late = get();
    resume();
    expect(await late).toBe("token-2");
    expect(sent).toHaveLength(2);
  });
});

describe("token source: tokens without a usable lifetime", () => {
  test.each([{ expires_in: undefined }, { expires_in: null }, { expires_in: 0 }, { expires_in: 1 }, { expires_in: "0" }])(
    "rules 65 and 66: a token with %o is returned to the waiting callers only and causes no request loop",
    async (members) => {
      const { source, sent, get } = setUp(() => members);
      expect(await Promise.all([get(), get()])).toEqual(["token-1", "token-1"]);
      expect(source.peek()).toBeUndefined();
      await runPendingTasks();
      expect(sent).toHaveLength(1);
      expect(await get()).toBe("token-2");
      expect(sent).toHaveLength(2);
    },
  );

  test("rule 65: a token without expires_in is not used after ten years", async () => {
    const { clock, get } = setUp(() => ({ expires_in: undefined }), { defaultLifetimeMs: 60_000 });
    expect(await get()).toBe("token-1");
    clock.now += 57_000 - 1;
    expect(await get()).toBe("token-1");
    clock.now += 10 * 365 * 86_400_000;
    expect(await get()).not.toBe("token-1");
  });

  test("rule 65: defaultLifetimeMs applies only without expires_in", async () => {
    const { source, get } = setUp(() => ({ expires_in: 0 }), { defaultLifetimeMs: 60_000 });
    await get();
    expect(source.peek()).toBeUndefined();
  });

  test("a refresh that returns a token without a usable lifetime neither replaces the current token nor starts another refresh", async () => {
    const { sent, clock, get } = setUp((count) => (count === 1 ? {} : { expires_in: 0 }));
    await get();
    clock.now += 3_600_000 - 60_000;
    for (let call = 0; call < 10; call++) {
      expect(await get()).toBe("token-1");
      await runPendingTasks();
    }
    expect(sent).toHaveLength(2);
  });

  test("rule 67: a token that is about to expire after a slow response is not cached", async () => {
    const { source, clock, pause, resume, get } = setUp(() => ({ expires_in: 10 }));
    pause();
    const waiting = get();
    await runPendingTasks();
    clock.now += 9_500;
    resume();
    expect(await waiting).toBe("token-1");
    expect(source.peek()).toBeUndefined();
  });
});

describe("token source: refresh and expiry times", () => {
  test.each([
    // expires_in, start of the refresh and expiry by the formulas
    [3_600, 3_540_000, 3_595_000],
    [300, 240_000, 295_000],
    [100, 80_000, 95_000],
    [30, 24_000, 28_500],
    [5, 4_000, 4_750],
    [2, 1_600, 1_900],
  ])(
    "a token with a lifetime of %i s is refreshed after %i ms and expires after %i ms",
    async (expires_in, refreshMs, expiryMs) => {
      const { source, sent, clock, get } = setUp(() => ({ expires_in }));
      const start = clock.now;
      await get();
      clock.now = start + refreshMs - 1;
      await get();
      await runPendingTasks();
      expect(sent).toHaveLength(1);

      clock.now = start + refreshMs;
      expect(await get()).toBe("token-1");
      await runPendingTasks();
      expect(sent).toHaveLength(2);
      expect(await get()).toBe("token-2");

      const second = clock.now;
      clock.now = second + expiryMs - 1;
      expect(source.peek()).toMatchObject({ value: "token-2" });
      clock.now = second + expiryMs;
      expect(source.peek()).toBeUndefined();
      expect(await get()).toBe("token-3");
    },
  );

  test("rule 88: jitter delays the refresh and never until the token expires", async () => {
    for (const expires_in of [2, 5, 30, 100, 300, 3_600, 86_400]) {
      vi.mocked(Math.random).mockReturnValue(0.999);
      const { sent, clock, get } = setUp(() => ({ expires_in }));
      const lifetimeMs = expires_in * 1_000;
      await get();
      clock.now += lifetimeMs - Math.min(60_000, lifetimeMs * 0.2);
      await get();
      await runPendingTasks();
      expect(sent).toHaveLength(1);
      clock.now += Math.min(60_000, lifetimeMs * 0.2) / 4;
      expect(await get()).toBe("token-1");
      await runPendingTasks();
      expect(sent).toHaveLength(2);
    }
  });

  test("rule 67: refresh and expiry are measured from before the request is sent", async () => {
    const { source, clock, pause, resume, get } = setUp(() => ({ expires_in: 100 }));
    pause();
    const waiting = get();
    await runPendingTasks();
    clock.now += 20_000;
    resume();
    await waiting;
    clock.now += 75_000 - 1;
    expect(source.peek()).toBeDefined();
    clock.now += 1;
    expect(source.peek()).toBeUndefined();
  });

  test("a token does not expire later when the wall clock is set back", async () => {
    const { source, get, clock } = setUp();
    await get();
    vi.spyOn(Date, "now").mockReturnValue(0);
    expect(source.peek()).toBeDefined();
    clock.now += 3_600_000;
    expect(source.peek()).toBeUndefined();
  });

  test("get returns the current token while a refresh is pending", async () => {
    const { source, sent, clock, pause, resume } = setUp();
    await source.get();
    clock.now += 3_600_000 - 60_000;
    pause();
    const values = await Promise.all(Array.from({ length: 1_000 }, () => source.get()));
    expect(new Set(values.map(({ value }) => value))).toEqual(new Set(["token-1"]));
    await runPendingTasks();
    expect(sent).toHaveLength(2);
    resume();
    await runPendingTasks();
    expect(source.peek()).toMatchObject({ value: "token-2" });
  });

  test("get waits for the pending refresh after the current token has expired", async () => {
    const { sent, clock, pause, resume, get } = setUp();
    await get();
    clock.now += 3_600_000 - 60_000;
    pause();
    await get();
    clock.now += 60_000;
    const late = get();
    resume();
    expect(await late).toBe("token-2");
    expect(sent).toHaveLength(2);
  });
});

describe("token source: cached tokens", () => {
  test("a token source sends no request before the first get", () => {
    const { source, sent } = setUp();
    expect(source.peek()).toBeUndefined();
    source.invalidate("token-1");
    expect(sent).toEqual([]);
  });

  test("rule 87: get shares one token request among 1,000 concurrent callers without a current token", async () => {
    const { sent, get } = setUp();
    const values = await Promise.all(Array.from({ length: 1_000 }, get));
    expect(new Set(values)).toEqual(new Set(["token-1"]));
    expect(sent).toHaveLength(1);
  });

  test("rule 87: get shares one token request among 1,000 concurrent callers after the token has expired", async () => {
    const { sent, clock, get } = setUp();
    await get();
    clock.now += 3_600_000;
    const values = await Promise.all(Array.from({ length: 1_000 }, get));
    expect(new Set(values)).toEqual(new Set(["token-2"]));
    expect(sent).toHaveLength(2);
  });

  test("get returns the same resolved promise while the token is valid, and peek returns the token", async () => {
    const { source } = setUp();
    const token = await source.get();
    expect(source.get()).toBe(source.get());
    expect(source.peek()).toBe(token);
    expect(await source.get({ signal: new AbortController().signal })).toBe(token);
  });

  test("two token sources do not share tokens", async () => {
    const one = setUp(() => ({ access_token: "one" }));
    const other = setUp(() => ({ access_token: "other" }));
    expect(await Promise.all([one.get(), other.get()])).toEqual(["one", "other"]);
  });

  test("a token source uses performance.now() by default", async () => {
    const { fetch, sent } = record();
    const source = createTokenSource(sampleRequest(), { fetch });
    await source.get();
    const now = performance.now();
    vi.spyOn(performance, "now").mockReturnValue(now + 3_600_000);
    expect(source.peek()).toBeUndefined();
    await source.get();
    expect(sent).toHaveLength(2);
  });
});

describe("token source: expiry by the wall clock", () => {
  test("a token expires during a suspension of the machine that stops the monotonic clock", async () => {
    const { fetch, sent } = record((count) => Response.json(grant({ access_token: `token-${count}` })));
    const source = createTokenSource(sampleRequest(), { fetch });
    await source.get();
    // Opens the hot path of get() and peek().
    await source.get();
    const wall = Date.now();
    vi.spyOn(Date, "now").mockReturnValue(wall + 3_600_000);
    expect(source.peek()).toBeUndefined();
    expect(await source.get()).toMatchObject({ value: "token-2" });
    expect(sent).toHaveLength(2);
  });

  test("a token expires by the wall clock also with a clock of the caller", async () => {
    const { source, sent, get } = setUp();
    await get();
    const wall = Date.now();
    vi.spyOn(Date, "now").mockReturnValue(wall + 3_600_000);
    expect(source.peek()).toBeUndefined();
    expect(await get()).toBe("token-2");
    expect(sent).toHaveLength(2);
  });
});

describe("token source: cost of a cached token", () => {
  /** A source with a token and stopped clocks. `readings` counts how often the monotonic clock is read. */
  async function cached(expires_in: number) {
    vi.useFakeTimers({ toFake: ["performance", "Date"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const { fetch, sent } = record((count) => Response.json(grant({ access_token: `token-${count}`, expires_in })));
    const source = createTokenSource(sampleRequest(), { fetch });
    await source.get();
    const readings = vi.spyOn(performance, "now");
    return { source, sent, readings };
  }

  test.each(["get", "peek"] as const)("%s reads only the wall clock for 10 ms", async (method) => {
    const { source, readings } = await cached(3_600);
    source[method]();
    readings.mockClear();
    vi.advanceTimersByTime(9);
    await source.get();
    expect(source.peek()).toMatchObject({ value: "token-1" });
    expect(readings).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    source[method]();
    expect(readings).toHaveBeenCalled();
  });

  test.each(["get", "peek"] as const)("%s reads both clocks after the wall clock was set back", async (method) => {
    const { source, readings } = await cached(3_600);
    await source.get();
    readings.mockClear();
    vi.setSystemTime(Date.now() - 1);
    source[method]();
    expect(readings).toHaveBeenCalled();
  });

  test.each(["get", "peek"] as const)("a refresh that is due within these 10 ms after %s starts in time", async (method) => {
    const { source, sent } = await cached(100);
    vi.advanceTimersByTime(80_000 - 5);
    source[method]();
    vi.advanceTimersByTime(4);
    await source.get();
    await runPendingTasks();
    expect(sent).toHaveLength(1);
    vi.advanceTimersByTime(1);
    await source.get();
    await runPendingTasks();
    expect(sent).toHaveLength(2);
  });
});

describe("token source: a shared store", () => {
  const stored = {
    value: "stored",
    tokenType: "Bearer",
    lifetimeMs: 100_000,
    scopes: [],
    scopeSource: "request",
    additionalFields: {},
  } as const;

  test("the lifetime of a token that the store has counts from when it was read", async () => {
    const { source, sent, clock, get } = setUp(undefined, {
      store: { open: () => ({ renew: async () => stored, forget: () => {} }) },
    });
    expect(await get()).toBe("stored");
    clock.now += 95_000 - 1;
    expect(source.peek()).toBe(stored);
    clock.now += 1;
    expect(source.peek()).toBeUndefined();
    expect(sent).toEqual([]);
  });

  test("the store does not return the current token for a refresh", async () => {
    const unwanted: string[][] = [];
    const renew = async (requestNew: () => Promise<AccessToken>, values: ReadonlySet<string>) => {
      unwanted.push([...values].filter(Boolean));
      return requestNew();
    };
    const { clock, get } = setUp(undefined, { store: { open: () => ({ renew, forget: () => {} }) } });
    await get();
    clock.now += 3_540_000;
    await get();
    await runPendingTasks();
    expect(unwanted).toEqual([[], ["token-1"]]);
  });

  test("a call of the store that the runtime has dropped is replaced after 70 s", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    let calls = 0;
    const renew = () => (++calls === 1 ? new Promise<never>(() => undefined) : Promise.resolve(stored));
    const { source } = setUp(undefined, { store: { open: () => ({ renew, forget: () => {} }) } });
    for (const ms of [0, 70_000]) {
      vi.setSystemTime(Date.now() + ms);
      source.get().catch(() => undefined);
      expect(calls).toBe(1);
    }
    vi.setSystemTime(Date.now() + 1);
    expect(await source.get()).toBe(stored);
  });
});

describe("token source: suspension of the runtime", () => {
  /** A source with these responses to its first requests, with fake timers and a wall clock that can jump. */
  function suspended(...first: ((init: RequestInit) => Promise<Response>)[]) {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance", "Date"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const { fetch, sent } = record((count, { init }) =>
      first[count - 1] ? first[count - 1]!(init) : Response.json(grant({ access_token: `token-${count}` })),
    );
    return { source: createTokenSource(sampleRequest(), { fetch, retry: { maxRetries: 0 } }), sent };
  }
  const hang = () => new Promise<Response>(() => undefined);
  /** Time after which a request that has not ended counts as lost, because the runtime has dropped it with its timer. */
  async function loseRequest() {
    await vi.advanceTimersByTimeAsync(0);
    vi.clearAllTimers();
    vi.setSystemTime(Date.now() + 11_001);
  }
  /** A response that a test decides. */
  function pending() {
    let settle: { resolve: (response: Response) => void; reject: (error: Error) => void };
    const promise = new Promise<Response>((resolve, reject) => {
      settle = { resolve, reject };
    });
    return {
      respond: () => promise,
      resolve: (response: Response) => settle.resolve(response),
      fail: () => settle.reject(new Error("lost")),
    };
  }

  test("a token request without a timer is replaced after its timeout", async () => {
    const { source, sent } = suspended(hang);
    const lost = source.get();
    await loseRequest();
    expect(sent).toHaveLength(1);
    expect(await source.get()).toMatchObject({ value: "token-2" });
    expect(await source.get()).toMatchObject({ value: "token-2" });
    lost.catch(() => undefined);
  });

  test("the late failure of a lost token request neither ends the request that replaced it nor starts another one", async () => {
    const [lost, replacement] = [pending(), pending()];
    const { source, sent } = suspended(lost.respond, replacement.respond, async () => unavailable());
    const first = rejection(source.get());
    await loseRequest();
    const second = source.get();
    await vi.advanceTimersByTimeAsync(0);
    lost.fail();
    expect(await first).toBeInstanceOf(TokenEndpointError);
    const third = source.get();
    await vi.advanceTimersByTimeAsync(0);
    expect(sent).toHaveLength(3);
    replacement.resolve(Response.json(grant({ access_token: "token-2" })));
    expect(await Promise.all([second, third])).toMatchObject([{ value: "token-2" }, { value: "token-2" }]);
    expect(sent).toHaveLength(3);
  });

  test("the late failure of a lost token request opens no circuit", async () => {
    const lost = pending();
    const { source } = suspended(
      lost.respond,
      async () => Response.json(grant({ access_token: "token-2" })),
      async () => unavailable(),
    );
    const first = rejection(source.get());
    await loseRequest();
    const { value } = await source.get();
    lost.fail();
    expect(await first).toBeInstanceOf(TokenEndpointError);
    source.invalidate(value);
    expect(await source.get()).toMatchObject({ value: "token-4" });
  });

  test("the callers of a lost token request do not end the request that replaced it when they leave", async () => {
    const replacement = pending();
    const { source, sent } = suspended(hang, replacement.respond);
    const leaving = new AbortController();
    const first = rejection(source.get({ signal: leaving.signal }));
    await loseRequest();
    const second = source.get();
    await vi.advanceTimersByTimeAsync(0);
    leaving.abort("left");
    expect(await first).toBe("left");
    await vi.advanceTimersByTimeAsync(0);
    const third = source.get();
    await vi.advanceTimersByTimeAsync(0);
    expect(sent).toHaveLength(2);
    replacement.resolve(Response.json(grant({ access_token: "token-2" })));
    expect(await Promise.all([second, third])).toMatchObject([{ value: "token-2" }, { value: "token-2" }]);
  });

  test("a token request is not replaced before its timeout", async () => {
    const { source, sent } = suspended(hang);
    source.get().catch(() => undefined);
    await vi.advanceTimersByTimeAsync(0);
    vi.setSystemTime(Date.now() + 11_000);
    source.get().catch(() => undefined);
    await vi.advanceTimersByTimeAsync(0);
    expect(sent).toHaveLength(1);
  });

  test("a token request is sent again after a suspension and opens no circuit", async () => {
    const { source, sent } = suspended(hang);
    const waiting = source.get();
    await vi.advanceTimersByTimeAsync(0);
    vi.setSystemTime(Date.now() + 30_000);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await waiting).toMatchObject({ value: "token-2" });
    expect(sent).toHaveLength(2);
  });

  test("a token request fails with a timeout error when only the server was slow", async () => {
    const { source, sent } = suspended(hang);
    const waiting = rejection(source.get());
    await vi.advanceTimersByTimeAsync(0);
    // A slow event loop is no suspension.
    vi.setSystemTime(Date.now() + 1_000);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await waiting).toMatchObject({ code: "timeout" });
    expect(await rejection(source.get())).toMatchObject({ message: expect.stringContaining("next token request in") });
    expect(sent).toHaveLength(1);
  });
});

describe("token source: aborted by all callers", () => {
  /** A source whose requests hang until they are aborted. */
  function hanging(options: TokenSourceOptions = {}) {
    const signals: AbortSignal[] = [];
    const { fetch, sent } = record((_, { init }) => {
      signals.push(init.signal!);
      return new Promise((_, reject) => {
        init.signal!.addEventListener("abort", () => reject(init.signal!.reason));
      });
    });
    return { source: createTokenSource(sampleRequest(), { fetch, retry: { maxRetries: 0 }, ...options }), sent, signals };
  }

  test("a token request is aborted with its last caller, opens no circuit, and the next caller sends a new one", async () => {
    const { source, sent, signals } = hanging();
    const [one, two] = [new AbortController(), new AbortController()];
    const waits = [source.get({ signal: one.signal }), source.get({ signal: one.signal }), source.get({ signal: two.signal })];
    const errors = Promise.all(waits.map(rejection));
    await runPendingTasks();
    one.abort("one");
    await runPendingTasks();
    expect(signals[0]?.aborted).toBe(false);
    two.abort("two");
    expect(await errors).toEqual(["one", "one", "two"]);
    await runPendingTasks();
    expect(signals[0]?.aborted).toBe(true);
    const third = new AbortController();
    const wait = rejection(source.get({ signal: third.signal }));
    await runPendingTasks();
    expect(sent).toHaveLength(2);
    third.abort("three");
    expect(await wait).toBe("three");
  });

  test("a caller that comes just after the last one has left sends a new token request", async () => {
    const { source, sent } = hanging();
    const leaving = new AbortController();
    const left = rejection(source.get({ signal: leaving.signal }));
    await runPendingTasks();
    leaving.abort("left");
    expect(await left).toBe("left");
    const next = new AbortController();
    const wait = rejection(source.get({ signal: next.signal }));
    await runPendingTasks();
    expect(sent).toHaveLength(2);
    next.abort("done");
    expect(await wait).toBe("done");
  });

  test("a token request continues while a caller without a signal waits", async () => {
    const { source, signals } = hanging({ timeoutMs: 500 });
    const leaving = new AbortController();
    const left = rejection(source.get({ signal: leaving.signal }));
    const staying = rejection(source.get());
    await runPendingTasks();
    leaving.abort("left");
    expect(await left).toBe("left");
    await runPendingTasks();
    expect(signals[0]?.aborted).toBe(false);
    expect(await staying).toMatchObject({ code: "timeout" });
  });

  test("a refresh continues in the background when its waiting caller aborts", async () => {
    const { source, sent, clock, pause, resume } = setUp();
    await source.get();
    clock.now += 3_600_000 - 60_000;
    pause();
    await source.get();
    clock.now += 60_000;
    const leaving = new AbortController();
    const left = rejection(source.get({ signal: leaving.signal }));
    leaving.abort("left");
    expect(await left).toBe("left");
    resume();
    await runPendingTasks();
    expect(source.peek()).toMatchObject({ value: "token-2" });
    expect(sent).toHaveLength(2);
  });
});

describe("token source: a server that issues the same token again", () => {
  test("a token that the server issues again keeps its expiry, and few requests are sent", async () => {
    let value = "old";
    const { source, sent, clock } = setUp(() => ({ access_token: value, expires_in: 3_600 }));
    await source.get();
    let served = 0;
    for (let second = 0; second < 3_600; second += 5, clock.now += 5_000) {
      if ((await source.get()).value === "old") served += 1;
      await runPendingTasks();
    }
    expect(served).toBe(720);
    expect(sent.length).toBeLessThanOrEqual(7);
    expect(source.peek()).toBeUndefined();
    value = "new";
    expect(await source.get()).toMatchObject({ value: "new" });
    expect(source.peek()).toMatchObject({ value: "new" });
  });

  test("a token that the server issues again at the end of its service is served on, with one request each second", async () => {
    const { sent, clock, get } = setUp(() => ({ access_token: "same", expires_in: 3_600 }));
    await get();
    clock.now += 3_595_000;
    for (const end = clock.now + 4_990; clock.now < end; clock.now += 10) {
      expect(await get()).toBe("same");
      await runPendingTasks();
    }
    expect(sent).toHaveLength(6);
  });

  test("a token that the server issues again is not served from the cache after its first expiry", async () => {
    const { source, sent, clock } = setUp(() => ({ access_token: "same", expires_in: 3_600 }));
    await source.get();
    clock.now += 3_599_900;
    await source.get();
    clock.now += 99;
    expect(source.peek()).toMatchObject({ value: "same" });
    clock.now += 1;
    expect(source.peek()).toBeUndefined();
    await source.get();
    expect(source.peek()).toBeUndefined();
    expect(sent).toHaveLength(3);
  });

  test("the next refresh waits for half of the time that the token has left", async () => {
    const { sent, clock, get } = setUp(() => ({ access_token: "same" }));
    await get();
    for (const [ms, requests] of [
      [3_540_000, 2],
      [27_499, 2],
      [1, 3],
    ] as const) {
      clock.now += ms;
      expect(await get()).toBe("same");
      await runPendingTasks();
      expect(sent).toHaveLength(requests);
    }
  });
});

describe("token source: refresh in the background", () => {
  test("a successful refresh is not followed by another one", async () => {
    const { sent, clock, get } = setUp();
    await get();
    clock.now += 3_600_000 - 60_000;
    await get();
    await runPendingTasks();
    for (const ms of [5_000, 3_540_000 - 5_000 - 1]) {
      clock.now += ms;
      expect(await get()).toBe("token-2");
      await runPendingTasks();
      expect(sent).toHaveLength(2);
    }
    clock.now += 1;
    expect(await get()).toBe("token-2");
    await runPendingTasks();
    expect(sent).toHaveLength(3);
  });

  test("waitUntil receives each token request, in the foreground and in the background", async () => {
    const work: Promise<unknown>[] = [];
    const { clock, get } = setUp((count) => (count === 2 ? unavailable() : {}), { waitUntil: (promise) => work.push(promise) });
    await get();
    expect(work).toHaveLength(1);
    clock.now += 3_600_000 - 60_000;
    await get();
    expect(work).toHaveLength(2);
    await expect(Promise.all(work)).resolves.toHaveLength(2);
  });
});
