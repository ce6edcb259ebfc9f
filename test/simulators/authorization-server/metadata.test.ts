import { describe, expect, test } from "vitest";
import { metadataOf, urlsOf } from "../../../src/simulators/authorization-server/metadata.js";

describe("urlsOf", () => {
  test("inserts the well-known path of RFC 8414 before the issuer's path, and appends that of OpenID Connect", () => {
    expect(urlsOf("https://auth.example/a/b/")).toEqual({
      issuer: "https://auth.example/a/b/",
      token: "https://auth.example/a/b/token",
      introspection: "https://auth.example/a/b/introspect",
      revocation: "https://auth.example/a/b/revoke",
      serverMetadata: "https://auth.example/.well-known/oauth-authorization-server/a/b",
      openidConfiguration: "https://auth.example/a/b/.well-known/openid-configuration",
    });
    expect(urlsOf("https://auth.example").serverMetadata).toBe("https://auth.example/.well-known/oauth-authorization-server");
  });
});

describe("metadataOf", () => {
  const urls = urlsOf("https://auth.example");

  test("contains the issuer and its endpoints, and the scopes when they are configured", () => {
    expect(metadataOf(urls, ["read"])).toMatchObject({
      issuer: urls.issuer,
      token_endpoint: urls.token,
      introspection_endpoint: urls.introspection,
      revocation_endpoint: urls.revocation,
      scopes_supported: ["read"],
    });
    expect(metadataOf(urls, undefined)).not.toHaveProperty("scopes_supported");
  });

  test("contains the configured changes instead of the default values", () => {
    const changes = { issuer: "https://evil.example", introspection_endpoint: undefined };
    expect(JSON.parse(JSON.stringify(metadataOf(urls, undefined, changes)))).toMatchObject({ issuer: "https://evil.example" });
    expect(JSON.stringify(metadataOf(urls, undefined, changes))).not.toContain('"introspection_endpoint"');
  });
});
