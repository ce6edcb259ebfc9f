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
