import { AuthenticationError } from "oauth-clients";
import { createGenesysManager } from "oauth-clients/genesys";
import { createOryManager } from "oauth-clients/ory";
import { createOvhManager } from "oauth-clients/ovh";
import { simulateGenesys, simulateOry, simulateOvh, simulateTfe } from "oauth-clients/testing";
import { createTfeManager } from "oauth-clients/tfe";
import { describe, expect, test } from "vitest";
import { rejection } from "./subject.js";

const account = { clientId: "EU.00aa00aa00aa00aa", clientSecret: "right-secret" };
const administrator = { clientId: "0d5b8a2e-3f41-4c6b-9a7d-1e2f3a4b5c6d", clientSecret: "right-secret" };
const genesys = simulateGenesys({ administrator });
const ory = simulateOry({ adminApiKey: "ory_pat_right" });
const tfe = simulateTfe({ tokens: [{ token: "right-token" }] });

/** Managers whose own credentials are wrong. */
const managers = {
  genesys: createGenesysManager({
    ...{ apiUrl: genesys.urls.api, loginUrl: genesys.urls.login },
    ...{ ...administrator, clientSecret: "wrong-canary", fetch: genesys.fetch },
  }),
  ory: createOryManager({ adminUrl: ory.urls.admin, apiKey: "ory_pat_wrong-canary", fetch: ory.fetch }),
  ovh: createOvhManager({ ...account, clientSecret: "wrong-canary", fetch: simulateOvh({ serviceAccount: account }).fetch }),
  tfe: createTfeManager({ address: tfe.urls.host, organization: "acme", token: "wrong-canary", fetch: tfe.fetch }),
};

describe("contract: wrong credentials of the manager", () => {
  test.each(Object.entries(managers))("%s rejects with an AuthenticationError of the operation", async (vendor, manager) => {
    const id = { ovh: "EU.ffffffffffffffff", tfe: "oc-1" }[vendor] ?? "00000000-0000-4000-8000-000000000000";
    const error = (await rejection(manager.get(id))) as Error;
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ code: "authentication", vendor, operation: "get client", outcome: "not_applied" });
    expect(error.message).not.toContain("canary");
    const sentences = error.message.split(/(?<=\.) /);
    expect(new Set(sentences).size).toBe(sentences.length);
  });
});
