import { inspect } from "node:util";
import { AuthenticationError, RateLimitError, TokenEndpointError, type TokenRequests, ValidationError } from "oauth-clients";
import { createTokenSource } from "oauth-clients/token";
import { describe, expect, test } from "vitest";
import { createManagerTokens, createTokenRequest, verifySecret } from "../../src/genesys/tokens.js";
import { rejection } from "../contract/subject.js";
import { roleId, setup } from "./setup.js";

const loginUrl = "https://login.mypurecloud.ie";
const credentials = { clientId: "an id", clientSecret: "canary+secret/ä".replace("ä", "%") };
const { signal } = new AbortController();

describe("a token request", () => {
  test.each([
    { scopes: ["users"] },
    { audience: "https://a.test" },
    { audience: ["https://a.test"] },
    { resource: "https://a.test" },
  ])("with parameters that Genesys Cloud does not support is rejected: %o", (wanted) => {
    const { tokenRequest }: TokenRequests = setup().manager;
    expect(() => tokenRequest(credentials, wanted)).toThrow(ValidationError);
  });

  test.each<[unknown, string]>([
    [undefined, "credentials"],
    [{ clientId: "an id" }, "credentials.clientSecret"],
  ])("with the invalid credentials %j is rejected", (given, path) => {
    const { manager } = setup();
    expect(() => manager.tokenRequest(given as never)).toThrow(ValidationError);
    expect(() => manager.tokenRequest(given as never)).toThrow(
      new RegExp(`^genesys make token request: ${path}: (missing, )?expected`),
    );
  });

  test("uses the token endpoint of the region's login host, with credentials that are not form-encoded", async () => {
    const request = createTokenRequest(loginUrl, credentials, { scopes: [] });
    expect(request).toMatchObject({ tokenEndpoint: "https://login.mypurecloud.ie/oauth/token", clientId: "an id" });
    const { headers } = await request.clientAuthentication.authenticate(request);
    expect(atob(headers?.authorization?.replace("Basic ", "") ?? "")).toBe("an id:canary+secret/%");
    expect(inspect(request, { depth: 9, showHidden: true })).not.toContain("canary");
  });
});

describe("a token source with a token request", () => {
  test("retries one second after a rate limit of the login host, not after thirty", async () => {
    const { manager, simulator } = setup();
    const { credentials: issued } = await manager.create({
      grantType: "client_credentials",
      name: "worker",
      roles: [{ roleId }],
    });
    let nowMs = 0;
    const tokens = createTokenSource(manager.tokenRequest(issued), {
      fetch: simulator.fetch,
      now: () => nowMs,
      retry: { maxRetries: 0 },
    });
    simulator.throttleNext("postOauthToken");
    expect(await rejection(tokens.get())).toMatchObject({ status: 400 });
    nowMs = 1_000;
    expect((await tokens.get()).tokenType).toBe("Bearer");
  });
});

describe("the manager's own tokens", () => {
  const response = (status: number, body: unknown) => async () =>
    new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });

  test.each([
    [{ error: "invalid_request", error_description: "rate limit exceeded; try later" }, RateLimitError],
    [{ error: "invalid_client", error_description: "client not found" }, AuthenticationError],
  ])("reject with the class of the cause: %o", async (body, type) => {
    const tokens = createManagerTokens(loginUrl, credentials, { fetch: response(400, body) });
    expect(await rejection(tokens.get({ signal }))).toBeInstanceOf(type);
  });

  test("are reused until they are invalidated, and requested with a URL and an init object", async () => {
    const requests: unknown[] = [];
    const tokens = createManagerTokens(loginUrl, credentials, {
      fetch: async (input, init) => {
        requests.push([input, init?.method]);
        return response(200, { access_token: `t${requests.length}`, token_type: "bearer", expires_in: 86_399 })();
      },
    });
    expect((await tokens.get({ signal })).value).toBe("t1");
    expect((await tokens.get({ signal })).value).toBe("t1");
    tokens.invalidate("t1");
    expect((await tokens.get({ signal })).value).toBe("t2");
    expect(requests).toEqual([
      [`${loginUrl}/oauth/token`, "POST"],
      [`${loginUrl}/oauth/token`, "POST"],
    ]);
  });
});

describe("verifySecret", () => {
  const request = createTokenRequest(loginUrl, credentials);

  test("rejects with a TokenEndpointError for an OAuth error code, and unchanged without a code", async () => {
    const refusing = (vendorCode?: string) => () =>
      Promise.reject(new AuthenticationError({ message: "m", status: 401, vendorCode }));
    expect(await rejection(verifySecret(refusing("invalid_client"), request, {}))).toBeInstanceOf(TokenEndpointError);
    expect(await rejection(verifySecret(refusing(), request, {}))).toBeInstanceOf(AuthenticationError);
  });

  test("sends the secret in a header and marks its request as a read", async () => {
    const calls: unknown[] = [];
    const login = async (call: unknown) => calls.push(call);
    await verifySecret(login as never, request, { timeoutMs: 7 });
    expect(calls).toEqual([
      expect.objectContaining({
        path: "/oauth/token",
        form: { grant_type: "client_credentials" },
        readsOnly: true,
        options: { timeoutMs: 7 },
        secrets: expect.arrayContaining([credentials.clientSecret]),
      }),
    ]);
  });
});
