import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { TokenRequest } from "../../src/core/credentials.js";
import { ConfigurationError, TokenEndpointError } from "../../src/core/errors.js";
import { createTokenSource } from "../../src/token/source.js";
import type { AccessToken, TokenSourceOptions } from "../../src/token/types.js";
import { encodings, everyView, grant, record, rejection, sampleRequest, secret } from "./recorder.js";

type Answer = Response | Error | Record<string, unknown>;

/** A source on a clock of its own, whose answers can be held back. */
function stage(
  answer: (count: number) => Answer = () => ({}),
  options: TokenSourceOptions = {},
  changes: Partial<TokenRequest> = {},
) {
  const clock = { now: 1_000_000 };
  let gate = Promise.resolve();
  let open = () => {};
  const { fetch, sent } = record(async (count) => {
    await gate;
    const said = answer(count);
    if (said instanceof Error) throw said;
    return said instanceof Response ? said : Response.json(grant({ access_token: `token-${count}`, ...said }));
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
    hold: () => {
      gate = new Promise((resolve) => {
        open = resolve;
      });
    },
    release: () => open(),
    get: async () => (await source.get()).value,
  };
}

/** Lets everything that is ready run. */
const settle = async () => {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
};

const refused = () => Response.json({ error: "temporarily_unavailable" }, { status: 503 });

// The soft window as far from the end as it gets.
beforeEach(() => {
  vi.spyOn(Math, "random").mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe("a source that cannot work", () => {
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
  ] satisfies [string, TokenSourceOptions][])("is refused at once for its option %s of %o", (path, options) => {
    const make = () => createTokenSource(sampleRequest(), options);
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(`${path}: `);
  });

  test("is refused at once for its request", () => {
    expect(() => createTokenSource(sampleRequest({ scopes: ["a b"] }))).toThrow("scopes.0: ");
  });
});

describe("failures", () => {
  test("rule 87: reach all who wait, once, and are forgotten", async () => {
    const { source, sent, clock, get } = stage((count) => (count === 1 ? refused() : {}));
    const errors = await Promise.all(Array.from({ length: 50 }, () => rejection(source.get())));
    expect(errors[0]).toBeInstanceOf(TokenEndpointError);
    expect(new Set(errors).size).toBe(1);
    expect(sent).toHaveLength(1);
    expect(source.peek()).toBeUndefined();
    clock.now += 1_000;
    expect(await get()).toBe("token-2");
  });

  test("rule 87: a flight has its own deadline, so nobody is stuck behind it", async () => {
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

  test("rule 88: of a renewal behind leave the kept token in service until its hard end, with pauses between tries", async () => {
    const { sent, clock, get } = stage((count) => (count === 1 || count > 4 ? {} : refused()));
    await get();
    clock.now += 3_600_000 - 60_000;
    for (let second = 0; second < 5; second++, clock.now += 1_000) {
      expect(await get()).toBe("token-1");
      await settle();
    }
    expect(sent).toHaveLength(2);
    expect(await get()).toBe("token-1");
    await settle();
    expect(sent).toHaveLength(3);
    clock.now += 50_000 - 1;
    expect(await get()).toBe("token-1");
    await settle();
    expect(sent).toHaveLength(4);
    clock.now += 1;
    expect(await rejection(get())).toBeInstanceOf(TokenEndpointError);
    expect(sent).toHaveLength(4);
    clock.now += 4_000;
    expect(await get()).toBe("token-5");
  });

  test("rule 84: the pause is as long as the server asks", async () => {
    const busy = () => Response.json({ error: "slow_down" }, { status: 429, headers: { "retry-after": "30" } });
    const { sent, clock, get } = stage((count) => (count === 1 ? {} : busy()));
    await get();
    clock.now += 3_600_000 - 60_000;
    await get();
    await settle();
    clock.now += 29_999;
    await get();
    await settle();
    expect(sent).toHaveLength(2);
    clock.now += 1;
    await get();
    await settle();
    expect(sent).toHaveLength(3);
  });

  test("may be anything that a strategy throws", async () => {
    const clientAuthentication = { method: "custom", authenticate: () => Promise.reject(undefined) };
    const source = createTokenSource({ ...sampleRequest(), clientAuthentication }, record());
    expect(await rejection(source.get())).toBeUndefined();
  });

  test("hold nobody back when nothing was sent", async () => {
    let count = 0;
    const none = { secrets: [] };
    const split = { headers: { "x-key": "a\r\nb" }, secrets: [] };
    const clientAuthentication = { method: "custom", authenticate: () => (++count === 1 ? split : none) };
    const { get } = stage(undefined, {}, { clientAuthentication });
    expect(await rejection(get())).toMatchObject({ code: "invalid_configuration" });
    expect(await get()).toBe("token-1");
  });

  test("rule 93: neither the source nor its errors show a secret", async () => {
    const { source } = stage(() => new Error(secret));
    const views = [everyView(source), everyView(await rejection(source.get()))].join();
    for (const text of encodings(secret)) expect(views).not.toContain(text);
  });
});

describe("repeats", () => {
  test.each([400, 401, 403, 404, 501])("rule 82: a %i is not repeated", async (status) => {
    for (const body of [JSON.stringify({ error: "invalid_request" }), "no"]) {
      const { source, sent } = stage(() => new Response(body, { status }), { retry: { maxRetries: 3 } });
      await rejection(source.get());
      expect(sent).toHaveLength(1);
    }
  });

  test("rule 82: invalid_client is never sent again with the same credential, not even by a hundred callers in a row", async () => {
    const { sent, get } = stage(() => Response.json({ error: "invalid_client" }, { status: 401 }), {
      retry: { maxRetries: 3 },
    });
    for (let call = 0; call < 100; call++) expect(await rejection(get())).toMatchObject({ error: "invalid_client" });
    expect(sent).toHaveLength(1);
  });

  test.each([408, 429, 500, 502, 503, 504])("rule 83: a %i is repeated, with or without an OAuth error", async (status) => {
    const answers = [new Response("busy", { status }), Response.json({ error: "server_error" }, { status })];
    const { sent, get } = stage((count) => answers[count - 1] ?? {}, { retry: { maxRetries: 2 } });
    expect(await get()).toBe("token-3");
    expect(sent).toHaveLength(3);
  });

  test("rule 83: no answer is followed by two repeats by default, and each is authenticated anew", async () => {
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

  test("rule 84: a repeat that would have to wait past the deadline is left out, and the error says how long", async () => {
    const headers = { "retry-after": "20" };
    const { source, sent } = stage(() => new Response("busy", { status: 429, headers }), { retry: { maxRetries: 2 } });
    expect(await rejection(source.get())).toMatchObject({ code: "rate_limited", retryAfterMs: 20_000 });
    expect(sent).toHaveLength(1);
  });

  test("rule 84: a repeat waits as long as the server asks", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    try {
      const headers = { "retry-after": "3" };
      const { source, sent } = stage((count) => (count === 1 ? new Response("", { status: 503, headers }) : {}), {
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

  test("do not go on for what a strategy throws, even when it looks like an answer", async () => {
    let asked = 0;
    const failure = Object.assign(new Error("key service"), { status: 400, code: "EKEY" });
    const apply = () => {
      asked++;
      throw failure;
    };
    const source = createTokenSource(
      sampleRequest({ clientAuthentication: { method: "custom", authenticate: apply } }),
      record(),
    );
    expect(await rejection(source.get())).toBe(failure);
    expect(await rejection(source.get())).toBe(failure);
    expect(asked).toBe(2);
  });
});

describe("the breaker", () => {
  const wrong = () => Response.json({ error: "invalid_client", error_description: "who?" }, { status: 401 });

  test("rule 85: 200 calls with a wrong secret cost one request, at once and in a row", async () => {
    const { source, sent, get } = stage(wrong);
    const errors = await Promise.all(Array.from({ length: 100 }, () => rejection(source.get())));
    for (let call = 0; call < 100; call++) errors.push(await rejection(get()));
    for (const error of errors)
      expect(error).toMatchObject({ code: "token_endpoint_error", error: "invalid_client", status: 401 });
    expect(sent).toHaveLength(1);
  });

  test("rule 85: asks again after 30 s, and a success ends it", async () => {
    const { sent, clock, get } = stage((count) => (count === 2 ? {} : wrong()));
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
    "rule 85: holds for %s too",
    async (error) => {
      const { sent, clock, get } = stage(() => Response.json({ error }, { status: 400 }));
      await rejection(get());
      clock.now += 29_999;
      await rejection(get());
      expect(sent).toHaveLength(1);
    },
  );

  test.each([
    ["a 503", () => new Response("busy", { status: 503 })],
    ["no answer", () => new Error("down")],
    ["an answer that is no token", () => new Response("hello")],
    ["a redirect", () => new Response(null, { status: 302 })],
  ])("after %s holds for a second, then longer each time up to 30 s, and no longer", async (_, answer) => {
    const { sent, clock, get } = stage(answer);
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

  describe("where a server says with 400 that it is throttled", () => {
    // With the flag that makes an expression remember where it was.
    const throttled = /^slow down/g;
    const answer = (error_description: string) => () =>
      Response.json({ error: "invalid_request", error_description }, { status: 400 });

    test("holds as after a 429, and repeats as after one", async () => {
      const { sent, clock, get } = stage(
        answer("slow down, please"),
        { retry: { maxRetries: 2 } },
        { rateLimitErrorPattern: throttled },
      );
      expect(await rejection(get())).toMatchObject({ code: "token_endpoint_error", errorDescription: "slow down, please" });
      expect(sent).toHaveLength(3);
      clock.now += 1_000;
      await rejection(get());
      expect(sent).toHaveLength(6);
    });

    test("holds as after any refusal where it says something else, or nobody told what it says", async () => {
      for (const [description, changes] of [
        ["no slow down", { rateLimitErrorPattern: throttled }],
        ["slow down, please", {}],
      ] as const) {
        const { sent, clock, get } = stage(answer(description), { retry: { maxRetries: 2 } }, changes);
        await rejection(get());
        clock.now += 29_999;
        await rejection(get());
        expect(sent).toHaveLength(1);
      }
    });
  });

  test("begins anew after a success", async () => {
    const { source, sent, clock, get } = stage((count) => (count === 3 ? {} : new Response("", { status: 503 })));
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

  test("holds nobody back after a success by a clock that begins below 0, nor puts off a renewal behind", async () => {
    const { source, sent, clock, get } = stage((count) => (count === 1 ? new Response("", { status: 503 }) : {}));
    clock.now = -9e9;
    await rejection(get());
    clock.now += 1_000;
    source.invalidate(await get());
    expect(await get()).toBe("token-3");
    clock.now += 3_600_000 - 60_000;
    expect(await get()).toBe("token-3");
    await settle();
    expect(sent).toHaveLength(4);
  });

  test("rule 84: holds as long as the server asks", async () => {
    const { sent, clock, get } = stage(() => new Response("", { status: 429, headers: { "retry-after": "120" } }));
    await rejection(get());
    clock.now += 119_999;
    expect(await rejection(get())).toMatchObject({ code: "rate_limited", retryAfterMs: 1 });
    expect(sent).toHaveLength(1);
    clock.now += 1;
    await rejection(get());
    expect(sent).toHaveLength(2);
  });

  test("rules 84 and 85: holds for 10 minutes at the most, whatever the server asks", async () => {
    const { sent, clock, get } = stage(() => new Response("", { status: 503, headers: { "retry-after": "9".repeat(30) } }));
    expect(await rejection(get())).toMatchObject({ retryAfterMs: Number.MAX_SAFE_INTEGER });
    clock.now += 599_999;
    expect(await rejection(get())).toMatchObject({ retryAfterMs: 1 });
    expect(sent).toHaveLength(1);
    clock.now += 1;
    await rejection(get());
    expect(sent).toHaveLength(2);
  });

  test("holds nobody back who has a token", async () => {
    const { sent, clock, get } = stage((count) => (count === 1 ? {} : wrong()));
    await get();
    clock.now += 3_600_000 - 60_000;
    for (let second = 0; second < 20; second++, clock.now += 1_000) {
      expect(await get()).toBe("token-1");
      await settle();
    }
    expect(sent).toHaveLength(2);
  });

  test("gives everybody an error of his own", async () => {
    const { get } = stage(wrong);
    await rejection(get());
    expect(await rejection(get())).not.toBe(await rejection(get()));
  });

  test("is of one source: another secret is tried at once", async () => {
    const one = stage(wrong);
    await rejection(one.get());
    expect(await stage().get()).toBe("token-1");
  });
});

describe("under load", () => {
  test("rule 88: 0 of 2,000 callers wait while a token is renewed", async () => {
    const { source, sent, clock, hold, release } = stage();
    const first = await source.get();
    clock.now += 3_600_000 - 60_000 - 1_000;
    hold();
    let delayed = 0;
    for (let call = 0; call < 2_000; call++, clock.now += 1) {
      let done = false;
      source.get().then(() => {
        done = true;
      });
      await Promise.resolve();
      if (!done) delayed++;
      if (call === 1_500) release();
    }
    expect(delayed).toBe(0);
    await settle();
    expect(sent).toHaveLength(2);
    expect(source.peek()).not.toBe(first);
  });

  test("rule 91: a token revoked under 200 calls in flight costs one request, however late they hear of it", async () => {
    const { source, sent } = stage();
    const held = await source.get();
    const calls = Array.from({ length: 200 }, async (_, index) => {
      for (let turn = 0; turn < index % 20; turn++) await new Promise(setImmediate);
      source.invalidate(held);
      return (await source.get()).value;
    });
    expect(new Set(await Promise.all(calls))).toEqual(new Set(["token-2"]));
    expect(sent).toHaveLength(2);
  });
});

describe("the caller's signal", () => {
  test("ends a call at once when it has aborted before, without a request", async () => {
    const { source, sent } = stage();
    const reason = { mine: true };
    expect(await rejection(source.get({ signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(sent).toEqual([]);
  });

  test("rule 87: ends one caller's wait with its own reason and leaves the others alone", async () => {
    const { source, sent, hold, release } = stage();
    hold();
    const stop = new AbortController();
    const reason = new Error("left");
    const first = source.get({ signal: stop.signal });
    const second = source.get({ signal: new AbortController().signal });
    const third = source.get();
    stop.abort(reason);
    expect(await rejection(first)).toBe(reason);
    release();
    expect(await Promise.all([second, third])).toMatchObject([{ value: "token-1" }, { value: "token-1" }]);
    expect(sent).toHaveLength(1);
  });

  test("is left without listeners, also by a thousand calls", async () => {
    const { source, clock } = stage();
    const { signal } = new AbortController();
    for (let call = 0; call < 1_000; call++) {
      clock.now += 1_000_000;
      await source.get({ signal });
    }
    await settle();
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test("is listened to once, however many wait with it, and ends the waiting of all of them", async () => {
    const { source, sent, hold, release } = stage();
    const stop = new AbortController();
    const reason = new Error("enough");
    for (const aborts of [true, false]) {
      const { signal } = aborts ? stop : new AbortController();
      hold();
      const waiting = Array.from({ length: 50 }, () => source.get({ signal }));
      expect(getEventListeners(signal, "abort")).toHaveLength(1);
      if (aborts) stop.abort(reason);
      const ends = Promise.allSettled(waiting);
      release();
      const [first, ...others] = await ends;
      expect(first).toMatchObject(aborts ? { status: "rejected", reason } : { status: "fulfilled" });
      expect(others).toEqual(others.map(() => first));
      await settle();
      source.invalidate((await source.get()).value);
    }
    expect(sent).toHaveLength(2);
  });
});

describe("a token that was refused", () => {
  test("is taken from the place that is shared, and none that the source has nothing to do with", async () => {
    const forgotten: string[] = [];
    const unwanted: string[][] = [];
    const store = {
      open: () => ({
        renew: (exchange: () => Promise<AccessToken>, values: ReadonlySet<string>) => {
          unwanted.push([...values].filter(Boolean));
          return exchange();
        },
        forget: (value: string) => forgotten.push(value),
      }),
    };
    const { source, get } = stage(undefined, { store });
    source.invalidate("token-0");
    await get();
    source.invalidate("token-0");
    source.invalidate("token-1");
    source.invalidate("token-1");
    await get();
    expect(forgotten).toEqual(["token-1"]);
    expect(unwanted).toEqual([[], ["token-1"]]);
  });

  test("is given up, and only it", async () => {
    const { source, sent, get } = stage();
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

  test("rule 91: costs one request, however many callers report it", async () => {
    const { source, sent, get } = stage();
    const held = await source.get();
    const values = await Promise.all(
      Array.from({ length: 1_000 }, async () => {
        source.invalidate(held);
        return get();
      }),
    );
    expect(new Set(values)).toEqual(new Set(["token-2"]));
    expect(sent).toHaveLength(2);
  });

  test("does not come back by an exchange that was under way when it was refused", async () => {
    const { source, sent, clock, hold, release, get } = stage((count) => (count === 2 ? { access_token: "token-1" } : {}));
    await get();
    clock.now += 3_600_000 - 60_000;
    hold();
    expect(await get()).toBe("token-1");
    source.invalidate("token-1");
    const late = get();
    release();
    expect(await late).toBe("token-3");
    expect(source.peek()).toMatchObject({ value: "token-3" });
    expect(sent).toHaveLength(3);
  });

  test("does not come back by a first exchange either", async () => {
    const { source, hold, release, get } = stage((count) => (count === 1 ? { access_token: "shared" } : {}));
    hold();
    const waiting = get();
    source.invalidate("shared");
    release();
    expect(await waiting).toBe("token-2");
  });

  test("is not asked for without end when the server insists on it", async () => {
    const reported: (() => void)[] = [];
    const { source, sent, get } = stage(() => {
      for (const report of reported) report();
      return { access_token: "same" };
    });
    reported.push(() => source.invalidate("same"));
    expect(await get()).toBe("same");
    expect(sent).toHaveLength(2);
    expect(source.peek()).toBeUndefined();
  });

  test("is kept when the server insists on it after the report", async () => {
    const { source, sent, hold, release, get } = stage(() => ({ access_token: "same" }));
    hold();
    const waiting = get();
    source.invalidate("same");
    release();
    expect(await waiting).toBe("same");
    expect(source.peek()).toMatchObject({ value: "same" });
    expect(sent).toHaveLength(2);
  });

  test("leaves alone an exchange that brings another one", async () => {
    const { source, sent, clock, hold, release, get } = stage();
    await get();
    clock.now += 3_600_000 - 60_000;
    hold();
    await get();
    source.invalidate("token-1");
    const late = get();
    release();
    expect(await late).toBe("token-2");
    expect(sent).toHaveLength(2);
  });
});

describe("a token without a usable lifetime", () => {
  test.each([{ expires_in: undefined }, { expires_in: null }, { expires_in: 0 }, { expires_in: 1 }, { expires_in: "0" }])(
    "rules 65 and 66: with %o is handed out once and starts no loop",
    async (answer) => {
      const { source, sent, get } = stage(() => answer);
      expect(await Promise.all([get(), get()])).toEqual(["token-1", "token-1"]);
      expect(source.peek()).toBeUndefined();
      await settle();
      expect(sent).toHaveLength(1);
      expect(await get()).toBe("token-2");
      expect(sent).toHaveLength(2);
    },
  );

  test("rule 65: ten years later it is not still in use", async () => {
    const { clock, get } = stage(() => ({ expires_in: undefined }), { defaultLifetimeMs: 60_000 });
    expect(await get()).toBe("token-1");
    clock.now += 57_000 - 1;
    expect(await get()).toBe("token-1");
    clock.now += 10 * 365 * 86_400_000;
    expect(await get()).not.toBe("token-1");
  });

  test("rule 65: defaultLifetimeMs is for silence alone", async () => {
    const { source, get } = stage(() => ({ expires_in: 0 }), { defaultLifetimeMs: 60_000 });
    await get();
    expect(source.peek()).toBeUndefined();
  });

  test("that comes by a renewal behind does not push out a better one, nor ask again at once", async () => {
    const { sent, clock, get } = stage((count) => (count === 1 ? {} : { expires_in: 0 }));
    await get();
    clock.now += 3_600_000 - 60_000;
    for (let call = 0; call < 10; call++) {
      expect(await get()).toBe("token-1");
      await settle();
    }
    expect(sent).toHaveLength(2);
  });

  test("rule 67: is what is left of a short one after a slow answer", async () => {
    const { source, clock, hold, release, get } = stage(() => ({ expires_in: 10 }));
    hold();
    const waiting = get();
    await settle();
    clock.now += 9_500;
    release();
    expect(await waiting).toBe("token-1");
    expect(source.peek()).toBeUndefined();
  });
});

describe("the two windows", () => {
  test.each([
    // expires_in, soft and hard ends by the formulas
    [3_600, 3_540_000, 3_595_000],
    [300, 240_000, 295_000],
    [100, 80_000, 95_000],
    [30, 24_000, 28_500],
    [5, 4_000, 4_750],
    [2, 1_600, 1_900],
  ])("of a token that lives %i s begin at %i and %i ms", async (expires_in, soft, hard) => {
    const { source, sent, clock, get } = stage(() => ({ expires_in }));
    const start = clock.now;
    await get();
    clock.now = start + soft - 1;
    await get();
    await settle();
    expect(sent).toHaveLength(1);

    clock.now = start + soft;
    expect(await get()).toBe("token-1");
    await settle();
    expect(sent).toHaveLength(2);
    expect(await get()).toBe("token-2");

    const second = clock.now;
    clock.now = second + hard - 1;
    expect(source.peek()).toMatchObject({ value: "token-2" });
    clock.now = second + hard;
    expect(source.peek()).toBeUndefined();
    expect(await get()).toBe("token-3");
  });

  test("rule 88: jitter moves the soft one towards the end, and never up to the hard one", async () => {
    for (const expires_in of [2, 5, 30, 100, 300, 3_600, 86_400]) {
      vi.mocked(Math.random).mockReturnValue(0.999);
      const { sent, clock, get } = stage(() => ({ expires_in }));
      const lifetimeMs = expires_in * 1_000;
      await get();
      clock.now += lifetimeMs - Math.min(60_000, lifetimeMs * 0.2);
      await get();
      await settle();
      expect(sent).toHaveLength(1);
      clock.now += Math.min(60_000, lifetimeMs * 0.2) / 4;
      expect(await get()).toBe("token-1");
      await settle();
      expect(sent).toHaveLength(2);
    }
  });

  test("rule 67: are measured from before the request is sent", async () => {
    const { source, clock, hold, release, get } = stage(() => ({ expires_in: 100 }));
    hold();
    const waiting = get();
    await settle();
    clock.now += 20_000;
    release();
    await waiting;
    clock.now += 75_000 - 1;
    expect(source.peek()).toBeDefined();
    clock.now += 1;
    expect(source.peek()).toBeUndefined();
  });

  test("do not change when the wall clock is set back", async () => {
    const { source, get, clock } = stage();
    await get();
    vi.spyOn(Date, "now").mockReturnValue(0);
    expect(source.peek()).toBeDefined();
    clock.now += 3_600_000;
    expect(source.peek()).toBeUndefined();
  });

  test("delay nobody in the soft one: who calls while a renewal hangs gets the kept token", async () => {
    const { source, sent, clock, hold, release } = stage();
    await source.get();
    clock.now += 3_600_000 - 60_000;
    hold();
    const values = await Promise.all(Array.from({ length: 1_000 }, () => source.get()));
    expect(new Set(values.map(({ value }) => value))).toEqual(new Set(["token-1"]));
    await settle();
    expect(sent).toHaveLength(2);
    release();
    await settle();
    expect(source.peek()).toMatchObject({ value: "token-2" });
  });

  test("lead whoever comes after the hard one to the renewal that is under way", async () => {
    const { sent, clock, hold, release, get } = stage();
    await get();
    clock.now += 3_600_000 - 60_000;
    hold();
    await get();
    clock.now += 60_000;
    const late = get();
    release();
    expect(await late).toBe("token-2");
    expect(sent).toHaveLength(2);
  });
});

describe("a token that is kept", () => {
  test("sends nothing until somebody asks", () => {
    const { source, sent } = stage();
    expect(source.peek()).toBeUndefined();
    source.invalidate("token-1");
    expect(sent).toEqual([]);
  });

  test("rule 87: takes one request for 1,000 callers who come cold", async () => {
    const { sent, get } = stage();
    const values = await Promise.all(Array.from({ length: 1_000 }, get));
    expect(new Set(values)).toEqual(new Set(["token-1"]));
    expect(sent).toHaveLength(1);
  });

  test("rule 87: takes one request for 1,000 callers who come after its end", async () => {
    const { sent, clock, get } = stage();
    await get();
    clock.now += 3_600_000;
    const values = await Promise.all(Array.from({ length: 1_000 }, get));
    expect(new Set(values)).toEqual(new Set(["token-2"]));
    expect(sent).toHaveLength(2);
  });

  test("is handed out by the same resolved promise, and by peek", async () => {
    const { source } = stage();
    const token = await source.get();
    expect(source.get()).toBe(source.get());
    expect(source.peek()).toBe(token);
    expect(await source.get({ signal: new AbortController().signal })).toBe(token);
  });

  test("is the source's own: two sources never mix", async () => {
    const one = stage(() => ({ access_token: "one" }));
    const other = stage(() => ({ access_token: "other" }));
    expect(await Promise.all([one.get(), other.get()])).toEqual(["one", "other"]);
  });

  test("keeps time by performance.now() by default", async () => {
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

describe("a token has expired when the wall clock says so", () => {
  test("after a sleep of the machine, while the monotonic clock stood still", async () => {
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

  test("also with a clock of the caller", async () => {
    const { source, sent, get } = stage();
    await get();
    const wall = Date.now();
    vi.spyOn(Date, "now").mockReturnValue(wall + 3_600_000);
    expect(source.peek()).toBeUndefined();
    expect(await get()).toBe("token-2");
    expect(sent).toHaveLength(2);
  });
});

describe("a token request whose runtime was suspended", () => {
  /** A source whose first request hangs, with fake timers and a wall clock that can jump. */
  function suspended(first: (init: RequestInit) => Promise<Response>) {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance", "Date"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const { fetch, sent } = record((count, { init }) =>
      count === 1 ? first(init) : Response.json(grant({ access_token: `token-${count}` })),
    );
    return { source: createTokenSource(sampleRequest(), { fetch, retry: { maxRetries: 0 } }), sent };
  }
  const hang = () => new Promise<Response>(() => undefined);

  test("is replaced when it is older than its deadline and its timer never fired", async () => {
    const { source, sent } = suspended(hang);
    const lost = source.get();
    await vi.advanceTimersByTimeAsync(0);
    expect(sent).toHaveLength(1);
    // The runtime has dropped the request with its timer.
    vi.clearAllTimers();
    vi.setSystemTime(Date.now() + 11_001);
    expect(await source.get()).toMatchObject({ value: "token-2" });
    expect(await source.get()).toMatchObject({ value: "token-2" });
    lost.catch(() => undefined);
  });

  test("is not replaced before its deadline", async () => {
    const { source, sent } = suspended(hang);
    source.get().catch(() => undefined);
    await vi.advanceTimersByTimeAsync(0);
    vi.setSystemTime(Date.now() + 9_000);
    source.get().catch(() => undefined);
    await vi.advanceTimersByTimeAsync(0);
    expect(sent).toHaveLength(1);
  });

  test("is sent again after a freeze, and opens no circuit", async () => {
    const { source, sent } = suspended(hang);
    const waiting = source.get();
    await vi.advanceTimersByTimeAsync(0);
    vi.setSystemTime(Date.now() + 30_000);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await waiting).toMatchObject({ value: "token-2" });
    expect(sent).toHaveLength(2);
  });

  test("fails with its timeout when only the server was slow", async () => {
    const { source, sent } = suspended(hang);
    const waiting = rejection(source.get());
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await waiting).toMatchObject({ code: "timeout" });
    expect(await rejection(source.get())).toMatchObject({ message: expect.stringContaining("next token request in") });
    expect(sent).toHaveLength(1);
  });
});

describe("a token request that all of its callers have left", () => {
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

  test("is aborted, opens no circuit, and the next caller sends a new one", async () => {
    const { source, sent, signals } = hanging();
    const [one, two] = [new AbortController(), new AbortController()];
    const waits = [source.get({ signal: one.signal }), source.get({ signal: one.signal }), source.get({ signal: two.signal })];
    const errors = Promise.all(waits.map(rejection));
    await settle();
    one.abort("one");
    await settle();
    expect(signals[0]?.aborted).toBe(false);
    two.abort("two");
    expect(await errors).toEqual(["one", "one", "two"]);
    await settle();
    expect(signals[0]?.aborted).toBe(true);
    const third = new AbortController();
    const wait = rejection(source.get({ signal: third.signal }));
    await settle();
    expect(sent).toHaveLength(2);
    third.abort("three");
    expect(await wait).toBe("three");
  });

  test("continues while a caller without a signal waits", async () => {
    const { source, signals } = hanging({ timeoutMs: 500 });
    const leaving = new AbortController();
    const left = rejection(source.get({ signal: leaving.signal }));
    const staying = rejection(source.get());
    await settle();
    leaving.abort("left");
    expect(await left).toBe("left");
    await settle();
    expect(signals[0]?.aborted).toBe(false);
    expect(await staying).toMatchObject({ code: "timeout" });
  });

  test("continues in the background of a current token", async () => {
    const { source, sent, clock, hold, release } = stage();
    await source.get();
    clock.now += 3_600_000 - 60_000;
    hold();
    await source.get();
    clock.now += 60_000;
    const leaving = new AbortController();
    const left = rejection(source.get({ signal: leaving.signal }));
    leaving.abort("left");
    expect(await left).toBe("left");
    release();
    await settle();
    expect(source.peek()).toMatchObject({ value: "token-2" });
    expect(sent).toHaveLength(2);
  });
});

describe("a server that repeats its token with the full lifetime", () => {
  test("never moves the deadline of that token, and costs few requests", async () => {
    let value = "old";
    const { source, sent, clock } = stage(() => ({ access_token: value, expires_in: 3_600 }));
    await source.get();
    let served = 0;
    for (let second = 0; second < 3_600; second += 5, clock.now += 5_000) {
      if ((await source.get()).value === "old") served += 1;
      await settle();
    }
    expect(served).toBe(720);
    expect(sent.length).toBeLessThanOrEqual(7);
    expect(source.peek()).toBeUndefined();
    value = "new";
    expect(await source.get()).toMatchObject({ value: "new" });
    expect(source.peek()).toMatchObject({ value: "new" });
  });
});

describe("a refresh in the background", () => {
  test("is followed by no other when it brought a new token", async () => {
    const { sent, clock, get } = stage();
    await get();
    clock.now += 3_600_000 - 60_000;
    await get();
    await settle();
    clock.now += 5_000;
    expect(await get()).toBe("token-2");
    await settle();
    expect(sent).toHaveLength(2);
  });

  test("is passed to waitUntil, and so is a request that callers wait for", async () => {
    const work: Promise<unknown>[] = [];
    const { clock, get } = stage((count) => (count === 2 ? refused() : {}), { waitUntil: (promise) => work.push(promise) });
    await get();
    expect(work).toHaveLength(1);
    clock.now += 3_600_000 - 60_000;
    await get();
    expect(work).toHaveLength(2);
    await expect(Promise.all(work)).resolves.toHaveLength(2);
  });
});
