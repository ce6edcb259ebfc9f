import type { Now } from "../core/time.js";
import type { StoredClient } from "./clients.js";
import { invalidClient } from "./errors.js";

/** The parts of the server that the verification needs. */
export interface AssertionContext {
  readonly find: (clientId: string) => StoredClient | undefined;
  /** The `client_id` of the form, if any. */
  readonly clientId: string | null;
  readonly issuer: string;
  readonly tokenEndpoint: string;
  /** Accept the token endpoint and lists in `aud`. */
  readonly isLenient: boolean;
  readonly now: Now;
  /** The used `jti` values. */
  readonly usedJtis: Set<string>;
}

const longestLifetimeSeconds = 300;
const types: readonly unknown[] = [undefined, "JWT", "client-authentication+jwt"];

/**
 * Verifies a client assertion (RFC 7523 section 3, OpenID Connect Core section 9, RFC 7523bis). Only what every server accepts is valid.
 *
 * @throws {ErrorResponse} `invalid_client` for every error
 */
export async function verifyAssertion(assertion: string, context: AssertionContext): Promise<StoredClient> {
  const [head = "", payload = "", signature = "", ...rest] = assertion.split(".");
  const header = readPart(head);
  const claims = readPart(payload);
  const { iss, sub, aud, jti, exp, iat, nbf } = claims;
  const client = typeof sub === "string" ? context.find(sub) : undefined;
  if (!client || rest.length > 0 || !types.includes(header.typ)) throw invalidClient();
  const { clientId, algorithm } = client.settings;
  if (iss !== clientId || (context.clientId !== null && context.clientId !== clientId)) throw invalidClient();
  if (algorithm !== undefined && header.alg !== algorithm) throw invalidClient();
  if (!(await isSigned(client, header, `${head}.${payload}`, signature))) throw invalidClient();

  const now = context.now() / 1_000;
  if (typeof exp !== "number" || exp <= now || exp > now + longestLifetimeSeconds) throw invalidClient();
  if ([iat, nbf].some((time) => time !== undefined && (typeof time !== "number" || time > now))) throw invalidClient();
  if (!isAudience(aud, context)) throw invalidClient();
  if (typeof jti !== "string" || jti === "" || context.usedJtis.has(jti)) throw invalidClient();
  context.usedJtis.add(jti);
  return client;
}

function isAudience(aud: unknown, { issuer, tokenEndpoint, isLenient }: AssertionContext): boolean {
  return isLenient ? [aud].flat().some((one) => one === issuer || one === tokenEndpoint) : aud === issuer;
}

interface Suite {
  readonly key: RsaHashedImportParams | EcKeyImportParams | HmacImportParams | Algorithm;
  readonly verifying: RsaPssParams | EcdsaParams | Algorithm;
  readonly kty: string;
}

const suite = (kty: string, key: Suite["key"], verifying: object = {}): Suite => ({
  kty,
  key,
  verifying: { name: key.name, ...verifying },
});

const suites: Readonly<Record<string, Suite>> = {
  ES256: suite("EC", { name: "ECDSA", namedCurve: "P-256" }, { hash: "SHA-256" }),
  RS256: suite("RSA", { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }),
  PS256: suite("RSA", { name: "RSA-PSS", hash: "SHA-256" }, { saltLength: 32 }),
  EdDSA: suite("OKP", { name: "Ed25519" }),
  Ed25519: suite("OKP", { name: "Ed25519" }),
  HS256: suite("oct", { name: "HMAC", hash: "SHA-256" }),
  HS384: suite("oct", { name: "HMAC", hash: "SHA-384" }),
  HS512: suite("oct", { name: "HMAC", hash: "SHA-512" }),
};

/** The JWS algorithms of client assertions. */
export const assertionAlgorithms: readonly string[] = Object.keys(suites);

async function isSigned(
  client: StoredClient,
  { alg, kid }: Readonly<Record<string, unknown>>,
  input: string,
  signature: string,
): Promise<boolean> {
  const found = typeof alg === "string" && Object.hasOwn(suites, alg) ? suites[alg] : undefined;
  const bytes = decode(signature);
  if (!found || !bytes) return false;
  const isSymmetric = found.kty === "oct";
  if (client.settings.method !== (isSymmetric ? "client_secret_jwt" : "private_key_jwt")) return false;
  // A secret has no key id.
  if (isSymmetric && kid !== undefined) return false;
  const keys = isSymmetric
    ? client.secrets().map((secret) => ({ kty: "oct", k: encode(new TextEncoder().encode(secret)) }))
    : (client.settings.jwks?.keys ?? []).filter((key) => kid === undefined || (key as { kid?: unknown }).kid === kid);
  for (const { kty, crv, x, y, n, e, k } of keys.filter((key) => key.kty === found.kty) as JsonWebKey[]) {
    // Only the public members that the import needs.
    const jwk = JSON.parse(JSON.stringify({ kty, crv, x, y, n, e, k })) as JsonWebKey;
    try {
      const key = await crypto.subtle.importKey("jwk", jwk, found.key, false, ["verify"]);
      if (await crypto.subtle.verify(found.verifying, key, bytes, new TextEncoder().encode(input))) return true;
    } catch {
      // An unusable key verifies nothing.
    }
  }
  return false;
}

function readPart(part: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(decode(part)));
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Reported below.
  }
  throw invalidClient();
}

function decode(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]+$/.test(text)) return undefined;
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function encode(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
