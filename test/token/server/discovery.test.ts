import { type DiscoveryOptions, discoverServer } from "oauth-clients/token/server";
import { describe, expect, test } from "vitest";
import { endpoints, issuer, json, metadata, record, rejection } from "./samples.js";

describe("discoverServer: validation and error responses", () => {
  test.each([
    ["an issuer without TLS", "http://auth.example", {}, "issuer"],
    ["an issuer with a query", "https://auth.example?a", {}, "issuer"],
    ["an empty issuer", "", {}, "issuer"],
    ["an unknown wellKnown document", issuer, { wellKnown: "both" }, "wellKnown"],
    ["a mutualTls option that is not a boolean", issuer, { mutualTls: "yes" }, "mutualTls"],
    ["allowed hosts that are URLs", issuer, { allowedHosts: ["https://auth.example"] }, "allowedHosts"],
    ["a timeout of 0", issuer, { timeoutMs: 0 }, "timeoutMs"],
    ["a metadata URL without TLS", issuer, { metadataUrl: "http://auth.example/metadata" }, "metadataUrl"],
    [
      "a metadata URL together with a wellKnown document",
      issuer,
      { metadataUrl: "https://auth.example/metadata", wellKnown: "openid-configuration" },
      "metadataUrl",
    ],
    ["allowInsecureHttp without a list of hosts", issuer, { allowInsecureHttp: true }, "allowInsecureHttp"],
  ])("discoverServer rejects %s before it sends a request", async (_, requestedIssuer, options, path) => {
    const { fetch, sent } = record(() => json(metadata()));
    const error = await rejection(discoverServer(requestedIssuer, { fetch, ...options } as DiscoveryOptions));
    expect(error).toMatchObject({ code: "invalid_configuration", issues: [{ path }], operation: "discover server" });
    expect(sent).toHaveLength(0);
  });

  test.each([
    [404, "unexpected_response"],
    [201, "unexpected_response"],
    [429, "rate_limited"],
    [500, "server_error"],
  ])("discoverServer rejects a response with status %i without a second request", async (status, code) => {
    const { fetch, sent } = record(() => json(metadata(), status));
    expect(await rejection(discoverServer(issuer, { fetch }))).toMatchObject({ code, status, outcome: "not_applied" });
    expect(sent).toHaveLength(1);
  });

  test.each([
    [{}, 'Try wellKnown: "openid-configuration", or metadataUrl'],
    [{ wellKnown: "openid-configuration" }, 'Try wellKnown: "oauth-authorization-server", or metadataUrl'],
    [{ metadataUrl: "https://auth.example/metadata" }, "Check metadataUrl"],
  ] as const)(
    "discoverServer suggests another location after a 404 response with an OAuth error: options %j",
    async (options, suggestion) => {
      const { fetch } = record(() => json({ error: "invalid_request" }, 404));
      expect(await rejection(discoverServer(issuer, { fetch, ...options }))).toMatchObject({
        code: "unexpected_response",
        status: 404,
        message: expect.stringContaining(suggestion),
      });
    },
  );

  test("discoverServer does not report an OAuth error as a token endpoint error", async () => {
    const { fetch } = record(() => json({ error: "invalid_client" }, 400));
    expect(await rejection(discoverServer(issuer, { fetch }))).toMatchObject({ code: "unexpected_response", status: 400 });
  });

  test("rule 95: discoverServer rejects metadata of another issuer at a metadata URL", async () => {
    const { fetch } = record(() => json(metadata({ issuer: "https://other.example" })));
    const options = { fetch, metadataUrl: "https://auth.example/metadata" };
    expect(await rejection(discoverServer(issuer, options))).toMatchObject({ issues: [{ path: "issuer" }] });
  });

  test("rule 96: discoverServer does not follow a redirect", async () => {
    const { fetch, sent } = record(() => Response.redirect("https://auth.example/elsewhere", 302));
    expect(await rejection(discoverServer(issuer, { fetch }))).toMatchObject({ code: "unexpected_response", status: 302 });
    expect(sent).toHaveLength(1);
  });

  test("rule 96: discoverServer rejects a document that exceeds the maximum size", async () => {
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) });
    const { fetch } = record(() => new Response(endless, { headers: { "content-type": "application/json" } }));
    expect(await rejection(discoverServer(issuer, { fetch }))).toMatchObject({
      message: expect.stringContaining("1048576 bytes"),
    });
  });

  test("rule 95: discoverServer rejects metadata of another issuer", async () => {
    const { fetch } = record(() => json(metadata({ issuer: `${issuer}/` })));
    expect(await rejection(discoverServer(issuer, { fetch }))).toMatchObject({ issues: [{ path: "issuer" }] });
  });
});

describe("discoverServer: locations of the metadata", () => {
  test("discoverServer reads the metadata at a metadata URL", async () => {
    const { fetch, sent } = record(() => json(metadata()));
    const server = await discoverServer(issuer, { fetch, metadataUrl: "https://cdn.example/metadata.json" });
    expect(server).toMatchObject({ issuer, ...endpoints });
    expect(sent.map(({ url }) => url)).toEqual(["https://cdn.example/metadata.json"]);
  });

  test("discoverServer reads the metadata of an http issuer whose host is in allowInsecureHttp", async () => {
    const httpIssuer = "http://keycloak:8080/realms/a";
    const { fetch, sent } = record(() => json({ issuer: httpIssuer, token_endpoint: `${httpIssuer}/token` }));
    const server = await discoverServer(httpIssuer, { fetch, allowInsecureHttp: ["keycloak"] });
    expect(server.tokenEndpoint).toBe(`${httpIssuer}/token`);
    expect(sent).toHaveLength(1);
  });

  test.each([
    [undefined, "https://auth.example/.well-known/oauth-authorization-server/tenant"],
    ["oauth-authorization-server", "https://auth.example/.well-known/oauth-authorization-server/tenant"],
    ["openid-configuration", "https://auth.example/tenant/.well-known/openid-configuration"],
  ] as const)(
    "rule 94: discoverServer sends one request, to the configured well-known document: %s",
    async (wellKnown, url) => {
      const { fetch, sent } = record(() => json(metadata()));
      const server = await discoverServer(issuer, { fetch, ...(wellKnown && { wellKnown }) });
      expect(server).toMatchObject({ issuer, ...endpoints });
      expect(sent.map((request) => request.url)).toEqual([url]);
      expect(sent[0]?.headers).toEqual({ accept: "application/json" });
    },
  );
});
