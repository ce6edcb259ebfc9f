import { describe, expect, test } from "vitest";
import { type OryRateLimitBucket, simulateOry } from "../../../src/simulators/ory/simulator.js";
import { fixedNow } from "../../time.js";
import { admin, apiKey, form, grant, network, read } from "./calls.js";

const key = { authorization: `Bearer ${apiKey}` };

describe("the API key check", () => {
  test.each<[string, Record<string, string>]>([
    ["no key", {}],
    ["the key of a workspace", { authorization: "Bearer ory_wak_workspace" }],
    ["another scheme", { authorization: `Basic ${apiKey}` }],
  ])("rejects %s on admin paths with an error object", async (_case, headers) => {
    const ory = simulateOry(network());
    const response = await admin(ory, "POST", "/admin/clients", {}, headers);
    expect(response).toMatchObject({
      status: 401,
      json: {
        error: {
          code: 401,
          status: "Unauthorized",
          request: expect.any(String) as string,
          message: expect.any(String) as string,
        },
      },
    });
    expect(response.headers.get("x-request-id")).not.toBeNull();
    expect(ory.clients).toEqual([]);
  });

  test("requires a key on the admin port only when a gateway is simulated", async () => {
    const ory = simulateOry({ adminApiKey: "gateway-key" });
    expect(await admin(ory, "GET", "/clients")).toMatchObject({ status: 401, json: { error: { code: 401 } } });
    expect((await admin(ory, "GET", "/clients", undefined, { authorization: "Bearer gateway-key" })).status).toBe(200);
    expect((await form(ory, "/oauth2/token", grant)).json.error).toBe("invalid_request");
    expect((await read(ory.fetch(`${ory.urls.public}/.well-known/openid-configuration`))).status).toBe(200);
  });
});

describe("rate limits", () => {
  const limited = (limits: Parameters<typeof network>[0]) => simulateOry({ ...network(limits), now: fixedNow() });
  const limitsOf = ({ headers }: { readonly headers: Headers }) =>
    ["limit", "remaining", "reset"].map((name) => headers.get(`x-ratelimit-${name}`));

  test("reject a burst with header fields alone, with a reset of 0", async () => {
    const ory = limited("developer");
    const list = () => admin(ory, "GET", "/admin/clients", undefined, key);
    for (let call = 0; call < 5; call += 1) expect((await list()).status).toBe(200);
    const response = await list();
    expect(response).toMatchObject({ status: 429, text: "" });
    expect(response.headers.has("retry-after")).toBe(false);
    expect(limitsOf(response)).toEqual(["5, 5;w=1, 15;w=60", "0, 10", "0, 0"]);
    ory.advanceTime(1000);
    expect((await list()).status).toBe(200);
  });

  test("reject requests above the limit per minute, with the seconds to wait", async () => {
    const ory = limited("developer");
    const list = () => admin(ory, "GET", "/admin/clients", undefined, key);
    for (let call = 0; call < 15; call += 1) {
      expect((await list()).status).toBe(200);
      if (call % 5 === 4) ory.advanceTime(1000);
    }
    const response = await list();
    expect(response.status).toBe(429);
    expect(limitsOf(response)).toEqual(["5, 5;w=1, 15;w=60", "5, 0", "0, 57"]);
    ory.advanceTime(60_000);
    expect((await list()).status).toBe(200);
  });

  test("count all writes together, and reads and tokens separately", async () => {
    const ory = limited("developer");
    const call = (method: string, path: string) => admin(ory, method, path, {}, key);
    const statuses = [
      await call("POST", "/admin/clients"),
      await call("PUT", "/admin/clients/x"),
      await admin(ory, "PATCH", "/admin/clients/x", [], key),
      await call("DELETE", "/admin/clients/x"),
      await call("PUT", "/admin/clients/x/lifespans"),
      await call("DELETE", "/admin/oauth2/tokens?client_id=x"),
    ].map(({ status }) => status);
    expect(statuses).toEqual([201, 404, 404, 404, 404, 429]);
    expect((await admin(ory, "GET", "/admin/clients/x", undefined, key)).status).toBe(404);
    expect((await call("POST", "/admin/clients/x/secrets/rotate")).status).toBe(404);
    expect((await form(ory, "/oauth2/token", grant)).status).toBe(400);
  });

  test.each<[OryRateLimitBucket, string]>([
    ["hydra-admin-medium", "/admin/clients"],
    ["hydra-public-high", "/.well-known/openid-configuration"],
  ])("can be set per bucket: %s", async (bucket, path) => {
    const ory = limited({ [bucket]: { perSecond: 1, perMinute: 2 } });
    expect((await admin(ory, "GET", path, undefined, key)).status).toBe(200);
    expect((await admin(ory, "GET", path, undefined, key)).status).toBe(429);
    const elsewhere = await admin(ory, "GET", "/admin/clients/x", undefined, key);
    expect(elsewhere.status).toBe(404);
    expect(elsewhere.headers.has("x-ratelimit-limit")).toBe(false);
  });
});
