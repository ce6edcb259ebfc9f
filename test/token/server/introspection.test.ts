import { introspectToken } from "oauth-clients/token/server";
import { describe, expect, test } from "vitest";
import { parseIntrospection } from "../../../src/token/server/introspection.js";
import {
  call,
  clientAuthentication,
  encodings,
  endpoints,
  everyView,
  json,
  readResponse,
  record,
  rejection,
  secret,
  token,
} from "./samples.js";

const read = async (body: unknown) => parseIntrospection(await readResponse(json(body)));
const invalidField = (path: string) =>
  expect.objectContaining({ code: "unexpected_response", issues: [expect.objectContaining({ path })] });

describe("rule 104: parseIntrospection: validation of the response", () => {
  test.each([["true"], [1], [null], [undefined], [{}]])("parseIntrospection rejects the active value %j", async (active) => {
    await expect(read({ active })).rejects.toEqual(invalidField("active"));
  });

  test.each([
    ["scope", ["a"]],
    ["client_id", 1],
    ["sub", {}],
    ["token_type", 1],
    ["iss", 1],
    ["aud", [1]],
    ["aud", {}],
    ["exp", "soon"],
    ["iat", 1e300],
    ["nbf", {}],
    ["cnf", "none"],
    ["cnf", []],
  ])("parseIntrospection rejects the member %s with the value %j", async (path, value) => {
    await expect(read({ active: true, [path]: value })).rejects.toEqual(invalidField(path));
  });

  test("parseIntrospection rejects an invalid confirmation claim instead of ignoring it", async () => {
    await expect(read({ active: true, cnf: { "x5t#S256": 1 } })).rejects.toEqual(invalidField("cnf.x5t#S256"));
    await expect(read({ active: true, cnf: { jkt: [] } })).rejects.toEqual(invalidField("cnf.jkt"));
  });

  test("parseIntrospection ignores all other members of an inactive token", async () => {
    expect(await read({ active: false, scope: "admin", exp: "never" })).toEqual({ active: false });
  });

  test("parseIntrospection converts all members of an active token", async () => {
    expect(
      await read({
        active: true,
        scope: "a  b",
        client_id: "client-1",
        sub: "client-1",
        token_type: "Bearer",
        iss: "https://auth.example",
        aud: "https://api.example",
        exp: 1_800_000_000,
        iat: 1_700_000_000.5,
        nbf: null,
        cnf: { "x5t#S256": "thumb", jkt: "print" },
        extra: { a: 1 },
      }),
    ).toEqual({
      active: true,
      scopes: ["a", "b"],
      clientId: "client-1",
      subject: "client-1",
      tokenType: "Bearer",
      issuer: "https://auth.example",
      audience: ["https://api.example"],
      expiresAt: new Date(1_800_000_000_000),
      issuedAt: new Date(1_700_000_000_500),
      certificateThumbprint: "thumb",
      keyThumbprint: "print",
      additionalFields: { extra: { a: 1 } },
    });
    expect(await read({ active: true })).toEqual({ active: true, additionalFields: {} });
  });
});

describe("introspectToken: request and errors", () => {
  test("introspectToken rejects a client without authentication", async () => {
    const { fetch, sent } = record(() => json({ active: true }));
    const publicClient = { ...call, clientAuthentication: { ...clientAuthentication, method: "none" } };
    expect(await rejection(introspectToken(publicClient, { fetch }))).toMatchObject({
      issues: [{ path: "clientAuthentication" }],
    });
    expect(sent).toHaveLength(0);
  });

  test.each([
    [json({ error: "invalid_client" }, 401), "token_endpoint_error"],
    [json({ active: true }, 201), "unexpected_response"],
    [json({}, 500), "server_error"],
    [new Response("active", { headers: { "content-type": "application/token-introspection+jwt" } }), "unexpected_response"],
  ])("introspectToken rejects an error response: case %#", async (response, code) => {
    const error = await rejection(introspectToken(call, { fetch: record(() => response).fetch }));
    expect(error).toMatchObject({ code, operation: "introspect token", outcome: "not_applied" });
  });

  test("introspectToken removes token and secret from the texts of an error response", async () => {
    const words = { error: token, error_description: `${secret} ${token}` };
    const error = await rejection(introspectToken(call, { fetch: record(() => json(words, 400)).fetch }));
    for (const text of [...encodings(secret), ...encodings(token)]) expect(everyView(error)).not.toContain(text);
  });

  test("introspectToken sends one POST request with the token in the body only", async () => {
    const { fetch, sent } = record(() => json({ active: true, scope: "a" }));
    expect(await introspectToken({ ...call, tokenTypeHint: "access_token" }, { fetch })).toMatchObject({ scopes: ["a"] });
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ url: endpoints.introspectionEndpoint, init: { method: "POST" } });
    expect(sent[0]?.form.get("token")).toBe(token);
  });
});
