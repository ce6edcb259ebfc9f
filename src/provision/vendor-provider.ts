import { isOAuthClientsError, NotFoundError, type ValidationIssue } from "../core/errors.js";
import type { CallOptions, OAuthClient } from "../core/manager.js";
import { type TransportOptions, toTokenTransport } from "../core/options.js";
import { ifDefined } from "../core/values.js";
import { guardedFetch } from "./guard.js";
import type { ClientProvider, Marker, ObservedClient } from "./types.js";

/** What the provider of a vendor needs of a manager. */
interface ProviderManager<Client extends OAuthClient> {
  readonly account: (options?: CallOptions) => Promise<string>;
  readonly get: (id: string, options?: CallOptions) => Promise<Client>;
  readonly list: (options?: CallOptions) => AsyncIterable<Client>;
  readonly delete: (id: string, options?: CallOptions) => Promise<unknown>;
}

/** Options that every provider accepts. */
export interface ProviderOptions {
  /** The name in the configuration's `accounts`, where a project has several accounts of one vendor. @default the vendor */
  readonly name?: string;
}

/** How one vendor's provider differs from the others. */
export interface ProviderFacts<Options, Client extends OAuthClient, Manager extends ProviderManager<Client>> {
  readonly vendor: string;
  readonly options: () => Options;
  readonly createManager: (options: Options) => Manager;
  readonly identifiedBy: ClientProvider["identifiedBy"];
  readonly readMarker: (client: Client) => Marker | undefined;
  readonly unmark: (manager: Manager, client: Client, options: CallOptions | undefined) => Promise<void>;
  /** Whether a client that the vendor still returns counts as deleted. */
  readonly isDeleted?: (client: Client) => boolean;
  /** Removes what refers to the client, before it is deleted. */
  readonly beforeDelete?: (manager: Manager, client: Client, options: CallOptions | undefined) => Promise<void>;
  readonly ownClientId?: (options: Options) => string | undefined;
}

/** A provider, and its manager for the vendor's own operations. */
export interface VendorProvider<Client extends OAuthClient, Manager, Options> {
  readonly provider: ClientProvider;
  /** The manager, created at the first use. */
  readonly manager: () => Manager;
  readonly observe: (client: Client) => ObservedClient;
  /** The manager's options, with a `fetch` that passes the run's guard. */
  readonly managerOptions: () => Options;
  /** The options of the token request of a verification: the manager's transport, and the rest of the call's deadline. */
  readonly tokenTransport: (options: CallOptions | undefined) => ReturnType<typeof toTokenTransport>;
}

/** Creates the part of a provider that all vendors have in common. */
export function createVendorProvider<
  Options extends Pick<TransportOptions, "fetch" | "allowInsecureHttp">,
  Client extends OAuthClient,
  Manager extends ProviderManager<Client>,
>(
  facts: ProviderFacts<Options, Client, Manager>,
  { name = facts.vendor }: ProviderOptions = {},
): VendorProvider<Client, Manager, Options> {
  let created: { readonly options: Options; readonly manager: Manager } | undefined;
  const open = () => {
    if (created === undefined) {
      const options = facts.options();
      const guarded = { ...options, fetch: guardedFetch(options.fetch) };
      created = { options: guarded, manager: facts.createManager(guarded) };
    }
    return created;
  };
  const manager = () => open().manager;
  const observe = (client: Client): ObservedClient => {
    const marker = facts.readMarker(client);
    return { client, ...ifDefined("marker", marker) };
  };
  const read = (id: string, options: CallOptions | undefined) => readClient(facts, manager(), id, options);
  const provider: ClientProvider = {
    name,
    vendor: facts.vendor,
    identifiedBy: facts.identifiedBy,
    check: () => issuesOf(open),
    account: (call) => manager().account(call),
    ownClientId: () => facts.ownClientId?.(open().options),
    async *list(options) {
      for await (const client of manager().list(options)) if (facts.isDeleted?.(client) !== true) yield observe(client);
    },
    get: async (id, options) => {
      const client = await read(id, options);
      return client === undefined ? undefined : observe(client);
    },
    delete: async (id, options) => {
      if (id === provider.ownClientId())
        throw new Error(`client ${id} is the one that this manager authenticates with. Nothing was sent.`);
      const client = await read(id, options);
      if (client === undefined) return;
      await facts.beforeDelete?.(manager(), client, options);
      await deleteClient(manager(), id, options);
    },
    unmark: async (id, options) => {
      const client = await read(id, options);
      if (client !== undefined) await facts.unmark(manager(), client, options);
    },
  };
  return {
    provider,
    manager,
    managerOptions: () => open().options,
    observe,
    tokenTransport: (options) => toTokenTransport(open().options, options),
  };
}

async function readClient<Options, Client extends OAuthClient, Manager extends ProviderManager<Client>>(
  { isDeleted }: ProviderFacts<Options, Client, Manager>,
  manager: Manager,
  id: string,
  options: CallOptions | undefined,
): Promise<Client | undefined> {
  try {
    const client = await manager.get(id, options);
    return isDeleted?.(client) === true ? undefined : client;
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    // A gateway can respond with 404 too. A complete listing confirms that the client does not exist.
    for await (const one of manager.list(options)) if (one.id === id && isDeleted?.(one) !== true) throw error;
    return undefined;
  }
}

async function deleteClient(
  manager: Pick<ProviderManager<OAuthClient>, "delete">,
  id: string,
  options: CallOptions | undefined,
) {
  try {
    await manager.delete(id, options);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
}

/** The issues of an error of this library, or none. */
export function issuesOf(work: () => unknown): readonly ValidationIssue[] {
  try {
    work();
    return [];
  } catch (error) {
    if (isOAuthClientsError(error) && "issues" in error) return error.issues;
    return [{ path: "", message: error instanceof Error ? error.message : "unknown error" }];
  }
}

/** The token endpoint of a client, where the manager's options name one. */
export function tokenEndpointOf(tokenRequest: () => { readonly tokenEndpoint: string }): Readonly<Record<string, string>> {
  try {
    return { tokenEndpoint: tokenRequest().tokenEndpoint };
  } catch (error) {
    if (isOAuthClientsError(error) && error.code === "invalid_configuration") return {};
    throw error;
  }
}
