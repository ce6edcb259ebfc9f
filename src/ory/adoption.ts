import type { Deadline } from "../core/abort.js";
import type { ClientReference, ImportOptions, ImportResult } from "../core/capabilities.js";
import { TokenEndpointError } from "../core/errors.js";
import { type Adoption, importClientWith, importing } from "../core/import.js";
import type { CallOptions } from "../core/manager.js";
import { toTokenTransport } from "../core/options.js";
import { validationError } from "../core/validation.js";
import { requestToken } from "../token/request.js";
import { readClient } from "./convert.js";
import { secretMethod } from "./creation.js";
import { makeTokenRequest, requirePublicUrl } from "./tokens.js";
import type { OryClient } from "./types.js";
import type { ReadClient } from "./wire.js";

/** What importing needs of the manager. */
export interface Manager {
  readonly read: (id: string, options: CallOptions | undefined) => Promise<ReadClient>;
  readonly publicUrl: string | undefined;
  /** Called with one `Request`. */
  readonly fetch: typeof fetch | undefined;
}

/** Joins a client that exists with the secret that was kept for it. */
export async function importClient(
  { read, publicUrl, fetch }: Manager,
  reference: ClientReference,
  options: ImportOptions | undefined,
  deadline: Deadline,
): Promise<ImportResult<OryClient>> {
  if (options?.verifySecret && reference.clientSecret !== undefined) requirePublicUrl(publicUrl, importing);
  const adoption: Adoption<OryClient> = {
    vendor: "ory",
    read: async (id, rest) => readClient(await read(id, rest)),
    join: (client, clientSecret) => {
      const method = methodOf(client);
      if (method === "none") throw refusal("clientSecret", "the client's method is none, it has no secret");
      return { clientId: client.clientId, clientSecret, ...secretMethod(method) };
    },
    prove: async (client, credentials, rest) => {
      if (credentials.tokenEndpointAuthMethod === undefined)
        throw refusal("verifySecret", `the client's method is ${methodOf(client)}, its secret cannot be proven`);
      try {
        await requestToken(makeTokenRequest(publicUrl, credentials), toTokenTransport(fetch, rest));
      } catch (error) {
        // The client is authenticated before its grants are looked at: one that may not use this grant has proven its secret.
        if (!(error instanceof TokenEndpointError && error.error === "unauthorized_client")) throw error;
      }
    },
  };
  return importClientWith(adoption, reference, options, deadline);
}

function methodOf({ tokenEndpointAuthMethod = "client_secret_basic" }: OryClient): string {
  return tokenEndpointAuthMethod;
}

function refusal(path: string, message: string) {
  return validationError({ vendor: "ory", operation: importing }, { path, message });
}
