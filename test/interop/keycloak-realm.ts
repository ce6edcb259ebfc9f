// A realm of Keycloak with everything that the tests need, created in one request of its admin API.
import { generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { SignJWT } from "jose";
import type { AssertionAlgorithm } from "../../src/token/auth/index.js";
import { clientSecretBasic, requestToken } from "../../src/token/index.js";

/** Contains characters that form encoding changes, and is long enough for HS256. */
export const secret = "s3cret/+:%&= ~of-more-than-32-characters";
export const serviceAccount = "system:serviceaccount:shop:orders";
export const spiffeId = "spiffe://shop.example/orders";

const rsa = () => generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = (namedCurve: string) => generateKeyPairSync("ec", { namedCurve });
export const keys: Readonly<Record<AssertionAlgorithm, { readonly publicKey: KeyObject; readonly privateKey: KeyObject }>> = {
  ES256: ec("P-256"),
  ES384: ec("P-384"),
  ES512: ec("P-521"),
  RS256: rsa(),
  RS384: rsa(),
  RS512: rsa(),
  PS256: rsa(),
  PS384: rsa(),
  PS512: rsa(),
  EdDSA: generateKeyPairSync("ed25519"),
};
export const algorithms = Object.keys(keys) as AssertionAlgorithm[];

/** An issuer of JWTs that the realm trusts: it publishes its key as a Kubernetes cluster does, and as a SPIFFE bundle. */
export interface Platform {
  readonly url: string;
  readonly sign: (claims: object, lifetime?: string) => Promise<string>;
  readonly publicKey: KeyObject;
  readonly close: () => Promise<void>;
}

export async function startPlatform(): Promise<Platform> {
  const { publicKey, privateKey } = rsa();
  const jwk = { ...publicKey.export({ format: "jwk" }), kid: "platform" };
  const documents: Record<string, () => object> = {
    "/.well-known/openid-configuration": () => ({ issuer: url, jwks_uri: `${url}/jwks` }),
    "/jwks": () => ({ keys: [{ ...jwk, use: "sig", alg: "RS256" }] }),
    "/bundle": () => ({ spiffe_refresh_hint: 300, keys: [{ ...jwk, use: "jwt-svid" }] }),
  };
  const server: Server = createServer((request, response) => {
    const document = documents[request.url ?? ""];
    response.writeHead(document ? 200 : 404, { "content-type": "application/json", connection: "close" });
    response.end(JSON.stringify(document?.()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    publicKey,
    sign: (claims, lifetime = "1h") =>
      new SignJWT({ ...claims })
        .setProtectedHeader({ alg: "RS256", kid: "platform" })
        .setIssuedAt()
        .setExpirationTime(lifetime)
        .sign(privateKey),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const client = (clientId: string, more: object = {}) => ({
  clientId,
  secret,
  clientAuthenticatorType: "client-secret",
  serviceAccountsEnabled: true,
  standardFlowEnabled: false,
  // Keycloak describes a token only to a client that is an audience of the token.
  protocolMappers: [audience(clientId)],
  ...more,
});
const audience = (clientId: string) => ({
  name: `audience-${clientId}`,
  protocol: "openid-connect",
  protocolMapper: "oidc-audience-mapper",
  config: { "included.client.audience": clientId, "access.token.claim": "true", "introspection.token.claim": "true" },
});
const federated = (clientId: string, identityProvider: string, subject: string) =>
  client(clientId, {
    clientAuthenticatorType: "federated-jwt",
    attributes: { "jwt.credential.issuer": identityProvider, "jwt.credential.sub": subject },
  });

function signing(algorithm: AssertionAlgorithm) {
  const jwk = { ...keys[algorithm].publicKey.export({ format: "jwk" }), kid: algorithm, use: "sig", alg: algorithm };
  return client(algorithm, {
    clientAuthenticatorType: "client-jwt",
    attributes: {
      "use.jwks.string": "true",
      "jwks.string": JSON.stringify({ keys: [jwk] }),
      "token.endpoint.auth.signing.alg": algorithm,
    },
  });
}

/** The user `alice` is known to the platform as `alice-1`. */
function realmDocument(realm: string, platform: Platform, hasSpiffe: boolean): object {
  const oidc = {
    issuer: `${platform.url}/oidc`,
    clientId: "unused",
    clientSecret: "unused",
    validateSignature: "true",
    useJwksUrl: "false",
    publicKeySignatureVerifier: platform.publicKey.export({ format: "pem", type: "spki" }),
    supportsClientAssertions: "true",
    jwtAuthorizationGrantEnabled: "true",
  };
  const spiffe = { trustDomain: "spiffe://shop.example", bundleEndpoint: `${platform.url}/bundle` };
  const provider = (alias: string, providerId: string, config: object) => ({ alias, providerId, enabled: true, config });
  return {
    realm,
    enabled: true,
    clients: [
      client("gateway", {
        attributes: { "standard.token.exchange.enabled": "true" },
        protocolMappers: [audience("gateway"), audience("billing")],
      }),
      client("billing"),
      client("hashed", { clientAuthenticatorType: "client-secret-jwt" }),
      ...algorithms.map(signing),
      client("bound", { attributes: { "dpop.bound.access.tokens": "true" } }),
      client("worker", {
        attributes: { "oauth2.jwt.authorization.grant.enabled": "true", "oauth2.jwt.authorization.grant.idp": "oidc" },
      }),
      federated("workload", "oidc", serviceAccount),
      federated("reused", "reuse", serviceAccount),
      federated("pod", "cluster", serviceAccount),
      ...(hasSpiffe ? [federated("svid", "spiffe", spiffeId)] : []),
    ],
    identityProviders: [
      provider("oidc", "oidc", oidc),
      provider("reuse", "oidc", { ...oidc, issuer: `${platform.url}/reuse`, supportsClientAssertionReuse: "true" }),
      provider("cluster", "kubernetes", { issuer: platform.url }),
      ...(hasSpiffe ? [provider("spiffe", "spiffe", spiffe)] : []),
    ],
    users: [
      {
        username: "alice",
        enabled: true,
        federatedIdentities: [{ identityProvider: "oidc", userId: "alice-1", userName: "alice" }],
      },
    ],
  };
}

/** The admin API of a Keycloak, as a client with the role `admin`. */
export interface AdminApi {
  readonly serverInfo: () => Promise<{ readonly version: string; readonly features: readonly string[] }>;
  /** Creates a realm and returns its issuer. */
  readonly createRealm: (
    platform: Platform,
    hasSpiffe: boolean,
  ) => Promise<{ readonly issuer: string; readonly remove: () => Promise<void> }>;
}

export function connectAdmin(url: string, clientId: string, clientSecret: string): AdminApi {
  async function call(method: string, path: string, body?: object): Promise<unknown> {
    const tokenEndpoint = `${url}/realms/master/protocol/openid-connect/token`;
    const { value } = await requestToken({ tokenEndpoint, clientId, clientAuthentication: clientSecretBasic(clientSecret) });
    const headers = { authorization: `Bearer ${value}`, "content-type": "application/json" };
    const response = await fetch(`${url}/admin/${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }
  return {
    async serverInfo() {
      const { systemInfo, features } = (await call("GET", "serverinfo")) as {
        readonly systemInfo: { readonly version: string };
        readonly features: readonly { readonly name: string; readonly enabled: boolean }[];
      };
      return { version: systemInfo.version, features: features.filter((one) => one.enabled).map(({ name }) => name) };
    },
    async createRealm(platform, hasSpiffe) {
      const realm = `oauth-clients-${randomUUID()}`;
      await call("POST", "realms", realmDocument(realm, platform, hasSpiffe));
      return { issuer: `${url}/realms/${realm}`, remove: async () => void (await call("DELETE", `realms/${realm}`)) };
    },
  };
}
