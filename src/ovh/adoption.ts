import { type Adoption, adoptClient, importing } from "../core/adoption.js";
import type { ClientReference, Imported, ImportOptions } from "../core/capabilities.js";
import { forTokens } from "../core/transport.js";
import { requestToken } from "../token/request.js";
import { refusal } from "./input.js";
import { authMethod, makeTokenRequest, requireTokenUrl } from "./tokens.js";
import type { OvhClient } from "./types.js";

/** What importing needs of the manager. */
export interface Manager {
  readonly get: Adoption<OvhClient>["read"];
  readonly tokenUrl: string | undefined;
  readonly fetch: typeof fetch | undefined;
}

/** Joins a client that exists with the secret that was kept for it. */
export async function importClient(
  { get, tokenUrl, fetch }: Manager,
  reference: ClientReference,
  options: ImportOptions | undefined,
  left: () => ImportOptions | undefined,
): Promise<Imported<OvhClient>> {
  if (options?.verifySecret && reference.clientSecret !== undefined) requireTokenUrl(tokenUrl, importing);
  const adoption: Adoption<OvhClient> = {
    vendor: "ovh",
    read: get,
    join: ({ clientId }, clientSecret) => ({ clientId, clientSecret, tokenEndpointAuthMethod: authMethod }),
    prove: async ({ flow }, credentials, rest) => {
      if (flow !== "client_credentials")
        throw refusal("verifySecret", `the client's flow is ${flow}, its secret cannot be proven`, importing);
      await requestToken(makeTokenRequest(requireTokenUrl(tokenUrl, importing), credentials), forTokens(fetch, rest));
    },
  };
  return adoptClient(adoption, reference, options, left);
}
