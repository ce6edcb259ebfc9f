import { createMetadataCache, type MetadataCacheOptions } from "oauth-clients/token/server";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { endpoints, issuer, json, metadata, record } from "./samples.js";

function setUp(respond: (count: number) => Response | Promise<Response>, options: MetadataCacheOptions = {}) {
  let now = 0;
  const { fetch, sent } = record(respond);
  const failures: unknown[] = [];
  const cache = createMetadataCache(issuer, {
    fetch,
    now: () => now,
    maxAgeMs: 1_000_000,
    onRenewalFailure: (error) => failures.push(error),
    ...options,
  });
  return {
    cache,
    sent,
    failures,
    advance: (ms: number) => {
      now += ms;
    },
  };
}

describe("createMetadataCache: validation of options", () => {
  test.each([
    ["an issuer that is not a URL", "nowhere", {}, "issuer"],
    ["a negative maximum age", issuer, { maxAgeMs: -1 }, "maxAgeMs"],
    ["a clock that is not a function", issuer, { now: 1 }, "now"],
    ["a listener that is not a function", issuer, { onRenewalFailure: "log" }, "onRenewalFailure"],
    ["allowed hosts that are not a list", issuer, { allowedHosts: "auth.example" }, "allowedHosts"],
  ])("createMetadataCache rejects %s", (_, requestedIssuer, options, path) => {
    expect(() => createMetadataCache(requestedIssuer, options as MetadataCacheOptions)).toThrow(
      expect.objectContaining({ code: "invalid_configuration", issues: [expect.objectContaining({ path })] }),
    );
  });
});

describe("rule 98: metadata cache: renewal and failures", () => {
  test("the metadata cache rejects without a valid document, and does not cache the failure", async () => {
    const { cache, sent } = setUp((count) => (count === 1 ? json({}, 500) : json(metadata())));
    await expect(cache.get()).rejects.toMatchObject({ code: "server_error" });
    expect(cache.peek()).toBeUndefined();
    await expect(cache.get()).resolves.toMatchObject(endpoints);
    expect(sent).toHaveLength(2);
  });

  test("the metadata cache shares one request among concurrent callers and reuses the document until its maximum age", async () => {
    const { cache, sent, advance } = setUp(() => json(metadata()));
    const all = await Promise.all(Array.from({ length: 10 }, () => cache.get()));
    expect(new Set(all).size).toBe(1);
    advance(999_999);
    expect(await cache.get()).toBe(all[0]);
    expect(cache.peek()).toBe(all[0]);
    expect(sent).toHaveLength(1);
  });

  test("the metadata cache requests the document again after its maximum age", async () => {
    const { cache, sent, advance } = setUp((count) => json(metadata({ token_endpoint: `${issuer}/token/${count}` })));
    await cache.get();
    advance(1_000_000);
    expect(await cache.get()).toMatchObject({ tokenEndpoint: `${issuer}/token/2` });
    expect(sent).toHaveLength(2);
  });

  test.each([
    ["an outage", () => json({}, 500)],
    ["a document of another issuer", () => json(metadata({ issuer: "https://evil.example" }))],
    ["a lost connection", () => Promise.reject(new TypeError("fetch failed"))],
  ])(
    "the metadata cache returns the last valid document after %s, reports the failure, and waits before the next request",
    async (_, fail) => {
      const { cache, sent, failures, advance } = setUp((count) => (count === 2 ? fail() : json(metadata())));
      const first = await cache.get();
      advance(1_000_000);
      expect(await cache.get()).toBe(first);
      expect(failures).toHaveLength(1);
      advance(59_999);
      expect(await cache.get()).toBe(first);
      expect(sent).toHaveLength(2);
      advance(1);
      expect(await cache.get()).not.toBe(first);
      expect(sent).toHaveLength(3);
    },
  );

  test("the metadata cache waits for the time in Retry-After before the next request", async () => {
    const { cache, sent, advance } = setUp((count) =>
      count === 1 ? json(metadata()) : json({}, 503, { "retry-after": "90" }),
    );
    await cache.get();
    advance(1_000_000);
    await cache.get();
    advance(89_999);
    await cache.get();
    expect(sent).toHaveLength(2);
    advance(1);
    await cache.get();
    expect(sent).toHaveLength(3);
  });

  test("the metadata cache sends another request when the runtime has dropped one together with its timer", async () => {
    vi.useFakeTimers({ toFake: ["Date", "setTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    let respond: (response: Response) => void = () => undefined;
    const late = new Promise<Response>((resolve) => {
      respond = resolve;
    });
    const { cache, sent } = setUp((count) => (count === 1 ? late : json(metadata())), { timeoutMs: 5_000 });
    const lost = cache.get();
    await vi.advanceTimersByTimeAsync(0);
    vi.setSystemTime(Date.now() + 6_001);
    expect(await cache.get()).toMatchObject(endpoints);
    respond(json(metadata()));
    await lost;
    expect(sent).toHaveLength(2);
  });

  test("the metadata cache continues the request of other callers when one caller aborts", async () => {
    let respond: (response: Response) => void = () => undefined;
    const { cache, sent } = setUp(
      () =>
        new Promise((resolve) => {
          respond = resolve;
        }),
    );
    const controller = new AbortController();
    const [aborted, other] = [cache.get({ signal: controller.signal }), cache.get()];
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(aborted).rejects.toBe(reason);
    await expect(cache.get({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    respond(json(metadata()));
    await expect(other).resolves.toMatchObject(endpoints);
    expect(sent).toHaveLength(1);
  });
});
