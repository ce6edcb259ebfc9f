import type { Context } from "./context.js";

/** The vendors, in the order of the output. */
export const vendors = ["ory", "ovh", "genesys", "tfe"] as const;

/** One vendor. */
export type Vendor = (typeof vendors)[number];

/** The part of a manager that `simulate` and `migrate` use. */
export interface AccountManager {
  readonly account: () => Promise<string>;
  readonly get: (id: string) => Promise<object>;
}

/** Creates the manager of a vendor from the vendor's environment variables. */
export async function createManager(vendor: Vendor, env: Context["env"]): Promise<AccountManager> {
  switch (vendor) {
    case "ory": {
      const { createOryManager, oryOptionsFromEnv } = await import("oauth-clients/ory");
      return createOryManager(oryOptionsFromEnv(env));
    }
    case "ovh": {
      const { createOvhManager, ovhOptionsFromEnv } = await import("oauth-clients/ovh");
      return createOvhManager(ovhOptionsFromEnv(env));
    }
    case "genesys": {
      const { createGenesysManager, genesysOptionsFromEnv } = await import("oauth-clients/genesys");
      return createGenesysManager(genesysOptionsFromEnv(env));
    }
    case "tfe": {
      const { createTfeManager, tfeOptionsFromEnv } = await import("oauth-clients/tfe");
      return createTfeManager(tfeOptionsFromEnv(env));
    }
  }
}
