import type { ClientCredentials } from "../../core/credentials.js";
import type { CallOptions } from "../../core/manager.js";
import { isObject } from "../../core/values.js";
import type { DocumentStore, JsonDocument, SecretRecord, SecretSlot, SecretStore, VersionedDocument } from "../types.js";
import { type AwsSecret, type AwsSecretsManager, awsSecret, isAccessDenied, listNames, requireAws } from "./aws-client.js";
import { StoreError, versionConflict } from "./errors.js";
import { type ConsumerDocument, consumerDocument, parseFields, type SecretKeys } from "./fields.js";
import { conflict } from "./slots.js";

/** Options of `awsStore`. */
export interface AwsStoreOptions {
  /** The name of the secret, for example `prod/nightly-report`. */
  readonly name: string;
  /** The names in the secret, which is a JSON object. */
  readonly keys?: SecretKeys;
}

/** Options of `awsDocuments`. */
export interface AwsDocumentsOptions {
  /** The first part of the names of the secrets, for example `oauth-clients`. */
  readonly prefix: string;
}

const current = "AWSCURRENT";
const pending = "AWSPENDING";
// Marks the latest write of a document, so that a version that lost against another one is not kept for ever.
const written = "OAUTH_CLIENTS_WRITE";
// The value of a secret before its first promotion. Without it the first staged value would be AWSCURRENT too.
const empty = "{}";

/**
 * Stores the secret of one client in AWS Secrets Manager. The staged secret is a version of the same secret with the label `AWSPENDING`;
 * a promotion moves `AWSCURRENT` to it. `<name>.journal` has the journal.
 *
 * `check` creates the secret, with the value `{}`, where it does not exist. A secret with a key of your own in KMS, or with tags, can be
 * created before. AWS recommends not more than one write in 10 minutes to one secret over a longer time.
 *
 * @param client - `new SecretsManager({ region })` of `@aws-sdk/client-secrets-manager`
 * @throws {ConfigurationError} an option is invalid
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/
 */
export function awsStore(client: AwsSecretsManager, { name, keys: names }: AwsStoreOptions): SecretStore {
  requireAws("awsStore", client, "name", name);
  const keys = consumerDocument("awsStore", names);
  const secret = awsSecret(client, name);
  const location = `aws ${name}`;

  async function read(slot: SecretSlot, options?: CallOptions): Promise<SecretRecord | undefined> {
    const found = await secret.get(slot === "current" ? current : pending, options);
    const credentials = found && keys.read(parseFields(found.text) ?? {});
    return credentials && { ...readToken(found.version), credentials: { ...readMethod(found.version), ...credentials } };
  }

  async function status(options?: CallOptions) {
    const versions = await secret.versions(options);
    const slots: readonly SecretSlot[] = ["current", "next"];
    const found = slots.map(async (slot) => {
      const version = slot === "current" ? versions?.current : versions?.pending;
      if (version === undefined || isEmpty(version)) return {};
      const attempt = slot === "next" ? { attemptId: readToken(version).attemptId } : {};
      try {
        const record = await read(slot, options);
        return record ? { [slot]: { clientId: record.credentials.clientId, ...attempt } } : {};
      } catch (error) {
        if (!isAccessDenied(error)) throw error;
        return { [slot]: attempt };
      }
    });
    return Object.assign({}, ...(await Promise.all(found)));
  }

  async function put(credentials: ClientCredentials, token: string, stage: string, options?: CallOptions): Promise<void> {
    const text = JSON.stringify(keys.write(credentials));
    if (await secret.put(text, token, stage, options)) return;
    await secret.create(empty, emptyToken(), options);
    if (await secret.put(text, token, stage, options)) return;
    const problem = `${location} was removed during the write`;
    throw new StoreError({ store: "aws", operation: "write secret", problem, outcome: "not_applied", advice: "Run again." });
  }

  return {
    location,
    journal: awsDocument(awsSecret(client, `${name}.journal`), `${location}.journal`),
    read,
    status,
    check: () => check(secret, keys, location),
    write: (credentials) =>
      put(credentials, makeToken({ credentials, attemptId: "", issuedAt: new Date().toISOString() }), current),
    stage: (record, options) => put(record.credentials, makeToken(record), pending, options),
    async promote(attemptId, options) {
      const versions = await secret.versions(options);
      const staged = versions?.pending;
      const found = staged === undefined ? undefined : readToken(staged);
      if (staged === undefined || found?.attemptId !== attemptId) throw conflict(location, found);
      if (versions?.current === staged) return;
      await moveLabel(secret, current, staged, versions?.current, options);
    },
    async unstage(options) {
      const staged = (await secret.versions(options))?.pending;
      if (staged !== undefined) await moveLabel(secret, pending, undefined, staged, options);
    },
    remove: (options) => secret.remove(options),
  };
}

/**
 * Stores JSON documents as secrets `<prefix>/<key>`, for the journals of runs that share nothing else. `keys` can lack a document of the
 * last five minutes, since AWS lists secrets with a delay.
 *
 * @throws {ConfigurationError} an option is invalid
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

async function check(secret: AwsSecret, keys: ConsumerDocument, location: string): Promise<void> {
  const fail = (problem: string, advice: string) =>
    new StoreError({
      store: "aws",
      operation: "check store",
      problem: `${location} ${problem}`,
      outcome: "not_applied",
      advice,
    });
  const versions = await secret.versions();
  if (versions?.deleted) throw fail("is scheduled for deletion", "Restore the secret or wait until it is deleted.");
  if (versions === undefined) await secret.create(empty, emptyToken());
  else if (versions.current === undefined) await secret.put(empty, emptyToken(), current);
  const found = await secret.get(current).catch((error) => {
    if (!isAccessDenied(error)) throw error;
  });
  const fields = parseFields(found?.text ?? empty);
  if (!fields) throw fail("is not a JSON object", "Use a name that holds this secret only.");
  const foreign = keys.foreign(fields);
  if (foreign.length > 0)
    throw fail(`has other fields (${foreign.slice(0, 5).join(", ")})`, "Use a name that holds this secret only.");
}

// The SDK repeats a request whose response was lost, and the repetition fails when the label has moved. The state decides.
async function moveLabel(
  secret: AwsSecret,
  label: typeof current | typeof pending,
  to: string | undefined,
  from: string | undefined,
  options?: CallOptions,
): Promise<void> {
  try {
    await secret.move(label, to, from, options);
  } catch (error) {
    const versions = await secret.versions(options).catch(() => undefined);
    const now = label === current ? versions?.current : versions?.pending;
    if (versions === undefined || now !== to) throw error;
  }
}

/** A document whose version is the version id of its secret. `AWSCURRENT` moves by compare-and-set. */
function awsDocument(secret: AwsSecret, location: string): VersionedDocument {
  async function find(options?: CallOptions) {
    const found = await secret.get(current, options);
    const { document } = parseFields(found?.text ?? empty) ?? {};
    return { content: isObject(document) ? document : undefined, version: found?.version };
  }

  async function replace(document: JsonDocument | null, expected: string, options?: CallOptions): Promise<string> {
    const token = crypto.randomUUID();
    if (!(await secret.put(JSON.stringify({ document }), token, written, options))) throw versionConflict(location);
    try {
      await moveLabel(secret, current, token, expected, options);
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

// ---- the id of a version: attempt, method and time of a secret, whose value holds the configured names only -------------

const methods = { b: "client_secret_basic", p: "client_secret_post" } as const;

// AWS takes 32 to 64 characters. The random part makes each write a version of its own.
function makeToken({ attemptId, issuedAt, credentials }: SecretRecord): string {
  const method = credentials.tokenEndpointAuthMethod;
  const time = Number.isNaN(Date.parse(issuedAt)) ? "0" : Date.parse(issuedAt).toString(36);
  const letter = method === undefined ? "n" : method === methods.p ? "p" : "b";
  return `${attemptId.slice(0, 36)}_${letter}${time}_${crypto.randomUUID().replaceAll("-", "")}`.slice(0, 64);
}

function emptyToken(): string {
  return `empty_${crypto.randomUUID()}`;
}

function isEmpty(token: string): boolean {
  return token.startsWith("empty_");
}

function readToken(token: string): { attemptId: string; issuedAt: string } {
  const [, attemptId = "", time = "0"] = /^(.*)_[nbp]([0-9a-z]+)_[0-9a-f]+$/.exec(token) ?? [];
  return { attemptId, issuedAt: time === "0" ? "" : new Date(Number.parseInt(time, 36)).toISOString() };
}

function readMethod(token: string): Pick<ClientCredentials, "tokenEndpointAuthMethod"> {
  const letter = /_([bp])[0-9a-z]+_[0-9a-f]+$/.exec(token)?.[1];
  return letter === "b" || letter === "p" ? { tokenEndpointAuthMethod: methods[letter] } : {};
}
