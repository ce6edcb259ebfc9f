import type { Deadline } from "../core/abort.js";
import type { ClientReference, ImportOptions, ImportResult } from "../core/capabilities.js";
import { type Adoption, importClientWith, importing } from "../core/import.js";
import { toTokenTransport } from "../core/options.js";
import { requestToken } from "../token/request.js";
import { refusal } from "./input.js";
import { authMethod, makeTokenRequest, requireTokenUrl } from "./tokens.js";
import type { OvhClient } from "./types.js";

/** What importing needs of the manager. */
export interface Manager {
  readonly get: Adoption<OvhClient>["read"];
  readonly tokenEndpoint: string | undefined;
  readonly fetch: typeof fetch | undefined;
}

/** Joins a client that exists with the secret that was kept for it. */
export async function importClient(
  { get, tokenEndpoint, fetch }: Manager,
  reference: ClientReference,
  options: ImportOptions | undefined,
  deadline: Deadline,
): Promise<ImportResult<OvhClient>> {
  if (options?.verifySecret && reference.clientSecret !== undefined) requireTokenUrl(tokenEndpoint, importing);
  const adoption: Adoption<OvhClient> = {
    vendor: "ovh",
    read: get,
    join: ({ clientId }, clientSecret) => ({ clientId, clientSecret, tokenEndpointAuthMethod: authMethod }),
    prove: async ({ flow }, credentials, rest) => {
      if (flow !== "client_credentials")
        throw refusal("verifySecret", `the client's flow is ${flow}, its secret cannot be proven`, importing);
      await requestToken(
        makeTokenRequest(requireTokenUrl(tokenEndpoint, importing), credentials),
        toTokenTransport(fetch, rest),
      );
    },
  };
  return importClientWith(adoption, reference, options, deadline);
}
