import { describe, expect, test } from "vitest";
import {
  api,
  app,
  basic,
  bearer,
  clientsPath,
  create,
  form,
  grant,
  hosting,
  type ParsedResponse,
  read,
  start,
  token,
  worker,
} from "./calls.js";

const posted = { client_id: "unknown", client_secret: "x" };

describe("the token endpoint rejects a request", () => {
  test.each<[string, Record<string, string> | string[][], number, string]>([
    ["without a grant type", { scope: "all", ...posted }, 400, "invalid_request"],
    ["with another grant type", { ...grant, ...posted, grant_type: "password" }, 400, "unsupported_grant_type"],
    ["without credentials", grant, 400, "invalid_client"],
    ["without a secret", { ...grant, client_id: "unknown" }, 400, "invalid_client"],
    ["of an unknown client", { ...grant, ...posted }, 400, "invalid_client"],
    ["with a repeated parameter", [...Object.entries(grant), ["scope", "all"]], 400, "invalid_request"],
  ])("%s", async (_case, parameters, status, error) => {
    const response = await form(start(), parameters);
    expect(response).toMatchObject({ status, json: { error, error_description: expect.any(String) as string } });
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("content-type")).toMatch(/^application\/json/);
  });

  test("with content that is not a form", async () => {
    const ovh = start();
    const headers = { "content-type": "application/json" };
    const response = await read(ovh.fetch(ovh.urls.token, { method: "POST", headers, body: JSON.stringify(grant) }));
    expect(response).toMatchObject({ status: 400, json: { error: "invalid_request" } });
  });

  test("with GET, and with a path below the endpoint", async () => {
    const ovh = start();
    const response = await read(ovh.fetch(ovh.urls.token));
    expect(response).toMatchObject({ status: 405, json: { error: "invalid_request" } });
    expect(response.headers.get("allow")).toBe("POST");
    expect((await read(ovh.fetch(`${ovh.urls.token}/revoke`))).status).toBe(404);
  });

  test("with a wrong secret, with the same error in the header and in the content", async () => {
    const ovh = start();
    const { clientId } = await create(ovh);
    const inHeader = await form(ovh, grant, basic(clientId, "wrong"));
    expect(inHeader).toMatchObject({ status: 401, json: { error: "invalid_client" } });
    expect(inHeader.headers.get("www-authenticate")).toMatch(/^Basic /);
    const inContent = await form(ovh, { ...grant, client_id: clientId, client_secret: "wrong" });
    expect(inContent).toMatchObject({ status: 400, json: inHeader.json });
    expect((await form(ovh, grant, basic("unknown", "wrong"))).json).toEqual(inHeader.json);
  });

  test.each(["Basic", "Basic %%%", `Basic ${btoa("no-colon")}`, `Basic ${btoa("id:100%")}`, "Bearer x"])(
    "with the Authorization header %j",
    async (authorization) => {
      expect(await form(start(), grant, { authorization })).toMatchObject({ status: 401, json: { error: "invalid_client" } });
    },
  );

  test("with two ways of client authentication", async () => {
    const ovh = start();
    const { clientId: client_id, clientSecret: client_secret } = await create(ovh);
    const headers = basic(client_id, client_secret);
    for (const twice of [{ client_id, client_secret }, { client_secret }, { client_id: "another" }]) {
      expect((await form(ovh, { ...grant, ...twice }, headers)).json.error).toBe("invalid_request");
    }
    expect((await form(ovh, { ...grant, client_id }, headers)).status).toBe(200);
  });

  test("of a client of the flow AUTHORIZATION_CODE", async () => {
    const ovh = start();
    const { clientId, clientSecret } = await create(ovh, app);
    expect(await form(ovh, grant, basic(clientId, clientSecret))).toMatchObject({
      status: 400,
      json: { error: "unauthorized_client" },
    });
  });

  test.each([
    ["", "invalid_scope"],
    [" ", "invalid_scope"],
    ["everything", "invalid_scope"],
    ["openid", "invalid_scope"],
    ["all openid", "invalid_scope"],
    ["account/read", "invalid_request"],
  ])("with the scope %j: %s", async (scope, error) => {
    const ovh = start();
    const { clientId, clientSecret } = await create(ovh);
    const response = await form(ovh, { ...grant, scope }, basic(clientId, clientSecret));
    expect(response).toMatchObject({ status: 400, json: { error } });
  });

  test("without a scope", async () => {
    const ovh = start();
    const { clientId, clientSecret } = await create(ovh);
    const { scope: _, ...unscoped } = grant;
    expect((await form(ovh, unscoped, basic(clientId, clientSecret))).json.error).toBe("invalid_scope");
  });

  test("of a client of another region", async () => {
    const { clientId, clientSecret } = await create(start({ region: "eu" }));
    expect((await form(start({ region: "ca" }), grant, basic(clientId, clientSecret))).json.error).toBe("invalid_client");
  });
});

describe("a token", () => {
  const requestToken = async (
    change: (ovh: ReturnType<typeof start>, client: Awaited<ReturnType<typeof create>>) => Promise<ParsedResponse>,
  ) => {
    const ovh = start();
    return change(ovh, await create(ovh));
  };

  test.each([
    ["Basic", (id: string, secret: string) => [grant, basic(id, secret)]],
    ["the content", (id: string, secret: string) => [{ ...grant, client_id: id, client_secret: secret }, {}]],
  ] as const)("is issued for credentials in %s", async (_case, parts) => {
    const response = await requestToken((ovh, { clientId, clientSecret }) => {
      const [parameters, headers] = parts(clientId, clientSecret);
      return form(ovh, parameters as Record<string, string>, headers as Record<string, string>);
    });
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.json).toEqual({
      access_token: expect.stringMatching(/^[\w-]{43}$/) as string,
      token_type: "Bearer",
      expires_in: 3599,
      scope: "all",
    });
  });

  test("expires after its lifetime, and when its client is deleted", async () => {
    const ovh = start({ accessTokenLifespanMs: 60_000 });
    const client = await create(ovh);
    const who = async (accessToken: string) =>
      (await api(ovh, "GET", "/1.0/auth/details", undefined, bearer(accessToken))).status;
    const first = await token(ovh, client);
    expect(await who(first)).toBe(200);
    expect(ovh.inspect(client.clientId)).toEqual({ activeTokens: 1 });
    ovh.advanceTime(60_000);
    expect(await who(first)).toBe(401);
    expect(ovh.inspect(client.clientId)).toEqual({ activeTokens: 0 });
    const second = await token(ovh, client);
    expect(await who(second)).toBe(200);
    await api(ovh, "DELETE", `${clientsPath}/${client.clientId}`);
    expect(await who(second)).toBe(401);
    expect(ovh.inspect(client.clientId)).toBeUndefined();
    expect((await form(ovh, grant, basic(client.clientId, client.clientSecret))).json.error).toBe("invalid_client");
  });

  test("is valid for the products of its scope only", async () => {
    const serviceAccount = { clientId: "EU.0123456789abcdef", clientSecret: "secret" };
    const ovh = start({ serviceAccount });
    const headers = bearer(await token(ovh, serviceAccount, "account/all"));
    expect((await api(ovh, "GET", clientsPath, undefined, headers)).status).toBe(200);
    expect(await api(ovh, "GET", `/v1/hosting/web/${hosting}`, undefined, headers)).toMatchObject({
      status: 403,
      json: {
        message: "User not granted for this request",
        details: { unauthorizedActionsByAuthentication: "webHosting:apiovh:get", unauthorizedActionsByIAM: "" },
      },
    });
    const both = bearer(await token(ovh, serviceAccount, "account/all webHosting/all"));
    expect((await api(ovh, "GET", `/v1/hosting/web/${hosting}`, undefined, both)).status).toBe(200);
  });

  test("is not in the request log, and neither is the secret", async () => {
    const ovh = start();
    const client = await create(ovh, worker);
    const accessToken = await token(ovh, client);
    await form(ovh, { ...grant, client_id: client.clientId, client_secret: client.clientSecret });
    await api(ovh, "GET", clientsPath, undefined, bearer(accessToken));
    const log = JSON.stringify([ovh.requests, ovh.clients]);
    expect(log).toContain(client.clientId);
    for (const secret of [client.clientSecret, accessToken, btoa(`${client.clientId}:${client.clientSecret}`), "root-token"])
      expect(log).not.toContain(secret);
  });
});
