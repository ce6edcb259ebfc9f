import { simulateGenesys, simulateOry, simulateOvh, simulateTfe } from "oauth-clients/testing";
import { onTestFinished } from "vitest";

/** The four simulators on loopback ports, with their variables and accounts, until the test ends. */
export async function startVendors() {
  const ory = simulateOry();
  const ovh = simulateOvh();
  const genesys = simulateGenesys({ organization: { id: "00000000-0000-4000-8000-000000000001" } });
  const tfe = simulateTfe();
  const servers = await Promise.all([ory.listen(), ovh.listen(), genesys.listen(), tfe.listen()]);
  onTestFinished(async () => {
    await Promise.all(servers.map((server) => server.close()));
  });
  const [oryServer, ovhServer] = servers;
  const env: Readonly<Record<string, string>> = {
    ...Object.assign({}, ...servers.map((server) => server.env())),
    GITHUB_PAT: "canary-vcs-token-0123456789",
  };
  const accounts = {
    ory: oryServer.urls.admin,
    ovh: `${new URL(ovhServer.urls.api).host}/zz99999-ovh`,
    genesys: "00000000-0000-4000-8000-000000000001",
    tfe: "acme",
  };
  return { ory, ovh, genesys, tfe, env, accounts };
}

/** A configuration with one client of each vendor. */
export function configurationOf(accounts: Readonly<Record<string, string>>, scopes = "read"): string {
  return `project: acme-platform
journal: { file: oauth-clients.$environment.json }
environments:
  staging:
    accounts: ${JSON.stringify(accounts)}
providers:
  ory: { ory: }
  ovh: { ovh: }
  genesys: { genesys: }
  tfe: { tfe: }
stores:
  files: { files: { directory: ./secrets } }
clients:
  nightly-report:
    provider: ory
    name: Nightly report
    grantTypes: [client_credentials]
    scopes: [${scopes}]
    verifyWith: { scopes: [read] }
    rotation: { every: 90d, overlap: 0s }
    secretStore: files
  dns-deploy:
    provider: ovh
    flow: client_credentials
    name: dns
    description: deploys
    access: [{ name: dns, resources: ["urn:v1:eu:resource:dnsZone:*"], actions: ["dnsZone:*"] }]
    secretStore: files
  sync: { provider: genesys, name: Sync, grantType: client_credentials, roles: [{ roleName: employee }], secretStore: files }
  github: { provider: tfe, serviceProvider: github, name: GitHub, oauthTokenString: { env: GITHUB_PAT, version: 2 } }
`;
}

/** A configuration with one client at Ory, whose secret goes to a file. */
export function oryConfiguration(account: string, more = ""): string {
  return `project: acme-platform
settings: { settleMs: 3000 }
environments: { staging: { accounts: { ory: "${account}" } } }
providers: { ory: { ory: } }
clients:
  nightly-report:
    provider: ory
    name: Nightly report
    grantTypes: [client_credentials]
    scopes: [read]
    secretStore: { files: { directory: ./secrets } }
${more}`;
}
