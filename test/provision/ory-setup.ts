import { oryProvider } from "../../src/ory/provider.js";
import type { OryOptions } from "../../src/ory/types.js";
import type { Configuration, ProjectConfiguration } from "../../src/provision/index.js";
import { loadConfig } from "../../src/provision/index.js";
import { simulateOry } from "../../src/simulators/ory/simulator.js";
import { type MemoryStore, memoryDocuments, memoryStore, type StoreHook } from "./memory.js";

type SimulatorOptions = NonNullable<Parameters<typeof simulateOry>[0]>;

/** A simulated Ory, a secret store and a project journal. */
export function setupOry(options: SimulatorOptions = {}, hook?: StoreHook) {
  const simulator = simulateOry(options);
  const store = memoryStore("report", hook);
  const journal = memoryDocuments(hook);
  const managerOptions = (): OryOptions => ({
    adminUrl: simulator.urls.admin,
    publicUrl: simulator.urls.public,
    fetch: simulator.fetch,
    retry: { initialDelayMs: 1, maxRetries: 2 },
  });
  return { simulator, store, journal, managerOptions, provider: () => oryProvider(managerOptions) };
}

/** A configuration of one environment. */
export function configure(
  world: { readonly simulator: ReturnType<typeof simulateOry>; readonly journal: ReturnType<typeof memoryDocuments> },
  clients: ProjectConfiguration["clients"],
  more: Partial<ProjectConfiguration> = {},
): Promise<Configuration> {
  return loadConfig(
    {
      project: "acme",
      environments: { test: { accounts: { ory: world.simulator.urls.admin } } },
      journal: world.journal,
      settings: { settleMs: 60 },
      clients,
      ...more,
    },
    "test",
  );
}

/** The secret that consumers would read. */
export function consumed(store: MemoryStore) {
  const document = store.current();
  if (document === undefined) throw new Error("the store is empty");
  return { clientId: document.CLIENT_ID, clientSecret: document.CLIENT_SECRET };
}
