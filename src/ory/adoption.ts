import type { ClientReference, Imported, ImportOptions } from "../core/capabilities.js";
import type { ClientCredentials } from "../core/credentials.js";
import { TokenError } from "../core/errors.js";
import type { CallOptions } from "../core/manager.js";
import { inputFault } from "../core/schema.js";
import { requestToken } from "../token/request.js";
import { readClient } from "./convert.js";
import { secretMethod } from "./creation.js";
import { makeTokenRequest, requirePublicUrl } from "./tokens.js";
import type { OryClient } from "./types.js";
import type { ReadClient } from "./wire.js";

/** What importing needs of the manager. */
export interface Adoption {
  readonly read: (id: string, options: CallOptions | undefined) => Promise<ReadClient>;
  readonly publicUrl: string | undefined;
  /** Called with one `Request`. */
  readonly fetch: typeof fetch | undefined;
}

const operation = "import client";

/** Joins a client that exists with the secret that was kept for it. */
export async function importClient(
  { read, publicUrl, fetch }: Adoption,
  { id, clientSecret }: ClientReference,
  options: ImportOptions | undefined,
  left: () => CallOptions | undefined,
): Promise<Imported<OryClient>> {
  const verify = options?.verifySecret === true;
  if (verify && clientSecret === undefined) throw refusal("clientSecret", "required for verifySecret");
  const proofUrl = verify ? requirePublicUrl(publicUrl, operation) : undefined;
  const client = readClient(await read(id, left()));
  if (clientSecret === undefined) return { client, secretVerified: false };
  const method = client.tokenEndpointAuthMethod ?? "client_secret_basic";
  if (method === "none") throw refusal("clientSecret", "the client's method is none, it has no secret");
  const credentials: ClientCredentials = { clientId: client.clientId, clientSecret, ...secretMethod(method) };
  if (proofUrl === undefined) return { client, credentials, secretVerified: false };
  if (credentials.tokenEndpointAuthMethod === undefined)
    throw refusal("verifySecret", `the client's method is ${method}, its secret cannot be proven`);
  await proveSecret(proofUrl, credentials, fetch, left());
  return { client, credentials, secretVerified: true };
}

async function proveSecret(
  publicUrl: string,
  credentials: ClientCredentials,
  fetch: Adoption["fetch"],
  options: CallOptions | undefined,
): Promise<void> {
  try {
    await requestToken(makeTokenRequest(publicUrl, credentials), {
      ...(fetch ? { fetch: (url, init) => fetch(new Request(url, init)) } : {}),
      ...(options?.signal ? { signal: options.signal } : {}),
      ...(options?.timeoutMs ? { timeoutMs: options.timeoutMs } : {}),
    });
  } catch (error) {
    // The client is authenticated before its grants are looked at: a client that may not use this grant has proven its secret.
    if (error instanceof TokenError && error.error === "unauthorized_client") return;
    throw error;
  }
}

function refusal(path: string, message: string) {
  return inputFault({ vendor: "ory", operation }, { path, message });
}
