import type { Now } from "../core/time.js";
import type { StoredClient } from "./clients.js";
import { ErrorResponse, invalidClient, invalidRequest, serverError, unrecognizable } from "./errors.js";

/** The parts of the token endpoint that the verification needs. */
export interface AssertionContext {
  /** The `client_id` of the form, if any. */
  readonly clientId: string | null;
  readonly audiences: readonly string[];
  readonly find: (id: string) => StoredClient | undefined;
  readonly now: Now;
  readonly usedAssertions: Set<string>;
}

const curves: Readonly<Record<string, string>> = { ES256: "P-256", ES384: "P-384", ES512: "P-521" };

/**
 * Verifies a client assertion (RFC 7523 section 3) with the inline keys of the client. The simulator does not read `jwks_uri`.
 *
 * @throws {ErrorResponse} 401; 400 `jti_known` for a used assertion; 400 `invalid_request` without a matching key; 500 for an assertion that
 *   has expired or is not valid yet, and for a client with `jwks_uri` only
 */
export async function verifyAssertion(assertion: string, context: AssertionContext): Promise<StoredClient> {
  const [head = "", payload = "", signature = "", ...rest] = assertion.split(".");
  const header = readPart(head);
  const claims = readPart(payload);
  const id = context.clientId || claims.sub;
  const client = typeof id === "string" && rest.length === 0 ? context.find(id) : undefined;
  if (client?.document.token_endpoint_auth_method !== "private_key_jwt") throw invalidClient();
  const algorithm = client.document.token_endpoint_auth_signing_alg || "RS256";
  if (header.alg !== algorithm) throw invalidClient();
  await verifySignature(client, algorithm, header.kid, `${head}.${payload}`, signature);

  const nowSeconds = context.now() / 1000;
  const { iss, sub, aud, jti, exp, iat, nbf } = claims;
  if (typeof exp !== "number") throw invalidClient();
  if ([iat, nbf].some((time) => time !== undefined && typeof time !== "number")) throw invalidClient();
  // Hydra reports a time outside the validity as a server error.
  if (exp <= nowSeconds || [iat, nbf].some((time) => typeof time === "number" && time > nowSeconds)) throw unrecognizable();
  if (iss !== client.document.client_id || sub !== client.document.client_id) throw invalidClient();
  if (typeof jti !== "string" || jti === "") throw invalidClient();
  if (context.usedAssertions.has(jti))
    throw new ErrorResponse(400, "jti_known", "The jti of the client assertion was used before.");
  // The jti counts as used from here on, even with a wrong audience.
  context.usedAssertions.add(jti);
  if (![aud].flat().some((audience) => context.audiences.includes(audience as string))) throw invalidClient();
  return client;
}

async function verifySignature(
  client: StoredClient,
  algorithm: string,
  kid: unknown,
  input: string,
  signature: string,
): Promise<void> {
  const keys = client.document.jwks?.keys;
  if (!keys && client.document.jwks_uri !== "") throw serverError("The key set at jwks_uri could not be read.");
  if (!keys) throw invalidClient();
  const kind = algorithm.startsWith("ES") ? "EC" : "RSA";
  const key = keys.find(
    (candidate) => candidate.use === "sig" && (typeof kid !== "string" || candidate.kid === kid) && candidate.kty === kind,
  );
  if (!key) throw invalidRequest("The client has no key for signatures that the assertion could be verified with.");
  const hash = `SHA-${algorithm.slice(2)}`;
  const bytes = decodeBytes(signature);
  if (!bytes) throw invalidClient();
  const parameters = algorithm.startsWith("ES")
    ? { name: "ECDSA", namedCurve: curves[algorithm] ?? "", hash }
    : { name: algorithm.startsWith("PS") ? "RSA-PSS" : "RSASSA-PKCS1-v1_5", hash, saltLength: Number(algorithm.slice(2)) / 8 };
  const { kty, n, e, crv, x, y } = key as JsonWebKey;
  const publicKey = JSON.parse(JSON.stringify({ kty, n, e, crv, x, y })) as JsonWebKey;
  try {
    const imported = await crypto.subtle.importKey("jwk", publicKey, parameters, false, ["verify"]);
    if (await crypto.subtle.verify(parameters, imported, bytes, new TextEncoder().encode(input))) return;
  } catch {
    // An unusable key verifies nothing.
  }
  throw invalidClient();
}

function readPart(part: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(decodeBytes(part)));
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Reported below.
  }
  throw invalidClient();
}

function decodeBytes(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) return undefined;
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
