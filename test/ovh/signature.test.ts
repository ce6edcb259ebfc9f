import { createHash } from "node:crypto";
import { createOvhManager } from "oauth-clients/ovh";
import { describe, expect, test, vi } from "vitest";
import { createServerClock, sign, signRequests } from "../../src/ovh/signature.js";
import { rejection } from "../contract/subject.js";
import { clientBody, recorder } from "./responses.js";

const keys = {
  applicationKey: "app-key-0001",
  applicationSecret: "app-secret-0001",
  consumerKey: "consumer-key-0001",
};
const { signal } = new AbortController();
const clients = "https://eu.api.ovh.com/1.0/me/api/oauth2/client";

describe("createServerClock", () => {
  function machine() {
    const time = { wallMs: 5_000_000, steadyMs: 100 };
    const local = { wallMs: () => time.wallMs, steadyMs: () => time.steadyMs };
    const pass = (ms: number) => {
      time.wallMs += ms;
      time.steadyMs += ms;
    };
    return { time, local, pass };
  }

  test("rejects when the server's time cannot be read, and requests it again for the next call", async () => {
    const readTime = vi.fn().mockRejectedValueOnce(new Error("no")).mockResolvedValue(1_700_000_000);
    const clock = createServerClock(readTime, 1_000);
    await expect(clock()).rejects.toThrow("no");
    expect(await clock()).toBe(1_700_000_000);
  });

  test("requests the time once for concurrent calls, and then advances with the local clock", async () => {
    const { local, pass } = machine();
    const readTime = vi.fn().mockResolvedValue(1_700_000_000);
    const clock = createServerClock(readTime, 1_000, local);
    expect(await Promise.all([clock(), clock(), clock()])).toEqual(Array(3).fill(1_700_000_000));
    pass(61_500);
    expect(await clock()).toBe(1_700_000_061);
    expect(readTime).toHaveBeenCalledTimes(1);
  });

  test.each<[string, (context: ReturnType<typeof machine>) => void]>([
    ["the time was read more than an hour ago", ({ pass }) => pass(3_600_001)],
    [
      "the machine was suspended",
      ({ time }) => {
        time.wallMs += 600_000;
      },
    ],
    [
      "the local clock was set back",
      ({ time }) => {
        time.wallMs -= 600_000;
      },
    ],
  ])("requests the time again when %s", async (_, change) => {
    const context = machine();
    const readTime = vi.fn().mockResolvedValueOnce(1_700_000_000).mockResolvedValueOnce(1_700_009_000);
    const clock = createServerClock(readTime, 1_000, context.local);
    await clock();
    change(context);
    expect(await clock()).toBe(1_700_009_000);
    expect(await clock()).toBe(1_700_009_000);
    expect(readTime).toHaveBeenCalledTimes(2);
  });
});

describe("a signature", () => {
  test.each([
    ["GET", clients, undefined, "$1$ac5a27ab22434c391b02eebc6c3413bcc212eafe"],
    [
      "POST",
      clients,
      '{"callbackUrls":[],"description":"demo","flow":"CLIENT_CREDENTIALS","name":"demo"}',
      "$1$b6372d67b26ead215f15cdc6e06e45d955e423b8",
    ],
    [
      "GET",
      "https://eu.api.ovh.com/v2/iam/policy?identity=urn%3Av1%3Aeu%3Aidentity%3Acredential%3Axx00000-ovh%2Foauth2-EU.00000000000000aa",
      undefined,
      "$1$e642cc702ebc9179787f32f7e7d065e6d1d3dea8",
    ],
  ])("of %s %s has the expected value", async (method, url, body, signature) => {
    expect(await sign(keys, { method, url, body }, "1700000000")).toBe(signature);
  });

  test("covers the bytes of the content, not its characters", async () => {
    const body = '{"name":"Zürich \\ud800 €"}';
    const text = `app-secret-0001+consumer-key-0001+PUT+${clients}+${body}+1`;
    const expected = createHash("sha1").update(Buffer.from(text, "utf8")).digest("hex");
    expect(await sign(keys, { method: "PUT", url: clients, body }, "1")).toBe(`$1$${expected}`);
  });

  test("covers the URL in its normalized form", async () => {
    const authorize = signRequests(keys, async () => 1_700_000_000);
    const loud = { method: "GET", url: clients.replace("https://eu", "HTTPS://EU"), body: undefined };
    expect((await authorize(loud, signal)).headers["x-ovh-signature"]).toBe("$1$ac5a27ab22434c391b02eebc6c3413bcc212eafe");
  });

  test("has all header fields that the server requires, and lists the secrets to redact", async () => {
    const authorize = signRequests(keys, async () => 1_700_000_000);
    const { headers, secrets, onUnauthorized } = await authorize({ method: "GET", url: clients, body: undefined }, signal);
    const signature = "$1$ac5a27ab22434c391b02eebc6c3413bcc212eafe";
    expect(headers).toEqual({
      "x-ovh-application": "app-key-0001",
      "x-ovh-consumer": "consumer-key-0001",
      "x-ovh-timestamp": "1700000000",
      "x-ovh-signature": signature,
    });
    expect(secrets).toEqual(["app-secret-0001", "consumer-key-0001", signature]);
    expect(onUnauthorized).toBeUndefined();
  });
});

const identities = ["urn:v1:eu:identity:credential:zz99999-ovh/oauth2-EU.00aa"];
const resources = ["urn:v1:eu:resource:vps:*"];

describe("a manager with an application key", () => {
  test("sends only the request for the time when that request fails", async () => {
    const { fetch, sent } = recorder([{ status: 400, json: { message: "no time" } }]);
    const manager = createOvhManager({ ...keys, fetch, retry: { maxRetries: 0 } });
    const error = await rejection(manager.createPolicy({ name: "a", identities, resources, allow: ["vps:*"] }));
    expect(error).toMatchObject({ name: "ResponseError", vendor: "ovh", outcome: "not_applied" });
    expect(sent.map(({ path }) => path)).toEqual(["/v1/auth/time"]);
  });

  test("requests the time without credentials, once, and outside of the concurrency limit", async () => {
    const { fetch, sent } = recorder([{ json: 1_700_000_000 }, { json: clientBody("EU.00aa") }]);
    const manager = createOvhManager({ ...keys, fetch, limits: { concurrency: 1 } });
    await Promise.all([manager.get("EU.00aa"), manager.get("EU.00aa")]);
    expect(sent.map(({ path }) => path)).toEqual(["/v1/auth/time", ...Array(2).fill("/v1/me/api/oauth2/client/EU.00aa")]);
    expect([...(sent[0]?.headers.keys() ?? [])].filter((name) => /^(x-ovh|authorization)/.test(name))).toEqual([]);
    expect(sent[1]?.headers.has("authorization")).toBe(false);
  });

  test("signs every attempt separately, over the content of that attempt", async () => {
    const { fetch, sent } = recorder([
      { json: 1_700_000_000 },
      { json: clientBody("EU.00aa") },
      { status: 503 },
      { json: null },
      { json: clientBody("EU.00aa") },
    ]);
    const manager = createOvhManager({ ...keys, fetch, retry: { initialDelayMs: 1 } });
    await manager.update("EU.00aa", { name: "Zürich <&> €" });
    const signed = sent.filter(({ headers }) => headers.has("x-ovh-signature"));
    expect(signed.map(({ method }) => method)).toEqual(["GET", "PUT", "PUT", "GET"]);
    for (const { method, url, text, headers } of signed) {
      const parts = [keys.applicationSecret, keys.consumerKey, method, url, text, headers.get("x-ovh-timestamp")];
      const expected = createHash("sha1").update(parts.join("+")).digest("hex");
      expect(headers.get("x-ovh-signature")).toBe(`$1$${expected}`);
    }
  });
});
