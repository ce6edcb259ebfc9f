import { mkdir } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import {
  awsDocuments,
  awsStore,
  type Command,
  type DocumentStore,
  discardSink,
  execSink,
  fileDocuments,
  fileStore,
  redisDocuments,
  type SecretKeys,
  type SecretSink,
  type SecretStore,
  vaultDocuments,
  vaultStore,
} from "oauth-clients/provision";
import { createRedisClient, createSecretsManager } from "./packages.js";
import type { Resolver } from "./references.js";
import type { JournalDocument, StoreDocument, VaultDocument } from "./schema.js";

/** Creates the store of one client. */
export async function createStore(
  store: StoreDocument,
  key: string,
  resolver: Resolver,
  file: string,
): Promise<SecretStore | SecretSink> {
  if ("files" in store) return createFileStore(store.files, key, resolver);
  if ("vault" in store) return vaultStore({ ...vaultOptions(store.vault, resolver), ...withKeys(store.vault.keys) });
  if ("aws" in store) {
    const { name, region, keys } = store.aws;
    return awsStore(await createSecretsManager(file, region), { name: resolver.substitute(name), ...withKeys(keys) });
  }
  if ("exec" in store) {
    const { command, format, keys, env } = store.exec;
    return execSink(command.map(resolver.substitute) as unknown as Command, {
      ...(format === undefined ? {} : { format }),
      ...(env === undefined ? {} : { env }),
      ...withKeys(keys),
    });
  }
  return discardSink();
}

/** Creates the journal of a project. */
export async function createJournal(journal: JournalDocument, resolver: Resolver, file: string): Promise<DocumentStore> {
  if ("file" in journal) return fileDocuments(resolver.path(journal.file));
  if ("vault" in journal) return vaultDocuments(vaultOptions(journal.vault, resolver));
  if ("aws" in journal) {
    const { prefix, region } = journal.aws;
    return awsDocuments(await createSecretsManager(file, region), { prefix: resolver.substitute(prefix) });
  }
  const { url, name } = journal.redis;
  const client = await createRedisClient(file, String(resolver.read(url)));
  return redisDocuments(client, name === undefined ? {} : { name: resolver.substitute(name) });
}

function vaultOptions({ address, token, path, mount, namespace }: VaultDocument, { read, secret, substitute }: Resolver) {
  return {
    address: String(read(address)),
    token: secret(token),
    path: substitute(path),
    ...(mount === undefined ? {} : { mount }),
    ...(namespace === undefined ? {} : { namespace }),
  };
}

function createFileStore(
  { directory, format = "json", keys }: Extract<StoreDocument, { files: unknown }>["files"],
  key: string,
  { path, substitute }: Resolver,
): SecretStore {
  const folder = path(directory);
  const name = `${key}.${format === "json" ? "json" : "env"}`;
  const store = fileStore({ path: join(folder, name), format, ...withKeys(keys) });
  // Relative to the document, so that a plan can be applied from another checkout.
  const written = substitute(directory);
  const location = isAbsolute(written) ? store.location : `file ${join(written, name).replaceAll("\\", "/")}`;
  const prepare = () => createPrivateDirectory(folder);
  const write: SecretStore["journal"]["write"] = async (...parameters) => {
    await prepare();
    return store.journal.write(...parameters);
  };
  const check: SecretStore["check"] = async (context) => {
    await prepare();
    await store.check?.(context);
  };
  return { ...store, location, journal: { ...store.journal, write }, check };
}

/** Creates a directory and its parents, for their owner only. `mkdir` with `recursive` never ends below `/proc`. */
async function createPrivateDirectory(path: string): Promise<void> {
  const ignoreExisting = (error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  };
  try {
    await mkdir(path, { mode: 0o700 }).catch(ignoreExisting);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || dirname(path) === path) throw error;
    await createPrivateDirectory(dirname(path));
    await mkdir(path, { mode: 0o700 }).catch(ignoreExisting);
  }
}

function withKeys(keys: Readonly<Record<string, string | undefined>> | undefined): { keys?: SecretKeys } {
  return keys === undefined ? {} : { keys: keys as unknown as SecretKeys };
}
