import { ResponseError } from "oauth-clients";
import { createOryManager, type OryClient, type OryClientInput, type OryManager } from "oauth-clients/ory";
import { mask } from "../demo/report.js";
import { shorten } from "../demo/steps.js";
import type { Made, Run, Vendor } from "../demo/vendor.js";
import type { Server } from "./server.js";

export interface OryVendor extends Vendor<OryClient, OryClientInput> {
  readonly manager: OryManager;
}

export type OryRun = Run<OryClient, OryClientInput, OryVendor>;
export type OryMade = Made<OryClient, OryClientInput>;

/** Ory, where `owner` tells the clients of one run from all others. */
export function connect({ options }: Server, owner: string): OryVendor {
  let manager = createOryManager(options);
  let isFirst = true;
  return {
    get manager() {
      return manager;
    },
    async create(input, call) {
      try {
        return await manager.create(input, call);
      } catch (error) {
        // The response of Hydra 2.0 and 2.1, which do not accept ids of the client.
        if (!(error instanceof ResponseError && error.status === 400 && isFirst)) throw error;
        manager = createOryManager({ ...options, credentialsFrom: "server" });
        return manager.create(input, call);
      } finally {
        isFirst = false;
      }
    },
    list: (call) => manager.list({ owner, ...call }),
    mark: (asked) => ({ ...asked, owner }) as OryClientInput,
    isMarked: (client) => client.owner === owner,
    label: ({ name }) => name ?? "a client without a name",
    // Key sets come back with members of the server's making.
    notCompared: ["clientSecret", "jwks"],
    hasSecret: ({ tokenEndpointAuthMethod: method }) => method !== "none" && method !== "private_key_jwt",
    columns: [
      { title: "NAME", width: 16 },
      { title: "GRANTS", width: 18 },
      { title: "AUTHENTICATION", width: 24 },
      { title: "SCOPES", width: 14 },
    ],
    row: ({ client, credentials }) => [
      [client.name, shorten(client.id)],
      client.grantTypes,
      [client.tokenEndpointAuthMethod ?? "", credentials ? mask(credentials.clientSecret) : "no secret"],
      [client.scopes.join(" ")],
    ],
  };
}

/** Whether a client can get tokens by itself, with a secret. */
export function getsTokens({
  grantTypes = [],
  tokenEndpointAuthMethod: method = "client_secret_basic",
}: OryClientInput): boolean {
  return grantTypes.includes("client_credentials") && /^client_secret_(basic|post)$/.test(method);
}
