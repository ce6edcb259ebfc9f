import type { Problem } from "../checks.js";

/** Algorithms of `private_key_jwt`, by their JWS names (RFC 7518 section 3.1, RFC 8037). */
export type AssertionAlgorithm = "ES256" | "RS256" | "PS256" | "EdDSA";

type Bytes = Uint8Array<ArrayBuffer>;

/** Signs the bytes that it is given. */
export type Signer = (input: Bytes) => Promise<Uint8Array>;

interface Kind {
  /** For importing a key. */
  readonly key: RsaHashedImportParams | EcKeyImportParams | Algorithm;
  /** For signing. */
  readonly signing: Algorithm | RsaPssParams | EcdsaParams;
  /** What its JWK has for `kty` and `crv`. */
  readonly jwk: readonly [type: string, curve?: string];
  /** The members of a JWK that are public. */
  readonly shown: readonly string[];
}

const hash = "SHA-256";

/** What WebCrypto calls each algorithm. */
export const kinds: Readonly<Record<AssertionAlgorithm, Kind>> = {
  ES256: {
    key: { name: "ECDSA", namedCurve: "P-256" },
    signing: { name: "ECDSA", hash },
    jwk: ["EC", "P-256"],
    shown: ["crv", "x", "y"],
  },
  RS256: {
    key: { name: "RSASSA-PKCS1-v1_5", hash },
    signing: { name: "RSASSA-PKCS1-v1_5" },
    jwk: ["RSA"],
    shown: ["n", "e"],
  },
  PS256: { key: { name: "RSA-PSS", hash }, signing: { name: "RSA-PSS", saltLength: 32 }, jwk: ["RSA"], shown: ["n", "e"] },
  EdDSA: { key: { name: "Ed25519" }, signing: { name: "Ed25519" }, jwk: ["OKP", "Ed25519"], shown: ["crv", "x"] },
};

// RFC 7518 sections 3.3 and 3.5
const leastRsaBits = 2_048;
const rsaFault = `expected an RSA key of at least ${leastRsaBits} bits`;

/** Whether a key is one of WebCrypto's, also of another realm. */
export function isCryptoKey(key: unknown): key is CryptoKey {
  return Object.prototype.toString.call(key) === "[object CryptoKey]";
}

/** What is wrong with a private key for an algorithm. Shows nothing of the key. */
export function keyFault(key: unknown, algorithm: AssertionAlgorithm): Problem {
  return isCryptoKey(key) ? cryptoKeyFault(key, algorithm) : jwkFault(key, algorithm);
}

function cryptoKeyFault({ type, usages, algorithm: has }: CryptoKey, algorithm: AssertionAlgorithm): Problem {
  const wanted = kinds[algorithm].key as { name: string; namedCurve?: string; hash?: string };
  const { name, namedCurve, hash: digest, modulusLength } = has as Partial<EcKeyAlgorithm & RsaHashedKeyAlgorithm>;
  if (type !== "private" || !usages.includes("sign")) return "expected a private key that may sign";
  if (name !== wanted.name || namedCurve !== wanted.namedCurve || digest?.name !== wanted.hash)
    return `expected a key for ${algorithm}`;
  return modulusLength !== undefined && modulusLength < leastRsaBits ? rsaFault : undefined;
}

function jwkFault(key: unknown, algorithm: AssertionAlgorithm): Problem {
  const { kty, crv, d, n, alg = algorithm, ...rest } = Object(key) as JsonWebKey;
  const { jwk, shown } = kinds[algorithm];
  const members = Object({ ...rest, crv, n }) as Record<string, unknown>;
  if (typeof d !== "string" || shown.some((name) => typeof members[name] !== "string"))
    return "expected a private key: a CryptoKey, a JWK or a function that signs";
  // RFC 9864 names EdDSA by its curve.
  if (kty !== jwk[0] || (jwk[1] !== undefined && crv !== jwk[1]) || ![algorithm, jwk[1]].includes(alg))
    return `expected a key for ${algorithm}`;
  // Base64url puts 6 bits in a character.
  return n !== undefined && Math.floor((n.length * 6) / 8) * 8 < leastRsaBits ? rsaFault : undefined;
}

/** Makes what signs with a key that has no fault. A JWK is imported at the first use, and cannot be exported again. */
export function signerOf(key: CryptoKey | JsonWebKey, algorithm: AssertionAlgorithm): Signer {
  const { signing, key: form } = kinds[algorithm];
  let imported: Promise<CryptoKey> | undefined = isCryptoKey(key) ? Promise.resolve(key) : undefined;
  return async (input) => {
    // Only what the import needs: some runtimes refuse a JWK for the use, the operations or the algorithm that it says.
    const { use, key_ops, alg, ext, ...jwk } = key as JsonWebKey;
    imported ??= crypto.subtle.importKey("jwk", jwk, form, false, ["sign"]);
    return new Uint8Array(await crypto.subtle.sign(signing, await imported, input));
  };
}

/** Signs with a secret. */
export function secretSigner(secret: string, digest: string): Signer {
  const algorithm = { name: "HMAC", hash: digest };
  return async (input) => {
    const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(secret), algorithm, false, ["sign"]);
    return new Uint8Array(await crypto.subtle.sign("HMAC", key, input));
  };
}
