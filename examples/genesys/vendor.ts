import { createGenesysManager, type GenesysClient, type GenesysClientInput, type GenesysManager } from "oauth-clients/genesys";
import { mask } from "../demo/report.js";
import { shorten } from "../demo/steps.js";
import type { Made, Run, Vendor } from "../demo/vendor.js";
import type { Server } from "./server.js";

export interface GenesysVendor extends Vendor<GenesysClient, GenesysClientInput> {
  readonly manager: GenesysManager;
}

export type GenesysRun = Run<GenesysClient, GenesysClientInput, GenesysVendor>;
export type GenesysMade = Made<GenesysClient, GenesysClientInput>;

/** Genesys Cloud, where the end of the description tells the clients of one run from all others. */
export function connect({ options, secrets }: Server, mark: string): GenesysVendor {
  const manager = createGenesysManager(options);
  return {
    manager,
    // Stored before any other use.
    create: (input, call) => manager.create(input, { ...call, secretSink: secrets }),
    mark: (asked) => ({ ...asked, description: `${asked.description ?? ""} (${mark})`.trim() }),
    isMarked: ({ description }) => description?.endsWith(`(${mark})`) === true,
    label: ({ name }) => name,
    // Roles come back as ids, and are looked at in a step of their own; what is not sent does not come back.
    notCompared: ["roles", "forScim", "additionalFields"],
    hasSecret: ({ grantType }) => grantType !== "implicit",
    // Kept to be restored, and otherwise deleted.
    isGone: ({ state, deletesAt }) => state === "deleted" || deletesAt !== undefined,
    columns: [
      { title: "NAME", width: 20 },
      { title: "GRANT", width: 18 },
      { title: "SECRET", width: 24 },
      { title: "ROLES OR SCOPES", width: 16 },
    ],
    row: ({ client, credentials }) => [
      [client.name, shorten(client.id)],
      [client.grantType ?? ""],
      [credentials ? mask(credentials.clientSecret) : "no secret"],
      client.scopes.length > 0 ? [client.scopes.join(" ")] : client.roles.map(({ roleId }) => shorten(roleId)),
    ],
  };
}

/** Whether a client gets tokens by itself. */
export function getsTokens({ grantType, state }: GenesysClientInput): boolean {
  return grantType === "client_credentials" && state !== "inactive";
}
