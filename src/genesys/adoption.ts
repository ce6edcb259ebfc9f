import type { ClientReference, Imported, ImportOptions } from "../core/capabilities.js";
import type { ClientCredentials } from "../core/credentials.js";
import type { CallOptions } from "../core/manager.js";
import { inputError } from "./input.js";
import type { GenesysClient } from "./types.js";

/** What importing needs of the manager. */
export interface Adoption {
  readonly get: (id: string, options: CallOptions | undefined) => Promise<GenesysClient>;
  /** Rejects when the credentials are not accepted. */
  readonly proveSecret: (credentials: ClientCredentials, options: CallOptions | undefined) => Promise<void>;
}

const operation = "import client";

/** Joins a client that exists with the secret that was kept for it. */
export async function importClient(
  { get, proveSecret }: Adoption,
  { id, clientSecret }: ClientReference,
  options: ImportOptions | undefined,
  left: () => CallOptions | undefined,
): Promise<Imported<GenesysClient>> {
  const verify = options?.verifySecret === true;
  if (verify && clientSecret === undefined) throw refusal("clientSecret", "required for verifySecret");
  const client = await get(id, left());
  if (clientSecret === undefined) return { client, secretVerified: false };
  const credentials: ClientCredentials = { clientId: client.clientId, clientSecret };
  if (!verify) return { client, credentials, secretVerified: false };
  requireProvable(client);
  await proveSecret(credentials, left());
  return { client, credentials, secretVerified: true };
}

// Only such a client gets a token from its secret alone. What another is answered would say nothing about the secret.
function requireProvable({ grantType, state }: GenesysClient): void {
  if (grantType !== "client_credentials")
    throw refusal("verifySecret", `the client's grant is ${grantType ?? "not told"}, its secret cannot be proven`);
  if (state !== undefined && state !== "active")
    throw refusal("verifySecret", `the client is ${state} and gets no tokens, its secret cannot be proven`);
}

function refusal(path: string, message: string) {
  return inputError(operation, [{ path, message }]);
}
