import { describe, expect, test } from "vitest";
import { findProvider } from "../../../src/simulators/tfe/providers.js";
import { simulateTfe } from "../../../src/simulators/tfe/simulator.js";
import { type Json, pointersOf, post, sshKey } from "./calls.js";

const token = { "oauth-token-string": "pat-EXAMPLE" };
/** The attributes that each kind of service provider requires, and typical URLs. */
const kinds: [kind: string, http: string, api: string, needs: Json][] = [
  ["github", "https://github.com", "https://api.github.com", token],
  ["github_enterprise", "https://ghe.corp.test", "https://ghe.corp.test/api/v3", token],
  ["gitlab_hosted", "https://gitlab.com", "https://gitlab.com/api/v4", token],
  ["gitlab_community_edition", "https://gitlab.corp.test", "https://gitlab.corp.test/api/v4", token],
  ["gitlab_enterprise_edition", "https://gitlab.corp.test", "https://gitlab.corp.test/api/v4", token],
  ["bitbucket_hosted", "https://bitbucket.org", "https://api.bitbucket.org/2.0", token],
  ["bitbucket_data_center", "https://bb.corp.test/ctx", "https://bb.corp.test", {}],
  ["bitbucket_server", "https://bb.corp.test", "https://bb.corp.test", {}],
  ["bitbucket_server_legacy", "https://bb.corp.test", "https://bb.corp.test", token],
  ["ado_server", "https://ado.corp.test", "https://ado.corp.test", { ...token, "private-key": sshKey }],
  ["ado_services", "https://dev.azure.com", "https://app.vssps.visualstudio.com", token],
];

describe("a service provider", () => {
  test.each(["bitbucket_cloud", "constructor", "", null])("is not found when it is unknown: %s", (kind) => {
    expect(findProvider(kind)).toBeUndefined();
  });

  test.each(kinds.filter(([, , , needs]) => "oauth-token-string" in needs))(
    "requires a token: %s",
    async (kind, http, api, needs) => {
      for (const text of [undefined, null, ""]) {
        const attributes = { ...needs, "service-provider": kind, "http-url": http, "api-url": api, "oauth-token-string": text };
        const response = await post(simulateTfe(), attributes);
        expect([response.status, ...pointersOf(response)]).toEqual([422, "/data/attributes/oauth-token-string"]);
      }
    },
  );

  test.each(kinds.filter(([kind]) => kind !== "ado_server"))(
    "does not accept a private key: %s",
    async (kind, http, api, needs) => {
      const attributes = { ...needs, "service-provider": kind, "http-url": http, "api-url": api, "private-key": sshKey };
      const response = await post(simulateTfe(), attributes);
      expect([response.status, ...pointersOf(response)]).toEqual([422, "/data/attributes/private-key"]);
      expect(response.text).not.toContain("CCCC");
    },
  );

  test.each(kinds)("is accepted with its required attributes: %s", async (kind, http, api, needs) => {
    const tfe = simulateTfe();
    const response = await post(tfe, { ...needs, "service-provider": kind, "http-url": http, "api-url": api });
    expect(response.status).toBe(201);
    expect(response.data.attributes).toMatchObject({
      "service-provider": kind,
      "service-provider-display-name": findProvider(kind)?.displayName,
      "http-url": http,
      "api-url": api,
    });
    const hasToken = "oauth-token-string" in needs;
    expect(response.data.relationships["oauth-tokens"]?.data).toHaveLength(hasToken ? 1 : 0);
    expect(tfe.inspect(response.data.id)?.has("oauth-token-string")).toBe(hasToken);
  });
});
