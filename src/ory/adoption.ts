import { type Adoption, adoptClient, importing } from "../core/adoption.js";
import type { ClientReference, Imported, ImportOptions } from "../core/capabilities.js";
import { startDeadline } from "../core/deadline.js";
import { TokenError } from "../core/errors.js";
import { inputFault } from "../core/schema.js";
import { forTokens } from "../core/transport.js";
import { requestToken } from "../token/index.js";
import { secretMethod } from "./creation.js";
import { makeTokenRequest, requirePublicUrl } from "./tokens.js";
import type { OryClient } from "./types.js";

/** What importing needs of the manager. */
export interface Manager {
  readonly get: Adoption<OryClient>["read"];
  readonly publicUrl: string | undefined;
  /** Called with one `Request`. */
  readonly fetch: typeof fetch | undefined;
}

/** Joins a client that exists with the secret that was kept for it. */
export async function importClient(
  { get, publicUrl, fetch }: Manager,
  reference: ClientReference,
  options: ImportOptions | undefined,
): Promise<Imported<OryClient>> {
  const proofUrl = options?.verifySecret ? requirePublicUrl(publicUrl, importing) : "";
  const adoption: Adoption<OryClient> = {
    vendor: "ory",
    read: get,
    join: (client, clientSecret) => {
      const method = methodOf(client);
      if (method === "none") throw refusal("clientSecret", "the client's method is none, it has no secret");
      return { clientId: client.clientId, clientSecret, ...secretMethod(method) };
    },
    prove: async (client, credentials, rest) => {
      if (credentials.tokenEndpointAuthMethod === undefined)
        throw refusal("verifySecret", `the client's method is ${methodOf(client)}, its secret cannot be proven`);
      try {
        await requestToken(makeTokenRequest(proofUrl, credentials), forTokens(fetch, rest));
      } catch (error) {
        // The client is authenticated before its grants are looked at: one that may not use this grant has proven its secret.
        if (!(error instanceof TokenError && error.error === "unauthorized_client")) throw error;
      }
    },
  };
  return adoptClient(adoption, reference, options, startDeadline(options));
}

function methodOf({ tokenEndpointAuthMethod = "client_secret_basic" }: OryClient): string {
  return tokenEndpointAuthMethod;
}

function refusal(path: string, message: string) {
  return inputFault({ vendor: "ory", operation: importing }, { path, message });
}
