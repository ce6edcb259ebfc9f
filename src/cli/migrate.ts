import { readFileSync, writeFileSync } from "node:fs";
import * as provision from "oauth-clients/provision";
import { Document } from "yaml";
import { createManager, type Vendor, vendors } from "./accounts.js";
import { readValidConfiguration } from "./configuration-file.js";
import { type Context, print, printJson, styleOf } from "./context.js";
import { exitCodeOf, exitCodes, UsageError } from "./exit-codes.js";
import { createProgressView } from "./progress.js";
import { type Migration, readTerraformState, type StateClient } from "./terraform-state.js";

/** Options of `migrate`. */
export interface MigrateOptions {
  /** The configuration to write. */
  readonly out: string;
  /** Where known secrets go: a short form such as `files:DIRECTORY`, or a store as a configuration has it. */
  readonly store: string;
  readonly project: string;
  readonly env: string;
  readonly json?: boolean;
}

/**
 * `migrate`: writes a configuration from a Terraform state, stores the secrets of the state, and records the clients in journals. It
 * changes nothing at the vendors.
 */
export async function migrate(context: Context, source: string, options: MigrateOptions): Promise<number> {
  const store = await parseStore(options.store);
  const { clients, skipped, removal, dataSources } = readTerraformState(
    source === "-" ? await context.readInput() : readState(source),
  );
  if (clients.length === 0) throw new UsageError(describeEmpty(skipped, dataSources));
  const accounts: Partial<Record<Vendor, string>> = {};
  for (const vendor of vendors)
    if (clients.some((client) => client.vendor === vendor))
      accounts[vendor] = await (await createManager(vendor, context.env)).account();
  const current = await Promise.all(clients.map((client) => withCurrentFields(client, context.env)));
  await writeConfiguration(options, store, accounts, current);
  const configuration = await readValidConfiguration(context, { config: options.out, env: options.env });
  const result = await importAll(context, configuration, current, options.json === true);
  const exitCode = exitCodeOf(result, false);
  const report = {
    format: "oauth-clients/migration/1",
    configuration: options.out,
    exitCode,
    clients: current.map(({ key, address, id, needs }) => ({
      key,
      address,
      id,
      needs: [...needs, ...failureOf(result, key, id, options)],
    })),
    skipped,
    removal,
  };
  if (options.json) printJson(context, report);
  else print(context, renderMigration(report, options));
  return exitCode === exitCodes.ok && skipped.length > 0 ? exitCodes.decision : exitCode;
}

function describeEmpty(skipped: Migration["skipped"], dataSources: readonly string[]): string {
  if (skipped.length > 0)
    return ["The state has no client that can be migrated.", ...skipped.map((one) => `${one.address}: ${one.reason}`)].join(
      "\n",
    );
  const text = "The state has no client of a supported resource type";
  if (dataSources.length === 0) return `${text}.`;
  return `${text}, only data sources, which Terraform does not manage: ${dataSources.join(", ")}.`;
}

function readState(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new UsageError(`${file} cannot be read.`);
  }
}

const shortForms: Readonly<Record<string, (rest: string) => object>> = {
  files: (directory) => ({ files: { directory } }),
  vault: (path) => ({
    vault: { address: { env: "VAULT_ADDR" }, token: { env: "VAULT_TOKEN" }, path: `${path}/$environment/$key` },
  }),
  aws: (name) => ({ aws: { name: `${name}/$environment/$key` } }),
  exec: (command) => ({ exec: { command: command.split(/\s+/) } }),
};

async function parseStore(text: string): Promise<object> {
  const [, kind = "", rest = ""] = /^(\w+):(\S.*)$/.exec(text) ?? [];
  if (Object.hasOwn(shortForms, kind)) return shortForms[kind]?.(rest) as object;
  if (text === "discard") return { discard: null };
  if (!text.startsWith("{"))
    throw new UsageError(
      "--store: expected files:DIRECTORY, vault:PATH, aws:NAME, exec:COMMAND, discard, or a store of a configuration such as '{ files: { directory: secrets, format: dotenv } }'.",
    );
  const { parseStoreDocument } = await import("./document.js");
  return parseStoreDocument(text);
}

// Terraform's provider never refreshes these attributes, so the state may be older than the client.
async function withCurrentFields(client: StateClient, env: Context["env"]): Promise<StateClient> {
  if (client.vendor !== "tfe") return client;
  const { name, key } = (await (await createManager("tfe", env)).get(client.id)) as {
    readonly name?: string;
    readonly key?: string;
  };
  const { name: _, key: __, ...rest } = client.declaration;
  return { ...client, declaration: { ...rest, ...(name ? { name } : {}), ...(key ? { key } : {}) } };
}

async function writeConfiguration(
  { out, project, env }: MigrateOptions,
  store: object,
  accounts: Readonly<Partial<Record<Vendor, string>>>,
  clients: readonly StateClient[],
): Promise<void> {
  const document = {
    project,
    environments: { [env]: { accounts } },
    providers: Object.fromEntries(Object.keys(accounts).map((vendor) => [vendor, { [vendor]: null }])),
    stores: { secrets: store },
    journal: { file: "oauth-clients.$environment.json" },
    clients: Object.fromEntries(clients.map((client) => [client.key, declarationOf(client)])),
  };
  const yaml = new Document(document);
  yaml.commentBefore = " yaml-language-server: $schema=./node_modules/oauth-clients/schema.json";
  const text = yaml.toString({ lineWidth: 120, nullStr: "", flowCollectionPadding: false });
  try {
    writeFileSync(out, /\.json$/.test(out) ? `${JSON.stringify(document, undefined, 2)}\n` : text, { flag: "wx" });
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === "EEXIST";
    throw new UsageError(exists ? `--out: ${out} exists. Name another file.` : `--out: ${out} cannot be written.`);
  }
}

function declarationOf({ vendor, id, declaration, hasSecret, secret }: StateClient): object {
  const isUnmanaged = hasSecret && secret === undefined;
  return {
    provider: vendor,
    ...declaration,
    ...(isUnmanaged ? { adopt: id, secret: "unmanaged" } : {}),
    ...(secret === undefined ? {} : { secretStore: "secrets" }),
  };
}

async function importAll(
  context: Context,
  configuration: provision.Configuration,
  clients: readonly StateClient[],
  silent: boolean,
): Promise<provision.RunResult> {
  const keyWidth = Math.max(...clients.map(({ key }) => key.length));
  const view = createProgressView(context.stderr, styleOf(context.stderr, context.env), { silent, keyWidth });
  const results: provision.ClientResult[] = [];
  try {
    for (const { key, id, secret, declaration } of clients) {
      const method = declaration.tokenEndpointAuthMethod;
      const reference = {
        id,
        ...(secret === undefined ? {} : { clientSecret: { source: "Terraform state", version: 1, read: async () => secret } }),
        ...(method === "client_secret_post" ? ({ tokenEndpointAuthMethod: method } as const) : {}),
      };
      const { clients: done } = await provision.importClient(configuration, key, reference, { onEvent: view.onEvent });
      results.push(...done);
    }
  } finally {
    view.stop();
  }
  return { ok: results.every(({ status }) => status === "done"), clients: results };
}

function failureOf({ clients }: provision.RunResult, key: string, id: string, { out, env }: MigrateOptions): string[] {
  const result = clients.find((client) => client.key === key);
  if (result === undefined || !("message" in result)) return [];
  return [
    `not imported: ${result.message} Then: oauth-clients import ${key} ${id} --secret-env VARIABLE --config ${out} --env ${env}`,
  ];
}

interface Report {
  readonly configuration: string;
  readonly clients: readonly { readonly key: string; readonly address: string; readonly needs: readonly string[] }[];
  readonly skipped: readonly { readonly address: string; readonly reason: string }[];
  readonly removal: { readonly blocks: readonly string[]; readonly commands: readonly string[] };
}

function renderMigration({ configuration, clients, skipped, removal }: Report, { env }: MigrateOptions): string {
  const config = configuration === "oauth-clients.config.yaml" ? "" : ` --config ${configuration}`;
  return [
    `Wrote ${configuration} with ${clients.length} client${clients.length === 1 ? "" : "s"}. Nothing was changed at the vendors.`,
    ...clients.flatMap(({ key, needs }) => needs.map((text) => `  ! ${key}: ${text}`)),
    ...skipped.map(({ address, reason }) => `  x ${address}: ${reason}`),
    "",
    "Next:",
    `  1. oauth-clients plan --env ${env}${config}    (shows the markers that apply will write, and no other change)`,
    "  2. Remove the clients from Terraform, without deleting them:",
    ...removal.blocks.flatMap((block) => ["", ...block.split("\n").map((line) => `     ${line}`)]),
    ...(removal.commands.length === 0 ? [] : ["", ...removal.commands.map((line) => `     ${line}`)]),
    "",
    `  3. oauth-clients apply --env ${env}${config}`,
    "  4. Rotate the secrets: old versions of the Terraform state have them.",
  ].join("\n");
}
