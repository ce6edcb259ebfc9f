import type { ClientAuthentication } from "../../core/credentials.js";
import { ConfigurationError } from "../../core/errors.js";
import {
  credentialProblem,
  findIssues,
  functionProblem,
  numberRule,
  type Rule,
  type Rules,
  textRule,
  throwIfIssues,
  toIssues,
} from "../checks.js";
import { type AssertionAlgorithm, keyFault, kinds, type Signer, secretSigner, signerOf } from "./keys.js";

/** What goes into every assertion. */
export interface AssertionOptions {
  /**
   * The authorization server's issuer identifier, exact to the byte: the assertion's `aud`. Take it from configuration, never from what a
   * server says, or another server could be sent what is meant for this one.
   */
  readonly issuer: string;
  /**
   * Send this as `aud` instead, for servers from before RFC 7523bis that want the address of their token endpoint.
   * @default the issuer
   */
  readonly legacyAudience?: string;
  /**
   * How long an assertion is good for, in milliseconds, at most 300_000.
   * @default 60_000
   */
  readonly lifetimeMs?: number;
  /**
   * `false` leaves out the header `typ: client-authentication+jwt`, for servers that cannot bear it.
   * @default true
   */
  readonly typ?: boolean;
  /**
   * The wall clock, for machines whose own is wrong.
   * @default () => new Date()
   */
  readonly now?: () => Date;
}

/** What `clientSecretJwt` takes. */
export interface ClientSecretJwtOptions extends AssertionOptions {
  /**
   * The algorithm, which says how long the secret has to be: 32, 48 or 64 bytes.
   * @default "HS256"
   */
  readonly algorithm?: "HS256" | "HS384" | "HS512";
}

/**
 * Signs what it is given: the bytes of the assertion's header and claims, joined. Resolves to the signature as JWS wants it; for ES256 that is
 * r and s side by side (64 bytes), where key services often answer in DER.
 */
export type SignAssertion = (input: Uint8Array<ArrayBuffer>) => Uint8Array | Promise<Uint8Array>;

/** What `privateKeyJwt` takes. */
export interface PrivateKeyJwtOptions extends AssertionOptions {
  /** The private key, or what signs with a key that is kept elsewhere. */
  readonly key: CryptoKey | JsonWebKey | SignAssertion;
  /** An algorithm that fits the key and that the client is registered for. */
  readonly algorithm: AssertionAlgorithm;
  /**
   * The key's id, for the header `kid`.
   * @default the `kid` of a JWK
   */
  readonly keyId?: string;
}

const text = textRule(/^[^\p{Cc}\p{Cs}]+$/u, "text without control characters, not empty");
const optional =
  (rule: Rule): Rule =>
  (value, path) =>
    value === undefined ? undefined : rule(value, path);
const oneOf =
  (values: readonly unknown[]): Rule =>
  (value) =>
    values.includes(value) ? undefined : `expected one of ${values.join(", ")}`;

const assertionRules: Rules = {
  issuer: text,
  legacyAudience: optional(text),
  lifetimeMs: numberRule(1_000, 300_000),
  typ: optional(oneOf([true, false])),
  now: functionProblem,
};

const type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
// By algorithm: the digest, and the least length of the secret, which is that of the digest (RFC 7518 section 3.2).
const digests = { HS256: ["SHA-256", 32], HS384: ["SHA-384", 48], HS512: ["SHA-512", 64] } as const;
const signatureBytes: Partial<Record<string, number>> = { ES256: 64, EdDSA: 64 };

/**
 * Authenticates by an assertion that is signed with the client secret (`client_secret_jwt`). Every request gets an assertion of its own.
 *
 * @throws {ConfigurationError} the secret is too short for the algorithm, or an option is wrong
 * @see RFC 7523 sections 2.2 and 3, OpenID Connect Core section 9
 */
export function clientSecretJwt(secret: string, options: ClientSecretJwtOptions): ClientAuthentication {
  throwIfIssues([
    ...toIssues("clientSecret", credentialProblem(secret, "")),
    ...findIssues(options, { ...assertionRules, algorithm: optional(oneOf(Object.keys(digests))) }),
  ]);
  const { algorithm = "HS256" } = options;
  const [digest, least] = digests[algorithm];
  if (secret.length < least) throwIfIssues(toIssues("clientSecret", `expected at least ${least} bytes for ${algorithm}`));
  return {
    method: "client_secret_jwt",
    authenticate: assert(options, { alg: algorithm }, secretSigner(secret, digest), [secret]),
    fingerprint: (hash) => hash(secret),
  };
}

/**
 * Authenticates by an assertion that is signed with a private key (`private_key_jwt`), which never leaves this process or the place where it
 * is kept. Every request gets an assertion of its own.
 *
 * Where tokens are kept by request or shared, a key is told from another by the public part of the JWK, else by `keyId`.
 *
 * @throws {ConfigurationError} the key does not fit the algorithm or is too short, or an option is wrong
 * @see RFC 7523 sections 2.2 and 3, OpenID Connect Core section 9
 */
export function privateKeyJwt(options: PrivateKeyJwtOptions): ClientAuthentication {
  const { key, algorithm } = Object(options) as PrivateKeyJwtOptions;
  const known = Object.hasOwn(kinds, algorithm);
  throwIfIssues(
    findIssues(options, {
      ...assertionRules,
      algorithm: oneOf(Object.keys(kinds)),
      key: () => (known && typeof key !== "function" ? keyFault(key, algorithm) : undefined),
      keyId: optional(text),
    }),
  );
  const signer = typeof key === "function" ? checked(key, algorithm) : signerOf(key, algorithm);
  const jwk = key as Record<string, unknown>;
  const keyId = options.keyId ?? (typeof jwk.kid === "string" ? jwk.kid : undefined);
  const shown = kinds[algorithm].shown.map((name) => jwk[name]).join();
  const mark = jwk.kty ? shown : keyId;
  return {
    method: "private_key_jwt",
    authenticate: assert(options, { alg: algorithm, ...(keyId && { kid: keyId }) }, signer, []),
    ...(mark && { fingerprint: (hash) => hash(`${algorithm} ${mark}`) }),
  };
}

function assert(
  options: AssertionOptions,
  header: object,
  sign: Signer,
  secrets: readonly string[],
): ClientAuthentication["authenticate"] {
  const { issuer, legacyAudience, lifetimeMs = 60_000, typ = true, now = () => new Date() } = options;
  const head = encodeJson(typ ? { ...header, typ: "client-authentication+jwt" } : header);
  return async ({ clientId }) => {
    const iat = Math.floor(now().getTime() / 1_000);
    const claims = {
      iss: clientId,
      sub: clientId,
      aud: legacyAudience ?? issuer,
      jti: base64url(crypto.getRandomValues(new Uint8Array(16))),
      iat,
      exp: iat + Math.ceil(lifetimeMs / 1_000),
    };
    const input = `${head}.${encodeJson(claims)}`;
    const assertion = `${input}.${base64url(await sign(new TextEncoder().encode(input)))}`;
    return {
      // RFC 7521 section 4.2 lets it out; there are servers that look the client up by it.
      parameters: { client_id: clientId, client_assertion_type: type, client_assertion: assertion },
      secrets: [assertion, ...secrets],
    };
  };
}

// What somebody else's signer brings, as far as it can be checked without the public key.
function checked(sign: SignAssertion, algorithm: AssertionAlgorithm): Signer {
  const bytes = signatureBytes[algorithm];
  return async (input) => {
    const signature: unknown = await sign(input);
    if (signature instanceof Uint8Array && (bytes === undefined ? signature.length >= 256 : signature.length === bytes))
      return signature;
    const message = `the signature for ${algorithm} has to be ${bytes ?? "at least 256"} bytes in a Uint8Array`;
    throw new ConfigurationError({ message: `key: ${message}`, issues: [{ path: "key", message }] });
  };
}

function encodeJson(value: object): string {
  return base64url(new TextEncoder().encode(JSON.stringify(value)));
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}
