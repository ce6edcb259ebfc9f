import {
  compareFields,
  type FieldRules,
  inputVersionsOf,
  isSecretInput,
  printable,
  revealSecrets,
  type WithSecretInputs,
} from "../provision/fields.js";
import type { ClientPolicy, ClientProvider, DeclaredClient } from "../provision/types.js";
import { createVendorProvider, issuesOf, type ProviderOptions, type VendorProvider } from "../provision/vendor-provider.js";
import { parseCreateInput } from "./input.js";
import { createTfeManager } from "./manager.js";
import type { TfeClient, TfeClientChanges, TfeClientInput, TfeManager, TfeOptions } from "./types.js";

type SecretField = "oauthTokenString" | "secret" | "privateKey";

/** A declared client. Its secrets are sources: `fromEnv("GITHUB_PAT", { version: 2 })`. */
export type TfeDeclaredClient = WithSecretInputs<TfeClientInput, SecretField>;

/** Declares clients of one Terraform Enterprise organization. */
export interface TfeProvider extends ClientProvider {
  /** Declares a client. It has no marker: the journal of the project identifies it. */
  client(input: TfeDeclaredClient, policy?: Omit<ClientPolicy, "marker">): DeclaredClient;
}

const update = { change: "update" } as const;
const replace = { change: "replace" } as const;
const normalizeUrl = (address: unknown) => String(address).replace(/\/+$/, "").toLowerCase();
const url = { ...replace, normalize: normalizeUrl } as const;
const rules = {
  serviceProvider: replace,
  httpUrl: url,
  apiUrl: url,
  privateKey: { change: "replace", returned: "never" },
  oauthTokenString: { change: "update", returned: "never" },
  secret: { change: "update", returned: "never" },
  name: update,
  key: update,
  rsaPublicKey: update,
  organizationScoped: update,
  projectIds: update,
  agentPoolId: update,
  adoOrganizationName: update,
  adoEntraTenantId: update,
} satisfies FieldRules<TfeClientInput>;

/**
 * Declares the clients of one Terraform Enterprise organization for `oauth-clients/provision`.
 *
 * @param options - called at the first use
 * @example
 * ```ts
 * import { fromEnv } from "oauth-clients/provision";
 * import { tfeOptionsFromEnv } from "oauth-clients/tfe";
 * import { tfeProvider } from "oauth-clients/tfe/provider";
 *
 * const tfe = tfeProvider(() => tfeOptionsFromEnv(process.env));
 * const github = tfe.client({ serviceProvider: "github", oauthTokenString: fromEnv("GITHUB_PAT") });
 * ```
 */
export function tfeProvider(options: () => TfeOptions, providerOptions?: ProviderOptions): TfeProvider {
  const vendor = createVendorProvider<TfeOptions, TfeClient, TfeManager>(
    {
      vendor: "tfe",
      options,
      createManager: createTfeManager,
      identifiedBy: "name",
      readMarker: () => undefined,
      unmark: async () => {},
    },
    providerOptions,
  );
  return Object.assign(vendor.provider, {
    client: (input: TfeDeclaredClient, policy: ClientPolicy = {}) => declareClient(vendor, input, policy),
  });
}

function declareClient(
  { provider, manager }: VendorProvider<TfeClient, TfeManager, TfeOptions>,
  input: TfeDeclaredClient,
  policy: ClientPolicy,
): DeclaredClient {
  const declared: Readonly<Record<string, unknown>> = { ...input };
  return {
    provider,
    policy,
    fields: printable(declared),
    hasSecret: false,
    check: () => [...secretIssues(declared), ...issuesOf(() => parseCreateInput(withPlaceholders(declared)))],
    matches: (client) => {
      const { name, serviceProvider, httpUrl } = client as TfeClient;
      const sameUrl =
        input.httpUrl === undefined || (httpUrl !== undefined && normalizeUrl(httpUrl) === normalizeUrl(input.httpUrl));
      return name === (input.name ?? "") && serviceProvider === input.serviceProvider && sameUrl;
    },
    compare: async ({ client }, entry) => compareFields(rules, declared, { ...(client as TfeClient) }, entry),
    create: async (_marker, { secretSink: _, ...call }) => {
      const revealed = (await revealSecrets(declared, call.signal)) as unknown as TfeClientInput;
      const { client } = await manager().create(revealed, call);
      return client.id;
    },
    update: async (id, differences, _, call) => {
      const fields = Object.fromEntries(differences.map(({ field }) => [field, declared[field]]));
      if (Object.keys(fields).length === 0) return;
      await manager().update(id, (await revealSecrets(fields, call?.signal)) as TfeClientChanges, call);
    },
    output: (client): Record<string, string> => {
      const { oauthTokenId } = client as TfeClient;
      return oauthTokenId === undefined ? {} : { oauthTokenId };
    },
    inputVersions: () => inputVersionsOf(rules, declared),
  };
}

const secretFields: readonly SecretField[] = ["oauthTokenString", "secret", "privateKey"];

function secretIssues(declared: Readonly<Record<string, unknown>>) {
  return secretFields
    .filter((field) => declared[field] !== undefined && !isSecretInput(declared[field]))
    .map((path) => ({ path, message: "expected a source of the secret: fromEnv or fromFile" }));
}

// The secrets are not read for a validation.
function withPlaceholders(declared: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const placeholder = "-----BEGIN RSA PRIVATE KEY-----\nplaceholder\n-----END RSA PRIVATE KEY-----\n";
  const entries = Object.entries(declared).map(([field, value]) => {
    if (!secretFields.includes(field as SecretField) || value === undefined) return [field, value] as const;
    return [field, field === "oauthTokenString" ? "placeholder" : placeholder] as const;
  });
  return Object.fromEntries(entries);
}
