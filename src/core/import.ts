import type { Deadline } from "./abort.js";
import type { ClientReference, ImportOptions, ImportResult } from "./capabilities.js";
import type { ClientCredentials } from "./credentials.js";
import { cloneError, isOAuthClientsError, type OAuthClientsError } from "./errors.js";
import type { CallOptions, OAuthClient } from "./manager.js";
import { formatMessage } from "./message.js";
import { validationError } from "./validation.js";

/** What an import is called in errors. */
export const importing = "import client";

/** What adopting a client needs of its vendor. */
export interface Adoption<Client extends OAuthClient> {
  readonly vendor: string;
  readonly read: (id: string, options: CallOptions | undefined) => Promise<Client>;
  /** Joins the client with its secret. Throws where it cannot have one. */
  readonly join: (client: Client, clientSecret: string) => ClientCredentials;
  /** Gets a token with the credentials and lets it go. Rejects when they are not accepted, or when that would prove nothing. */
  readonly prove: (client: Client, credentials: ClientCredentials, options: CallOptions | undefined) => Promise<void>;
}

/**
 * Joins a client that exists with the secret that was kept for it, and has it proven where that is asked for.
 * @param left - gives the call's options, with what is left of its deadline
 */
export async function importClientWith<Client extends OAuthClient>(
  { vendor, read, join, prove }: Adoption<Client>,
  { id, clientSecret }: ClientReference,
  options: ImportOptions | undefined,
  deadline: Deadline,
): Promise<ImportResult<Client>> {
  const verify = options?.verifySecret === true;
  if (verify && clientSecret === undefined)
    throw validationError({ vendor, operation: importing }, { path: "clientSecret", message: "required for verifySecret" });
  const client = await read(id, deadline.remaining());
  if (clientSecret === undefined) return { client, secretVerified: false };
  const credentials = join(client, clientSecret);
  if (!verify) return { client, credentials, secretVerified: false };
  try {
    await prove(client, credentials, deadline.remaining());
  } catch (error) {
    // The error of a token request names neither the vendor nor the import. An import changes nothing, whatever its outcome.
    if (!isOAuthClientsError(error)) throw error;
    const message = formatMessage({
      subject: vendor,
      operation: importing,
      reason: `verifying the secret failed: ${error.message}`,
    });
    throw cloneError(error as OAuthClientsError, { vendor, operation: importing, outcome: "not_applied", message });
  }
  return { client, credentials, secretVerified: true };
}
