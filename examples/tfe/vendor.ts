import { createTfeManager, type TfeClient, type TfeClientInput, type TfeManager } from "oauth-clients/tfe";
import { shorten } from "../demo/steps.js";
import type { Made, Run, Vendor } from "../demo/vendor.js";
import type { Server } from "./server.js";

export interface TfeVendor extends Vendor<TfeClient, TfeClientInput> {
  readonly manager: TfeManager;
}

export type TfeRun = Run<TfeClient, TfeClientInput, TfeVendor>;
export type TfeMade = Made<TfeClient, TfeClientInput>;

/** Terraform Enterprise, where the end of the name tells the clients of one run from all others. */
export function connect({ options }: Server, mark: string): TfeVendor {
  const label = ({ name, serviceProvider }: TfeClientInput) => name ?? serviceProvider;
  return {
    manager: createTfeManager(options),
    mark: (asked) => ({ ...asked, name: `${label(asked)} (${mark})` }),
    isMarked: ({ name }) => name.includes(`(${mark})`),
    label,
    // Write-only: no response contains them.
    notCompared: ["oauthTokenString", "secret", "privateKey"],
    hasSecret: () => false,
    columns: [
      { title: "CLIENT", width: 12 },
      { title: "PROVIDER", width: 24 },
      { title: "OAUTH TOKEN ID", width: 20 },
      { title: "PROJECTS", width: 10 },
    ],
    row: ({ asked, client }) => [
      [label(asked), shorten(client.id)],
      [client.serviceProviderDisplayName ?? client.serviceProvider, client.httpUrl ?? ""],
      [client.oauthTokenId ?? "none yet"],
      [client.organizationScoped ? "all" : String(client.projectIds.length)],
    ],
  };
}
