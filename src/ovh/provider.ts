import type { TokenParameters } from "../core/capabilities.js";
import type { ClientCredentials } from "../core/credentials.js";
import type { CallOptions } from "../core/manager.js";
import { canonical, compareFields, type FieldRules, inputVersionsOf, printable } from "../provision/fields.js";
import { readTextMarker, writeTextMarker } from "../provision/marker.js";
import type {
  ClientProvider,
  DeclaredClient,
  FieldDifference,
  Marker,
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
import { parseAccessGrant, parseCreateInput } from "./input.js";
import { createOvhManager } from "./manager.js";
import type { OvhOptions } from "./options.js";
import type {
  OvhAccessGrant,
  OvhAuthorizationCodeInput,
  OvhClient,
  OvhClientChanges,
  OvhClientInput,
  OvhManager,
  OvhPolicy,
  OvhServiceAccountInput,
} from "./types.js";
import { toPermissionsGroupUrn } from "./urns.js";

/** Access of a service account: an IAM policy with this name that lists the client as an identity. */
export type OvhDeclaredAccess = OvhAccessGrant & { readonly name: string };

/** A declared service account with its access. */
export type OvhDeclaredServiceAccount = OvhServiceAccountInput & {
  /** One IAM policy each. A policy that is no longer declared stays. */
  readonly access?: readonly OvhDeclaredAccess[];
};

/** Parameters of the token request that verifies a secret. */
export interface OvhVerifyParameters {
  /** Scopes to request. @default ["all"] */
  readonly scopes?: readonly string[];
}

/** Declares clients of one OVHcloud account. */
export interface OvhProvider extends ClientProvider {
  /** Declares a service account. */
  client(
    input: OvhDeclaredServiceAccount,
    policy: SecretPolicy<"second-client", OvhVerifyParameters> | UnmanagedSecretPolicy,
  ): DeclaredClient;
  /** Declares a client for logins of people. No token request can verify its secret. */
  client(
    input: OvhAuthorizationCodeInput,
    policy: SecretPolicy<"second-client", never> | UnmanagedSecretPolicy,
  ): DeclaredClient;
}

type Declared = OvhDeclaredServiceAccount | OvhAuthorizationCodeInput;

const rules = {
  flow: { change: "replace" },
  name: { change: "update" },
  description: { change: "update" },
  callbackUrls: { change: "update", order: "matters" },
} satisfies FieldRules<OvhClientInput>;

/**
 * Declares the clients of one OVHcloud account for `oauth-clients/provision`. The description carries the marker.
 *
 * @param options - called at the first use
 * @example
 * ```ts
 * import { ovhOptionsFromEnv } from "oauth-clients/ovh";
 * import { ovhProvider } from "oauth-clients/ovh/provider";
 * import { fileStore } from "oauth-clients/provision";
 *
 * const ovh = ovhProvider(() => ovhOptionsFromEnv(process.env));
 * const secretStore = fileStore({ path: "secrets/ci.json" });
 * const ci = ovh.client({ flow: "client_credentials", name: "ci", description: "deploys" }, { secretStore });
 * ```
 */
export function ovhProvider(options: () => OvhOptions, providerOptions?: ProviderOptions): OvhProvider {
  const vendor = createVendorProvider<OvhOptions, OvhClient, OvhManager>(
    {
      vendor: "ovh",
      options,
      createManager: createOvhManager,
      identifiedBy: "text",
      readMarker: ({ description }) => readTextMarker(description).marker,
      ownClientId: ({ clientId }) => clientId,
      unmark: async (ovh, { id, description }, call) => {
        await ovh.update(id, { description: writeTextMarker(description, undefined) }, call);
      },
      beforeDelete: async (ovh, client, call) => removeFromPolicies(ovh, client, call),
    },
    providerOptions,
  );
  return Object.assign(vendor.provider, {
    client: (input: Declared, policy: DeclaredClient["policy"]) => declareClient(vendor, input, policy),
  });
}

function declareClient(
  { provider, manager, tokenTransport }: VendorProvider<OvhClient, OvhManager, OvhOptions>,
  declared: Declared,
  policy: DeclaredClient["policy"],
): DeclaredClient {
  const { access = [], ...input } = declared as OvhDeclaredServiceAccount;
  const describe = (marker: Marker | undefined) =>
    policy.marker === false ? input.description : writeTextMarker(input.description, marker);
  const verifyWith = policy.verifyWith as OvhVerifyParameters | false | undefined;
  return {
    provider,
    policy,
    fields: printable({ ...declared }),
    hasSecret: true,
    check: () => [...issuesOf(() => parseCreateInput(input)), ...accessIssues(declared)],
    matches: (client) => {
      const { name, description, flow } = client as OvhClient;
      return name === input.name && readTextMarker(description).text === input.description && flow === input.flow;
    },
    compare: async ({ client }, entry, call) => {
      const actual = client as OvhClient;
      const { text } = readTextMarker(actual.description);
      const differences = compareFields(rules, { ...input }, { ...actual, description: text }, entry);
      return [...differences, ...(await compareAccess(manager(), actual, access, call))];
    },
    create: async (marker, options) => {
      const { client } = await manager().create({ ...input, description: describe(marker) }, options);
      return client.id;
    },
    update: async (id, differences, marker, call) => {
      const current = await manager().get(id, call);
      await updateClient(
        manager(),
        current,
        differences,
        policy.marker === false ? current.description : describe(marker),
        call,
      );
      const changed = differences.map(({ field }) => field);
      for (const one of access.filter(({ name }) => changed.includes(`access.${name}`)))
        await writeAccess(manager(), current, one, call);
    },
    output: ({ id }) => tokenEndpointOf(() => manager().tokenRequest({ clientId: id, clientSecret: "unused" })),
    ...(input.flow === "client_credentials"
      ? {
          requestToken: (credentials: ClientCredentials, params: TokenParameters | undefined, call?: CallOptions) =>
            requestToken(manager().tokenRequest(credentials, params ?? (verifyWith || {})), tokenTransport(call)),
        }
      : {}),
    inputVersions: () => inputVersionsOf(rules, { ...input }),
    ...(input.flow === "client_credentials" && verifyWith !== false
      ? {
          verify: async (credentials: ClientCredentials, call?: CallOptions) => {
            await requestToken(manager().tokenRequest(credentials, verifyWith ?? {}), tokenTransport(call));
          },
        }
      : {}),
    rotation: rotateBySecondClient(provider, manager),
  };
}

async function updateClient(
  ovh: OvhManager,
  current: OvhClient,
  differences: readonly FieldDifference[],
  description: string,
  call: CallOptions | undefined,
): Promise<void> {
  const fields = differences.filter(({ field }) => field in rules);
  if (fields.length === 0 && description === current.description) return;
  const changes = Object.fromEntries(fields.map(({ field, declared }) => [field, declared]));
  await ovh.update(current.id, { ...changes, description } as OvhClientChanges, call);
}

function rotateBySecondClient(
  provider: VendorProvider<OvhClient, OvhManager, OvhOptions>["provider"],
  manager: () => OvhManager,
): NonNullable<DeclaredClient["rotation"]> {
  return {
    kind: "second-client",
    bind: (from, to, call) => bindPolicies(manager(), from, to, call),
    finish: async (from, to, call) => {
      // An earlier run may have deleted it.
      if ((await provider.get(from, call)) === undefined) return;
      await requireBound(manager(), from, to, call);
      await provider.delete(from, call);
    },
  };
}

function accessIssues({ flow, ...input }: Declared) {
  const access = "access" in input ? (input.access ?? []) : [];
  if (flow !== "client_credentials" && access.length > 0)
    return [{ path: "access", message: "only for service accounts: flow client_credentials" }];
  const names = access.map(({ name }) => name);
  return access.flatMap((one, index) => [
    ...(names.indexOf(one.name) < index ? [{ path: `access.${index}.name`, message: "another access has this name" }] : []),
    ...issuesOf(() => parseAccessGrant(one)).map(({ path, message }) => ({ path: `access.${index}.${path}`, message })),
  ]);
}

async function compareAccess(
  ovh: OvhManager,
  client: OvhClient,
  access: readonly OvhDeclaredAccess[],
  call: CallOptions | undefined,
): Promise<FieldDifference[]> {
  if (access.length === 0) return [];
  const policies = await policiesOf(ovh, client, call);
  return access.flatMap((one): FieldDifference[] => {
    const policy = policies.find(({ name }) => name === one.name);
    const facts = { field: `access.${one.name}`, declared: one, change: "update" } as const;
    if (policy === undefined) return [facts];
    const groups = one.permissionsGroups?.map((group) => toPermissionsGroupUrn(group, client.identity ?? ""));
    const declared = { ...one, permissionsGroups: groups ?? policy.permissionsGroups };
    return grantForm(declared) === grantForm({ ...policy, actions: policy.allow }, one.description === undefined)
      ? []
      : [{ ...facts, actual: { resources: policy.resources, actions: policy.allow } }];
  });
}

function grantForm(grant: OvhAccessGrant, ignoreDescription = false): string {
  const { resources, actions = [], permissionsGroups = [], description } = grant;
  const text = ignoreDescription ? "" : (description ?? "");
  return canonical([...[resources, actions, permissionsGroups].map((list) => [...new Set(list)].sort()), text]);
}

async function writeAccess(ovh: OvhManager, client: OvhClient, access: OvhDeclaredAccess, call: CallOptions | undefined) {
  const policy = (await policiesOf(ovh, client, call)).find(({ name }) => name === access.name);
  if (policy === undefined) return ovh.grantAccess(client, access, call);
  const { resources, actions = [], description } = access;
  const text = description === undefined ? {} : { description };
  const groups = access.permissionsGroups?.map((group) => toPermissionsGroupUrn(group, client.identity ?? ""));
  const changes = { resources, allow: actions, ...text, ...(groups && { permissionsGroups: groups }) };
  return ovh.updatePolicy(policy.id, changes, call);
}

/** The policies that list a client as an identity. An OVHcloud policy cannot be changed and is left out. */
async function policiesOf(ovh: OvhManager, { identity }: OvhClient, call: CallOptions | undefined): Promise<OvhPolicy[]> {
  const found: OvhPolicy[] = [];
  if (identity === undefined) return found;
  for await (const policy of ovh.listPolicies({ ...call, identities: [identity] }))
    if (!policy.readOnly && policy.identities.includes(identity)) found.push(policy);
  return found;
}

async function bindPolicies(ovh: OvhManager, from: string, to: string, call: CallOptions | undefined): Promise<void> {
  const [old, next] = [await ovh.get(from, call), await ovh.get(to, call)];
  const { identity } = next;
  if (identity === undefined) return;
  for (const policy of await policiesOf(ovh, old, call))
    if (!policy.identities.includes(identity))
      await ovh.updatePolicy(policy.id, { identities: [...policy.identities, identity] }, call);
  await requireBound(ovh, from, to, call);
}

// Another policy may have been written since the new client was bound.
async function requireBound(ovh: OvhManager, from: string, to: string, call: CallOptions | undefined): Promise<void> {
  const { identity } = await ovh.get(to, call);
  const old = await ovh.get(from, call);
  const missing = (await policiesOf(ovh, old, call)).filter(({ identities }) => !identities.includes(identity ?? ""));
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(", ");
  throw new Error(`client ${to} is missing in these policies of client ${from}: ${names}. Add its identity to them.`);
}

// A policy without another identity has no effect any more, and its name would be taken.
async function removeFromPolicies(ovh: OvhManager, client: OvhClient, call: CallOptions | undefined): Promise<void> {
  for (const policy of await policiesOf(ovh, client, call)) {
    const identities = policy.identities.filter((one) => one !== client.identity);
    if (identities.length === 0) await ovh.deletePolicy(policy.id, call);
    else await ovh.updatePolicy(policy.id, { identities }, call);
  }
}
