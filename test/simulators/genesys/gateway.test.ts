import { describe, expect, test } from "vitest";
import { fixedNow } from "../../time.js";
import { login, minuteMs, open, problem, read, send, start, tokenOf, uuid } from "./calls.js";

describe("an address without a simulated operation", () => {
  test.each(["/oauth/scopes", "/users/me", "/oauth/clients/x/usage/summary"])("GET %s returns 501", async (path) => {
    const { call } = await open();
    expect(await call("GET", path)).toMatchObject({ status: 501, json: problem("not.implemented") });
  });

  test("an unsupported method returns 405 with the allowed ones", async () => {
    const { call } = await open();
    const response = await call("PATCH", "/oauth/clients/x", {});
    expect(response).toMatchObject({ status: 405, json: problem("method.not.allowed") });
    expect(response.headers.get("allow")).toBe("GET, PUT, DELETE");
  });

  test("a path of the other host returns 501", async () => {
    const genesys = start();
    const { api, login: host } = genesys.urls;
    expect((await read(genesys.fetch(`${api}/oauth/token`, { method: "POST" }))).status).toBe(501);
    expect((await read(genesys.fetch(`${host}/api/v2/tokens/me`))).status).toBe(501);
  });

  test("a request without a token returns 401 instead of 501", async () => {
    const genesys = start();
    expect((await read(genesys.fetch(`${genesys.urls.api}/api/v2/users/me`))).status).toBe(401);
  });
});

describe("rate limits", () => {
  test("return 429 for a token that is used too often, with the seconds to wait", async () => {
    const { genesys, call } = await open({ rateLimit: { perMinute: 2 }, now: fixedNow() });
    await call("GET", "/tokens/me");
    await call("GET", "/users/me");
    const response = await call("GET", "/tokens/me");
    expect(response).toMatchObject({
      status: 429,
      json: {
        ...problem("too.many.requests.retry.after"),
        message: expect.stringMatching(/\[60\] seconds$/) as string,
        details: [],
        errors: [],
        limit: { key: "client.credentials.token.rate.per.minute", value: 2 },
      },
    });
    expect(response.headers.get("retry-after")).toBe("60");
    expect(response.headers.has("inin-ratelimit-count")).toBe(false);
    // Another token of the same client has a count of its own.
    expect((await send(genesys, await tokenOf(genesys), "GET", "/tokens/me")).status).toBe(200);
    genesys.advanceTime(minuteMs);
    expect((await call("GET", "/tokens/me")).status).toBe(200);
  });

  test("are in the header fields of every success, with 300 requests a minute by default", async () => {
    const { call } = await open({ rateLimit: {}, now: fixedNow() });
    await call("GET", "/tokens/me");
    const { headers } = await call("GET", "/tokens/me");
    const fields = ["count", "allowed", "reset"].map((name) => headers.get(`inin-ratelimit-${name}`));
    expect(fields).toEqual(["2", "300", "60"]);
  });

  test("have no header fields without the option", async () => {
    const { call } = await open();
    expect([...(await call("GET", "/tokens/me")).headers.keys()].filter((name) => name.includes("limit"))).toEqual([]);
  });
});

describe("correlation ids", () => {
  test("are different in every response, and equal to the contextId of its content", async () => {
    const { genesys, call } = await open();
    const responses = [
      await call("GET", "/tokens/me"),
      await call("GET", "/oauth/clients/unknown"),
      await call("GET", "/users/me"),
      await login(genesys),
      await send(genesys, "unknown", "GET", "/tokens/me"),
    ];
    const ids = responses.map(({ headers }) => headers.get("inin-correlation-id"));
    for (const id of ids) expect(id).toMatch(uuid);
    expect(new Set(ids).size).toBe(responses.length);
    for (const { json, headers, status } of responses) {
      if (status >= 400) expect(json.contextId).toBe(headers.get("inin-correlation-id"));
    }
  });
});
