import type { Deadline } from "./abort.js";
import type { ClientReference, ImportOptions, ImportResult } from "./capabilities.js";
import type { ClientCredentials } from "./credentials.js";
import { cloneError, isOAuthClientsError, type OAuthClientsError } from "./errors.js";
import type { CallOptions, OAuthClient } from "./manager.js";
import { formatMessage } from "./message.js";
import { validationError } from "./outcome.js";

const operation = "import client";

/** The steps of an import that differ between vendors. */
export interface ImportSteps<Client extends OAuthClient> {
  readonly vendor: string;
  readonly read: (id: string, options: CallOptions | undefined) => Promise<Client>;
  /** Creates the credentials of the client. Throws when the client cannot have a secret. */
  readonly toCredentials: (client: Client, clientSecret: string) => ClientCredentials;
  /** Verifies the credentials by a token request. Rejects when they are invalid, or when the request cannot verify them. */
  readonly verify: (client: Client, credentials: ClientCredentials, options: CallOptions | undefined) => Promise<void>;
}

/** Imports a client: reads it, and verifies its secret if the options require it. */
export async function importClientWith<Client extends OAuthClient>(
  { vendor, read, toCredentials, verify }: ImportSteps<Client>,
  { id, clientSecret }: ClientReference,
  options: ImportOptions | undefined,
  deadline: Deadline,
): Promise<ImportResult<Client>> {
  const verifySecret = options?.verifySecret === true;
  if (verifySecret && clientSecret === undefined)
    throw validationError({ vendor, operation }, { path: "clientSecret", message: "required for verifySecret" });
  const client = await read(id, deadline.remaining());
  if (clientSecret === undefined) return { client, secretVerified: false };
  const credentials = toCredentials(client, clientSecret);
  if (!verifySecret) return { client, credentials, secretVerified: false };
  try {
    await verify(client, credentials, deadline.remaining());
  } catch (error) {
    // The error of a token request names neither the vendor nor the import. An import changes nothing, whatever its outcome.
    if (!isOAuthClientsError(error)) throw error;
    const reason = `verifying the secret failed: ${error.message}`;
    const message = formatMessage({ subject: vendor, operation, reason });
    throw cloneError(error as OAuthClientsError, { vendor, operation, outcome: "not_applied", message });
  }
  return { client, credentials, secretVerified: true };
}
