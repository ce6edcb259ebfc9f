import { describe, expect, test } from "vitest";
import { parseMetadata, wellKnownUrl } from "../../../src/token/server/metadata.js";
import type { DiscoveryOptions } from "../../../src/token/server/types.js";
import { answered, endpoints, issuer, json, metadata } from "./samples.js";

const read = async (body: unknown, options: DiscoveryOptions = {}) =>
  parseMetadata(await answered(json(body)), issuer, options);
const refused = (path: string) =>
  expect.objectContaining({ code: "unexpected_response", issues: expect.arrayContaining([expect.objectContaining({ path })]) });

describe("rule 94: the address of the document", () => {
  test.each([
    ["https://auth.example", "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"],
    ["https://auth.example/", "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"],
    ["https://auth.example/a", "/.well-known/oauth-authorization-server/a", "/a/.well-known/openid-configuration"],
    ["https://auth.example/a/b/", "/.well-known/oauth-authorization-server/a/b", "/a/b/.well-known/openid-configuration"],
  ])("of %s", (given, inserted, appended) => {
    expect(wellKnownUrl(given, "oauth-authorization-server")).toBe(`https://auth.example${inserted}`);
    expect(wellKnownUrl(given, "openid-configuration")).toBe(`https://auth.example${appended}`);
  });
});

describe("rule 95: a document of another issuer is not used", () => {
  test.each([
    ["with a slash more", `${issuer}/`],
    ["in another case", "https://Auth.example/tenant"],
    ["with its port", "https://auth.example:443/tenant"],
    ["on another host", "https://evil.example/tenant"],
    ["with another spelling of the same sign", "https://auth.example/ten%61nt"],
    ["that is none", null],
    ["that is a list", [issuer]],
  ])("%s", async (_, stated) => {
    await expect(read(metadata({ issuer: stated }))).rejects.toEqual(refused("issuer"));
  });

  test("and its error names both issuers, and nothing else of the document", async () => {
    const stated = `https://evil.example/\u001b[31m${"a".repeat(300)}`;
    const error = await read(metadata({ issuer: stated, token_endpoint: "https://other.example" })).catch((thrown) => thrown);
    expect(error.issues).toHaveLength(1);
    expect(error.message).toContain(`expected "${issuer}", the requested issuer, and got "https://evil.example/ [31maaa`);
    expect(error.message.length).toBeLessThan(500);
    for (const text of ["other.example", "\u001b"]) expect(String(error)).not.toContain(text);
  });
});

describe("rule 96: an endpoint that credentials must not be sent to spoils the document", () => {
  test.each([
    ["without TLS", "token_endpoint", "http://auth.example/token"],
    ["on this machine, said by a server that is elsewhere", "token_endpoint", "http://127.0.0.1/token"],
    ["with user info", "token_endpoint", "https://a:b@auth.example/token"],
    ["with a fragment", "token_endpoint", "https://auth.example/token#a"],
    ["that is no address", "token_endpoint", "/token"],
    ["that is missing", "token_endpoint", undefined],
    ["for introspection without TLS", "introspection_endpoint", "http://auth.example/introspect"],
    ["for revocation that is no text", "revocation_endpoint", {}],
  ])("%s", async (_, path, value) => {
    await expect(read(metadata({ [path]: value }))).rejects.toEqual(refused(path));
  });

  test("on a host that was not allowed", async () => {
    const body = metadata({ token_endpoint: "https://other.example/token" });
    await expect(read(body, { allowedHosts: [] })).rejects.toEqual(refused("token_endpoint"));
    await expect(read(body, { allowedHosts: ["other.example:8443"] })).rejects.toEqual(refused("token_endpoint"));
    await expect(read(body, { allowedHosts: ["other.example"] })).resolves.toMatchObject({ otherHosts: ["other.example"] });
  });

  test("and other hosts are shown when they are not forbidden", async () => {
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

describe("rules 29 and 105: endpoints for clients that show a certificate", () => {
  const aliases = { token_endpoint: "https://mtls.example/token", revocation_endpoint: "https://mtls.example/revoke" };
  const body = metadata({ mtls_endpoint_aliases: aliases });

  test("are refused like any others", async () => {
    const hostile = metadata({ mtls_endpoint_aliases: { token_endpoint: "http://mtls.example/token" } });
    await expect(read(hostile, { mutualTls: true })).rejects.toEqual(refused("mtls_endpoint_aliases.token_endpoint"));
    await expect(read(body, { mutualTls: true, allowedHosts: [] })).rejects.toEqual(
      refused("mtls_endpoint_aliases.token_endpoint"),
    );
    await expect(read(metadata({ mtls_endpoint_aliases: [] }))).rejects.toEqual(refused("mtls_endpoint_aliases"));
  });

  test("are used when they are asked for, and the plain ones where there is no other", async () => {
    expect(await read(body, { mutualTls: true })).toMatchObject({
      tokenEndpoint: aliases.token_endpoint,
      revocationEndpoint: aliases.revocation_endpoint,
      introspectionEndpoint: endpoints.introspectionEndpoint,
      mutualTls: true,
      otherHosts: ["mtls.example"],
    });
    expect(await read(metadata(), { mutualTls: true })).toMatchObject({ ...endpoints, hasMutualTlsAliases: false });
  });

  test("are not used otherwise, but known", async () => {
    expect(await read(body)).toMatchObject({ ...endpoints, mutualTls: false, hasMutualTlsAliases: true, otherHosts: [] });
  });
});

describe("what a document says", () => {
  test.each([
    ["HTML", new Response("<html>", { headers: { "content-type": "text/html" } }), "content-type"],
    ["JSON of another type", new Response("{}", { headers: { "content-type": "text/plain" } }), "content-type"],
    ["a list", json([]), ""],
    ["half a document", new Response('{"issuer":', { headers: { "content-type": "application/json" } }), ""],
  ])("is not read out of %s", async (_, response, path) => {
    const answer = await answered(response);
    expect(() => parseMetadata(answer, issuer, {})).toThrow(refused(path));
  });

  test.each(["token_endpoint_auth_methods_supported", "token_endpoint_auth_signing_alg_values_supported", "scopes_supported"])(
    "has lists of texts: %s",
    async (path) => {
      await expect(read(metadata({ [path]: "one" }))).rejects.toEqual(refused(path));
      await expect(read(metadata({ [path]: [1] }))).rejects.toEqual(refused(path));
    },
  );

  test("rule 24: has client_secret_basic for the default", async () => {
    expect(await read(metadata())).toMatchObject({
      tokenEndpointAuthMethods: ["client_secret_basic"],
      tokenEndpointSigningAlgorithms: [],
    });
  });

  test("is kept whole, without tricks", async () => {
    const text = JSON.stringify(metadata({ scopes_supported: ["a"], extra: 1 })).replace(
      "{",
      '{"__proto__":{"polluted":true},',
    );
    const answer = await answered(new Response(text, { headers: { "content-type": "application/json; charset=utf-8" } }));
    const server = parseMetadata(answer, issuer, {});
    expect(server).toMatchObject({ issuer, ...endpoints, scopes: ["a"], metadata: { extra: 1 } });
    expect(Object.isFrozen(server)).toBe(true);
    expect("polluted" in server).toBe(false);
  });

  test("may leave out what is optional", async () => {
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
  ])("may not name the loopback or link-local address %s", async (token_endpoint) => {
    await expect(read(metadata({ token_endpoint }))).rejects.toEqual(refused("token_endpoint"));
    const { host } = new URL(token_endpoint);
    expect(await read(metadata({ token_endpoint }), { allowedHosts: [host] })).toMatchObject({ otherHosts: [host] });
  });

  test("may name hosts that only look like local ones", async () => {
    for (const host of ["127.example", "localhost.example", "my-localhost", "[2001:db8::7f00:1]"]) {
      const token_endpoint = `https://${host}/token`;
      expect(await read(metadata({ token_endpoint }))).toMatchObject({ tokenEndpoint: token_endpoint });
    }
  });

  test("may use http for the hosts of allowInsecureHttp only", async () => {
    const token_endpoint = "http://keycloak:8080/token";
    await expect(read(metadata({ token_endpoint }))).rejects.toEqual(refused("token_endpoint"));
    await expect(read(metadata({ token_endpoint }), { allowInsecureHttp: ["other"] })).rejects.toEqual(
      refused("token_endpoint"),
    );
    expect(await read(metadata({ token_endpoint }), { allowInsecureHttp: ["keycloak"] })).toMatchObject({
      tokenEndpoint: token_endpoint,
    });
  });

  test("may name loopback addresses when the issuer has one", async () => {
    const own = "http://127.0.0.1:8080";
    const answer = await answered(json({ issuer: own, token_endpoint: `${own}/token` }));
    expect(parseMetadata(answer, own, {}).tokenEndpoint).toBe(`${own}/token`);
  });
});
