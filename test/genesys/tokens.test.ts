import { inspect } from "node:util";
import { AuthenticationError, RateLimitError, TokenEndpointError, type TokenRequests, ValidationError } from "oauth-clients";
import { createTokenSource } from "oauth-clients/token";
import { describe, expect, test } from "vitest";
import { createManagerTokens, createTokenRequest, verifySecret } from "../../src/genesys/tokens.js";
import { rejection } from "../contract/subject.js";
import { roleId, stage } from "./stage.js";

const loginUrl = "https://login.mypurecloud.ie";
const credentials = { clientId: "an id", clientSecret: "canary+secret/ä".replace("ä", "%") };
const { signal } = new AbortController();

describe("a token request", () => {
  test.each([{ scopes: ["users"] }, { audience: "https://a.test" }, { audience: ["https://a.test"] }])(
    "is refused where something is asked for that there is not: %o",
    (wanted) => {
      const { tokenRequest }: TokenRequests = stage().manager;
      expect(() => tokenRequest(credentials, wanted)).toThrow(ValidationError);
    },
  );

  test.each<[unknown, string]>([
    [undefined, "credentials"],
    [{ clientId: "an id" }, "credentials.clientSecret"],
  ])("is refused for the credentials %j, which are none", (given, path) => {
    const { manager } = stage();
    expect(() => manager.tokenRequest(given as never)).toThrow(ValidationError);
    expect(() => manager.tokenRequest(given as never)).toThrow(`genesys make token request: ${path}: expected`);
  });

  test("goes to the region's login host, with the credentials as they are", async () => {
    const request = createTokenRequest(loginUrl, credentials, { scopes: [] });
    expect(request).toMatchObject({ tokenEndpoint: "https://login.mypurecloud.ie/oauth/token", clientId: "an id" });
    const { headers } = await request.clientAuthentication.authenticate(request);
    expect(atob(headers?.authorization?.replace("Basic ", "") ?? "")).toBe("an id:canary+secret/%");
    expect(inspect(request, { depth: 9, showHidden: true })).not.toContain("canary");
  });
});

describe("a source made with a token request", () => {
  test("holds for a second and not for half a minute where the login host throttles", async () => {
    const { manager, simulator } = stage();
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
  const answer = (status: number, body: unknown) => async () =>
    new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });

  test.each([
    [{ error: "invalid_request", error_description: "rate limit exceeded; try later" }, RateLimitError],
    [{ error: "invalid_client", error_description: "client not found" }, TokenEndpointError],
  ])("fail as what it is: %o", async (body, type) => {
    const tokens = createManagerTokens(loginUrl, credentials, answer(400, body));
    expect(await rejection(tokens.get({ signal }))).toBeInstanceOf(type);
  });

  test("are kept until they are given up, and requested with a URL and an init object", async () => {
    const requests: unknown[] = [];
    const tokens = createManagerTokens(loginUrl, credentials, async (input, init) => {
      requests.push([input, init?.method]);
      return answer(200, { access_token: `t${requests.length}`, token_type: "bearer", expires_in: 86_399 })();
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

describe("a secret that is to be proven", () => {
  const request = createTokenRequest(loginUrl, credentials);

  test("is not accepted with a code, or refused without one", async () => {
    const refusing = (vendorCode?: string) => () =>
      Promise.reject(new AuthenticationError({ message: "m", status: 401, vendorCode }));
    expect(await rejection(verifySecret(refusing("invalid_client"), request, {}))).toBeInstanceOf(TokenEndpointError);
    expect(await rejection(verifySecret(refusing(), request, {}))).toBeInstanceOf(AuthenticationError);
  });

  test("is sent as a header, for a request that changes nothing", async () => {
    const asked: unknown[] = [];
    const login = async (call: unknown) => asked.push(call);
    await verifySecret(login as never, request, { timeoutMs: 7 });
    expect(asked).toEqual([
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
