import type { ClientReference, Imported, ImportOptions } from "../core/capabilities.js";
import type { ClientCredentials } from "../core/credentials.js";
import { InputError, TokenError } from "../core/errors.js";
import { requestToken, type TokenFetch } from "../token/index.js";
import { secretMethod } from "./creation.js";
import { makeTokenRequest, requirePublicUrl } from "./tokens.js";
import type { OryClient } from "./types.js";

/** What importing needs of the manager. */
export interface Adoption {
  readonly get: (id: string, options: ImportOptions | undefined) => Promise<OryClient>;
  readonly publicUrl: string | undefined;
  readonly fetch: TokenFetch | undefined;
}

const operation = "import client";

/** Joins a client that exists with the secret that was kept for it. */
export async function importClient(
  { get, publicUrl, fetch }: Adoption,
  reference: string | ClientReference,
  options: ImportOptions | undefined,
): Promise<Imported<OryClient>> {
  const { id, clientSecret } = readReference(reference);
  const verify = options?.verifySecret === true;
  if (verify && clientSecret === undefined) throw refusal("clientSecret", "required for verifySecret");
  const proofUrl = verify ? requirePublicUrl(publicUrl, operation) : undefined;
  const client = await get(id, options);
  if (clientSecret === undefined) return { client, secretVerified: false };
  const method = client.tokenEndpointAuthMethod ?? "client_secret_basic";
  if (method === "none") throw refusal("clientSecret", "the client's method is none, it has no secret");
  const credentials: ClientCredentials = { clientId: client.clientId, clientSecret, ...secretMethod(method) };
  if (proofUrl === undefined) return { client, credentials, secretVerified: false };
  if (credentials.tokenEndpointAuthMethod === undefined)
    throw refusal("verifySecret", `the client's method is ${method}, its secret cannot be proven`);
  await proveSecret(proofUrl, credentials, fetch, options);
  return { client, credentials, secretVerified: true };
}

async function proveSecret(
  publicUrl: string,
  credentials: ClientCredentials,
  fetch: TokenFetch | undefined,
  options: ImportOptions | undefined,
): Promise<void> {
  try {
    await requestToken(makeTokenRequest(publicUrl, credentials), {
      ...(fetch ? { fetch } : {}),
      ...(options?.signal ? { signal: options.signal } : {}),
      ...(options?.timeoutMs ? { timeoutMs: options.timeoutMs } : {}),
    });
  } catch (error) {
    // The client is authenticated before its grants are looked at: a client that may not use this grant has proven its secret.
    if (error instanceof TokenError && error.error === "unauthorized_client") return;
    throw error;
  }
}

function readReference(reference: unknown): ClientReference {
  const { id, clientSecret } = (
    typeof reference === "string" ? { id: reference } : (reference ?? {})
  ) as Partial<ClientReference>;
  if (typeof id !== "string" || id === "") throw refusal("id", "expected the client's id");
  if (clientSecret === undefined) return { id };
  if (typeof clientSecret !== "string" || clientSecret === "") throw refusal("clientSecret", "expected text that is not empty");
  return { id, clientSecret };
}

function refusal(path: string, message: string): InputError {
  return new InputError({
    vendor: "ory",
    operation,
    message: `ory ${operation}: ${path}: ${message}`,
    issues: [{ path, message }],
  });
}
