import { startDeadline } from "../core/abort.js";
import type { ClientCredentials } from "../core/credentials.js";
import type { CallOptions } from "../core/manager.js";
import { canonical, compareFields, type FieldRules, inputVersionsOf, printable } from "../provision/fields.js";
import { readTextMarker, writeTextMarker } from "../provision/marker.js";
import type {
  ClientPolicy,
  ClientProvider,
  DeclaredClient,
  Marker,
  Rotation,
  SecretPolicy,
  UnmanagedSecretPolicy,
} from "../provision/types.js";
import {
  createVendorProvider,
  issuesOf,
  type ProviderOptions,
  tokenEndpointOf,
  type VendorProvider,
} from "../provision/vendor-provider.js";
import { requestToken } from "../token/request.js";
import { connect } from "./connection.js";
import { parseCreateInput } from "./input.js";
import { createGenesysManager } from "./manager.js";
import { readOptions } from "./options.js";
import type {
  GenesysClient,
  GenesysClientChanges,
  GenesysClientInput,
  GenesysImplicitInput,
  GenesysManager,
  GenesysOptions,
  GenesysRole,
  GenesysSecretClientInput,
  ParsedRole,
} from "./types.js";

/** How a declared Genesys Cloud client with a secret is managed. */
export interface GenesysSecretPolicy extends SecretPolicy<"second-client" | "immediate", Record<never, never>> {
  /** An integration credential that gets the credentials after they are verified. */
  readonly integrationCredential?: { readonly id: string };
}

/** Declares clients of one Genesys Cloud organization. */
export interface GenesysProvider extends ClientProvider {
  /** Declares a client with a secret. */
  client(input: GenesysSecretClientInput, policy: GenesysSecretPolicy | UnmanagedSecretPolicy): DeclaredClient;
  /** Declares a client of the implicit grant, whose secret is not used. */
  client(input: GenesysImplicitInput, policy?: ClientPolicy): DeclaredClient;
}

const update = { change: "update" } as const;
const rules = {
  name: update,
  description: update,
  grantType: { change: "update", warning: "roles and scopes change with the grant type" },
  roles: update,
  scopes: update,
  redirectUris: update,
  accessTokenValidityMs: update,
  state: update,
  forScim: { change: "update", returned: "never" },
  additionalFields: { change: "update", returned: "never" },
} satisfies FieldRules<GenesysClientInput>;

type ResolveRoles = (roles: readonly ParsedRole[], call: CallOptions | undefined) => Promise<readonly GenesysRole[]>;

/**
 * Declares the clients of one Genesys Cloud organization for `oauth-clients/provision`. The description carries the marker.
 *
 * @param options - called at the first use
 * @example
 * ```ts
 * import { genesysOptionsFromEnv } from "oauth-clients/genesys";
 * import { genesysProvider } from "oauth-clients/genesys/provider";
 * import { fileStore } from "oauth-clients/provision";
 *
 * const genesys = genesysProvider(() => genesysOptionsFromEnv(process.env));
 * const secretStore = fileStore({ path: "secrets/sync.json" });
 * const roles = [{ roleName: "employee" }] as const;
 * const sync = genesys.client({ name: "Sync", grantType: "client_credentials", roles }, { secretStore });
 * ```
 */
export function genesysProvider(options: () => GenesysOptions, providerOptions?: ProviderOptions): GenesysProvider {
  const vendor = createVendorProvider<GenesysOptions, GenesysClient, GenesysManager>(
    {
      vendor: "genesys",
      options,
      createManager: createGenesysManager,
      identifiedBy: "text",
      readMarker: ({ description }) => readTextMarker(description).marker,
      // A client that is only scheduled to be deleted gets no tokens any more.
      isDeleted: ({ state, deletesAt }) => state === "deleted" || deletesAt !== undefined,
      ownClientId: ({ clientId }) => (typeof clientId === "string" ? clientId : undefined),
      unmark: async (genesys, { id, description }, call) => {
        await genesys.update(id, { description: writeTextMarker(description ?? "", undefined) }, call);
      },
    },
    providerOptions,
  );
  const resolveRoles = createResolver(vendor.managerOptions);
  return Object.assign(vendor.provider, {
    client: (input: GenesysClientInput, policy: DeclaredClient["policy"] = {}) =>
      declareClient(vendor, resolveRoles, input, policy),
  });
}

// The clients of a project have the same few roles.
function createResolver(managerOptions: () => GenesysOptions): ResolveRoles {
  const resolved = new Map<string, Promise<readonly GenesysRole[]>>();
  return (roles, call) => {
    const key = canonical(roles);
    const known = resolved.get(key);
    if (known !== undefined) return known;
    const { roleResolver } = connect(readOptions({ ...managerOptions(), verifyRoles: false }));
    const request = roleResolver.resolve(roles, "compare roles", call ?? {}, startDeadline(call));
    resolved.set(key, request);
    request.catch(() => resolved.delete(key));
    return request;
  };
}

function declareClient(
  { provider, manager, tokenTransport }: VendorProvider<GenesysClient, GenesysManager, GenesysOptions>,
  resolveRoles: ResolveRoles,
  input: GenesysClientInput,
  policy: DeclaredClient["policy"],
): DeclaredClient {
  const hasSecret = input.grantType !== "implicit";
  const text = input.description ?? "";
  const describe = (marker: Marker | undefined) => (policy.marker === false ? text : writeTextMarker(text, marker));
  const setMarker = async (id: string, marker: Marker, call: CallOptions | undefined) => {
    if (policy.marker === false) return;
    const { description } = await manager().get(id, call);
    await manager().update(id, { description: writeTextMarker(description ?? "", marker) }, call);
  };
  return {
    provider,
    policy,
    fields: printable({ ...input }),
    hasSecret,
    check: () => issuesOf(() => parseCreateInput(input)),
    matches: (client) => client.name === input.name,
    compare: async ({ client }, entry, call) => {
      const listed = client as GenesysClient;
      const actual = listed.grantType === undefined ? await manager().get(listed.id, call) : listed;
      const { roles } = input as unknown as { readonly roles?: readonly ParsedRole[] };
      const resolved = roles === undefined ? {} : { roles: await resolveRoles(roles, call) };
      const description = readTextMarker(actual.description).text;
      return compareFields(rules, { ...input, ...resolved }, { ...actual, description }, entry);
    },
    create: async (marker, options) => {
      const { client } = await manager().create({ ...input, description: describe(marker) }, options);
      return client.id;
    },
    update: async (id, differences, marker, call) => {
      const changes = Object.fromEntries(differences.map(({ field, declared }) => [field, declared]));
      const { description } = await manager().get(id, call);
      const bare = "description" in changes ? text : readTextMarker(description).text;
      const next = policy.marker === false ? bare : writeTextMarker(bare, marker);
      await manager().update(id, { ...changes, description: next } as GenesysClientChanges, call);
    },
    output: ({ id }) => tokenEndpointOf(() => manager().tokenRequest({ clientId: id, clientSecret: "unused" })),
    inputVersions: () => inputVersionsOf(rules, { ...input }),
    ...(input.grantType === "client_credentials" ? tokensOf(manager, tokenTransport, policy.verifyWith !== false) : {}),
    ...(hasSecret ? { rotation: createRotation(provider, manager, setMarker, policy) } : {}),
  };
}

function tokensOf(
  manager: () => GenesysManager,
  tokenTransport: VendorProvider<GenesysClient, GenesysManager, GenesysOptions>["tokenTransport"],
  canVerify: boolean,
): Pick<DeclaredClient, "requestToken" | "verify"> {
  const request = (credentials: ClientCredentials, call?: CallOptions) =>
    requestToken(manager().tokenRequest(credentials), tokenTransport(call));
  return {
    requestToken: async (credentials, params, call) => {
      if (params === undefined) return request(credentials, call);
      throw new Error("a token request of this vendor has no scopes and no audience. Nothing was sent.");
    },
    ...(canVerify
      ? {
          verify: async (credentials: ClientCredentials, call?: CallOptions) => {
            await request(credentials, call);
          },
        }
      : {}),
  };
}

function createRotation(
  provider: ClientProvider,
  manager: () => GenesysManager,
  setMarker: (id: string, marker: Marker, call: CallOptions | undefined) => Promise<void>,
  policy: DeclaredClient["policy"],
): Rotation {
  const kind = policy.rotation?.by ?? "second-client";
  const { integrationCredential } = policy as Partial<GenesysSecretPolicy>;
  return {
    kind,
    begin: async (id, marker, { secretSink, ...call }) => {
      await setMarker(id, marker, call);
      await manager().rotateSecret(id, { ...call, ...(secretSink === undefined ? {} : { secretSink }) });
    },
    ...(integrationCredential === undefined
      ? {}
      : {
          promoted: async (credentials: ClientCredentials, call?: CallOptions) => {
            await manager().updateIntegrationCredential(integrationCredential.id, credentials, call);
          },
        }),
    ...(kind === "second-client"
      ? { finish: (from: string, _to: string, call?: CallOptions) => provider.delete(from, call) }
      : {}),
  };
}
