import type { ClientCredentials } from "oauth-clients";
import { createGenesysManager, type GenesysOptions, genesysOptionsFromEnv } from "oauth-clients/genesys";
import { createOryManager, type OryOptions, oryOptionsFromEnv } from "oauth-clients/ory";
import { createOvhManager, type OvhOptions, ovhOptionsFromEnv } from "oauth-clients/ovh";
import { type Configuration, loadConfig, type ProjectConfiguration } from "oauth-clients/provision";
import { simulateGenesys, simulateOry, simulateOvh, simulateTfe } from "oauth-clients/testing";
import { createTfeManager, type TfeOptions, tfeOptionsFromEnv } from "oauth-clients/tfe";
import { requestToken } from "oauth-clients/token";
import { genesysProvider } from "../../src/genesys/provider.js";
import { oryProvider } from "../../src/ory/provider.js";
import { ovhProvider } from "../../src/ovh/provider.js";
import { fromEnv } from "../../src/provision/config.js";
import type { ClientProvider, DeclaredClient } from "../../src/provision/types.js";
import { tfeProvider } from "../../src/tfe/provider.js";
import { type MemoryStore, memoryDocuments, memoryStore, type StoreHook } from "./memory.js";

const quick = { retry: { initialDelayMs: 1, maxRetries: 2 } } as const;
export const tokenCanary = "canary-vcs-token-0123456789";

/** The part of a simulator that these tests use. */
interface AnySimulator {
  readonly listen: () => Promise<{
    readonly urls: Readonly<Record<string, string>>;
    readonly env: () => Readonly<Record<string, string>>;
    readonly close: () => Promise<void>;
  }>;
  readonly fetch: typeof fetch;
  readonly env: () => Readonly<Record<string, string>>;
  readonly requests: readonly { readonly operationId?: string | undefined }[];
}

/** Fields of the declared client that an update changes. */
export const changedFields = {
  ory: { scopes: ["read"] },
  ovh: { access: [{ name: "report-dns", resources: ["urn:v1:eu:resource:dnsZone:*"], actions: ["dnsZone:apiovh:get"] }] },
  genesys: { accessTokenValidityMs: 3_600_000 },
  tfe: { name: "GitHub of the platform" },
} as const;

/** One simulated vendor with everything that a configuration needs. */
export interface World {
  readonly vendor: "ory" | "ovh" | "genesys" | "tfe";
  readonly hasSecret: boolean;
  readonly simulator: AnySimulator;
  readonly provider: ClientProvider;
  /** Fails when a request is sent that it does not permit. */
  readonly intercept: (hook: ((request: Request) => Promise<Response | undefined>) | undefined) => void;
  /** `METHOD /path` of every request, oldest first. */
  readonly sent: string[];
  readonly declare: (
    store: MemoryStore | undefined,
    changes?: Record<string, unknown>,
    policy?: Record<string, unknown>,
  ) => DeclaredClient;
  /** Number of clients at the vendor. */
  readonly count: () => Promise<number>;
  /** Whether the vendor's token endpoint accepts the credentials. */
  readonly works: (credentials: ClientCredentials) => Promise<boolean>;
  /** The manager that the provider uses, past it. */
  readonly manager: {
    readonly list: () => AsyncIterable<{ readonly id: string; readonly name: string }>;
    readonly delete: (id: string) => Promise<unknown>;
    readonly update: (id: string, changes: never) => Promise<unknown>;
  };
}

function intercepted(own: typeof fetch) {
  const sent: string[] = [];
  let hook: ((request: Request) => Promise<Response | undefined>) | undefined;
  const wrapped: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    sent.push(`${request.method} ${new URL(request.url).pathname}`);
    return (await hook?.(request)) ?? own(request);
  };
  const intercept: World["intercept"] = (next) => {
    hook = next;
  };
  return { fetch: wrapped, sent, intercept };
}

function build<Options>(
  vendor: World["vendor"],
  simulator: AnySimulator,
  fromEnvironment: (env: Readonly<Record<string, string>>) => Options,
  createProvider: (options: () => Options) => ClientProvider,
  createManager: (options: Options) => object,
  declare: (provider: never, store: MemoryStore | undefined, changes: object, policy: object) => DeclaredClient,
): World {
  const { fetch, sent, intercept } = intercepted(simulator.fetch);
  const options = (own: typeof globalThis.fetch) => ({ ...fromEnvironment(simulator.env()), ...quick, fetch: own });
  const provider = createProvider(() => options(fetch));
  const manager = createManager(options(simulator.fetch)) as World["manager"] & {
    readonly tokenRequest?: (credentials: ClientCredentials) => Parameters<typeof requestToken>[0];
  };
  return {
    vendor,
    hasSecret: vendor !== "tfe",
    simulator,
    provider,
    intercept,
    sent,
    declare: (store, changes = {}, policy = {}) => declare(provider as never, store, changes, policy),
    count: async () => {
      let count = 0;
      for await (const _ of manager.list()) count++;
      return count;
    },
    works: async (credentials) => {
      if (manager.tokenRequest === undefined) return false;
      return requestToken(manager.tokenRequest(credentials), { fetch: simulator.fetch }).then(
        () => true,
        () => false,
      );
    },
    manager,
  };
}

/** One constructor for each vendor. */
export const worlds = {
  ory: (options: Parameters<typeof simulateOry>[0] = {}) =>
    build<OryOptions>(
      "ory",
      simulateOry(options),
      oryOptionsFromEnv,
      oryProvider,
      createOryManager,
      (provider: ReturnType<typeof oryProvider>, store, changes, policy) =>
        provider.client(
          { name: "Report", grantTypes: ["client_credentials"], scopes: ["read", "write"], ...changes },
          { secretStore: store as MemoryStore, ...policy },
        ),
    ),
  ovh: () =>
    build<OvhOptions>(
      "ovh",
      simulateOvh(),
      ovhOptionsFromEnv,
      ovhProvider,
      createOvhManager,
      (provider: ReturnType<typeof ovhProvider>, store, changes, policy) =>
        provider.client(
          {
            flow: "client_credentials",
            name: "report",
            description: "exports",
            access: [{ name: "report-dns", resources: ["urn:v1:eu:resource:dnsZone:*"], actions: ["dnsZone:*"] }],
            ...changes,
          },
          { secretStore: store as MemoryStore, ...policy },
        ),
    ),
  genesys: () =>
    build<GenesysOptions>(
      "genesys",
      simulateGenesys(),
      genesysOptionsFromEnv,
      genesysProvider,
      createGenesysManager,
      (provider: ReturnType<typeof genesysProvider>, store, changes, policy) =>
        provider.client(
          {
            name: "Report",
            description: "exports",
            grantType: "client_credentials",
            roles: [{ roleName: "employee" }],
            ...changes,
          },
          { secretStore: store as MemoryStore, ...policy },
        ),
    ),
  tfe: () =>
    build<TfeOptions>(
      "tfe",
      simulateTfe(),
      tfeOptionsFromEnv,
      tfeProvider,
      createTfeManager,
      (provider: ReturnType<typeof tfeProvider>, _, changes, policy) =>
        provider.client(
          {
            serviceProvider: "github",
            name: "GitHub",
            oauthTokenString: fromEnv("GITHUB_PAT", { env: { GITHUB_PAT: tokenCanary } }),
            ...changes,
          },
          policy,
        ),
    ),
} as const;

/** A vendor, a store for one client, the project's journal, and the configuration of that client under the key `report`. */
export async function setup(
  vendor: World["vendor"],
  hook?: StoreHook,
  ageMs?: () => number | undefined,
  oryOptions?: Parameters<typeof simulateOry>[0],
) {
  const world = vendor === "ory" ? worlds.ory(oryOptions) : worlds[vendor]();
  const store = memoryStore("report", hook, ageMs);
  const journal = memoryDocuments(hook, ageMs);
  const account = await world.provider.account();
  const configure = (
    clients: Record<string, DeclaredClient>,
    more: Partial<ProjectConfiguration> = {},
  ): Promise<Configuration> =>
    loadConfig(
      {
        project: "acme",
        environments: { test: { accounts: { [vendor]: account } } },
        journal,
        // Pauses depend on it: they are short where no run waits for another one.
        settings: ageMs === undefined ? { settleMs: 4_500 } : {},
        clients: () => clients,
        providers: [world.provider],
        ...more,
      },
      "test",
    );
  const report = (changes?: Record<string, unknown>, policy?: Record<string, unknown>) =>
    configure({ report: world.declare(world.hasSecret ? store : undefined, changes, policy) });
  /** The journal entry, wherever it is. */
  const entry = () =>
    (world.hasSecret ? store.entry() : journal.content()["acme/test/report"]) as Record<string, unknown> | undefined;
  /** The secret that consumers read. */
  const consumed = (): ClientCredentials => {
    const document = store.current();
    if (document === undefined) throw new Error("the store is empty");
    return { clientId: document.CLIENT_ID, clientSecret: document.CLIENT_SECRET };
  };
  return { world, store, journal, account, configure, report, entry, consumed };
}
