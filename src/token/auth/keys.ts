import { ConfigurationError } from "../../core/errors.js";
import { isObject } from "../../core/values.js";
import type { Problem } from "../checks.js";

/** Algorithms of `private_key_jwt`, by their JWS names (RFC 7518 section 3.1, RFC 8037). */
export type AssertionAlgorithm =
  | "ES256"
  | "ES384"
  | "ES512"
  | "RS256"
  | "RS384"
  | "RS512"
  | "PS256"
  | "PS384"
  | "PS512"
  | "EdDSA";

type Bytes = Uint8Array<ArrayBuffer>;

/** Signs bytes. */
export type Signer = (input: Bytes) => Promise<Uint8Array>;

/** One algorithm in the terms of WebCrypto and of JWK. */
interface AlgorithmDefinition {
  /** The parameters of `importKey`. */
  readonly key: RsaHashedImportParams | EcKeyImportParams | Algorithm;
  /** The parameters of `sign`. */
  readonly signing: Algorithm | RsaPssParams | EcdsaParams;
  readonly kty: string;
  readonly crv?: string;
  /** The members of the JWK that are public. */
  readonly publicMembers: readonly string[];
  /** The size of a signature. `undefined` for RSA, where it depends on the key. */
  readonly signatureBytes?: number;
}

function ecdsa(namedCurve: string, bits: number, signatureBytes: number): AlgorithmDefinition {
  return {
    key: { name: "ECDSA", namedCurve },
    signing: { name: "ECDSA", hash: `SHA-${bits}` },
    kty: "EC",
    crv: namedCurve,
    publicMembers: ["crv", "x", "y"],
    signatureBytes,
  };
}

function rsa(name: "RSASSA-PKCS1-v1_5" | "RSA-PSS", bits: number): AlgorithmDefinition {
  return {
    key: { name, hash: `SHA-${bits}` },
    // The salt of RSA-PSS is as long as the digest (RFC 7518 section 3.5).
    signing: { name, ...(name === "RSA-PSS" && { saltLength: bits / 8 }) },
    kty: "RSA",
    publicMembers: ["n", "e"],
  };
}

export const algorithms: Readonly<Record<AssertionAlgorithm, AlgorithmDefinition>> = {
  ES256: ecdsa("P-256", 256, 64),
  ES384: ecdsa("P-384", 384, 96),
  ES512: ecdsa("P-521", 512, 132),
  RS256: rsa("RSASSA-PKCS1-v1_5", 256),
  RS384: rsa("RSASSA-PKCS1-v1_5", 384),
  RS512: rsa("RSASSA-PKCS1-v1_5", 512),
  PS256: rsa("RSA-PSS", 256),
  PS384: rsa("RSA-PSS", 384),
  PS512: rsa("RSA-PSS", 512),
  EdDSA: {
    key: { name: "Ed25519" },
    signing: { name: "Ed25519" },
    kty: "OKP",
    crv: "Ed25519",
    publicMembers: ["crv", "x"],
    signatureBytes: 64,
  },
};

// RFC 7518 sections 3.3 and 3.5
const minRsaBits = 2_048;
const rsaProblem = `expected an RSA key of at least ${minRsaBits} bits`;

/** Whether a value is a `CryptoKey`, also one of another realm. By its constructor: workerd's had no `toStringTag` before September 2024. */
export function isCryptoKey(key: unknown): key is CryptoKey {
  return (key as CryptoKey | undefined)?.constructor?.name === "CryptoKey";
}

/** What is wrong with a private key for an algorithm. It shows nothing of the key. */
export function keyProblem(key: unknown, algorithm: AssertionAlgorithm): Problem {
  return isCryptoKey(key) ? cryptoKeyProblem(key, algorithm) : jwkProblem(key, algorithm);
}

function cryptoKeyProblem(key: CryptoKey, algorithm: AssertionAlgorithm): Problem {
  const expected = algorithms[algorithm].key as { name: string; namedCurve?: string; hash?: string };
  const actual = key.algorithm as Partial<EcKeyAlgorithm & RsaHashedKeyAlgorithm>;
  if (key.type !== "private" || !key.usages.includes("sign")) return 'expected a private key with the usage "sign"';
  if (actual.name !== expected.name || actual.namedCurve !== expected.namedCurve || actual.hash?.name !== expected.hash) {
    return `expected a key for ${algorithm}`;
  }
  return actual.modulusLength !== undefined && actual.modulusLength < minRsaBits ? rsaProblem : undefined;
}

function jwkProblem(key: unknown, algorithm: AssertionAlgorithm): Problem {
  const { kty, crv, publicMembers } = algorithms[algorithm];
  if (!isObject(key) || ["d", ...publicMembers].some((name) => typeof key[name] !== "string")) {
    return "expected a private key: a CryptoKey, a JWK or a function that signs";
  }
  // RFC 9864 names EdDSA by its curve.
  const names = [undefined, algorithm, crv];
  if (key.kty !== kty || (crv !== undefined && key.crv !== crv) || !names.includes(key.alg as string)) {
    return `expected a key for ${algorithm}`;
  }
  // One character of base64url has 6 bits.
  const modulusBits = typeof key.n === "string" ? Math.floor((key.n.length * 6) / 8) * 8 : undefined;
  return modulusBits !== undefined && modulusBits < minRsaBits ? rsaProblem : undefined;
}

/** Creates a signer with a key. A JWK is imported at the first use, as a key that cannot be exported. */
export function createKeySigner(key: CryptoKey | JsonWebKey, algorithm: AssertionAlgorithm): Signer {
  const definition = algorithms[algorithm];
  let imported: Promise<CryptoKey> | undefined = isCryptoKey(key) ? Promise.resolve(key) : undefined;
  return async (input) => {
    imported ??= importJwk(key as JsonWebKey, algorithm);
    return new Uint8Array(await crypto.subtle.sign(definition.signing, await imported, input));
  };
}

/** @throws {ConfigurationError} the members of the JWK do not belong together, or some of them are missing */
async function importJwk(key: JsonWebKey, algorithm: AssertionAlgorithm): Promise<CryptoKey> {
  // Some runtimes refuse a JWK because of its `use`, `key_ops` or `alg`. The import needs none of them.
  const { use, key_ops, alg, ext, ...jwk } = key;
  const definition = algorithms[algorithm];
  try {
    return await crypto.subtle.importKey("jwk", jwk, definition.key, false, ["sign"]);
  } catch {
    // The errors of the platforms name neither the key nor the reason.
    const members = definition.kty === "RSA" ? " with p, q, dp, dq and qi" : "";
    const message = `expected a valid private JWK for ${algorithm}${members}`;
    throw new ConfigurationError({ message: `key: ${message}`, issues: [{ path: "key", message }] });
  }
}

/** Creates a signer with a secret (HMAC). */
export function createSecretSigner(secret: string, digest: string): Signer {
  const algorithm = { name: "HMAC", hash: digest };
  return async (input) => {
    const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(secret), algorithm, false, ["sign"]);
    return new Uint8Array(await crypto.subtle.sign("HMAC", key, input));
  };
}
