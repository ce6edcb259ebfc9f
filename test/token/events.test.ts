import { channel, subscribe, tracingChannel, unsubscribe } from "node:diagnostics_channel";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { channelOf, publish } from "../../src/token/events.js";
import { createTokenSource } from "../../src/token/source.js";
import { encodings, everyView, grant, record, rejection, sampleRequest, secret } from "./recorder.js";

const kinds = ["request", "success", "refusal", "hit", "refresh", "breaker"] as const;
const events: [string, Record<string, unknown>][] = [];
const listeners = kinds.map((kind) => {
  const name = `oauth-clients.token.${kind}`;
  const listener = (event: unknown) => events.push([kind, event as Record<string, unknown>]);
  return { name, listener };
});

const listen = () => {
  for (const { name, listener } of listeners) subscribe(name, listener);
};
afterEach(() => {
  for (const { name, listener } of listeners) unsubscribe(name, listener);
  events.length = 0;
  vi.restoreAllMocks();
});

const runPendingTasks = () => new Promise(setImmediate);

function setUp(respond: (count: number) => Response) {
  const clock = { now: 0 };
  const { fetch } = record(respond);
  return { clock, source: createTokenSource(sampleRequest(), { fetch, now: () => clock.now, retry: { maxRetries: 1 } }) };
}

describe("token source: diagnostics events", () => {
  test("a token source publishes no event without subscribers", async () => {
    const publish = vi.spyOn(Object.getPrototypeOf(channel("oauth-clients.token.hit")), "publish");
    const { source } = setUp(() => Response.json(grant()));
    await source.get();
    publish.mockClear();
    await source.get();
    expect(publish).not.toHaveBeenCalled();
    expect(events).toEqual([]);
  });

  test("a failed token request publishes each request, the failure and the open circuit", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    listen();
    const { source } = setUp(() => Response.json({ error: "server_error", error_description: secret }, { status: 503 }));
    const error = await rejection(source.get());
    await rejection(source.get());
    const eventFields = { endpoint: "auth.example/oauth2/token", clientId: "client-1" };
    expect(events).toEqual([
      ["request", eventFields],
      ["request", eventFields],
      ["refusal", { ...eventFields, error, durationMs: expect.any(Number) }],
      ["breaker", { ...eventFields, error, holdMs: 1_000 }],
    ]);
  });

  test("a token source publishes success, cache hits and the refresh in the background", async () => {
    listen();
    const { source, clock } = setUp(() => Response.json(grant()));
    await source.get();
    await source.get();
    clock.now += 3_594_000;
    await source.get();
    await runPendingTasks();
    expect(events.map(([kind]) => kind)).toEqual(["request", "success", "hit", "refresh", "hit", "request", "success"]);
    const eventFields = { endpoint: "auth.example/oauth2/token", clientId: "client-1" };
    expect(events[1]?.[1]).toMatchObject({ ...eventFields, lifetimeMs: 3_600_000, scopes: [], scopeSource: "request" });
    expect(events[1]?.[1]?.durationMs).toBeLessThan(performance.now());
  });

  test("each call that returns the cached token publishes one hit, also on the hot path", async () => {
    listen();
    const { fetch } = record();
    const source = createTokenSource(sampleRequest(), { fetch });
    await source.get();
    for (let call = 0; call < 3; call++) await source.get();
    expect(events.map(([kind]) => kind)).toEqual(["request", "success", "hit", "hit", "hit"]);
  });

  test("rule 93: events contain neither token nor secret", async () => {
    listen();
    const { source, clock } = setUp((count) => {
      return count === 1 ? Response.json(grant({ access_token: "canary-4711" })) : new Response(secret, { status: 500 });
    });
    await source.get();
    clock.now += 3_600_000;
    await rejection(source.get());
    const view = everyView(events);
    expect(view).toContain("auth.example");
    for (const text of [...encodings(secret), "canary-4711"]) expect(view).not.toContain(text);
  });

  test("publish uses the channel with the name of the event", () => {
    listen();
    const event = { endpoint: "a", clientId: "b" };
    publish("hit", event);
    expect(events).toEqual([["hit", event]]);
    expect(channelOf("hit")).toBe(channel("oauth-clients.token.hit"));
  });
});

describe("the tracing channel oauth-clients.token", () => {
  const traced: [string, Record<string, unknown>][] = [];
  const note = (name: string) => (context: unknown) => traced.push([name, { ...(context as object) }]);
  const handlers = {
    start: note("start"),
    end: note("end"),
    asyncStart: note("asyncStart"),
    asyncEnd: note("asyncEnd"),
    error: note("error"),
  };
  const channel = tracingChannel("oauth-clients.token");
  beforeEach(() => channel.subscribe(handlers as never));
  afterEach(() => {
    channel.unsubscribe(handlers as never);
    traced.length = 0;
  });
  const fields = { endpoint: "auth.example/oauth2/token", clientId: "client-1" };

  test("has the error of a failed token request after its retries", async () => {
    const { fetch } = record(() => Response.json({ error: "invalid_client" }, { status: 401 }));
    const error = await rejection(createTokenSource(sampleRequest(), { fetch }).get());
    expect(traced.map(([name]) => name)).toEqual(["start", "end", "error", "asyncStart", "asyncEnd"]);
    expect(traced.at(-1)?.[1]).toEqual({ ...fields, error });
  });

  test("rule 93: has neither the token nor a secret of a token request, and no event for a cached token", async () => {
    const { fetch } = record(() => Response.json(grant({ access_token: "canary" })));
    const source = createTokenSource(sampleRequest(), { fetch });
    await source.get();
    await source.get();
    expect(traced.map(([name]) => name)).toEqual(["start", "end", "asyncStart", "asyncEnd"]);
    expect(traced.at(-1)?.[1]).toEqual({ ...fields, result: undefined });
    expect(everyView(traced)).not.toContain("canary");
    for (const encoding of encodings(secret)) expect(everyView(traced)).not.toContain(encoding);
  });
});
