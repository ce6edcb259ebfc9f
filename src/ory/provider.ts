import type { TokenParameters } from "../core/capabilities.js";
import type { ClientCredentials, SecretAuthMethod } from "../core/credentials.js";
import type { CallOptions } from "../core/manager.js";
import { compareFields, type FieldRules, inputVersionsOf, printable, type Without } from "../provision/fields.js";
import { deriveClientId, readObjectMarker } from "../provision/marker.js";
import type {
  ClientPolicy,
  ClientProvider,
  DeclaredClient,
  Marker,
  Rotation,
  RotationKind,
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
import { parseCreateInput } from "./input.js";
import { createOryManager } from "./manager.js";
import type { OryOptions } from "./options.js";
import type {
  JsonObject,
  OryClient,
  OryClientChanges,
  OryClientInput,
  OryKeyClientInput,
  OryManager,
  OryPublicClientInput,
  OrySecretClientInput,
} from "./types.js";

type Declared<Input> = Without<Input, "clientSecret">;
type OryRotationKind = "overlap" | "immediate";

/** Declares clients of one Ory account. */
export interface OryProvider extends ClientProvider {
  /** Declares a client with a secret. The library or the server chooses the secret. */
  client(
    input: Declared<OrySecretClientInput>,
    policy: SecretPolicy<OryRotationKind, TokenParameters> | UnmanagedSecretPolicy,
  ): DeclaredClient;
  /** Declares a client without a secret of its own: public, or authenticated with a key. */
  client(input: Declared<OryKeyClientInput> | Declared<OryPublicClientInput>, policy?: ClientPolicy): DeclaredClient;
}

const update = { change: "update" } as const;
const rules = {
  name: update,
  clientId: { change: "replace" },
  grantTypes: update,
  responseTypes: update,
  scopes: update,
  audience: update,
  redirectUris: update,
  postLogoutRedirectUris: update,
  frontchannelLogoutUri: update,
  frontchannelLogoutSessionRequired: update,
  backchannelLogoutUri: update,
  backchannelLogoutSessionRequired: update,
  allowedCorsOrigins: update,
  contacts: update,
  owner: update,
  clientUri: update,
  logoUri: update,
  policyUri: update,
  tosUri: update,
  metadata: update,
  tokenEndpointAuthMethod: { change: "update", warning: "consumers have to authenticate in the new way" },
  tokenEndpointAuthSigningAlg: update,
  jwks: update,
  jwksUri: update,
  subjectType: update,
  sectorIdentifierUri: update,
  requestUris: update,
  requestObjectSigningAlg: update,
  userinfoSignedResponseAlg: update,
  accessTokenStrategy: update,
  skipConsent: update,
  skipLogoutConsent: update,
  lifespans: update,
} satisfies FieldRules<Declared<OryClientInput>>;

const markerMember = "oauth-clients";

/**
 * Declares the clients of one Ory account for `oauth-clients/provision`. The client id is derived from project, environment and key,
 * and the metadata carries the marker.
 *
 * @param options - called at the first use
 * @example
 * ```ts
 * import { oryOptionsFromEnv } from "oauth-clients/ory";
 * import { oryProvider } from "oauth-clients/ory/provider";
 * import { fileStore } from "oauth-clients/provision";
 *
 * const ory = oryProvider(() => oryOptionsFromEnv(process.env));
 * const report = ory.client({ name: "Report" }, { secretStore: fileStore({ path: "secrets/report.json" }) });
 * ```
 */
export function oryProvider(options: () => OryOptions, providerOptions?: ProviderOptions): OryProvider {
  const vendor = createVendorProvider<OryOptions, OryClient, OryManager>(
    {
      vendor: "ory",
      options,
      createManager: createOryManager,
      identifiedBy: "id",
      readMarker: ({ metadata }) => readObjectMarker(metadata?.[markerMember]),
      unmark: async (ory, client, call) => {
        await ory.update(client.id, { metadata: withMarker(client.metadata, undefined) ?? null }, call);
      },
    },
    providerOptions,
  );

  return Object.assign(vendor.provider, {
    client: (input: Declared<OryClientInput>, policy: DeclaredClient["policy"] = {}) => declareClient(vendor, input, policy),
  });
}

// The provider reports invalid options. The fields of a client are validated without them.
function allowsUnknownValues(options: () => OryOptions): boolean {
  return issuesOf(options).length === 0 && options().allowUnknownValues === true;
}

function declareClient(
  vendor: VendorProvider<OryClient, OryManager, OryOptions>,
  input: Declared<OryClientInput>,
  policy: DeclaredClient["policy"],
): DeclaredClient {
  const { provider, manager, managerOptions } = vendor;
  const method = input.tokenEndpointAuthMethod ?? "client_secret_basic";
  const hasSecret = method === "client_secret_basic" || method === "client_secret_post";
  const { clientId: declaredId } = input;
  const idOf = (marker: Omit<Marker, "attemptId">) => declaredId ?? deriveClientId(marker);
  const canRequestTokens = hasSecret && input.grantTypes?.includes("client_credentials") === true;
  const setMarker = async (id: string, marker: Marker, call: CallOptions | undefined) => {
    const { metadata } = await manager().get(id, call);
    await manager().update(id, { metadata: withMarker(metadata, marker) ?? null }, call);
  };
  return {
    provider,
    policy,
    fields: printable({ ...input }),
    hasSecret,
    check: () => [
      ...issuesOf(() => parseCreateInput(input, allowsUnknownValues(managerOptions))),
      ...(input.metadata !== undefined && markerMember in input.metadata
        ? [{ path: `metadata.${markerMember}`, message: "reserved for the marker" }]
        : []),
    ],
    idOf,
    compare: async ({ client }, entry) => {
      const { metadata, ...actual } = client as OryClient;
      return compareFields(rules, { ...input }, { ...actual, metadata: withMarker(metadata, undefined) }, entry);
    },
    create: async (marker, options) => {
      const chosen =
        managerOptions().credentialsFrom === "server" && declaredId === undefined ? {} : { clientId: idOf(marker) };
      const declared = { ...input, ...chosen, metadata: withMarker(input.metadata, marker) } as OryClientInput;
      const { client } = await manager().create(declared, options);
      return client.id;
    },
    update: async (id, differences, marker, call) => {
      const changes = Object.fromEntries(differences.map(({ field, declared }) => [field, declared ?? null]));
      const { metadata } = await manager().get(id, call);
      const kept = "metadata" in changes ? (changes.metadata as JsonObject | null) : metadata;
      await manager().update(id, { ...changes, metadata: withMarker(kept, marker) ?? null } as OryClientChanges, call);
    },
    output: ({ id }) => tokenEndpointOf(() => manager().tokenRequest({ clientId: id, clientSecret: "unused" })),
    inputVersions: () => inputVersionsOf(rules, { ...input }),
    ...(canRequestTokens
      ? tokensOf(vendor, method as SecretAuthMethod, policy.verifyWith as TokenParameters | false | undefined)
      : {}),
    ...(hasSecret ? { rotation: createRotation(manager, policy.rotation?.by ?? "overlap", setMarker) } : {}),
  };
}

// Credentials that a store returns do not name the method: consumers read their id and secret only.
function tokensOf(
  { manager, tokenTransport }: VendorProvider<OryClient, OryManager, OryOptions>,
  tokenEndpointAuthMethod: SecretAuthMethod,
  verifyWith: TokenParameters | false | undefined,
): Pick<DeclaredClient, "requestToken" | "verify"> {
  const request = (stored: ClientCredentials, params: TokenParameters | undefined, call?: CallOptions) => {
    const credentials = { tokenEndpointAuthMethod, ...stored };
    return requestToken(manager().tokenRequest(credentials, params ?? (verifyWith || {})), tokenTransport(call));
  };
  const verify = async (credentials: ClientCredentials, call?: CallOptions) => {
    await request(credentials, undefined, call);
  };
  return { requestToken: request, ...(verifyWith === false ? {} : { verify }) };
}

function createRotation(
  manager: () => OryManager,
  kind: RotationKind,
  setMarker: (id: string, marker: Marker, call: CallOptions | undefined) => Promise<void>,
): Rotation {
  return {
    kind,
    begin: async (id, marker, { secretSink, ...call }) => {
      await setMarker(id, marker, call);
      const overlap = kind === "overlap" ? ({ overlap: "required" } as const) : {};
      await manager().rotateSecret(id, { ...call, ...overlap, ...(secretSink === undefined ? {} : { secretSink }) });
    },
    ...(kind === "overlap"
      ? {
          finish: async (_from: string, to: string, call?: CallOptions) => {
            await manager().deleteRotatedSecrets(to, call);
          },
        }
      : {}),
  };
}

function withMarker(metadata: JsonObject | null | undefined, marker: Marker | undefined): JsonObject | undefined {
  const { [markerMember]: _, ...rest } = metadata ?? {};
  const marked = marker === undefined ? rest : { ...rest, [markerMember]: { ...marker } };
  return Object.keys(marked).length === 0 ? undefined : marked;
}
