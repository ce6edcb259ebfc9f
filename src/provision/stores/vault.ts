import { isOAuthClientsError, PermissionDeniedError } from "../../core/errors.js";
import type { CallOptions } from "../../core/manager.js";
import { isObject } from "../../core/values.js";
import { VersionConflictError } from "../errors.js";
import type { DocumentStore, JsonDocument, SecretStore, VersionedDocument } from "../types.js";
import { StoreError, versionConflict } from "./errors.js";
import { consumerDocument, requireValid, type SecretKeys } from "./fields.js";
import { createSlotStore, type SlotDocument } from "./slots.js";
import { codeOf, createVaultClient, isPath, type VaultClient, type VaultConnection } from "./vault-client.js";

/** Options of `vaultStore`. */
export interface VaultStoreOptions extends VaultConnection {
  /** The path of the secret below the mount, for example `prod/nightly-report`. */
  readonly path: string;
  /** The names in the secret. */
  readonly keys?: SecretKeys;
}

/** Options of `vaultDocuments`. */
export interface VaultDocumentsOptions extends VaultConnection {
  /** The folder of the documents below the mount, for example `oauth-clients`. */
  readonly path: string;
}

/**
 * Stores the secret of one client in a KV version 2 engine of HashiCorp Vault or OpenBao. `<path>.next` has the staged secret and
 * `<path>.journal` the journal, so a policy for `<path>` alone shows a consumer nothing else.
 *
 * `check` needs no more than the policy of the writes: it proves that the token may write all three documents, that the engine has
 * version 2, and that the secret has no other fields, which a write would remove.
 *
 * @throws {ConfigurationError} an option is invalid
 * @see https://openbao.org/api-docs/secret/kv/kv-v2/
 * @example
 * ```ts
 * import { fromEnv, vaultStore } from "oauth-clients/provision";
 *
 * const secretStore = vaultStore({ address: "https://vault.example.com:8200", token: fromEnv("VAULT_TOKEN"), path: "prod/report" });
 * ```
 */
export function vaultStore(options: VaultStoreOptions): SecretStore {
  const { path, mount = "secret" } = options;
  requirePath("vaultStore", path);
  const keys = consumerDocument("vaultStore", options.keys);
  const client = createVaultClient("vaultStore", options);
  const next = `${path}.next`;
  const journal = `${path}.journal`;
  const location = `vault ${mount}/${path}`;
  const current = kvSlot(client, path);

  async function check(): Promise<void> {
    const operation = "check store";
    const fail = (problem: string, advice: string) =>
      new StoreError({ store: "vault", operation, problem: `${location}: ${problem}`, outcome: "not_applied", advice });
    const mountOptions = await client.mountOptions(operation);
    if (mountOptions && mountOptions.version !== "2")
      throw fail(`${mount} is not a KV version 2 engine`, "Use the mount of a KV engine with version 2.");
    const capabilities = (await client.capabilities(operation, [path, next, journal])) ?? {};
    const denied = Object.entries(capabilities).filter(([, granted]) => !canWrite(granted));
    if (denied.length > 0)
      throw fail(
        `the token may not write ${denied.map(([name]) => `${mount}/data/${name}`).join(", ")}`,
        "Add the capabilities create and update to the policy.",
      );
    await client.read(operation, next);
    const found = await client.read(operation, path).catch(ignoreDenied);
    const foreign = keys.foreign(found?.fields ?? {});
    if (foreign.length > 0)
      throw fail(`the secret has other fields (${foreign.slice(0, 5).join(", ")})`, "Use a path that holds this secret only.");
  }

  return createSlotStore({
    location,
    keys,
    current,
    next: kvSlot(client, next),
    journal: kvDocument(client, journal, `${location}.journal`),
    check,
    exists: async (slot, error, options) => {
      if (!(error instanceof PermissionDeniedError)) throw error;
      return client.exists("read status", slot === "current" ? path : next, options);
    },
  });
}

/**
 * Stores JSON documents in a KV version 2 engine, for the journals of runs that share nothing else.
 * @throws {ConfigurationError} an option is invalid
 * @example
 * ```ts
 * import { fromEnv, vaultDocuments } from "oauth-clients/provision";
 *
 * const server = { address: "https://vault.example.com:8200", token: fromEnv("VAULT_TOKEN") };
 * const journal = vaultDocuments({ ...server, path: "oauth-clients/journal" });
 * ```
 */
export function vaultDocuments(options: VaultDocumentsOptions): DocumentStore {
  const { path, mount = "secret" } = options;
  requirePath("vaultDocuments", path);
  const client = createVaultClient("vaultDocuments", options);
  const location = `vault ${mount}/${path}`;
  const document = (key: string) => {
    requirePath("vaultDocuments", key);
    return kvDocument(client, `${path}/${key}`, `${location}/${key}`);
  };

  async function* walk(folder: string, options?: CallOptions): AsyncGenerator<string> {
    for (const name of await client.list("list documents", `${path}${folder}`, options)) {
      if (name.endsWith("/")) yield* walk(`${folder}/${name.slice(0, -1)}`, options);
      else yield `${folder}/${name}`.slice(1);
    }
  }

  async function keys(options?: CallOptions): Promise<readonly string[]> {
    const names: string[] = [];
    for await (const name of walk("", options)) names.push(name);
    const found = await Promise.all(names.map((name) => document(name).read(options)));
    return names.filter((_, index) => found[index] !== undefined);
  }

  return { location, document, keys };
}

function requirePath(factory: string, path: unknown): void {
  requireValid(factory, isPath(path) ? [] : [{ path: "path", message: "expected segments with / between them" }]);
}

function canWrite(granted: unknown): boolean {
  if (!Array.isArray(granted)) return true;
  return granted.includes("root") || (granted.includes("create") && granted.includes("update"));
}

function ignoreDenied(error: unknown): undefined {
  if (!(error instanceof PermissionDeniedError)) throw error;
}

// A repeated write stores the same fields again, so it is safe without a version.
function kvSlot(client: VaultClient, path: string): SlotDocument {
  return {
    read: async (options) => (await client.read("read secret", path, options))?.fields,
    async write(fields, options) {
      const write = (cas?: number) => client.write("write secret", path, fields, cas, options);
      try {
        await write();
      } catch (error) {
        if (codeOf(error) !== "cas_required") throw error;
        await write((await client.read("read secret", path, options))?.version ?? 0);
      }
    },
    remove: (options) => client.remove("remove secret", path, options),
  };
}

/**
 * A document by the engine's own check-and-set. A removed document is a version without content: to delete the metadata would start
 * the version numbers again, and an old number would then name new content.
 */
function kvDocument(client: VaultClient, path: string, location: string): VersionedDocument {
  async function find(options?: CallOptions) {
    const found = await client.read("read document", path, options);
    const { document, writeId } = found?.fields ?? {};
    const content = isObject(document) ? document : undefined;
    return { content, writeId, version: found?.version ?? 0, ageMs: found?.ageMs };
  }

  async function write(operation: string, document: JsonDocument | null, cas: number, options?: CallOptions): Promise<string> {
    const writeId = crypto.randomUUID();
    try {
      return String(await client.write(operation, path, { document, writeId }, cas, options));
    } catch (error) {
      if (codeOf(error) === "cas_mismatch") throw versionConflict(location);
      if (!isOAuthClientsError(error) || error.outcome !== "unknown") throw error;
      // The response was lost. The write arrived when the document has its id.
      const found = await find(options).catch(() => undefined);
      if (found?.writeId !== writeId) throw error;
      return String(found.version);
    }
  }

  return {
    location,
    async read(options) {
      const { content, version, ageMs } = await find(options);
      return content && { document: content, version: String(version), ...(ageMs === undefined ? {} : { ageMs }) };
    },
    async write(document, expected = "0", options) {
      if (!/^\d+$/.test(expected)) throw versionConflict(location);
      try {
        return await write("write document", document, Number(expected), options);
      } catch (error) {
        if (!(error instanceof VersionConflictError) || expected !== "0") throw error;
        const { content, version } = await find(options);
        if (content !== undefined) throw error;
        return write("write document", document, version, options);
      }
    },
    async remove(expected, options) {
      const { content, version } = await find(options);
      if (content === undefined) return;
      if (String(version) !== expected) throw versionConflict(location);
      await write("remove document", null, version, options);
    },
  };
}
