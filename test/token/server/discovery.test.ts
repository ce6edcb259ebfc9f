import { type DiscoveryOptions, discoverServer } from "oauth-clients/token/server";
import { describe, expect, test } from "vitest";
import { endpoints, issuer, json, metadata, record, rejection } from "./samples.js";

describe("discoverServer refuses", () => {
  test.each([
    ["an issuer without TLS", "http://auth.example", {}, "issuer"],
    ["an issuer with a query", "https://auth.example?a", {}, "issuer"],
    ["an issuer that is none", "", {}, "issuer"],
    ["an unknown document", issuer, { wellKnown: "both" }, "wellKnown"],
    ["a switch that is none", issuer, { mutualTls: "yes" }, "mutualTls"],
    ["hosts that are addresses", issuer, { allowedHosts: ["https://auth.example"] }, "allowedHosts"],
    ["a deadline that is none", issuer, { timeoutMs: 0 }, "timeoutMs"],
    ["a metadata URL without TLS", issuer, { metadataUrl: "http://auth.example/metadata" }, "metadataUrl"],
    [
      "a metadata URL beside a document",
      issuer,
      { metadataUrl: "https://auth.example/metadata", wellKnown: "openid-configuration" },
      "metadataUrl",
    ],
    ["every host with http", issuer, { allowInsecureHttp: true }, "allowInsecureHttp"],
  ])("%s, before anything is sent", async (_, asked, options, path) => {
    const { fetch, sent } = record(() => json(metadata()));
    const error = await rejection(discoverServer(asked, { fetch, ...options } as DiscoveryOptions));
    expect(error).toMatchObject({ code: "invalid_configuration", issues: [{ path }], operation: "discover server" });
    expect(sent).toHaveLength(0);
  });

  test.each([
    [404, "unexpected_response"],
    [201, "unexpected_response"],
    [429, "rate_limited"],
    [500, "server_error"],
  ])("any answer but 200, and asks nowhere else: %i", async (status, code) => {
    const { fetch, sent } = record(() => json(metadata(), status));
    expect(await rejection(discoverServer(issuer, { fetch }))).toMatchObject({ code, status, outcome: "not_applied" });
    expect(sent).toHaveLength(1);
  });

  test.each([
    [{}, 'Try wellKnown: "openid-configuration", or metadataUrl'],
    [{ wellKnown: "openid-configuration" }, 'Try wellKnown: "oauth-authorization-server", or metadataUrl'],
    [{ metadataUrl: "https://auth.example/metadata" }, "Check metadataUrl"],
  ] as const)("a 404 with an OAuth error, and names the way out: %j", async (options, advice) => {
    const { fetch } = record(() => json({ error: "invalid_request" }, 404));
    expect(await rejection(discoverServer(issuer, { fetch, ...options }))).toMatchObject({
      code: "unexpected_response",
      status: 404,
      message: expect.stringContaining(advice),
    });
  });

  test("an OAuth error, which is not one of a token endpoint", async () => {
    const { fetch } = record(() => json({ error: "invalid_client" }, 400));
    expect(await rejection(discoverServer(issuer, { fetch }))).toMatchObject({ code: "unexpected_response", status: 400 });
  });

  test("rule 95: the document of another issuer at a metadata URL", async () => {
    const { fetch } = record(() => json(metadata({ issuer: "https://other.example" })));
    const options = { fetch, metadataUrl: "https://auth.example/metadata" };
    expect(await rejection(discoverServer(issuer, options))).toMatchObject({ issues: [{ path: "issuer" }] });
  });

  test("rule 96: a redirect", async () => {
    const { fetch, sent } = record(() => Response.redirect("https://auth.example/elsewhere", 302));
    expect(await rejection(discoverServer(issuer, { fetch }))).toMatchObject({ code: "unexpected_response", status: 302 });
    expect(sent).toHaveLength(1);
  });

  test("rule 96: a document without an end", async () => {
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) });
    const { fetch } = record(() => new Response(endless, { headers: { "content-type": "application/json" } }));
    expect(await rejection(discoverServer(issuer, { fetch }))).toMatchObject({
      message: expect.stringContaining("1048576 bytes"),
    });
  });

  test("rule 95: the document of another issuer", async () => {
    const { fetch } = record(() => json(metadata({ issuer: `${issuer}/` })));
    expect(await rejection(discoverServer(issuer, { fetch }))).toMatchObject({ issues: [{ path: "issuer" }] });
  });
});

describe("discoverServer reads", () => {
  test("the document at a metadata URL", async () => {
    const { fetch, sent } = record(() => json(metadata()));
    const server = await discoverServer(issuer, { fetch, metadataUrl: "https://cdn.example/metadata.json" });
    expect(server).toMatchObject({ issuer, ...endpoints });
    expect(sent.map(({ url }) => url)).toEqual(["https://cdn.example/metadata.json"]);
  });

  test("an issuer with http whose host allowInsecureHttp names", async () => {
    const own = "http://keycloak:8080/realms/a";
    const { fetch, sent } = record(() => json({ issuer: own, token_endpoint: `${own}/token` }));
    const server = await discoverServer(own, { fetch, allowInsecureHttp: ["keycloak"] });
    expect(server.tokenEndpoint).toBe(`${own}/token`);
    expect(sent).toHaveLength(1);
  });

  test.each([
    [undefined, "https://auth.example/.well-known/oauth-authorization-server/tenant"],
    ["oauth-authorization-server", "https://auth.example/.well-known/oauth-authorization-server/tenant"],
    ["openid-configuration", "https://auth.example/tenant/.well-known/openid-configuration"],
  ] as const)("rule 94: one document, the one that is configured: %s", async (wellKnown, url) => {
    const { fetch, sent } = record(() => json(metadata()));
    const server = await discoverServer(issuer, { fetch, ...(wellKnown && { wellKnown }) });
    expect(server).toMatchObject({ issuer, ...endpoints });
    expect(sent.map((one) => one.url)).toEqual([url]);
    expect(sent[0]?.headers).toEqual({ accept: "application/json" });
  });
});
