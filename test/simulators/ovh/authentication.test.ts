import { type RequestOptions, request } from "node:http";
import { describe, expect, test } from "vitest";
import { createSimulatedTime } from "../../../src/simulators/core/time.js";
import type { OvhApplicationKey, OvhSimulatorOptions } from "../../../src/simulators/ovh/simulator.js";
import { fixedNow } from "../../time.js";
import { api, bearer, clientsPath, create, keys, read, root, type Signing, signed, start, token, worker } from "./calls.js";

const address = `https://eu.api.ovh.com${clientsPath}`;
const simulator = (key: Partial<OvhApplicationKey> = {}, options: OvhSimulatorOptions = {}) =>
  start({ applicationKeys: [{ ...keys, ...key }], now: fixedNow(), ...options });
const seconds = (ms: number) => Math.floor(ms / 1000);
const call = (ovh: ReturnType<typeof simulator>, signing: Partial<Signing> = {}, sent: Record<string, string> = {}) => {
  const headers = signed({ method: "GET", address, timestamp: seconds(ovh.now()), ...signing });
  return api(ovh, "GET", clientsPath, undefined, { ...headers, ...sent });
};

const invalidSignature = { status: 400, json: { class: "Client::BadRequest", message: "Invalid signature" } };
const forbidden = (message: string) => ({ status: 403, json: { class: "Client::Forbidden", message } });

describe("authentication fails", () => {
  test.each<[string, Record<string, string>]>([
    ["without credentials", {}],
    ["with an application key and no signature", { "x-ovh-application": keys.applicationKey }],
  ])("%s", async (_case, headers) => {
    const response = await api(simulator(), "GET", clientsPath, undefined, headers);
    expect(response).toMatchObject(forbidden("You must login first"));
  });

  test.each<[string, Partial<OvhApplicationKey>, Record<string, string>, object]>([
    ["an unknown application key", {}, { "x-ovh-application": "unknown" }, forbidden("Invalid application key")],
    ["an unknown consumer key", {}, { "x-ovh-consumer": "unknown" }, forbidden("This credential does not exist")],
    ["an expired consumer key", { state: "expired" }, {}, forbidden("This credential is not valid")],
    ["a rejected consumer key", { state: "refused" }, {}, forbidden("This credential is not valid")],
    ["a consumer key after its expiry", { expiresAt: new Date(0) }, {}, forbidden("This credential is not valid")],
    ["a consumer key that is not validated", { state: "pendingValidation" }, {}, invalidSignature],
    ["no timestamp", {}, { "x-ovh-timestamp": "" }, invalidSignature],
    ["no signature", {}, { "x-ovh-signature": "" }, invalidSignature],
  ])("with %s", async (_case, key, headers, refusal) => {
    expect(await call(simulator(key), {}, headers)).toMatchObject(refusal);
  });

  test("with a valid timestamp that differs from the signed one", async () => {
    const ovh = simulator();
    const timestamp = seconds(ovh.now());
    const other = { "x-ovh-timestamp": String(timestamp + 1) };
    expect(await call(ovh, { timestamp }, other)).toMatchObject(invalidSignature);
    expect((await call(ovh, { timestamp: timestamp + 1 })).status).toBe(200);
  });

  test.each<[string, Partial<Signing>]>([
    ["the secret", { secret: "another" }],
    ["the method", { method: "POST" }],
    ["the path", { address: `${address}/` }],
    ["the version", { address: address.replace("1.0", "v1") }],
    ["the scheme", { address: address.replace("https", "http") }],
    ["the host", { address: address.replace("eu.api.ovh.com", "ca.api.ovh.com") }],
    ["the query", { address: `${address}?x=1` }],
    ["the content", { body: "null" }],
  ])("with a signature over another value of %s", async (_case, signing) => {
    expect(await call(simulator(), signing)).toMatchObject(invalidSignature);
  });

  test.each([
    ["a minute late", -60, 400],
    ["a minute early", 60, 400],
    ["31 s late", -31, 400],
    ["29 s late", -29, 200],
    ["29 s early", 29, 200],
  ])("with a timestamp that is %s (%i s): the status is %i", async (_case, away, status) => {
    const ovh = simulator();
    expect((await call(ovh, { timestamp: seconds(ovh.now()) + away })).status).toBe(status);
  });

  test("with an unknown bearer token: 401", async () => {
    const response = await api(simulator(), "GET", clientsPath, undefined, bearer("unknown"));
    expect(response).toMatchObject({ status: 401, json: { class: "Client::Unauthorized" } });
  });

  test("with another authentication scheme", async () => {
    expect((await api(simulator(), "GET", clientsPath, undefined, { authorization: `Basic ${root}` })).status).toBe(401);
  });

  test("with a token and a signature at once", async () => {
    expect(await call(simulator(), {}, bearer(root))).toMatchObject({ status: 400, json: { class: "Client::BadRequest" } });
  });

  test("with an expired token", async () => {
    const { now, advanceTime } = createSimulatedTime(fixedNow());
    const expiresAt = new Date(now() + 60_000);
    const ovh = start({ accessTokens: [{ accessToken: root, expiresAt }], now });
    expect((await api(ovh, "GET", clientsPath)).status).toBe(200);
    advanceTime(60_001);
    expect((await api(ovh, "GET", clientsPath)).status).toBe(401);
  });
});

describe("signatures", () => {
  test.each([".0", "e0", "x"])("are rejected with a timestamp that ends in %j", async (end) => {
    const ovh = simulator();
    expect(await call(ovh, { timestamp: `${seconds(ovh.now())}${end}` })).toMatchObject(invalidSignature);
  });

  test("cover the bytes of the content, not the parsed value", async () => {
    const ovh = simulator();
    const body = '{"name":"caf\\u00e9 <b>" , "description":"x","flow":"CLIENT_CREDENTIALS"}';
    const headers = signed({ method: "POST", address, body, timestamp: seconds(ovh.now()) });
    const other = JSON.stringify(JSON.parse(body));
    expect(await api(ovh, "POST", clientsPath, other, headers)).toMatchObject(invalidSignature);
    expect((await api(ovh, "POST", clientsPath, body, headers)).status).toBe(200);
    expect(ovh.clients).toMatchObject([{ name: "café <b>" }]);
  });

  test("cover content that is not UTF-8", async () => {
    const ovh = simulator();
    const body = new Uint8Array([0xff, 0xfe, 0x22]);
    const headers = signed({ method: "POST", address, body, timestamp: seconds(ovh.now()) });
    const response = await read(ovh.fetch(address, { method: "POST", headers, body }));
    expect(response).toMatchObject({ status: 400, json: { message: "The content is not valid JSON" } });
  });

  test("cover the query as it was sent", async () => {
    const ovh = simulator();
    const path = "/v2/iam/policy?identity=urn%3Av1%3Aeu%3Aidentity%3Acredential%3Axx00000-ovh%2Foauth2-EU.00000000000000aa";
    const timestamp = seconds(ovh.now());
    const headers = signed({ method: "GET", address: `https://eu.api.ovh.com${path}`, timestamp });
    expect((await api(ovh, "GET", path, undefined, headers)).status).toBe(200);
    const decoded = signed({ method: "GET", address: `https://eu.api.ovh.com${decodeURIComponent(path)}`, timestamp });
    expect((await api(ovh, "GET", path, undefined, decoded)).status).toBe(400);
  });

  test("are validated with the server's time, which /auth/time returns without authentication", async () => {
    const ovh = simulator({}, { clockSkewMs: 7_200_000 });
    expect(await call(ovh)).toMatchObject(invalidSignature);
    const { text, json } = await api(ovh, "GET", "/1.0/auth/time", undefined, {});
    expect(text).toMatch(/^\d+$/);
    expect(Number(json)).toBe(seconds(ovh.now()) + 7200);
    expect((await call(ovh, { timestamp: text })).status).toBe(200);
    ovh.advanceTime(31_000);
    expect((await call(ovh, { timestamp: text })).status).toBe(400);
  });

  test("are rejected in upper case", async () => {
    const ovh = simulator();
    const headers = signed({ method: "GET", address, timestamp: seconds(ovh.now()) });
    const signature = headers["x-ovh-signature"].toUpperCase();
    expect(await api(ovh, "GET", clientsPath, undefined, { ...headers, "x-ovh-signature": signature })).toMatchObject(
      invalidSignature,
    );
  });

  test.each([
    [
      "the configured base URL, when the server listens on the loopback address",
      "https://eu.api.ovh.com",
      (host: string) => host,
      400,
    ],
    ["the loopback address", "http://127.0.0.1", (host: string) => host, 200],
    ["another name of this machine", "http://localhost", (host: string) => host.replace("127.0.0.1", "localhost"), 200],
    ["a host name that was not requested", "http://localhost", (host: string) => host, 400],
    ["the configured base URL, when a proxy forwards its Host header", "https://eu.api.ovh.com", () => "eu.api.ovh.com", 200],
  ])("are valid for the requested host: %s", async (_case, origin, hostOf, status) => {
    const ovh = simulator();
    const listening = await ovh.listen();
    try {
      const { port, host: here } = new URL(listening.url);
      const signedOrigin = origin.startsWith("https") ? origin : `${origin}:${port}`;
      const path = `${clientsPath}?x=1`;
      const headers = signed({ method: "GET", address: signedOrigin + path, timestamp: seconds(ovh.now()) });
      expect(await statusOf({ port, path, headers: { ...headers, host: hostOf(here) } })).toBe(status);
    } finally {
      await listening.close();
    }
  });
});

/** `fetch` does not let its caller choose the Host header. */
function statusOf(options: RequestOptions): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request({ host: "127.0.0.1", ...options }, (response) => resolve(response.resume().statusCode));
    call.once("error", reject).end();
  });
}

describe("an authenticated caller", () => {
  test("may only use the access rules of its consumer key, in both forms of the version", async () => {
    const ovh = simulator({
      accessRules: [
        { method: "GET", path: "/me/*" },
        { method: "GET", path: "/v2/iam/policy" },
      ],
    });
    const status = async (method: string, path: string) => {
      const timestamp = seconds(ovh.now());
      const headers = signed({ method, address: `https://eu.api.ovh.com${path}`, timestamp });
      return api(ovh, method, path, undefined, headers);
    };
    expect(await status("POST", clientsPath)).toMatchObject({
      status: 403,
      json: {
        class: "Client::Forbidden",
        message: "This call has not been granted",
        details: { unauthorizedActionsByAuthentication: "account:apiovh:me/api/oauth2/client/create" },
      },
    });
    expect((await status("GET", "/v2/iam/reference/action")).status).toBe(403);
    expect((await status("GET", clientsPath)).status).toBe(200);
    expect((await status("GET", clientsPath.replace("1.0", "v1"))).status).toBe(200);
    expect((await status("GET", "/v2/iam/policy")).status).toBe(200);
    expect((await status("GET", "/1.0/auth/details")).json.allowedRoutes).toHaveLength(2);
  });

  test("is described by /auth/details", async () => {
    const ovh = simulator();
    const who = async (headers: Record<string, string>) => (await api(ovh, "GET", "/v1/auth/details", undefined, headers)).json;
    const target = { address: "https://eu.api.ovh.com/v1/auth/details", timestamp: seconds(ovh.now()) };
    const owner = { account: "zz99999-ovh", identities: ["urn:v1:eu:identity:account:zz99999-ovh"], allowedRoutes: null };
    expect(await who(signed({ method: "GET", ...target }))).toMatchObject({ ...owner, method: "account" });
    expect(await who(bearer(root))).toMatchObject({ ...owner, user: "zz99999-ovh" });
    const client = await create(ovh, worker);
    expect(await who(bearer(await token(ovh, client)))).toMatchObject({
      identities: [`urn:v1:eu:identity:credential:zz99999-ovh/oauth2-${client.clientId}`],
      method: "oauth2_client_credentials",
      user: null,
    });
  });

  test("that is the service account of the options has all permissions and is not listed as a client", async () => {
    const serviceAccount = { clientId: "EU.0123456789abcdef", clientSecret: "s+cret/=%" };
    const ovh = start({ serviceAccount, accessTokens: [] });
    const headers = bearer(await token(ovh, serviceAccount));
    expect((await api(ovh, "POST", clientsPath, worker, headers)).status).toBe(200);
    expect((await api(ovh, "GET", clientsPath, undefined, headers)).json).toHaveLength(1);
    expect((await api(ovh, "DELETE", `${clientsPath}/${serviceAccount.clientId}`, undefined, headers)).status).toBe(404);
  });

  test("may be any consumer key of an application", async () => {
    const ovh = start({ applicationKeys: [keys, { ...keys, consumerKey: "second" }] });
    expect((await call(ovh)).status).toBe(200);
    expect((await call(ovh, { consumerKey: "second" })).status).toBe(200);
    expect((await call(ovh, { consumerKey: "second" }, { "x-ovh-consumer": keys.consumerKey })).status).toBe(400);
  });
});
