// oidc-provider as an authorization server for foreign assertions, further grants and DPoP nonces. It implements neither token exchange nor
// the JWT bearer grant, so both are registered here as its documentation describes: it parses and authenticates the requests.
import assert from "node:assert/strict";
import { generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { jwtVerify, SignJWT } from "jose";
import Provider, { errors } from "oidc-provider";
import { clientAssertion } from "../../src/token/auth/index.js";
import { createDpopKey, withDpop } from "../../src/token/dpop/index.js";
import { customGrant, jwtBearer, tokenExchange } from "../../src/token/grants/index.js";
import { clientSecretBasic, createTokenCache, requestToken } from "../../src/token/index.js";

const secret = "a-secret-of-the-client";
const workload = generateKeyPairSync("ec", { namedCurve: "P-256" });
const issuerKey = generateKeyPairSync("ec", { namedCurve: "P-256" });
const foreignIssuer = "https://issuer.example";
const urn = (name: string) => `urn:ietf:params:oauth:${name}`;
const jwtBearerType = urn("grant-type:jwt-bearer");
const tokenExchangeType = urn("grant-type:token-exchange");
const grantTypes = ["client_credentials", jwtBearerType, tokenExchangeType, "account_credentials"];

const sign = (key: KeyObject, claims: object) =>
  new SignJWT({ jti: randomUUID(), ...claims })
    .setProtectedHeader({ alg: "ES256" })
    .setIssuedAt()
    .setExpirationTime("1m")
    .sign(key);

interface TokenContext {
  readonly oidc: { readonly client: object; readonly params: Readonly<Record<string, string>> };
  body: unknown;
}

function createProvider(issuer: string): Provider {
  const client = { grant_types: grantTypes, redirect_uris: [], response_types: [], scope: "api:read" };
  const jwks = { keys: [{ ...workload.publicKey.export({ format: "jwk" }), use: "sig" }] };
  const provider = new Provider(issuer, {
    clients: [
      { ...client, client_id: "service", client_secret: secret },
      { ...client, client_id: "bound", client_secret: secret, dpop_bound_access_tokens: true },
      {
        ...client,
        client_id: "workload",
        token_endpoint_auth_method: "private_key_jwt",
        token_endpoint_auth_signing_alg: "ES256",
        jwks,
      },
    ] as never,
    scopes: ["api:read"],
    clientAuthMethods: ["client_secret_basic", "private_key_jwt"],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      dPoP: { enabled: true, nonceSecret: Buffer.alloc(32, 1), requireNonce: () => true },
    },
  } as never);

  async function issue(ctx: TokenContext, extra: object): Promise<void> {
    const token = new provider.ClientCredentials({ client: ctx.oidc.client, scope: "api:read" } as never);
    const value = await token.save();
    ctx.body = { access_token: value, token_type: "Bearer", expires_in: 60, scope: "api:read", ...extra };
  }
  const register = (name: string, parameters: readonly string[], handler: (ctx: TokenContext) => Promise<void>) =>
    provider.registerGrantType(name, handler as never, [...parameters, "scope"]);

  register(jwtBearerType, ["assertion"], async (ctx) => {
    const { assertion = "" } = ctx.oidc.params;
    const verified = await jwtVerify(assertion, issuerKey.publicKey, { issuer: foreignIssuer, audience: issuer }).catch(() => {
      throw new errors.InvalidGrant("the assertion is invalid");
    });
    await issue(ctx, { subject: verified.payload.sub });
  });
  register(tokenExchangeType, ["subject_token", "subject_token_type"], async (ctx) => {
    const { subject_token = "", subject_token_type } = ctx.oidc.params;
    if (subject_token_type !== urn("token-type:access_token"))
      throw new errors.InvalidRequest("unsupported subject_token_type");
    if (!(await provider.ClientCredentials.find(subject_token))) throw new errors.InvalidGrant("unknown subject_token");
    await issue(ctx, { issued_token_type: urn("token-type:access_token") });
  });
  register("account_credentials", ["account_id"], async (ctx) => issue(ctx, { account: ctx.oidc.params.account_id }));
  return provider;
}

describe("oidc-provider", () => {
  let listener: RequestListener = () => undefined;
  let server: Server;
  let issuer: string;
  let count = 0;
  const sockets = new Set<Socket>();
  const folder = mkdtempSync(join(tmpdir(), "assertions-"));
  const file = join(folder, "assertion");

  before(async () => {
    server = createServer((request, response) => {
      count += 1;
      listener(request, response);
    });
    server.on("connection", (socket) => sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    listener = createProvider(issuer).callback();
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  const request = (changes: object = {}) => ({
    tokenEndpoint: `${issuer}/token`,
    clientId: "service",
    clientAuthentication: clientSecretBasic(secret),
    ...changes,
  });

  describe("clientAssertion", () => {
    const write = async (key: KeyObject) =>
      writeFileSync(file, `${await sign(key, { iss: "workload", sub: "workload", aud: issuer })}\n`);
    const ask = (sendClientId: boolean) =>
      requestToken(request({ clientId: "workload", clientAuthentication: clientAssertion({ file, sendClientId }) }));

    test("an assertion of another key is rejected", async () => {
      await write(issuerKey.privateKey);
      await assert.rejects(ask(true), { code: "token_endpoint_error", error: "invalid_client" });
    });

    // The server accepts each `jti` once, so the second request proves that the file was read again.
    test("the file is read for each request, with and without client_id", async () => {
      for (const sendClientId of [true, false]) {
        await write(workload.privateKey);
        assert.equal((await ask(sendClientId)).tokenType, "Bearer");
      }
      await assert.rejects(ask(true), { code: "token_endpoint_error", error: "invalid_client" });
    });
  });

  describe("grants", () => {
    test("an assertion of an unknown issuer and an unknown subject token are rejected, and no error contains them", async () => {
      const assertion = await sign(workload.privateKey, { iss: foreignIssuer, sub: "alice", aud: issuer });
      for (const grant of [jwtBearer({ assertion }), tokenExchange({ subjectToken: "unknown-canary" })]) {
        await assert.rejects(requestToken(request({ grant })), (error: Error & { error?: string }) => {
          assert.equal(error.error, "invalid_grant");
          assert.doesNotMatch(JSON.stringify(error) + error.message, new RegExp(`canary|${assertion}`));
          return true;
        });
      }
    });

    test("jwtBearer gets one token for each subject from a cache", async () => {
      const cache = createTokenCache();
      const sourceOf = (subject: string) => {
        const assertion = () => sign(issuerKey.privateKey, { iss: foreignIssuer, sub: subject, aud: issuer });
        return cache.source(request({ grant: jwtBearer({ assertion, subject }) }));
      };
      const tokens = await Promise.all(["alice", "bob", "alice"].map((subject) => sourceOf(subject).get()));
      assert.deepEqual(
        tokens.map(({ additionalFields }) => additionalFields.subject),
        ["alice", "bob", "alice"],
      );
      assert.equal(tokens[0]?.value, tokens[2]?.value);
      assert.notEqual(tokens[0]?.value, tokens[1]?.value);
    });

    test("tokenExchange gets a token for another token", async () => {
      const { value } = await requestToken(request());
      const { additionalFields } = await requestToken(request({ grant: tokenExchange({ subjectToken: value }) }));
      assert.equal(additionalFields.issued_token_type, urn("token-type:access_token"));
    });

    test("customGrant sends the grant type and its parameters", async () => {
      const grant = customGrant({ grantType: "account_credentials", parameters: { account_id: "account-1" } });
      assert.equal((await requestToken(request({ grant }))).additionalFields.account, "account-1");
    });
  });

  describe("DPoP nonces", () => {
    test("concurrent requests without a nonce are each repeated once, and later requests need one request", async () => {
      const key = await createDpopKey();
      const bound = () => requestToken(withDpop(request({ clientId: "bound" }), key));
      const start = count;
      const tokens = await Promise.all(Array.from({ length: 8 }, bound));
      assert.deepEqual(new Set(tokens.map(({ tokenType }) => tokenType)), new Set(["DPoP"]));
      assert.equal(count - start, 16);
      await Promise.all(Array.from({ length: 8 }, bound));
      assert.equal(count - start, 24);
    });
  });
});
