import { describe, expect, test } from "vitest";
import { parseMetadata, wellKnownUrl } from "../../../src/token/server/metadata.js";
import type { DiscoveryOptions } from "../../../src/token/server/types.js";
import { endpoints, issuer, json, metadata, readResponse } from "./samples.js";

const read = async (body: unknown, options: DiscoveryOptions = {}) =>
  parseMetadata(await readResponse(json(body)), issuer, options);
const invalidField = (path: string) =>
  expect.objectContaining({ code: "unexpected_response", issues: expect.arrayContaining([expect.objectContaining({ path })]) });

describe("rule 94: metadata: well-known URL", () => {
  test.each([
    ["https://auth.example", "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"],
    ["https://auth.example/", "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"],
    ["https://auth.example/a", "/.well-known/oauth-authorization-server/a", "/a/.well-known/openid-configuration"],
    ["https://auth.example/a/b/", "/.well-known/oauth-authorization-server/a/b", "/a/b/.well-known/openid-configuration"],
  ])("wellKnownUrl returns both well-known URLs of the issuer %s", (value, inserted, appended) => {
    expect(wellKnownUrl(value, "oauth-authorization-server")).toBe(`https://auth.example${inserted}`);
    expect(wellKnownUrl(value, "openid-configuration")).toBe(`https://auth.example${appended}`);
  });
});

describe("rule 95: metadata: validation of the issuer", () => {
  test.each([
    ["with an additional slash", `${issuer}/`],
    ["in a different letter case", "https://Auth.example/tenant"],
    ["with an explicit default port", "https://auth.example:443/tenant"],
    ["on another host", "https://evil.example/tenant"],
    ["with a percent-encoded letter", "https://auth.example/ten%61nt"],
    ["of null", null],
    ["in an array", [issuer]],
  ])("parseMetadata rejects an issuer %s", async (_, stated) => {
    await expect(read(metadata({ issuer: stated }))).rejects.toEqual(invalidField("issuer"));
  });

  test("the error about a different issuer contains both issuers and nothing else of the document", async () => {
    const stated = `https://evil.example/\u001b[31m${"a".repeat(300)}`;
    const error = await read(metadata({ issuer: stated, token_endpoint: "https://other.example" })).catch((thrown) => thrown);
    expect(error.issues).toHaveLength(1);
    expect(error.message).toContain(`expected "${issuer}", the requested issuer, and got "https://evil.example/ [31maaa`);
    expect(error.message.length).toBeLessThan(500);
    for (const text of ["other.example", "\u001b"]) expect(String(error)).not.toContain(text);
  });
});

describe("rule 96: metadata: validation of the endpoints", () => {
  test.each([
    ["a token endpoint without TLS", "token_endpoint", "http://auth.example/token"],
    ["a token endpoint on a loopback address, published by a remote issuer", "token_endpoint", "http://127.0.0.1/token"],
    ["a token endpoint with user info", "token_endpoint", "https://a:b@auth.example/token"],
    ["a token endpoint with a fragment", "token_endpoint", "https://auth.example/token#a"],
    ["a token endpoint that is not an absolute URL", "token_endpoint", "/token"],
    ["a document without a token endpoint", "token_endpoint", undefined],
    ["an introspection endpoint without TLS", "introspection_endpoint", "http://auth.example/introspect"],
    ["a revocation endpoint that is not a string", "revocation_endpoint", {}],
  ])("parseMetadata rejects %s", async (_, path, value) => {
    await expect(read(metadata({ [path]: value }))).rejects.toEqual(invalidField(path));
  });

  test("parseMetadata rejects an endpoint on a host that is not in allowedHosts", async () => {
    const body = metadata({ token_endpoint: "https://other.example/token" });
    await expect(read(body, { allowedHosts: [] })).rejects.toEqual(invalidField("token_endpoint"));
    await expect(read(body, { allowedHosts: ["other.example:8443"] })).rejects.toEqual(invalidField("token_endpoint"));
    await expect(read(body, { allowedHosts: ["other.example"] })).resolves.toMatchObject({ otherHosts: ["other.example"] });
  });

  test("parseMetadata lists the other hosts of the endpoints when allowedHosts is not set", async () => {
    const server = await read(
      metadata({
        token_endpoint: "https://a.example/",
        introspection_endpoint: "https://b.example:8443/",
        revocation_endpoint: "https://a.example/r",
      }),
    );
    expect(server.otherHosts).toEqual(["a.example", "b.example:8443"]);
  });
});

describe("rules 29 and 105: metadata: endpoint aliases for mutual TLS", () => {
  const aliases = { token_endpoint: "https://mtls.example/token", revocation_endpoint: "https://mtls.example/revoke" };
  const body = metadata({ mtls_endpoint_aliases: aliases });

  test("parseMetadata validates mutual TLS aliases like other endpoints", async () => {
    const hostile = metadata({ mtls_endpoint_aliases: { token_endpoint: "http://mtls.example/token" } });
    await expect(read(hostile, { mutualTls: true })).rejects.toEqual(invalidField("mtls_endpoint_aliases.token_endpoint"));
    await expect(read(body, { mutualTls: true, allowedHosts: [] })).rejects.toEqual(
      invalidField("mtls_endpoint_aliases.token_endpoint"),
    );
    await expect(read(metadata({ mtls_endpoint_aliases: [] }))).rejects.toEqual(invalidField("mtls_endpoint_aliases"));
  });

  test("parseMetadata uses the mutual TLS aliases with mutualTls: true, and the regular endpoints where no alias exists", async () => {
    expect(await read(body, { mutualTls: true })).toMatchObject({
      tokenEndpoint: aliases.token_endpoint,
      revocationEndpoint: aliases.revocation_endpoint,
      introspectionEndpoint: endpoints.introspectionEndpoint,
      mutualTls: true,
      otherHosts: ["mtls.example"],
    });
    expect(await read(metadata(), { mutualTls: true })).toMatchObject({ ...endpoints, hasMutualTlsAliases: false });
  });

  test("parseMetadata reports mutual TLS aliases and does not use them without mutualTls", async () => {
    expect(await read(body)).toMatchObject({ ...endpoints, mutualTls: false, hasMutualTlsAliases: true, otherHosts: [] });
  });
});

describe("metadata: members of the document", () => {
  test.each([
    ["HTML", new Response("<html>", { headers: { "content-type": "text/html" } }), "content-type"],
    ["JSON of another type", new Response("{}", { headers: { "content-type": "text/plain" } }), "content-type"],
    ["an array", json([]), ""],
    ["a truncated document", new Response('{"issuer":', { headers: { "content-type": "application/json" } }), ""],
  ])("parseMetadata rejects %s", async (_, httpResponse, path) => {
    const response = await readResponse(httpResponse);
    expect(() => parseMetadata(response, issuer, {})).toThrow(invalidField(path));
  });

  test.each(["token_endpoint_auth_methods_supported", "token_endpoint_auth_signing_alg_values_supported", "scopes_supported"])(
    "parseMetadata rejects %s that is not an array of strings",
    async (path) => {
      await expect(read(metadata({ [path]: "one" }))).rejects.toEqual(invalidField(path));
      await expect(read(metadata({ [path]: [1] }))).rejects.toEqual(invalidField(path));
    },
  );

  test("rule 24: parseMetadata uses client_secret_basic as the default authentication method", async () => {
    expect(await read(metadata())).toMatchObject({
      tokenEndpointAuthMethods: ["client_secret_basic"],
      tokenEndpointSigningAlgorithms: [],
    });
  });

  test("parseMetadata returns the whole document, frozen and without a modified prototype", async () => {
    const text = JSON.stringify(metadata({ scopes_supported: ["a"], extra: 1 })).replace(
      "{",
      '{"__proto__":{"polluted":true},',
    );
    const response = await readResponse(new Response(text, { headers: { "content-type": "application/json; charset=utf-8" } }));
    const server = parseMetadata(response, issuer, {});
    expect(server).toMatchObject({ issuer, ...endpoints, scopes: ["a"], metadata: { extra: 1 } });
    expect(Object.isFrozen(server)).toBe(true);
    expect("polluted" in server).toBe(false);
  });

  test("parseMetadata accepts a document without optional members", async () => {
    const server = await read({ issuer, token_endpoint: endpoints.tokenEndpoint, revocation_endpoint: null });
    expect(server).not.toHaveProperty("revocationEndpoint");
    expect(server).not.toHaveProperty("introspectionEndpoint");
    expect(server).not.toHaveProperty("scopes");
  });

  test.each([
    "https://127.0.0.1/token",
    "https://2130706433/token",
    "https://localhost/token",
    "https://a.localhost./token",
    "https://169.254.169.254/latest/meta-data",
    "https://0.0.0.0/token",
    "https://[::1]/token",
    "https://[::]/token",
    "https://[fe80::1]/token",
    "https://[::ffff:127.0.0.1]/token",
    "https://[::ffff:169.254.169.254]/token",
  ])("parseMetadata rejects the loopback or link-local address %s unless allowedHosts contains it", async (token_endpoint) => {
    await expect(read(metadata({ token_endpoint }))).rejects.toEqual(invalidField("token_endpoint"));
    const { host } = new URL(token_endpoint);
    expect(await read(metadata({ token_endpoint }), { allowedHosts: [host] })).toMatchObject({ otherHosts: [host] });
  });

  test("parseMetadata accepts hosts whose names only resemble local ones", async () => {
    for (const host of ["127.example", "localhost.example", "my-localhost", "[2001:db8::7f00:1]"]) {
      const token_endpoint = `https://${host}/token`;
      expect(await read(metadata({ token_endpoint }))).toMatchObject({ tokenEndpoint: token_endpoint });
    }
  });

  test("parseMetadata accepts http only for the hosts in allowInsecureHttp", async () => {
    const token_endpoint = "http://keycloak:8080/token";
    await expect(read(metadata({ token_endpoint }))).rejects.toEqual(invalidField("token_endpoint"));
    await expect(read(metadata({ token_endpoint }), { allowInsecureHttp: ["other"] })).rejects.toEqual(
      invalidField("token_endpoint"),
    );
    expect(await read(metadata({ token_endpoint }), { allowInsecureHttp: ["keycloak"] })).toMatchObject({
      tokenEndpoint: token_endpoint,
    });
  });

  test("parseMetadata accepts loopback endpoints of an issuer on a loopback address", async () => {
    const loopbackIssuer = "http://127.0.0.1:8080";
    const response = await readResponse(json({ issuer: loopbackIssuer, token_endpoint: `${loopbackIssuer}/token` }));
    expect(parseMetadata(response, loopbackIssuer, {}).tokenEndpoint).toBe(`${loopbackIssuer}/token`);
  });
});
