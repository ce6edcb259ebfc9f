import type { Deadline } from "../core/abort.js";
import type { ClientReference, ImportOptions, ImportResult } from "../core/capabilities.js";
import type { ClientCredentials } from "../core/credentials.js";
import { type Adoption, importClientWith, importing } from "../core/import.js";
import type { CallOptions } from "../core/manager.js";
import { inputError } from "./input.js";
import type { GenesysClient } from "./types.js";

/** What importing needs of the manager. */
export interface Manager {
  readonly get: Adoption<GenesysClient>["read"];
  /** Rejects when the credentials are not accepted. */
  readonly proveSecret: (credentials: ClientCredentials, options: CallOptions | undefined) => Promise<void>;
}

/** Joins a client that exists with the secret that was kept for it. */
export async function importClient(
  { get, proveSecret }: Manager,
  reference: ClientReference,
  options: ImportOptions | undefined,
  deadline: Deadline,
): Promise<ImportResult<GenesysClient>> {
  const adoption: Adoption<GenesysClient> = {
    vendor: "genesys",
    read: get,
    join: ({ clientId }, clientSecret) => ({ clientId, clientSecret }),
    prove: async (client, credentials, rest) => {
      requireProvable(client);
      await proveSecret(credentials, rest);
    },
  };
  return importClientWith(adoption, reference, options, deadline);
}

// Only such a client gets a token from its secret alone. What another is answered would say nothing about the secret.
function requireProvable({ grantType, state }: GenesysClient): void {
  if (grantType !== "client_credentials")
    throw refusal(`the client's grant is ${grantType ?? "not told"}, its secret cannot be proven`);
  if (state !== undefined && state !== "active")
    throw refusal(`the client is ${state} and gets no tokens, its secret cannot be proven`);
}

function refusal(message: string) {
  return inputError(importing, [{ path: "verifySecret", message }]);
}
