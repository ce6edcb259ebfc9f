/** Signs access tokens with the strategy `jwt`. */
export interface TokenSigner {
  /** Returns a compact JWT with RS256. */
  readonly sign: (claims: Readonly<Record<string, unknown>>) => Promise<string>;
  /** Returns the public keys (RFC 7517 section 5). */
  readonly keys: () => Promise<{ readonly keys: readonly Readonly<Record<string, unknown>>[] }>;
}

/** Creates a signer. The key pair is generated on first use. */
export function createSigner(): TokenSigner {
  const kid = crypto.randomUUID();
  const algorithm = {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  let pair: Promise<CryptoKeyPair> | undefined;
  const keyPair = () => {
    pair ??= crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]);
    return pair;
  };
  return {
    async sign(claims) {
      const { privateKey } = await keyPair();
      const input = [{ alg: "RS256", kid, typ: "JWT" }, claims]
        .map((part) => encode(new TextEncoder().encode(JSON.stringify(part))))
        .join(".");
      const signature = await crypto.subtle.sign(algorithm.name, privateKey, new TextEncoder().encode(input));
      return `${input}.${encode(new Uint8Array(signature))}`;
    },
    async keys() {
      const { publicKey } = await keyPair();
      const { kty, n, e } = await crypto.subtle.exportKey("jwk", publicKey);
      return { keys: [{ use: "sig", kty, kid, alg: "RS256", n, e }] };
    },
  };
}

function encode(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
