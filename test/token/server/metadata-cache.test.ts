import { createMetadataCache, type MetadataCacheOptions } from "oauth-clients/token/server";
import { describe, expect, test } from "vitest";
import { endpoints, issuer, json, metadata, record } from "./samples.js";

function make(answer: (count: number) => Response | Promise<Response>, options: MetadataCacheOptions = {}) {
  let now = 0;
  const { fetch, sent } = record(answer);
  const failures: unknown[] = [];
  const source = createMetadataCache(issuer, {
    fetch,
    now: () => now,
    maxAgeMs: 1_000_000,
    onRenewalFailure: (error) => failures.push(error),
    ...options,
  });
  return {
    source,
    sent,
    failures,
    advance: (ms: number) => {
      now += ms;
    },
  };
}

describe("createMetadataCache refuses", () => {
  test.each([
    ["an issuer that is none", "nowhere", {}, "issuer"],
    ["an age that is none", issuer, { maxAgeMs: -1 }, "maxAgeMs"],
    ["a clock that is none", issuer, { now: 1 }, "now"],
    ["a listener that is none", issuer, { onRenewalFailure: "log" }, "onRenewalFailure"],
    ["hosts that are none", issuer, { allowedHosts: "auth.example" }, "allowedHosts"],
  ])("%s, at once", (_, asked, options, path) => {
    expect(() => createMetadataCache(asked, options as MetadataCacheOptions)).toThrow(
      expect.objectContaining({ code: "invalid_configuration", issues: [expect.objectContaining({ path })] }),
    );
  });
});

describe("rule 98: a source", () => {
  test("throws while there is no good document, and forgets the failure", async () => {
    const { source, sent } = make((count) => (count === 1 ? json({}, 500) : json(metadata())));
    await expect(source.get()).rejects.toMatchObject({ code: "server_error" });
    expect(source.peek()).toBeUndefined();
    await expect(source.get()).resolves.toMatchObject(endpoints);
    expect(sent).toHaveLength(2);
  });

  test("asks once for all who come together, and not again while the document is young", async () => {
    const { source, sent, advance } = make(() => json(metadata()));
    const all = await Promise.all(Array.from({ length: 10 }, () => source.get()));
    expect(new Set(all).size).toBe(1);
    advance(999_999);
    expect(await source.get()).toBe(all[0]);
    expect(source.peek()).toBe(all[0]);
    expect(sent).toHaveLength(1);
  });

  test("asks again when the document is old", async () => {
    const { source, sent, advance } = make((count) => json(metadata({ token_endpoint: `${issuer}/token/${count}` })));
    await source.get();
    advance(1_000_000);
    expect(await source.get()).toMatchObject({ tokenEndpoint: `${issuer}/token/2` });
    expect(sent).toHaveLength(2);
  });

  test.each([
    ["an outage", () => json({}, 500)],
    ["another issuer", () => json(metadata({ issuer: "https://evil.example" }))],
    ["a broken line", () => Promise.reject(new TypeError("fetch failed"))],
  ])("keeps the last good document through %s, tells, and waits before the next try", async (_, fail) => {
    const { source, sent, failures, advance } = make((count) => (count === 2 ? fail() : json(metadata())));
    const first = await source.get();
    advance(1_000_000);
    expect(await source.get()).toBe(first);
    expect(failures).toHaveLength(1);
    advance(59_999);
    expect(await source.get()).toBe(first);
    expect(sent).toHaveLength(2);
    advance(1);
    expect(await source.get()).not.toBe(first);
    expect(sent).toHaveLength(3);
  });

  test("waits for as long as the server asks", async () => {
    const { source, sent, advance } = make((count) =>
      count === 1 ? json(metadata()) : json({}, 503, { "retry-after": "90" }),
    );
    await source.get();
    advance(1_000_000);
    await source.get();
    advance(89_999);
    await source.get();
    expect(sent).toHaveLength(2);
    advance(1);
    await source.get();
    expect(sent).toHaveLength(3);
  });

  test("lets a caller leave without disturbing the others", async () => {
    let answer: (response: Response) => void = () => undefined;
    const { source, sent } = make(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    const controller = new AbortController();
    const [leaving, staying] = [source.get({ signal: controller.signal }), source.get()];
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(leaving).rejects.toBe(reason);
    await expect(source.get({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    answer(json(metadata()));
    await expect(staying).resolves.toMatchObject(endpoints);
    expect(sent).toHaveLength(1);
  });
});
