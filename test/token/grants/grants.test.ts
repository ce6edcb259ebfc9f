import { describe, expect, test } from "vitest";
import type { TokenGrant } from "../../../src/core/credentials.js";
import { clientSecretBasic } from "../../../src/token/authentication.js";
import { createTokenCache } from "../../../src/token/cache.js";
import { customGrant, jwtBearer, tokenExchange } from "../../../src/token/grants/index.js";
import { requestToken } from "../../../src/token/request.js";
import { createTokenSource } from "../../../src/token/source.js";
import { createSharedTokenStore } from "../../../src/token/store/index.js";
import { everyView, grant, record, rejection, sampleRequest } from "../recorder.js";
import { memoryStore } from "../store/memory.js";

const form = ({ body }: { readonly body: string }) => [...new URLSearchParams(body)];
const noAuthentication = { method: "none", authenticate: () => ({ secrets: [] }) };
const invalid = (path: string) =>
  expect.objectContaining({ code: "invalid_configuration", issues: [expect.objectContaining({ path })] });

describe("grants: validation of options", () => {
  test.each([
    ["assertion", {}],
    ["assertion", { assertion: "" }],
    ["assertion", { assertion: " " }],
    ["assertion", { assertion: "a\nb" }],
    ["assertion", { assertion: 1 }],
    ["subject", { assertion: () => "a" }],
    ["subject", { assertion: "a", subject: "" }],
    ["scope", { assertion: "a", scope: "b" }],
  ])("jwtBearer rejects the option %s of %o", (path, options) => {
    expect(() => jwtBearer(options as never)).toThrow(invalid(path));
  });

  test.each([
    ["subjectToken", {}],
    ["subjectTokenType", { subjectToken: "a", subjectTokenType: "bearer" }],
    ["requestedTokenType", { subjectToken: "a", requestedTokenType: "" }],
    ["actorToken", { subjectToken: "a", actorToken: "" }],
    ["actorTokenType", { subjectToken: "a", actorTokenType: "jwt" }],
    ["subject", { subjectToken: "a", actorToken: () => "b" }],
    ["audience", { subjectToken: "a", audience: "b" }],
  ])("tokenExchange rejects the option %s of %o", (path, options) => {
    expect(() => tokenExchange(options as never)).toThrow(invalid(path));
  });

  test.each([
    ["grantType", {}],
    ["grantType", { grantType: "two words" }],
    ["grantType", { grantType: "client_credentials" }],
    ["grantType", { grantType: "authorization_code" }],
    ["grantType", { grantType: "refresh_token" }],
    ["parameters", { grantType: "a", parameters: "b" }],
    ["parameters.client_id", { grantType: "a", parameters: { client_id: "b" } }],
    ["parameters.account_id", { grantType: "a", parameters: { account_id: "" } }],
    ["subject", { grantType: "a", parameters: { account_id: () => "b" } }],
  ])("customGrant rejects the option %s of %o", (path, options) => {
    expect(() => customGrant(options as never)).toThrow(invalid(path));
  });

  test("rule 108: the password grant is not available", () => {
    expect(() => customGrant({ grantType: "password", parameters: { username: "a", password: "b" } })).toThrow(
      "this grant is not supported",
    );
  });

  test("missing grant options and an invalid grant in a token request are rejected", () => {
    for (const create of [jwtBearer, tokenExchange, customGrant]) expect(() => create(undefined as never)).toThrow("expected");
    expect(() => createTokenSource(sampleRequest({ grant: "password" as never }))).toThrow(invalid("grant"));
  });
});

describe("grants: invalid assertions and parameters", () => {
  test.each([
    ["an empty text", () => " \n"],
    ["a text with line breaks", () => "canary\ncanary"],
    ["undefined", () => undefined as never],
  ])("the token request is rejected before it is sent when the assertion is %s", async (_, assertion) => {
    const { fetch, sent } = record();
    const error = await rejection(requestToken(sampleRequest({ grant: jwtBearer({ assertion, subject: "a" }) }), { fetch }));
    expect(error).toMatchObject({ code: "invalid_configuration", issues: [{ path: "assertion" }] });
    expect(String(error)).toContain("jwtBearer: assertion: expected text");
    expect(everyView(error)).not.toContain("canary");
    expect(sent).toEqual([]);
  });

  test("the token request is rejected with the error of the assertion function", async () => {
    const cause = new Error("the session has ended");
    const read = jwtBearer({ assertion: () => Promise.reject(cause), subject: "a" });
    const { fetch, sent } = record();
    expect(await rejection(requestToken(sampleRequest({ grant: read }), { fetch }))).toBe(cause);
    expect(sent).toEqual([]);
  });

  test("rule 3: a parameter of the request that the grant also sets is rejected", async () => {
    const { fetch, sent } = record();
    const request = sampleRequest({ grant: jwtBearer({ assertion: "a" }), parameters: { assertion: "b" } });
    expect(String(await rejection(requestToken(request, { fetch })))).toContain("assertion: is set already");
    expect(sent).toEqual([]);
  });
});

describe("grants: secrecy", () => {
  const canary = "canary-subject-token";
  test.each<[string, TokenGrant]>([
    ["jwtBearer", jwtBearer({ assertion: canary })],
    ["tokenExchange", tokenExchange({ subjectToken: canary, actorToken: () => "canary-actor", subject: "a" })],
    ["customGrant", customGrant({ grantType: "a", parameters: { account_id: canary } })],
  ])("rule 93: errors and logged objects contain no assertion or token of the grant %s", async (_, tested) => {
    const { fetch } = record((_count, { body }) =>
      Response.json({ error: "invalid_grant", error_description: `refused ${decodeURIComponent(body)}` }, { status: 400 }),
    );
    const request = sampleRequest({ grant: tested });
    const error = await rejection(requestToken(request, { fetch }));
    expect(error).toMatchObject({ code: "token_endpoint_error", error: "invalid_grant" });
    expect(everyView(error)).not.toContain("canary");
    expect(everyView(request)).not.toContain("canary");
  });
});

describe("tokenExchange: parameters", () => {
  test("tokenExchange rejects a response with a token that is not an access token (N_A)", async () => {
    const { fetch } = record(() => Response.json(grant({ token_type: "N_A", issued_token_type: "urn:a:saml2" })));
    const request = sampleRequest({ grant: tokenExchange({ subjectToken: "a" }) });
    expect(String(await rejection(requestToken(request, { fetch })))).toContain("token_type: expected Bearer");
  });

  test("tokenExchange sends the parameters of RFC 8693 and those of the token request", async () => {
    const { fetch, sent } = record(() => Response.json(grant({ issued_token_type: "urn:b" })));
    const tested = tokenExchange({
      subjectToken: "subject",
      subjectTokenType: "id_token",
      actorToken: "actor",
      actorTokenType: "urn:example:actor",
      requestedTokenType: "jwt",
    });
    const request = sampleRequest({ grant: tested, audience: "api", resource: ["https://a.example", "https://b.example"] });
    const token = await requestToken(request, { fetch });
    expect(token.additionalFields).toEqual({ issued_token_type: "urn:b" });
    expect(sent.map(form)).toEqual([
      [
        ["grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"],
        ["audience", "api"],
        ["resource", "https://a.example"],
        ["resource", "https://b.example"],
        ["subject_token_type", "urn:ietf:params:oauth:token-type:id_token"],
        ["actor_token_type", "urn:example:actor"],
        ["requested_token_type", "urn:ietf:params:oauth:token-type:jwt"],
        ["subject_token", "subject"],
        ["actor_token", "actor"],
      ],
    ]);
  });

  test("tokenExchange sends neither an actor nor a requested token type by default", async () => {
    const { fetch, sent } = record();
    await requestToken(sampleRequest({ grant: tokenExchange({ subjectToken: "subject" }) }), { fetch });
    expect(sent.map(form)).toEqual([
      [
        ["grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"],
        ["subject_token_type", "urn:ietf:params:oauth:token-type:access_token"],
        ["subject_token", "subject"],
      ],
    ]);
  });
});

describe("jwtBearer: requests", () => {
  test("rule 11: the method none is rejected for client credentials and accepted for other grants", async () => {
    const { fetch, sent } = record();
    const request = sampleRequest({ clientAuthentication: noAuthentication });
    expect(await rejection(requestToken(request, { fetch }))).toEqual(invalid("clientAuthentication"));
    await requestToken({ ...request, grant: jwtBearer({ assertion: "a.b.c" }) }, { fetch });
    expect(sent.map(form)).toEqual([
      [
        ["grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"],
        ["assertion", "a.b.c"],
      ],
    ]);
  });

  test("jwtBearer authenticates the client like every token request", async () => {
    const { fetch, sent } = record();
    await requestToken(sampleRequest({ grant: jwtBearer({ assertion: "a.b.c" }), scopes: ["read"] }), { fetch });
    expect(sent.map(form)).toEqual([
      [
        ["grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"],
        ["scope", "read"],
        ["assertion", "a.b.c"],
      ],
    ]);
    expect(sent[0]?.headers.authorization).toMatch(/^Basic /);
  });

  test("jwtBearer reads the assertion for each request, retries included, and trims it", async () => {
    let count = 0;
    const { fetch, sent } = record((request) => (request === 1 ? new Response("", { status: 503 }) : Response.json(grant())));
    const request = sampleRequest({ grant: jwtBearer({ assertion: () => `assertion-${++count}\n`, subject: "user" }) });
    const source = createTokenSource(request, { fetch, retry: { initialDelayMs: 0 } });
    source.invalidate(await source.get());
    await source.get();
    expect(sent.map((one) => new URLSearchParams(one.body).get("assertion"))).toEqual([
      "assertion-1",
      "assertion-2",
      "assertion-3",
    ]);
  });
});

describe("customGrant: parameters", () => {
  test("customGrant sends its grant type and its parameters", async () => {
    const { fetch, sent } = record();
    const tested = customGrant({ grantType: "account_credentials", parameters: { account_id: "account-1" } });
    await requestToken(sampleRequest({ grant: tested }), { fetch });
    expect(sent.map(form)).toEqual([
      [
        ["grant_type", "account_credentials"],
        ["account_id", "account-1"],
      ],
    ]);
  });
});

describe("grants: token cache", () => {
  const cache = createTokenCache();
  const clientAuthentication = clientSecretBasic("secret");
  const source = (tested?: TokenGrant) =>
    cache.source(sampleRequest({ clientAuthentication, ...(tested && { grant: tested }) }));

  test("rule 86: the token cache has one source per grant and subject", () => {
    const read = () => "token";
    const sources = [
      source(),
      source(jwtBearer({ assertion: "a" })),
      source(jwtBearer({ assertion: "b" })),
      source(jwtBearer({ assertion: read, subject: "a" })),
      source(jwtBearer({ assertion: read, subject: "b" })),
      source(tokenExchange({ subjectToken: "a" })),
      source(tokenExchange({ subjectToken: "a", subjectTokenType: "jwt" })),
      source(tokenExchange({ subjectToken: read, subject: "a" })),
      source(tokenExchange({ subjectToken: read, subject: "b" })),
      source(customGrant({ grantType: "a" })),
      source(customGrant({ grantType: "b" })),
      source(customGrant({ grantType: "a", parameters: { account: "a" } })),
    ];
    expect(new Set(sources).size).toBe(sources.length);
  });

  test("the token cache returns the same source for an equal grant", () => {
    const equal = () => source(tokenExchange({ subjectToken: () => "token", subject: "user-1" }));
    expect(equal()).toBe(equal());
    expect(source(jwtBearer({ assertion: "a" }))).toBe(source(jwtBearer({ assertion: "a" })));
  });

  test("the token cache has a maximum number of subjects", () => {
    const bounded = createTokenCache({ maxSources: 2 });
    const of = (subjectToken: string) =>
      bounded.source(sampleRequest({ clientAuthentication, grant: tokenExchange({ subjectToken }) }));
    const [first] = [of("a"), of("b"), of("c")];
    expect(of("a")).not.toBe(first);
  });
});

test("rule 86: a shared store has one entry for each subject", async () => {
  const { store } = memoryStore();
  let count = 0;
  const { fetch, sent } = record(() => Response.json(grant({ access_token: `token-${++count}` })));
  const get = (subjectToken: string) => {
    const request = sampleRequest({ grant: tokenExchange({ subjectToken }) });
    return createTokenSource(request, { fetch, store: createSharedTokenStore(store) }).get();
  };
  expect([(await get("a")).value, (await get("b")).value, (await get("a")).value]).toEqual(["token-1", "token-2", "token-1"]);
  expect(sent).toHaveLength(2);
});
