import type { ConfigurationContext, DeclaredClient, ProjectConfiguration, RunSettings } from "oauth-clients/provision";
import { createJournal, createStore } from "./document-stores.js";
import { createResolver, type Resolver } from "./references.js";
import { type ConfigurationDocument, isReference, policyFields } from "./schema.js";

/** What the functions of a configuration need of the document. */
interface Source {
  readonly document: ConfigurationDocument;
  readonly file: string;
}

/** Creates the configuration that a document describes. */
export function createProject(document: ConfigurationDocument, file: string): ProjectConfiguration {
  const { project, environments, journal, removed, clients, settings } = document;
  const source: Source = { document, file };
  return {
    project,
    environments,
    ...(journal === undefined ? {} : { journal: (context) => createJournal(journal, resolverOf(source, context), file) }),
    ...(removed === undefined ? {} : { removed: (context) => readRemoved(source, context) }),
    ...(settings === undefined ? {} : { settings: settings as RunSettings }),
    providers: async (context) => Object.values(await providersOf(source, context)),
    clients: async (context) => {
      const providers = await providersOf(source, context);
      const entries = Object.entries(clients).map(
        async ([key, client]) => [key, await declare(source, providers, context, key, client)] as const,
      );
      return Object.fromEntries(await Promise.all(entries));
    },
  };
}

function resolverOf({ document, file }: Source, { environment, env }: ConfigurationContext, key?: string): Resolver {
  const names = { project: document.project, environment, ...(key === undefined ? {} : { key }) };
  return createResolver({ file, env, names });
}

async function readRemoved(source: Source, context: ConfigurationContext) {
  const entries = Object.entries(source.document.removed ?? {}).map(async ([key, removed]) => {
    const { action, secretStore } = typeof removed === "string" ? { action: removed } : removed;
    return [key, { action, ...(await storeOf(source, context, key, secretStore)) }] as const;
  });
  return Object.fromEntries(await Promise.all(entries)) as Readonly<Record<string, { action: "forget" | "delete" }>>;
}

async function storeOf(
  source: Source,
  context: ConfigurationContext,
  key: string,
  named: ConfigurationDocument["clients"][string]["secretStore"],
) {
  const store = typeof named === "string" ? source.document.stores?.[named] : named;
  return store === undefined
    ? {}
    : { secretStore: await createStore(store, key, resolverOf(source, context, key), source.file) };
}

type Provider = Awaited<ReturnType<typeof createProvider>>;
type Providers = Readonly<Record<string, Provider>>;

// One set of providers per context, so that clients and `providers` use the same objects.
const created = new WeakMap<ConfigurationContext, Promise<Providers>>();

function providersOf(source: Source, context: ConfigurationContext): Promise<Providers> {
  const existing = created.get(context);
  if (existing !== undefined) return existing;
  const { read } = resolverOf(source, context);
  const providers = Promise.all(
    Object.entries(source.document.providers).map(async ([name, provider]) => {
      const [[vendor, options] = ["", null]] = Object.entries(provider as Record<string, object | null>);
      return [name, await createProvider(vendor, name, options, read, context.env)] as const;
    }),
  ).then(Object.fromEntries<Provider>);
  created.set(context, providers);
  return providers;
}

async function createProvider(
  vendor: string,
  name: string,
  options: object | null,
  read: Resolver["read"],
  env: ConfigurationContext["env"],
) {
  // The managers validate their options.
  const choose =
    <Options>(fromEnv: (env: ConfigurationContext["env"]) => Options) =>
    (): Options =>
      options === null || Object.keys(options).length === 0 ? fromEnv(env) : (read(options) as Options);
  switch (vendor) {
    case "ory": {
      const [{ oryProvider }, { oryOptionsFromEnv }] = await Promise.all([
        import("oauth-clients/ory/provider"),
        import("oauth-clients/ory"),
      ]);
      return oryProvider(choose(oryOptionsFromEnv), { name });
    }
    case "ovh": {
      const [{ ovhProvider }, { ovhOptionsFromEnv }] = await Promise.all([
        import("oauth-clients/ovh/provider"),
        import("oauth-clients/ovh"),
      ]);
      return ovhProvider(choose(ovhOptionsFromEnv), { name });
    }
    case "genesys": {
      const [{ genesysProvider }, { genesysOptionsFromEnv }] = await Promise.all([
        import("oauth-clients/genesys/provider"),
        import("oauth-clients/genesys"),
      ]);
      return genesysProvider(choose(genesysOptionsFromEnv), { name });
    }
    default: {
      const [{ tfeProvider }, { tfeOptionsFromEnv }] = await Promise.all([
        import("oauth-clients/tfe/provider"),
        import("oauth-clients/tfe"),
      ]);
      return tfeProvider(choose(tfeOptionsFromEnv), { name });
    }
  }
}

async function declare(
  source: Source,
  providers: Providers,
  context: ConfigurationContext,
  key: string,
  client: ConfigurationDocument["clients"][string],
): Promise<DeclaredClient> {
  const { secret } = resolverOf(source, context, key);
  // One vendor has a field `secret` of its own.
  const isPolicy = (name: string) => Object.hasOwn(policyFields, name) && !(name === "secret" && isReference(client.secret));
  // Secrets of a declaration are references. The engine reads them when they are sent.
  const input = Object.fromEntries(
    Object.entries(client).flatMap(([name, value]) =>
      isPolicy(name) ? [] : [[name, isReference(value) ? secret(value) : value]],
    ),
  );
  const { provider, secretStore, ...policy } = Object.fromEntries(Object.entries(client).filter(([name]) => isPolicy(name)));
  const store = await storeOf(source, context, key, secretStore as never);
  // The compiler cannot check a document. `check` validates the fields, each with its path.
  const { client: create } = providers[String(provider)] as unknown as {
    client: (input: object, policy: object) => DeclaredClient;
  };
  return create(input, { ...policy, ...store });
}
