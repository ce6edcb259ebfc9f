import type { ClientAuthentication } from "../../core/credentials.js";
import { ConfigurationError } from "../../core/errors.js";
import { isObject } from "../../core/values.js";
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
import { encodeJson, randomId, signJwt } from "./jws.js";
import { type AssertionAlgorithm, algorithms, createKeySigner, createSecretSigner, keyProblem, type Signer } from "./keys.js";

/** Options of every client assertion. */
export interface AssertionOptions {
  /**
   * The issuer identifier of the authorization server, with the same bytes: the `aud` claim of the assertion. Take it from
   * configuration and never from a response, so that no other server can obtain an assertion for this one.
   */
  readonly issuer: string;
  /**
   * Another value for the `aud` claim, for servers older than RFC 7523bis that require the URL of their token endpoint.
   * @default the issuer
   */
  readonly legacyAudience?: string;
  /**
   * The lifetime of an assertion in milliseconds, at most 300_000.
   * @default 60_000
   */
  readonly lifetimeMs?: number;
  /**
   * `false` omits the header `typ: client-authentication+jwt`, for servers that reject it.
   * @default true
   */
  readonly typ?: boolean;
  /**
   * The current time in milliseconds since 1970, for machines with a wrong clock.
   * @default () => Date.now()
   */
  readonly now?: () => number;
}

/** Options of `clientSecretJwt`. */
export interface ClientSecretJwtOptions extends AssertionOptions {
  /**
   * The signature algorithm. It requires a secret of at least 32, 48 or 64 bytes.
   * @default "HS256"
   */
  readonly algorithm?: "HS256" | "HS384" | "HS512";
}

/**
 * Signs the encoded header and claims of an assertion. Resolves to the signature in the form of JWS (RFC 7518 section 3): for ES256 the
 * concatenation of r and s (64 bytes). Key management services often return DER instead, which has to be converted.
 */
export type SignAssertion = (input: Uint8Array<ArrayBuffer>) => Uint8Array | Promise<Uint8Array>;

/** Options of `privateKeyJwt`. */
export interface PrivateKeyJwtOptions extends AssertionOptions {
  /** The private key, or a function that signs with a key outside of this process. */
  readonly key: CryptoKey | JsonWebKey | SignAssertion;
  /** The signature algorithm: one that fits the key and that the client is registered for. */
  readonly algorithm: AssertionAlgorithm;
  /**
   * The key id, for the header `kid`.
   * @default the `kid` of a JWK
   */
  readonly keyId?: string;
  /**
   * Further members of the JWS header, for example `x5t` or `x5t#S256` with the thumbprint of a certificate, which Microsoft Entra
   * requires. `alg`, `typ`, `kid` and `crit` have other options or are not supported.
   */
  readonly headers?: Readonly<Record<string, unknown>>;
  /**
   * Further claims of the assertion, for example `nbf`. `iss`, `sub`, `aud`, `jti`, `iat` and `exp` cannot be set.
   */
  readonly claims?: Readonly<Record<string, unknown>>;
}

export const text = textRule(/^[^\p{Cc}\p{Cs}]+$/u, "text without control characters, not empty");

export function optional(rule: Rule): Rule {
  return (value, path) => (value === undefined ? undefined : rule(value, path));
}

export function oneOf(values: readonly unknown[]): Rule {
  return (value) => (values.includes(value) ? undefined : `expected one of ${values.join(", ")}`);
}

/** An object that JSON can express, without the members that this library sets. `undefined` is valid. */
function membersRule(reserved: readonly string[]): Rule {
  return (value, path) => {
    if (value === undefined) return undefined;
    if (!isObject(value)) return "expected an object";
    const isReserved = (name: string) => reserved.includes(name) || value[name] === undefined;
    return Object.keys(value)
      .filter(isReserved)
      .flatMap((name) => toIssues(`${path}.${name}`, "cannot be set"));
  };
}

const assertionRules: Rules = {
  issuer: text,
  legacyAudience: optional(text),
  lifetimeMs: numberRule(1_000, 300_000),
  typ: optional(oneOf([true, false])),
  now: functionProblem,
};

export const assertionTypePrefix = "urn:ietf:params:oauth:client-assertion-type:";
// The size of a signature with the smallest key that is accepted.
const minRsaSignatureBytes = 256;
// The secret has to be at least as long as the digest (RFC 7518 section 3.2).
const secretAlgorithms = {
  HS256: { digest: "SHA-256", minBytes: 32 },
  HS384: { digest: "SHA-384", minBytes: 48 },
  HS512: { digest: "SHA-512", minBytes: 64 },
} as const;

/**
 * Authenticates with an assertion that is signed with the client secret (`client_secret_jwt`). Every request gets a new assertion.
 *
 * @throws {ConfigurationError} the secret is too short for the algorithm, or an option is invalid
 * @see RFC 7523 sections 2.2 and 3, OpenID Connect Core section 9
 * @example
 * ```ts
 * import { clientSecretJwt } from "oauth-clients/token/auth";
 *
 * const clientAuthentication = clientSecretJwt(process.env.CLIENT_SECRET ?? "", { issuer: "https://login.example.com" });
 * ```
 */
export function clientSecretJwt(secret: string, options: ClientSecretJwtOptions): ClientAuthentication {
  throwIfIssues([
    ...toIssues("clientSecret", credentialProblem(secret, "")),
    ...findIssues(options, { ...assertionRules, algorithm: optional(oneOf(Object.keys(secretAlgorithms))) }),
  ]);
  const { algorithm = "HS256" } = options;
  const { digest, minBytes } = secretAlgorithms[algorithm];
  if (secret.length < minBytes) {
    throwIfIssues(toIssues("clientSecret", `expected at least ${minBytes} bytes for ${algorithm}`));
  }
  return {
    method: "client_secret_jwt",
    authenticate: assertionAuthenticator(options, { alg: algorithm }, createSecretSigner(secret, digest), [secret]),
    fingerprint: (digest) => digest(secret),
  };
}

/**
 * Authenticates with an assertion that is signed with a private key (`private_key_jwt`). The key is never sent. Every request gets a
 * new assertion.
 *
 * A cache or a shared store distinguishes keys by the public part of the JWK, or by `keyId` for other keys.
 *
 * @throws {ConfigurationError} the key does not fit the algorithm or is too short, or an option is invalid
 * @see RFC 7523 sections 2.2 and 3, OpenID Connect Core section 9
 * @example
 * ```ts
 * import { privateKeyJwt } from "oauth-clients/token/auth";
 *
 * const key: JsonWebKey = JSON.parse(process.env.CLIENT_KEY ?? "");
 * const clientAuthentication = privateKeyJwt({ issuer: "https://login.example.com", key, algorithm: "ES256" });
 * ```
 */
export function privateKeyJwt(options: PrivateKeyJwtOptions): ClientAuthentication {
  const { key, algorithm } = (isObject(options) ? options : {}) as unknown as PrivateKeyJwtOptions;
  const isKnown = Object.hasOwn(algorithms, algorithm);
  throwIfIssues(
    findIssues(options, {
      ...assertionRules,
      algorithm: oneOf(Object.keys(algorithms)),
      key: () => (isKnown && typeof key !== "function" ? keyProblem(key, algorithm) : undefined),
      keyId: optional(text),
      headers: membersRule(["alg", "typ", "kid", "crit"]),
      claims: membersRule(["iss", "sub", "aud", "jti", "iat", "exp"]),
    }),
  );
  const sign = typeof key === "function" ? validatingSigner(key, algorithm) : createKeySigner(key, algorithm);
  const jwk = key as Record<string, unknown>;
  const keyId = options.keyId ?? (typeof jwk.kid === "string" ? jwk.kid : undefined);
  const publicPart = algorithms[algorithm].publicMembers.map((name) => jwk[name]).join();
  const identity = jwk.kty ? publicPart : keyId;
  const header = { ...options.headers, alg: algorithm, ...(keyId && { kid: keyId }) };
  const additions = options.headers || options.claims ? ` ${JSON.stringify([options.headers, options.claims])}` : "";
  return {
    method: "private_key_jwt",
    authenticate: assertionAuthenticator(options, header, sign, [], options.claims),
    ...(identity && { fingerprint: (digest) => digest(`${algorithm} ${identity}${additions}`) }),
  };
}

function assertionAuthenticator(
  options: AssertionOptions,
  header: object,
  sign: Signer,
  secrets: readonly string[],
  additionalClaims: object = {},
): ClientAuthentication["authenticate"] {
  const { issuer, legacyAudience, lifetimeMs = 60_000, typ = true, now = () => Date.now() } = options;
  const encodedHeader = encodeJson(typ ? { ...header, typ: "client-authentication+jwt" } : header);
  return async ({ clientId }) => {
    const iat = Math.floor(now() / 1_000);
    const claims = {
      ...additionalClaims,
      iss: clientId,
      sub: clientId,
      aud: legacyAudience ?? issuer,
      jti: randomId(),
      iat,
      exp: iat + Math.ceil(lifetimeMs / 1_000),
    };
    const assertion = await signJwt(encodedHeader, claims, sign);
    return {
      // RFC 7521 section 4.2 makes client_id optional. Some servers find the client by it.
      parameters: {
        client_id: clientId,
        client_assertion_type: `${assertionTypePrefix}jwt-bearer`,
        client_assertion: assertion,
      },
      secrets: [assertion, ...secrets],
    };
  };
}

/** Validates the signatures of a function of the caller, as far as that is possible without the public key. */
function validatingSigner(sign: SignAssertion, algorithm: AssertionAlgorithm): Signer {
  const { signatureBytes } = algorithms[algorithm];
  return async (input) => {
    const signature: unknown = await sign(input);
    if (signature instanceof Uint8Array) {
      const { length } = signature;
      if (signatureBytes === undefined ? length >= minRsaSignatureBytes : length === signatureBytes) return signature;
    }
    const expected = signatureBytes ?? `at least ${minRsaSignatureBytes}`;
    const message = `expected a signature of ${expected} bytes in a Uint8Array for ${algorithm}`;
    throw new ConfigurationError({ message: `key: ${message}`, issues: [{ path: "key", message }] });
  };
}
