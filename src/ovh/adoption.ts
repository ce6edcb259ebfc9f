import type { ClientReference, Imported, ImportOptions } from "../core/capabilities.js";
import type { ClientCredentials } from "../core/credentials.js";
import { requestToken } from "../token/request.js";
import { refusal } from "./input.js";
import { authMethod, makeTokenRequest, requireTokenUrl, tokenFetch } from "./tokens.js";
import type { OvhClient } from "./types.js";

/** What importing needs of the manager. */
export interface Adoption {
  readonly get: (id: string, options: ImportOptions | undefined) => Promise<OvhClient>;
  readonly tokenUrl: string | undefined;
  readonly fetch: typeof fetch | undefined;
}

const operation = "import client";

/** Joins a client that exists with the secret that was kept for it. */
export async function importClient(
  { get, tokenUrl, fetch }: Adoption,
  { id, clientSecret }: ClientReference,
  left: () => ImportOptions | undefined,
): Promise<Imported<OvhClient>> {
  const verify = left()?.verifySecret === true;
  if (verify && clientSecret === undefined) throw refusal("clientSecret", "required for verifySecret", operation);
  const proofUrl = verify ? requireTokenUrl(tokenUrl, operation) : undefined;
  const client = await get(id, left());
  if (clientSecret === undefined) return { client, secretVerified: false };
  const credentials: ClientCredentials = { clientId: client.clientId, clientSecret, tokenEndpointAuthMethod: authMethod };
  if (proofUrl === undefined) return { client, credentials, secretVerified: false };
  if (client.flow !== "client_credentials")
    throw refusal("verifySecret", `the client's flow is ${client.flow}, its secret cannot be proven`, operation);
  const { signal, timeoutMs } = left() ?? {};
  await requestToken(makeTokenRequest(proofUrl, credentials), {
    ...tokenFetch(fetch),
    ...(signal ? { signal } : {}),
    ...(timeoutMs ? { timeoutMs } : {}),
  });
  return { client, credentials, secretVerified: true };
}
