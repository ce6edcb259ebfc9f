import type { Signer } from "./keys.js";

/** A new identifier of 128 random bits, for the claim `jti`. */
export function randomId(): string {
  return toBase64url(crypto.getRandomValues(new Uint8Array(16)));
}

/** Signs claims: a JWT in the compact serialization (RFC 7515 section 7.1). */
export async function signJwt(encodedHeader: string, claims: object, sign: Signer): Promise<string> {
  const input = `${encodedHeader}.${encodeJson(claims)}`;
  return `${input}.${toBase64url(await sign(new TextEncoder().encode(input)))}`;
}

/** Encodes a header or claims as JSON in base64url. */
export function encodeJson(value: object): string {
  return toBase64url(new TextEncoder().encode(JSON.stringify(value)));
}

/** Encodes bytes in base64url without padding (RFC 7515 section 2). */
export function toBase64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}
