// The clients of a project: one at Ory, whose secret goes to a file.

import { oryOptionsFromEnv } from "oauth-clients/ory";
import { oryProvider } from "oauth-clients/ory/provider";
import { defineConfig, fileStore } from "oauth-clients/provision";

/** Creates the configuration. The account of an environment is the admin URL, or the project slug of Ory Network. */
export const clientsOf = (account: string, directory: string) =>
  defineConfig({
    project: "acme-platform",
    environments: { staging: { accounts: { ory: account } } },
    clients: ({ environment, env }) => {
      const ory = oryProvider(() => oryOptionsFromEnv(env));
      return {
        "nightly-report": ory.client(
          { name: "Nightly report", grantTypes: ["client_credentials"], scopes: ["read"] },
          {
            secretStore: fileStore({ path: `${directory}/${environment}-nightly-report.env` }),
            verifyWith: { scopes: ["read"] },
            rotation: { every: "90d", overlap: "24h" },
          },
        ),
      };
    },
  });
