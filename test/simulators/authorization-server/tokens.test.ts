import { describe, expect, test } from "vitest";
import { createClientStore } from "../../../src/simulators/authorization-server/clients.js";
import type {
  AuthorizationServerSimulatedClient,
  AuthorizationServerSimulatorOptions,
} from "../../../src/simulators/authorization-server/options.js";
import { createTokenStore } from "../../../src/simulators/authorization-server/tokens.js";
import { createSimulatedTime } from "../../../src/simulators/core/time.js";
import { fixedNow } from "../../time.js";
import { issuer } from "./calls.js";

function setup(options: AuthorizationServerSimulatorOptions = {}, settings: Partial<AuthorizationServerSimulatedClient> = {}) {
  const { now, advanceTime } = createSimulatedTime(fixedNow());
  const store = createClientStore(now);
  store.add({ clientId: "one", secret: "a", ...settings });
  store.add({ clientId: "two", secret: "a" });
  const [one, two] = ["one", "two"].map((id) => store.find(id)!) as [never, never];
  const tokens = createTokenStore(options, now);
  const issue = (...pairs: [string, string][]) =>
    tokens.issue(new URLSearchParams([["grant_type", "client_credentials"], ...pairs]), one, issuer);
  const introspect = (token: unknown) => tokens.introspect(new URLSearchParams({ token: String(token) }));
  return { advanceTime, tokens, issue, introspect, one, two };
}

describe("a token store rejects", () => {
  test("a missing grant type and another grant type", () => {
    const { tokens, one } = setup();
    expect(() => tokens.issue(new URLSearchParams(), one, issuer)).toThrow(
      expect.objectContaining({ code: "invalid_request" }),
    );
    const form = new URLSearchParams({ grant_type: "password" });
    expect(() => tokens.issue(form, one, issuer)).toThrow(expect.objectContaining({ code: "unsupported_grant_type" }));
  });

  test.each(["read  write", " read", 'a"b', "read\twrite"])("a malformed scope: %j", (scope) => {
    expect(() => setup().issue(["scope", scope])).toThrow(expect.objectContaining({ code: "invalid_scope" }));
  });

  test("scopes that the server or the client does not have", () => {
    expect(() => setup({ scopes: ["read"] }).issue(["scope", "read write"])).toThrow(
      expect.objectContaining({ code: "invalid_scope" }),
    );
    const narrow = setup({ scopes: ["read", "write"] }, { scopes: ["read"] });
    expect(() => narrow.issue(["scope", "write"])).toThrow(expect.objectContaining({ code: "invalid_scope" }));
  });

  test.each(["/path", "https://api.example/#part", "api"])("rule 55: the resource %s", (resource) => {
    expect(() => setup().issue(["resource", resource])).toThrow(expect.objectContaining({ code: "invalid_target" }));
  });

  test("resources and audiences that the client may not request", () => {
    const target = "https://api.example/";
    expect(() => setup({}, { resources: [] }).issue(["resource", target])).toThrow(
      expect.objectContaining({ code: "invalid_target" }),
    );
    expect(() => setup({}, { audiences: ["a"] }).issue(["audience", "b"])).toThrow(
      expect.objectContaining({ code: "invalid_target" }),
    );
  });

  test("an introspection and a revocation without a token", () => {
    const { tokens, one } = setup();
    expect(() => tokens.introspect(new URLSearchParams())).toThrow(expect.objectContaining({ code: "invalid_request" }));
    expect(() => tokens.revoke(new URLSearchParams(), one)).toThrow(expect.objectContaining({ code: "invalid_request" }));
  });
});

describe("a token store", () => {
  test("rule 68: omits unknown scopes with unknownScopes: drop, and omits the scope when none remains", () => {
    const { issue } = setup({ scopes: ["read"], unknownScopes: "drop" });
    expect(issue(["scope", "read nope"])).toMatchObject({ scope: "read" });
    expect(issue(["scope", "nope"])).not.toHaveProperty("scope");
  });

  test("issues tokens with the lifetime of the client, or of the server by default", () => {
    expect(setup().issue()).toEqual({
      access_token: expect.stringMatching(/^[\w-]{43}$/),
      token_type: "Bearer",
      expires_in: 3600,
    });
    expect(setup({ tokenLifetimeMs: 1_500 }).issue()).toMatchObject({ expires_in: 1 });
    expect(setup({}, { tokenLifetimeMs: 60_000 }).issue()).toMatchObject({ expires_in: 60 });
  });

  test("introspection describes a token until it expires", () => {
    const { issue, introspect, advanceTime } = setup();
    const token = issue(["scope", "read write"], ["resource", "https://api.example/"], ["audience", "a"]).access_token;
    expect(introspect(token)).toMatchObject({
      active: true,
      scope: "read write",
      client_id: "one",
      sub: "one",
      iss: issuer,
      aud: ["a", "https://api.example/"],
      exp: expect.any(Number),
    });
    expect(introspect(issue(["audience", "a"]).access_token)).toMatchObject({ aud: "a" });
    advanceTime(3_600_000);
    expect(introspect(token)).toEqual({ active: false });
    expect(introspect("nothing")).toEqual({ active: false });
  });

  test("rule 100: revokes only the client's own token, and accepts any other token without an effect", () => {
    const { tokens, issue, introspect, one, two } = setup();
    const token = String(issue().access_token);
    tokens.revoke(new URLSearchParams({ token }), two);
    expect(introspect(token)).toMatchObject({ active: true });
    tokens.revoke(new URLSearchParams({ token }), one);
    expect(introspect(token)).toEqual({ active: false });
    tokens.revoke(new URLSearchParams({ token: "nothing" }), one);
  });

  test("counts and deletes active tokens", () => {
    const { tokens, issue, advanceTime } = setup();
    issue();
    advanceTime(3_600_000);
    issue();
    expect([tokens.countActive("one"), tokens.countActive("two")]).toEqual([1, 0]);
    expect(tokens.delete((_, clientId) => clientId === "one")).toBe(1);
    expect(tokens.countActive("one")).toBe(0);
  });
});
