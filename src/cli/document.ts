import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type ConfigurationContext,
  type DeclaredClient,
  type DocumentStore,
  fileDocuments,
  fileStore,
  fromEnv,
  fromFile,
  type ProjectConfiguration,
  type SecretStore,
  vaultStore,
} from "oauth-clients/provision";
import { isMap, LineCounter, type Document as YamlDocument, parseDocument } from "yaml";
import type * as z from "zod";
import { UsageError } from "./exit-codes.js";
import { type ConfigurationDocument, documentSchema, isReference, policyFields, type Reference, type StoreDocument } from "./schema.js";

/** A configuration document, and where its parts are in the file. */
export interface ParsedDocument {
  readonly project: ProjectConfiguration;
  /** Line and column of a value, or of the nearest part that contains it. */
  readonly locate: (path: readonly PropertyKey[]) => { readonly line: number; readonly column: number };
}

/**
 * Parses a YAML or JSON configuration.
 *
 * @throws {UsageError} with one line per issue: file, line, column, path and message
 */
export function parseConfigurationDocument(text: string, file: string): ParsedDocument {
  const lines = new LineCounter();
  const yaml = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [syntaxError] = yaml.errors;
  if (syntaxError !== undefined) {
    const { line, col } = lines.linePos(syntaxError.pos[0]);
    throw new UsageError(`${file}:${line}:${col}: ${syntaxError.message}`);
  }
  const locate = (path: readonly PropertyKey[]) => position(yaml, lines, path);
  const parsed = documentSchema.safeParse(yaml.toJS());
  if (!parsed.success) throw new UsageError(parsed.error.issues.flatMap((issue) => describe(issue, file, locate)).join("\n"));
  const problems = danglingNames(parsed.data);
  if (problems.length > 0) throw new UsageError(problems.map(({ path, message }) => line(file, locate(path), path, message)).join("\n"));
  return { project: toProject(parsed.data), locate };
}

function position(yaml: YamlDocument.Parsed, lines: LineCounter, path: readonly PropertyKey[]) {
  for (let length = path.length; length > 0; length--) {
    const offset = keyOffset(yaml, path.slice(0, length).map(String));
    if (offset !== undefined) {
      const { line, col } = lines.linePos(offset);
      return { line, column: col };
    }
  }
  return { line: 1, column: 1 };
}

// The position of the key, or of the value where the parent is a list.
function keyOffset(yaml: YamlDocument.Parsed, path: readonly string[]): number | undefined {
  const parent: unknown = path.length === 1 ? yaml.contents : yaml.getIn(path.slice(0, -1), true);
  const name = path.at(-1);
  if (isMap(parent)) {
    const pair = parent.items.find(({ key }) => String((key as { value?: unknown } | null)?.value) === name);
    return (pair?.key as { range?: readonly number[] } | undefined)?.range?.[0];
  }
  return (yaml.getIn(path, true) as { range?: readonly number[] } | undefined)?.range?.[0];
}

function describe(issue: z.core.$ZodIssue, file: string, locate: ParsedDocument["locate"]): string[] {
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => line(file, locate([...issue.path, key]), [...issue.path, key], "unknown field"));
  const message =
    issue.code === "invalid_union" ? `expected one of the documented forms` : issue.message.replace(/^Invalid (input|option|value): /, "");
  return [line(file, locate(issue.path), issue.path, message.replace("received undefined", "it is missing"))];
}

function line(file: string, { line, column }: { line: number; column: number }, path: readonly PropertyKey[], message: string): string {
  return `${file}:${line}:${column}: ${path.length === 0 ? "" : `${path.map(String).join(".")}: `}${message}`;
}

// Names of providers and stores that the document uses and does not define.
function danglingNames({ providers, stores = {}, clients }: ConfigurationDocument) {
  return Object.entries(clients).flatMap(([key, { provider, secretStore }]) => [
    ...(Object.hasOwn(providers, provider) ? [] : [{ path: ["clients", key, "provider"], message: `no provider is named "${provider}"` }]),
    ...(typeof secretStore !== "string" || Object.hasOwn(stores, secretStore)
      ? []
      : [{ path: ["clients", key, "secretStore"], message: `no store is named "${secretStore}"` }]),
  ]);
}

function toProject(document: ConfigurationDocument): ProjectConfiguration {
  const { project, environments, journal, removed, clients } = document;
  return {
    project,
    environments,
    ...(journal === undefined ? {} : { journal: ({ environment }) => journalOf(journal.file, { project, environment }) }),
    ...(removed === undefined ? {} : { removed }),
    providers: async (context) => Object.values(await providersOf(document, context)),
    clients: async (context) => {
      const providers = await providersOf(document, context);
      return Object.fromEntries(
        Object.entries(clients).map(([key, client]) => [key, declare(document, providers, context, key, client)]),
      );
    },
  };
}

function journalOf(file: string, names: Names): DocumentStore {
  return fileDocuments(substitute(file, names));
}

// One set of providers per context, so that clients and `providers` use the same objects.
const created = new WeakMap<ConfigurationContext, Promise<Readonly<Record<string, Provider>>>>();

type Provider = Awaited<ReturnType<typeof createProvider>>;

function providersOf(document: ConfigurationDocument, context: ConfigurationContext): Promise<Readonly<Record<string, Provider>>> {
  const existing = created.get(context);
  if (existing) return existing;
  const providers = Promise.all(
    Object.entries(document.providers).map(async ([name, provider]) => {
      const [[vendor, options] = ["", {}]] = Object.entries(provider as Record<string, Record<string, unknown>>);
      return [name, await createProvider(vendor, name, options, context)] as const;
    }),
  ).then(Object.fromEntries<Provider>);
  created.set(context, providers);
  return providers;
}

async function createProvider(vendor: string, name: string, options: Readonly<Record<string, unknown>>, { env }: ConfigurationContext) {
  const resolved = () => resolveReferences(options, env);
  const isEmpty = Object.keys(options).length === 0;
  switch (vendor) {
    case "ory": {
      const [{ oryProvider }, { oryOptionsFromEnv }] = await Promise.all([import("oauth-clients/ory/provider"), import("oauth-clients/ory")]);
      return oryProvider(() => (isEmpty ? oryOptionsFromEnv(env) : resolved()) as never, { name });
    }
    case "ovh": {
      const [{ ovhProvider }, { ovhOptionsFromEnv }] = await Promise.all([import("oauth-clients/ovh/provider"), import("oauth-clients/ovh")]);
      return ovhProvider(() => (isEmpty ? ovhOptionsFromEnv(env) : resolved()) as never, { name });
    }
    case "genesys": {
      const [{ genesysProvider }, { genesysOptionsFromEnv }] = await Promise.all([
        import("oauth-clients/genesys/provider"),
        import("oauth-clients/genesys"),
      ]);
      return genesysProvider(() => (isEmpty ? genesysOptionsFromEnv(env) : resolved()) as never, { name });
    }
    default: {
      const [{ tfeProvider }, { tfeOptionsFromEnv }] = await Promise.all([import("oauth-clients/tfe/provider"), import("oauth-clients/tfe")]);
      return tfeProvider(() => (isEmpty ? tfeOptionsFromEnv(env) : resolved()) as never, { name });
    }
  }
}

function declare(
  document: ConfigurationDocument,
  providers: Readonly<Record<string, Provider>>,
  { environment, env }: ConfigurationContext,
  key: string,
  client: ConfigurationDocument["clients"][string],
): DeclaredClient {
  const names = { project: document.project, environment, key };
  const isPolicy = (name: string) => Object.hasOwn(policyFields, name);
  const input = Object.fromEntries(Object.entries(client).filter(([name]) => !isPolicy(name)).map(([name, value]) => [name, toInput(value)]));
  const { provider, secretStore, ...policy } = Object.fromEntries(Object.entries(client).filter(([name]) => isPolicy(name)));
  const store = typeof secretStore === "string" ? document.stores?.[secretStore] : (secretStore as StoreDocument | undefined);
  const complete = { ...policy, ...(store === undefined ? {} : { secretStore: createStore(store, names, env) }) };
  // The compiler cannot check a document. `check` validates the fields, each with its path.
  const { client: create } = providers[String(provider)] as unknown as { client: (input: object, policy: object) => DeclaredClient };
  return create(input, complete);
}

// Secrets of a declaration are references. The engine reads them when they are sent.
function toInput(value: unknown): unknown {
  return isReference(value) ? toSecretInput(value) : value;
}

function toSecretInput(reference: Reference) {
  const options = reference.version === undefined ? {} : { version: reference.version };
  return "env" in reference ? fromEnv(reference.env, options) : fromFile(reference.file, options);
}

interface Names {
  readonly project: string;
  readonly environment: string;
  readonly key?: string;
}

function createStore(store: StoreDocument, names: Names, env: ConfigurationContext["env"]): SecretStore {
  if ("files" in store) {
    const { directory, format = "json", keys } = store.files;
    const path = join(substitute(directory, names), `${names.key}.${format === "json" ? "json" : "env"}`);
    return fileStore({ path, format, ...(keys === undefined ? {} : { keys: keys as never }) });
  }
  if ("vault" in store) {
    const { address, token, path, ...rest } = store.vault;
    return vaultStore({
      ...(rest as object),
      address: typeof address === "string" ? address : resolveReference(address, env),
      token: toSecretInput(token),
      path: substitute(path, names),
    });
  }
  throw new UsageError("This store cannot be used from a document yet.");
}

function substitute(text: string, names: Names): string {
  return text.replace(/\$(project|environment|key)\b/g, (_, name: keyof Names) => names[name] ?? "");
}

/** Replaces references in the options of a manager by their values. */
function resolveReferences(value: unknown, env: ConfigurationContext["env"]): unknown {
  if (isReference(value)) return resolveReference(value, env);
  if (Array.isArray(value)) return value.map((one) => resolveReferences(one, env));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, resolveReferences(one, env)]));
}

function resolveReference(reference: Reference, env: ConfigurationContext["env"]): string {
  if ("file" in reference) return readFileSync(reference.file, "utf8").replace(/\r?\n$/, "");
  const value = env[reference.env];
  if (value === undefined || value === "") throw new UsageError(`environment variable ${reference.env} is not set`);
  return value;
}
