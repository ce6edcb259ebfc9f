import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type AwsSecretsManager,
  awsStore,
  type Command,
  discardSink,
  execSink,
  fileStore,
  type SecretKeys,
  type SecretSink,
  type SecretStore,
  vaultStore,
} from "oauth-clients/provision";
import { UsageError } from "./exit-codes.js";
import type { Resolver } from "./references.js";
import type { StoreDocument } from "./schema.js";

/** Creates the store of one client. */
export async function createStore(
  store: StoreDocument,
  key: string,
  resolver: Resolver,
  file: string,
): Promise<SecretStore | SecretSink> {
  if ("files" in store) return createFileStore(store.files, key, resolver);
  if ("vault" in store) {
    const { address, token, path, mount, namespace, keys } = store.vault;
    return vaultStore({
      address: String(resolver.read(address)),
      token: resolver.secret(token),
      path: resolver.substitute(path),
      ...(mount === undefined ? {} : { mount }),
      ...(namespace === undefined ? {} : { namespace }),
      ...withKeys(keys),
    });
  }
  if ("aws" in store) {
    const { name, region, keys } = store.aws;
    return awsStore(await loadSecretsManager(file, region), { name: resolver.substitute(name), ...withKeys(keys) });
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

function createFileStore(
  { directory, format = "json", keys }: Extract<StoreDocument, { files: unknown }>["files"],
  key: string,
  { path }: Resolver,
): SecretStore {
  const folder = path(directory);
  const store = fileStore({ path: join(folder, `${key}.${format === "json" ? "json" : "env"}`), format, ...withKeys(keys) });
  const prepare = () => mkdir(folder, { recursive: true, mode: 0o700 });
  const write: SecretStore["journal"]["write"] = async (...parameters) => {
    await prepare();
    return store.journal.write(...parameters);
  };
  const check: SecretStore["check"] = async (context) => {
    await prepare();
    await store.check?.(context);
  };
  return { ...store, journal: { ...store.journal, write }, check };
}

function withKeys(keys: Readonly<Record<string, string | undefined>> | undefined): { keys?: SecretKeys } {
  return keys === undefined ? {} : { keys: keys as unknown as SecretKeys };
}

// The project's own SDK: this package does not depend on it.
async function loadSecretsManager(file: string, region: string | undefined): Promise<AwsSecretsManager> {
  const name = "@aws-sdk/client-secrets-manager";
  try {
    const path = createRequire(resolve(file)).resolve(name);
    const sdk = await import(pathToFileURL(path).href);
    const { SecretsManager } = (sdk.SecretsManager === undefined ? sdk.default : sdk) as {
      SecretsManager: new (options: object) => AwsSecretsManager;
    };
    return new SecretsManager(region === undefined ? {} : { region });
  } catch {
    throw new UsageError(`The store "aws" needs the package ${name}. Install it: npm install ${name}`);
  }
}
