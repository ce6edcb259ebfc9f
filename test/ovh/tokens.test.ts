import { ConfigurationError, ValidationError } from "oauth-clients";
import { createOvhManager } from "oauth-clients/ovh";
import { describe, expect, test } from "vitest";
import { createTokenRequest, requireTokenEndpoint } from "../../src/ovh/tokens.js";
import { accessToken } from "./responses.js";

const tokenEndpoint = "https://www.ovh.com/auth/oauth2/token";
const credentials = { clientId: "EU.00aa", clientSecret: "canary" };

describe("a token request is rejected", () => {
  test.each(["https://api.acme.test", ["a", "b"]])(
    "for the audience or the resource %j, which OVHcloud does not support",
    (audience) => {
      for (const name of ["audience", "resource"]) {
        const act = () => createTokenRequest(tokenEndpoint, credentials, { [name]: audience });
        expect(act).toThrow(ValidationError);
        expect(act).toThrow(`ovh make token request: ${name}: not supported by OVHcloud`);
      }
    },
  );

  test.each<[unknown, string]>([
    [undefined, "credentials"],
    [{ id: "EU.00aa" }, "credentials.clientId"],
    [{ clientId: "EU.00aa" }, "credentials.clientSecret"],
  ])("for the invalid credentials %j", (given, path) => {
    const manager = createOvhManager({ accessToken });
    expect(() => manager.tokenRequest(given as never)).toThrow(ValidationError);
    expect(() => manager.tokenRequest(given as never)).toThrow(
      new RegExp(`^ovh make token request: ${path}: (missing, )?expected`),
    );
  });

  test("when the token endpoint is unknown", () => {
    const manager = createOvhManager({ accessToken, apiUrl: "https://proxy.acme.test" });
    expect(() => manager.tokenRequest(credentials)).toThrow(ConfigurationError);
    expect(() => requireTokenEndpoint(undefined, "x")).toThrow("ovh x: tokenEndpoint: required with apiUrl");
    expect(requireTokenEndpoint(tokenEndpoint, "x")).toBe(tokenEndpoint);
  });
});

describe("a token request", () => {
  test.each([undefined, {}, { scopes: [] }, { scopes: [""] }, { audience: [] }])(
    "requests the scope all for the scopes %j",
    (scopes) => {
      expect(createTokenRequest(tokenEndpoint, credentials, scopes).scopes).toEqual(["all"]);
    },
  );

  test("requests a narrower scope when it is given", () => {
    expect(createTokenRequest(tokenEndpoint, credentials, { scopes: ["account/all"] }).scopes).toEqual(["account/all"]);
  });

  test("sends the secret in the content, or as Basic when the credentials say so", async () => {
    const context = { clientId: "EU.00aa", tokenEndpoint };
    const post = await createTokenRequest(tokenEndpoint, credentials).clientAuthentication.authenticate(context);
    expect(post.parameters).toEqual({ client_id: "EU.00aa", client_secret: "canary" });
    const named = { ...credentials, tokenEndpointAuthMethod: "client_secret_basic" } as const;
    const basic = await createTokenRequest(tokenEndpoint, named).clientAuthentication.authenticate(context);
    expect(basic.headers).toEqual({ authorization: `Basic ${btoa("EU.00aa:canary")}` });
  });

  test("uses the token endpoint of the manager's region, and its JSON contains no secret", () => {
    const manager = createOvhManager({ accessToken, region: "ca" });
    const request = manager.tokenRequest(credentials);
    expect(request).toMatchObject({
      tokenEndpoint: "https://ca.ovh.com/auth/oauth2/token",
      clientId: "EU.00aa",
      scopes: ["all"],
    });
    expect(JSON.stringify(request)).not.toContain("canary");
  });
});
