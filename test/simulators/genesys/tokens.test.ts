import { describe, expect, test } from "vitest";
import { fixedNow } from "../../time.js";
import {
  administrator,
  basic,
  dayMs,
  grant,
  hourMs,
  login,
  minuteMs,
  open,
  problem,
  read,
  send,
  start,
  tokenOf,
  website,
  worker,
} from "./calls.js";

const refusal = (error: string, text: unknown = expect.any(String)) => ({
  error,
  description: text,
  error_description: text,
});

describe("the login host rejects", () => {
  test.each<[string, number, string, Parameters<typeof login>[1], Parameters<typeof login>[2]]>([
    ["an unknown client", 400, "invalid_client", { ...administrator, clientId: "unknown" }, grant],
    ["a wrong secret", 400, "invalid_client", { ...administrator, clientSecret: "wrong" }, grant],
    [
      "a secret that was percent-encoded before the Basic encoding",
      400,
      "invalid_client",
      { ...administrator, clientSecret: encodeURIComponent(administrator.clientSecret) },
      grant,
    ],
    ["an empty form", 400, "invalid_request", administrator, {}],
    ["an empty grant type", 400, "invalid_request", administrator, { grant_type: "" }],
    [
      "two grant types",
      400,
      "invalid_request",
      administrator,
      [
        ["grant_type", "client_credentials"],
        ["grant_type", "client_credentials"],
      ],
    ],
    ["another grant type", 400, "unsupported_grant_type", administrator, { grant_type: "password" }],
    ["the API's name of the grant type", 400, "unsupported_grant_type", administrator, { grant_type: "CLIENT-CREDENTIALS" }],
  ])("%s: %d %s", async (_case, status, error, credentials, form) => {
    const response = await login(start(), credentials, form);
    expect([response.status, response.json]).toEqual([status, refusal(error)]);
  });

  test("a client with another grant type, and clients that are not active", async () => {
    const { genesys, call } = await open();
    const insert = (fields: Record<string, unknown>) => ({
      clientId: genesys.insert({ secret: "kept-secret", fields }),
      clientSecret: "kept-secret",
    });
    expect((await login(genesys, insert(website))).json).toEqual(refusal("unauthorized_client"));
    for (const state of ["inactive", "disabled", "deleted"]) {
      expect((await login(genesys, insert({ ...worker, state }))).json).toEqual(refusal("invalid_client"));
    }
    const { json } = await call("POST", "/oauth/clients", { ...worker, state: "inactive" });
    expect((await login(genesys, { clientId: json.id, clientSecret: json.secret })).status).toBe(400);
  });

  test("credentials in the form, an invalid Basic header, and content that is not a form", async () => {
    const genesys = start();
    const { clientId, clientSecret } = administrator;
    const post = (headers: Record<string, string>, body: BodyInit) =>
      read(genesys.fetch(`${genesys.urls.login}/oauth/token`, { method: "POST", headers, body }));
    const inForm = new URLSearchParams({ ...grant, client_id: clientId, client_secret: clientSecret });
    expect((await post({}, inForm)).json).toEqual(refusal("invalid_client"));
    for (const authorization of ["Basic %%%", `Basic ${btoa(clientId)}`, "Bearer x"]) {
      expect((await post({ authorization }, new URLSearchParams(grant))).json).toEqual(refusal("invalid_client"));
    }
    const asJson = await post({ ...basic(clientId, clientSecret), "content-type": "application/json" }, JSON.stringify(grant));
    expect(asJson.json).toEqual(refusal("invalid_request"));
  });

  test("unknown credentials with 401 when the option is set", async () => {
    const response = await login(start({ invalidClientStatus: 401 }), { ...administrator, clientSecret: "wrong" });
    expect([response.status, response.json]).toEqual([401, refusal("invalid_client")]);
  });

  test("too many requests of one client with 400 and no Retry-After", async () => {
    const genesys = start({ loginRateLimit: { perMinute: 2 }, now: fixedNow() });
    const clientId = genesys.insert({ secret: "kept-secret", fields: worker });
    await login(genesys);
    await login(genesys);
    const response = await login(genesys);
    const limited = refusal("invalid_request", expect.stringMatching(/^rate limit exceeded;/));
    expect([response.status, response.json]).toEqual([400, limited]);
    expect(response.headers.has("retry-after")).toBe(false);
    expect((await login(genesys, { clientId, clientSecret: "kept-secret" })).status).toBe(200);
    genesys.advanceTime(minuteMs);
    expect((await login(genesys)).status).toBe(200);
  });

  test("the next requests after throttleNext", async () => {
    const genesys = start();
    genesys.throttleNext("postOauthToken", { times: 2 });
    const [first, second, third] = [await login(genesys), await login(genesys), await login(genesys)];
    expect([first.status, second.status, third.status]).toEqual([400, 400, 200]);
    expect(first.json).toEqual(refusal("invalid_request", expect.stringMatching(/^rate limit exceeded;/)));
  });
});

describe("the API rejects", () => {
  test.each([
    ["no token", "authentication.required", {}],
    ["an unknown token", "bad.credentials", { authorization: "Bearer unknown" }],
    ["client credentials instead of a token", "bad.credentials", basic(administrator.clientId, administrator.clientSecret)],
    ["an empty token", "bad.credentials", { authorization: "Bearer " }],
  ])("%s: 401 %s", async (_case, code, headers) => {
    const genesys = start();
    const response = await read(genesys.fetch(`${genesys.urls.api}/api/v2/oauth/clients`, { headers }));
    expect(response).toMatchObject({ status: 401, json: { ...problem(code), status: 401 } });
  });

  test("an expired token, with the lifetime of its client", async () => {
    const { genesys, call } = await open({ now: fixedNow() });
    const roleDivisions = [{ roleId: genesys.organization.roles[0]?.id, divisionId: "*" }];
    const insert = (accessTokenValiditySeconds: number) =>
      genesys.insert({ secret: "kept-secret", fields: { ...worker, roleDivisions, accessTokenValiditySeconds } });
    const short = await login(genesys, { clientId: insert(300), clientSecret: "kept-secret" });
    expect(short.json.expires_in).toBe(299);
    const path = "/tokens/me";
    genesys.advanceTime(5 * minuteMs - 5000);
    expect((await send(genesys, String(short.json.access_token), "GET", path)).status).toBe(200);
    genesys.advanceTime(5000);
    const late = await send(genesys, String(short.json.access_token), "GET", path);
    expect(late).toMatchObject({ status: 401, json: problem("bad.credentials") });
    genesys.advanceTime(dayMs - 6 * minuteMs);
    expect((await call("GET", path)).status).toBe(200);
    genesys.advanceTime(6 * minuteMs);
    expect((await call("GET", path)).status).toBe(401);
  });

  test("a token after its revocation, by DELETE /tokens/me or by endTokens", async () => {
    const { genesys, call } = await open();
    const other = await tokenOf(genesys);
    expect(await call("DELETE", "/tokens/me")).toMatchObject({ status: 200, text: "" });
    expect((await call("GET", "/tokens/me")).status).toBe(401);
    expect((await send(genesys, other, "GET", "/tokens/me")).status).toBe(200);
    genesys.endTokens("unknown");
    expect((await send(genesys, other, "GET", "/tokens/me")).status).toBe(200);
    genesys.endTokens(administrator.clientId);
    expect((await send(genesys, other, "GET", "/tokens/me")).status).toBe(401);
    const third = await tokenOf(genesys);
    genesys.endTokens();
    expect((await send(genesys, third, "GET", "/tokens/me")).status).toBe(401);
  });

  test("an idle token after the idle timeout, which preserveIdleTTL does not extend", async () => {
    const { genesys, call } = await open({ idleTimeoutMs: 15 * minuteMs, now: fixedNow() });
    genesys.advanceTime(10 * minuteMs);
    expect((await call("GET", "/oauth/clients")).status).toBe(200);
    genesys.advanceTime(10 * minuteMs);
    const { json } = await call("GET", "/tokens/me?preserveIdleTTL=true");
    const leftMs = Date.parse(String(json.dateTokenIdles)) - genesys.now();
    expect(leftMs).toBe(5 * minuteMs);
    expect(genesys.inspect(administrator.clientId)?.activeTokens).toBe(1);
    genesys.advanceTime(5 * minuteMs);
    expect((await call("GET", "/oauth/clients")).status).toBe(401);
    expect(genesys.inspect(administrator.clientId)?.activeTokens).toBe(0);
  });

  test("tokens of a disabled client, but not of an inactive one", async () => {
    const { genesys, call, create } = await open();
    const { id, secret } = await create();
    const token = await tokenOf(genesys, { clientId: id, clientSecret: secret });
    await call("PUT", `/oauth/clients/${id}`, { ...worker, state: "inactive" });
    expect((await send(genesys, token, "GET", "/tokens/me")).status).toBe(200);
    genesys.disable(id);
    expect((await send(genesys, token, "GET", "/tokens/me")).status).toBe(401);
    expect((await login(genesys, { clientId: id, clientSecret: secret })).json).toEqual(refusal("invalid_client"));
    expect((await call("GET", `/oauth/clients/${id}`)).json.state).toBe("disabled");
    expect(() => genesys.disable("unknown")).toThrow(/^simulateGenesys: there is no client/);
  });

  test.each([0, 31])("tokens of a client that is deleted %d days after its creation", async (days) => {
    const { genesys, call } = await open();
    const dateCreated = new Date(Date.now() - days * dayMs).toISOString();
    const id = genesys.insert({ secret: "kept-secret", fields: { ...worker, dateCreated } });
    const token = await tokenOf(genesys, { clientId: id, clientSecret: "kept-secret" });
    await call("PUT", `/oauth/clients/${id}`, { ...worker, state: "inactive" });
    await call("DELETE", `/oauth/clients/${id}`);
    expect((await send(genesys, token, "GET", "/tokens/me")).status).toBe(401);
  });
});

describe("a token", () => {
  test("is opaque, of type bearer, and has the lifetime of its client", async () => {
    const genesys = start();
    const { status, json, headers } = await login(genesys);
    expect(status).toBe(200);
    expect(json).toEqual({
      access_token: expect.stringMatching(/^[\w-]{43}$/) as string,
      token_type: "bearer",
      expires_in: 86_399,
    });
    expect(headers.get("cache-control")).toBe("no-store");
    expect((await login(genesys)).json.access_token).not.toBe(json.access_token);
  });

  test("is described by /tokens/me with the vendor's member names", async () => {
    const { genesys, call } = await open();
    const { json } = await call("GET", "/tokens/me");
    expect(json.OAuthClient).toMatchObject({
      id: administrator.clientId,
      authorizedGrantType: "CLIENT-CREDENTIALS",
      organization: { id: genesys.organization.id },
    });
    expect(json).not.toHaveProperty("dateTokenIdles");
    expect(await call("HEAD", "/tokens/me")).toMatchObject({ status: 200, text: "" });
    genesys.advanceTime(hourMs);
    expect((await call("HEAD", "/tokens/me")).status).toBe(200);
  });
});
