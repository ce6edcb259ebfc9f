import type { CallOptions } from "../../core/manager.js";
import { isObject } from "../../core/values.js";
import type { DocumentStore, JsonDocument, VersionedDocument } from "../types.js";
import {
  type AwsSecret,
  type AwsSecretsManager,
  awsSecret,
  currentLabel,
  listNames,
  moveLabel,
  requireAws,
} from "./aws-client.js";
import { versionConflict } from "./errors.js";
import { parseFields } from "./fields.js";

/** Options of `awsDocuments`. */
export interface AwsDocumentsOptions {
  /** The first part of the names of the secrets, for example `oauth-clients`. */
  readonly prefix: string;
}

// Marks the latest write of a document, so that a version that lost against another one is not kept for ever.
const written = "OAUTH_CLIENTS_WRITE";

/**
 * Stores JSON documents as secrets `<prefix>/<key>`, for the journals of runs that share nothing else. `keys` can lack a document of the
 * last five minutes, since AWS lists secrets with a delay.
 *
 * @throws {ConfigurationError} an option is invalid
 * @example
 * ```ts
 * import { type AwsSecretsManager, awsDocuments } from "oauth-clients/provision";
 *
 * declare const secretsManager: AwsSecretsManager; // new SecretsManager({ region: "eu-west-1" })
 * const journal = awsDocuments(secretsManager, { prefix: "oauth-clients" });
 * ```
 */
export function awsDocuments(client: AwsSecretsManager, { prefix }: AwsDocumentsOptions): DocumentStore {
  requireAws("awsDocuments", client, "prefix", prefix);
  const location = `aws ${prefix}`;
  const document = (key: string) => {
    requireAws("awsDocuments", client, "key", key);
    return awsDocument(awsSecret(client, `${prefix}/${key}`), `${location}/${key}`);
  };
  async function keys(options?: CallOptions): Promise<readonly string[]> {
    const names = (await listNames(client, `${prefix}/`, options)).map((name) => name.slice(prefix.length + 1));
    const found = await Promise.all(names.map((name) => document(name).read(options)));
    return names.filter((_, index) => found[index] !== undefined);
  }
  return { location, document, keys };
}

/** A document whose version is the version id of its secret. `AWSCURRENT` moves by compare-and-set. */
export function awsDocument(secret: AwsSecret, location: string): VersionedDocument {
  async function find(options?: CallOptions) {
    const found = await secret.get(currentLabel, options);
    const { document } = parseFields(found?.text ?? "{}") ?? {};
    return { content: isObject(document) ? document : undefined, version: found?.version };
  }

  async function replace(document: JsonDocument | null, expected: string, options?: CallOptions): Promise<string> {
    const token = crypto.randomUUID();
    if (!(await secret.put(JSON.stringify({ document }), token, written, options))) throw versionConflict(location);
    try {
      await moveLabel(secret, currentLabel, token, expected, options);
    } catch (error) {
      const versions = await secret.versions(options).catch(() => undefined);
      if (versions?.current === undefined || versions.current === expected) throw error;
      throw versionConflict(location);
    }
    return token;
  }

  return {
    location,
    async read(options) {
      const { content, version } = await find(options);
      return content && version !== undefined ? { document: content, version } : undefined;
    },
    async write(document, expected, options) {
      if (expected !== undefined) return replace(document, expected, options);
      const token = crypto.randomUUID();
      if (await secret.create(JSON.stringify({ document }), token, options)) return token;
      // A removal that was interrupted leaves a secret without a document.
      const { content, version } = await find(options);
      if (content !== undefined || version === undefined) throw versionConflict(location);
      return replace(document, version, options);
    },
    async remove(expected, options) {
      const { content, version } = await find(options);
      if (content === undefined) return;
      if (version !== expected) throw versionConflict(location);
      await replace(null, expected, options);
      await secret.remove(options);
    },
  };
}
