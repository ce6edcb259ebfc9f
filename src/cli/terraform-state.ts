import type { Vendor } from "./accounts.js";
import { UsageError } from "./exit-codes.js";
import { mapGenesys, mapOry, mapOvh, mapTfe, type Values } from "./terraform-fields.js";

/** A client of a Terraform state. */
export interface StateClient {
  /** The key in the configuration, made of the address. */
  readonly key: string;
  /** The address in Terraform: `module.a.ory_oauth2_client.api`. */
  readonly address: string;
  readonly vendor: Vendor;
  readonly id: string;
  /** The fields of the client, without secrets. */
  readonly declaration: Readonly<Record<string, unknown>>;
  /** Whether the vendor issues a secret for this client. */
  readonly hasSecret: boolean;
  /** The secret, where the state has it. */
  readonly secret?: string;
  /** What a person has to add or to check. */
  readonly needs: readonly string[];
}

/** The clients of a state, and what is left out. */
export interface Migration {
  /** Addresses of clients that Terraform reads and does not manage. */
  readonly dataSources: readonly string[];
  readonly clients: readonly StateClient[];
  readonly skipped: readonly { readonly address: string; readonly reason: string }[];
  /** HCL that removes the clients from the state without deleting them, and commands where a block cannot name them. */
  readonly removal: { readonly blocks: readonly string[]; readonly commands: readonly string[] };
}

interface Resource {
  readonly address: string;
  readonly mode?: string;
  readonly type: string;
  readonly index?: unknown;
  readonly values: Values;
}

interface Module {
  readonly resources?: readonly Resource[];
  readonly child_modules?: readonly Module[];
}

const kinds = {
  ory_oauth2_client: { vendor: "ory", map: mapOry },
  ovh_me_api_oauth2_client: { vendor: "ovh", map: mapOvh },
  genesyscloud_oauth_client: { vendor: "genesys", map: mapGenesys },
  tfe_oauth_client: { vendor: "tfe", map: mapTfe },
} as const;

/**
 * Reads the output of `terraform show -json`. Sends nothing.
 *
 * @throws {UsageError} the text is no state, or has a format that is not 1.x
 */
export function readTerraformState(text: string): Migration {
  const state = parseState(text);
  const all = resourcesOf(state.values?.root_module ?? {});
  const resources = all.filter(({ mode }) => mode !== "data");
  const dataSources = all.flatMap(({ mode, type, address }) =>
    mode === "data" && Object.hasOwn(kinds, type) ? [address] : [],
  );
  const known = resources.flatMap((resource) => {
    const kind = Object.hasOwn(kinds, resource.type) ? kinds[resource.type as keyof typeof kinds] : undefined;
    return kind === undefined ? [] : [{ resource, kind }];
  });
  const keys = uniqueKeys(known.map(({ resource }) => resource));
  const clients: StateClient[] = [];
  const skipped: { address: string; reason: string }[] = [];
  for (const { resource, kind } of known) {
    const { address } = resource;
    const id = resource.values.id;
    const key = keys.get(address) as string;
    const mapped = kind.map(resource.values, key, projectsOf(resources, id));
    if (typeof id !== "string" || id === "") skipped.push({ address, reason: "the state has no id: it was not created" });
    else if (typeof mapped === "string") skipped.push({ address, reason: mapped });
    else clients.push({ key, address, vendor: kind.vendor, id, ...mapped });
  }
  return { clients, skipped, dataSources, removal: removalOf(clients, String(state.terraform_version ?? "")) };
}

function parseState(text: string) {
  let state: { format_version?: unknown; terraform_version?: unknown; values?: { root_module?: Module } } | null = null;
  try {
    state = JSON.parse(text);
  } catch {}
  if (typeof state !== "object" || state === null || !("format_version" in state))
    throw new UsageError('The input is no Terraform state. Pass the output of "terraform show -json".');
  if (!/^1\./.test(String(state.format_version)))
    throw new UsageError(`The state has the format ${String(state.format_version).slice(0, 20)}. Supported: 1.x.`);
  return state;
}

function resourcesOf({ resources = [], child_modules = [] }: Module): Resource[] {
  return [...resources, ...child_modules.flatMap(resourcesOf)];
}

// Attachments are resources of their own.
function projectsOf(resources: readonly Resource[], clientId: unknown): string[] {
  return resources.flatMap(({ type, values }) =>
    type === "tfe_project_oauth_client" && values.oauth_client_id === clientId ? [String(values.project_id)] : [],
  );
}

function uniqueKeys(resources: readonly Resource[]): Map<string, string> {
  const keys = new Map<string, string>();
  for (const { address, type } of resources) {
    const words = address
      .replaceAll(/(^|\.)module\./g, "$1")
      .replace(`${type}.`, "")
      .replaceAll(/[^a-zA-Z0-9]+/g, "-")
      .replaceAll(/^-|-$/g, "")
      .toLowerCase()
      .slice(0, 32);
    const taken = [...keys.values()];
    let key = words;
    for (let number = 2; taken.includes(key); number++) key = `${words.slice(0, 29)}-${number}`;
    keys.set(address, key);
  }
  return keys;
}

// `removed` blocks exist since Terraform 1.7 and cannot name one instance.
function removalOf(clients: readonly StateClient[], version: string): Migration["removal"] {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const hasBlocks = major > 1 || (major === 1 && minor >= 7);
  const byBlock = clients.filter(({ address }) => hasBlocks && !address.includes("["));
  const byCommand = clients.filter((client) => !byBlock.includes(client));
  return {
    blocks: byBlock.map(({ address }) => `removed {\n  from = ${address}\n  lifecycle {\n    destroy = false\n  }\n}`),
    commands: byCommand.map(({ address }) => `terraform state rm '${address}'`),
  };
}
