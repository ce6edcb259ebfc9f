import { join } from "node:path";
import {
  type ClientProvider,
  type Configuration,
  type DeclaredClient,
  type DocumentStore,
  fileDocuments,
  fileStore,
  fromEnv,
  loadConfig,
  type SecretStore,
} from "oauth-clients/provision";
import { genesysOptionsFromEnv } from "../../../src/genesys/options.js";
import { genesysProvider } from "../../../src/genesys/provider.js";
import { oryOptionsFromEnv } from "../../../src/ory/options.js";
import { oryProvider } from "../../../src/ory/provider.js";
import { type OvhOptions, ovhOptionsFromEnv } from "../../../src/ovh/options.js";
import { ovhProvider } from "../../../src/ovh/provider.js";
import { tfeOptionsFromEnv } from "../../../src/tfe/options.js";
import { tfeProvider } from "../../../src/tfe/provider.js";

export type Vendor = "ory" | "ovh" | "genesys" | "tfe";

/** What processes need to work on the same clients. It is sent to them as JSON. */
export interface Project {
  readonly vendor: Vendor;
  /** The environment variables of the simulator. */
  readonly env: Readonly<Record<string, string>>;
  /** The base URLs of the simulator, by origin. */
  readonly urls: Readonly<Record<string, string>>;
  readonly account: string;
  /** The folder of the secrets and of the journal. */
  readonly folder: string;
  readonly keys: readonly string[];
  readonly settleMs: number;
  /** Whether the clients are declared as removed. */
  readonly removed?: boolean;
}

/** What a process puts around the stores and requests. */
export interface Hooks {
  readonly store: (store: SecretStore) => SecretStore;
  readonly documents: (documents: DocumentStore) => DocumentStore;
  readonly fetch: typeof fetch;
}

/** The file that consumers of a client read. */
export const secretFile = ({ folder }: Project, key: string) => join(folder, `${key}.json`);

const retry = { retry: { initialDelayMs: 1, maxRetries: 2 } } as const;

type Declare = (key: string, secretStore: SecretStore) => DeclaredClient;

/** The provider of a vendor, and the declaration of one client. */
const vendors: Readonly<
  Record<Vendor, (project: Project, own: typeof fetch) => readonly [provider: ClientProvider, declare: Declare]>
> = {
  ory: ({ env }, own) => {
    const ory = oryProvider(() => ({ ...oryOptionsFromEnv(env), ...retry, fetch: own }));
    return [
      ory,
      (name, secretStore) =>
        ory.client(
          { name, grantTypes: ["client_credentials"], scopes: ["read"] },
          { secretStore, rotation: { overlap: "0s" } },
        ),
    ];
  },
  ovh: ({ env, urls }, own) => {
    const { token: tokenEndpoint = "" } = urls;
    const ovh = ovhProvider(() => ({ ...ovhOptionsFromEnv(env), ...retry, tokenEndpoint, fetch: own }) as OvhOptions);
    const dns = { resources: ["urn:v1:eu:resource:dnsZone:*"], actions: ["dnsZone:*"] };
    return [
      ovh,
      (name, secretStore) =>
        ovh.client(
          { flow: "client_credentials", name, description: "exports", access: [{ name: `${name}-dns`, ...dns }] },
          { secretStore, rotation: { overlap: "0s" } },
        ),
    ];
  },
  genesys: ({ env, urls: { api = "", login = "" } }, own) => {
    const urls = { apiUrl: api, loginUrl: login };
    const genesys = genesysProvider(() => ({ ...genesysOptionsFromEnv(env), ...retry, ...urls, fetch: own }));
    return [
      genesys,
      (name, secretStore) =>
        genesys.client(
          { name, grantType: "client_credentials", roles: [{ roleName: "employee" }] },
          { secretStore, rotation: { overlap: "0s" } },
        ),
    ];
  },
  tfe: ({ env }, own) => {
    const tfe = tfeProvider(() => ({ ...tfeOptionsFromEnv(env), ...retry, fetch: own }));
    const oauthTokenString = fromEnv("GITHUB_PAT", { env: { GITHUB_PAT: "a-token" } });
    return [tfe, (name) => tfe.client({ serviceProvider: "github", name, oauthTokenString })];
  },
};

/** The configuration of a project, and its provider. */
export async function configure(
  project: Project,
  hooks: Hooks,
): Promise<Configuration & { readonly provider: ClientProvider }> {
  const { vendor, account, folder, keys, settleMs } = project;
  const [provider, declare] = vendors[vendor](project, hooks.fetch);
  const stores = Object.fromEntries(keys.map((key) => [key, hooks.store(fileStore({ path: secretFile(project, key) }))]));
  const removal = (key: string) => ({
    action: "delete" as const,
    ...(vendor === "tfe" ? {} : { secretStore: stores[key] as SecretStore }),
  });
  const configuration = await loadConfig(
    {
      project: "acme",
      environments: { test: { accounts: { [vendor]: account } } },
      journal: hooks.documents(fileDocuments(join(folder, "journal.json"))),
      settings: { settleMs, concurrency: keys.length },
      clients: (): Record<string, DeclaredClient> =>
        project.removed ? {} : Object.fromEntries(keys.map((key) => [key, declare(key, stores[key] as SecretStore)])),
      removed: project.removed ? Object.fromEntries(keys.map((key) => [key, removal(key)])) : {},
      providers: [provider],
    },
    "test",
  );
  return { ...configuration, provider };
}
