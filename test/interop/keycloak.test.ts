// A real Keycloak, which `KEYCLOAK_URL` names. Skipped otherwise. The tests create a realm of their own and delete it. Passed with 26.7.3,
// on a fresh server in dev mode (https://www.keycloak.org/downloads, Java 17 or newer):
//
//   KC_BOOTSTRAP_ADMIN_CLIENT_ID=admin KC_BOOTSTRAP_ADMIN_CLIENT_SECRET=only-for-tests \
//     bin/kc.sh start-dev --db=dev-mem --http-host=127.0.0.1 --features=spiffe
//   KEYCLOAK_URL=http://127.0.0.1:8080 node --import tsx --test test/interop/keycloak.test.ts
//
// KEYCLOAK_ADMIN_CLIENT_ID and KEYCLOAK_ADMIN_CLIENT_SECRET name another administrator than that of the first command. Keycloak requests
// keys from this process, on the loopback interface.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { clientAssertion, clientSecretJwt, privateKeyJwt } from "../../src/token/auth/index.js";
import { createDpopKey, dpopFetch, withDpop } from "../../src/token/dpop/index.js";
import { authorizedFetch } from "../../src/token/fetch/index.js";
import { jwtBearer, tokenExchange } from "../../src/token/grants/index.js";
import {
  type ClientAuthentication,
  clientSecretBasic,
  clientSecretPost,
  createTokenSource,
  requestToken,
} from "../../src/token/index.js";
import {
  type AuthorizationServer,
  discoverServer,
  introspectToken,
  revokeToken,
  tokenRequestFor,
} from "../../src/token/server/index.js";
import {
  type AdminApi,
  algorithms,
  connectAdmin,
  keys,
  type Platform,
  secret,
  serviceAccount,
  spiffeId,
  startPlatform,
} from "./keycloak-realm.js";

const {
  KEYCLOAK_URL: url = "",
  KEYCLOAK_ADMIN_CLIENT_ID: adminId = "admin",
  KEYCLOAK_ADMIN_CLIENT_SECRET: adminSecret = "only-for-tests",
} = process.env;

describe("Keycloak", { skip: url === "" && "KEYCLOAK_URL is not set" }, () => {
  let platform: Platform;
  let realm: Awaited<ReturnType<AdminApi["createRealm"]>>;
  let features: readonly string[];
  let issuer: string;
  let server: AuthorizationServer;
  const folder = mkdtempSync(join(tmpdir(), "assertions-"));
  const file = join(folder, "assertion");

  before(async () => {
    const admin = connectAdmin(url.replace(/\/$/, ""), adminId, adminSecret);
    ({ features } = await admin.serverInfo());
    platform = await startPlatform();
    realm = await admin.createRealm(platform, features.includes("SPIFFE"));
    ({ issuer } = realm);
    server = await discoverServer(issuer);
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await platform?.close();
    await realm?.remove();
  });

  const basic = clientSecretBasic(secret);
  const prepare = (clientId: string, clientAuthentication: ClientAuthentication = basic, more: object = {}) =>
    tokenRequestFor(server, { clientId, clientAuthentication, ...more });
  const ask = (...request: Parameters<typeof prepare>) => requestToken(prepare(...request));
  const introspect = (clientId: string, token: string) =>
    introspectToken({ server, clientId, clientAuthentication: basic, token });
  const refused = (error: string, message = /./) => ({ code: "token_endpoint_error", error, message });

  test("discovery finds the metadata at both well-known paths", async () => {
    const openid = await discoverServer(issuer, { wellKnown: "openid-configuration" });
    assert.equal(openid.tokenEndpoint, server.tokenEndpoint);
    for (const algorithm of algorithms) assert.ok(server.tokenEndpointSigningAlgorithms.includes(algorithm), algorithm);
  });

  describe("client authentication", () => {
    test("is rejected with a wrong secret, key or issuer", async () => {
      await assert.rejects(ask("gateway", clientSecretBasic("wrong")), refused("unauthorized_client"));
      const key = keys.RS256.privateKey.export({ format: "jwk" });
      await assert.rejects(ask("PS256", privateKeyJwt({ key, algorithm: "PS256", issuer })), refused("invalid_client"));
      const other = privateKeyJwt({ key, algorithm: "RS256", issuer: "https://login.example" });
      await assert.rejects(ask("RS256", other), refused("invalid_client", /audience/));
    });

    test("is accepted with a secret, in the header, in the form and in an assertion", async () => {
      for (const clientAuthentication of [basic, clientSecretPost(secret)])
        assert.equal((await ask("gateway", clientAuthentication)).tokenType, "Bearer");
      assert.equal((await ask("hashed", clientSecretJwt(secret, { issuer }))).tokenType, "Bearer");
    });

    for (const algorithm of algorithms) {
      test(`is accepted with private_key_jwt and ${algorithm}, with the issuer or the token endpoint as audience`, async () => {
        const key = { ...keys[algorithm].privateKey.export({ format: "jwk" }), kid: algorithm };
        for (const audience of [{}, { legacyAudience: server.tokenEndpoint }]) {
          const clientAuthentication = privateKeyJwt({ key, algorithm, issuer, ...audience });
          assert.equal((await ask(algorithm, clientAuthentication)).tokenType, "Bearer");
        }
      });
    }
  });

  describe("clientAssertion with an identity provider", () => {
    const write = async (claims: object = {}) =>
      writeFileSync(
        file,
        await platform.sign({ iss: `${platform.url}/oidc`, sub: serviceAccount, aud: issuer, jti: randomUUID(), ...claims }),
      );

    test("of OpenID Connect: another subject or audience, and two audiences, are rejected", async () => {
      await write({ sub: "system:serviceaccount:shop:billing" });
      await assert.rejects(ask("workload", clientAssertion({ file })), refused("invalid_client"));
      await write({ aud: server.tokenEndpoint });
      await assert.rejects(ask("workload", clientAssertion({ file })), refused("invalid_client", /audience/));
      await write({ aud: [issuer, "https://api.example"] });
      await assert.rejects(ask("workload", clientAssertion({ file })), refused("invalid_client", /audience/));
    });

    test("of OpenID Connect: an assertion is accepted once unless the reuse is on, with and without client_id", async () => {
      for (const sendClientId of [true, false]) {
        await write();
        assert.equal((await ask("workload", clientAssertion({ file, sendClientId }))).tokenType, "Bearer");
      }
      await assert.rejects(ask("workload", clientAssertion({ file })), refused("invalid_client", /reuse/));
      await write({ iss: `${platform.url}/reuse` });
      for (const sendClientId of [true, false])
        assert.equal((await ask("reused", clientAssertion({ file, sendClientId }))).tokenType, "Bearer");
    });

    test("of Kubernetes: a service account token is accepted as often as it is sent", async () => {
      await write({ iss: platform.url, aud: [issuer] });
      for (const sendClientId of [true, false, true])
        assert.equal((await ask("pod", clientAssertion({ file, sendClientId }))).tokenType, "Bearer");
    });

    test("of SPIFFE: a JWT-SVID is accepted with the assertion type jwt-spiffe only", async (context) => {
      if (!features.includes("SPIFFE")) return context.skip("the feature spiffe is disabled");
      const read = () => platform.sign({ sub: spiffeId, aud: [issuer] }, "5m");
      await assert.rejects(ask("svid", clientAssertion({ read })), refused("invalid_client"));
      for (const sendClientId of [true, false]) {
        const clientAuthentication = clientAssertion({ read, sendClientId, assertionType: "jwt-spiffe" });
        assert.equal((await ask("svid", clientAuthentication)).tokenType, "Bearer");
      }
    });
  });

  describe("jwtBearer", () => {
    const sign = (subject: string, aud = issuer) =>
      platform.sign({ iss: `${platform.url}/oidc`, sub: subject, aud, jti: randomUUID() });
    const grant = (subject: string, audience = issuer) => ({
      grant: jwtBearer({ assertion: () => sign(subject, audience), subject }),
    });

    test("an unknown subject, and a client without the grant, are rejected", async () => {
      await assert.rejects(ask("worker", basic, grant("bob-1")), refused("invalid_grant", /User not found/));
      await assert.rejects(ask("gateway", basic, grant("alice-1")), refused("invalid_grant", /not supported/));
    });

    test("an assertion is accepted once", async () => {
      const once = { grant: jwtBearer({ assertion: await sign("alice-1") }) };
      assert.equal((await ask("worker", basic, once)).tokenType, "Bearer");
      await assert.rejects(ask("worker", basic, once), refused("invalid_grant", /reuse/));
    });

    test("gets a token of the subject, with the issuer or the token endpoint as audience", async () => {
      for (const audience of [issuer, server.tokenEndpoint]) {
        const { value } = await ask("worker", basic, grant("alice-1", audience));
        const introspection = await introspect("worker", value);
        assert.ok(introspection.active);
        assert.equal(introspection.additionalFields.username, "alice");
      }
    });
  });

  describe("tokenExchange", () => {
    test("an unknown subject token, an audience that the client may not request, and a client without the grant, are rejected", async () => {
      const unknown = { grant: tokenExchange({ subjectToken: "unknown" }) };
      await assert.rejects(ask("gateway", basic, unknown), refused("invalid_request", /Invalid token/));
      const grant = tokenExchange({ subjectToken: (await ask("gateway")).value });
      const request = { audience: "worker", grant };
      await assert.rejects(ask("gateway", basic, request), refused("invalid_request", /audience not available/));
      await assert.rejects(ask("billing", basic, { grant }), { code: "token_endpoint_error" });
    });

    test("gets a token for an audience of the subject token", async () => {
      const subjectToken = (await ask("gateway")).value;
      const token = await ask("gateway", basic, { audience: "billing", grant: tokenExchange({ subjectToken }) });
      assert.equal(token.additionalFields.issued_token_type, "urn:ietf:params:oauth:token-type:access_token");
      const introspection = await introspect("billing", token.value);
      assert.ok(introspection.active);
      assert.ok(introspection.audience?.includes("billing"));
    });
  });

  // Keycloak 26.7 sends no nonces.
  describe("DPoP", () => {
    const userinfo = () => String(server.metadata.userinfo_endpoint);

    test("a client that requires DPoP gets no Bearer token", async () => {
      await assert.rejects(ask("bound"), refused("invalid_request", /DPoP proof is missing/));
    });

    test("a token is bound to the key: for introspection, and for a resource server", async () => {
      const key = await createDpopKey();
      const tokens = createTokenSource(withDpop(prepare("bound", basic, { scopes: ["openid"] }), key));
      const { value, tokenType } = await tokens.get();
      assert.equal(tokenType, "DPoP");
      const introspection = await introspect("bound", value);
      assert.ok(introspection.active);
      assert.equal(introspection.keyThumbprint, key.thumbprint);

      const origins = [new URL(url).origin];
      const withoutProof = await authorizedFetch(tokens, { origins })(userinfo());
      assert.equal(withoutProof.status, 401);
      const fetchOf = async (one: typeof key) => authorizedFetch(tokens, { origins, fetch: dpopFetch(one) })(userinfo());
      assert.equal((await fetchOf(await createDpopKey())).status, 401);
      const response = await fetchOf(key);
      assert.equal(response.status, 200);
      assert.equal(((await response.json()) as { preferred_username: string }).preferred_username, "service-account-bound");
    });
  });

  describe("introspection and revocation", () => {
    const call = async () => ({
      server,
      clientId: "gateway",
      clientAuthentication: basic,
      token: (await ask("gateway")).value,
    });

    test("are rejected with a wrong secret, and the revocation of a token of another client too", async () => {
      const token = (await ask("billing")).value;
      const wrong = { ...(await call()), clientAuthentication: clientSecretBasic("wrong") };
      await assert.rejects(introspectToken(wrong), { code: "token_endpoint_error" });
      await assert.rejects(revokeToken(wrong), refused("unauthorized_client"));
      await assert.rejects(revokeToken({ ...(await call()), token }), refused("invalid_request", /Unmatching clients/));
    });

    test("a token is inactive for a client that is not in its audience", async () => {
      const token = (await ask("billing")).value;
      assert.deepEqual(await introspectToken({ ...(await call()), token }), { active: false });
    });

    test("a token is active until its revocation, and unknown tokens count as revoked", async () => {
      const one = await call();
      const introspection = await introspectToken(one);
      assert.ok(introspection.active);
      assert.deepEqual([introspection.clientId, introspection.issuer], ["gateway", issuer]);
      assert.ok(introspection.audience?.includes("gateway"));
      await revokeToken(one);
      assert.deepEqual(await introspectToken(one), { active: false });
      await revokeToken({ ...one, token: "unknown" });
    });
  });
});
