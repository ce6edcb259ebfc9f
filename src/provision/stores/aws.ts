import type { ClientCredentials } from "../../core/credentials.js";
import type { CallOptions } from "../../core/manager.js";
import type { SecretRecord, SecretSlot, SecretStore } from "../types.js";
import {
  type AwsSecret,
  type AwsSecretsManager,
  awsSecret,
  currentLabel,
  isAccessDenied,
  moveLabel,
  pendingLabel,
  requireAws,
} from "./aws-client.js";
import { awsDocument } from "./aws-documents.js";
import { emptyToken, isEmptyToken, makeToken, readMethod, readToken } from "./aws-tokens.js";
import { StoreError } from "./errors.js";
import { type ConsumerDocument, consumerDocument, parseFields, type SecretKeys } from "./fields.js";
import { conflict, pendingSlot } from "./slots.js";

/** Options of `awsStore`. */
export interface AwsStoreOptions {
  /** The name of the secret, for example `prod/nightly-report`. */
  readonly name: string;
  /** The names in the secret, which is a JSON object. */
  readonly keys?: SecretKeys;
}

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
 * @example
 * ```ts
 * import { type AwsSecretsManager, awsStore } from "oauth-clients/provision";
 *
 * declare const secretsManager: AwsSecretsManager; // new SecretsManager({ region: "eu-west-1" })
 * const secretStore = awsStore(secretsManager, { name: "prod/report" });
 * ```
 */
export function awsStore(client: AwsSecretsManager, { name, keys: names }: AwsStoreOptions): SecretStore {
  requireAws("awsStore", client, "name", name);
  const keys = consumerDocument("awsStore", names);
  const secret = awsSecret(client, name);
  const location = `aws ${name}`;

  const { read, status } = slotReader(secret, keys);

  async function put(credentials: ClientCredentials, token: string, stage: string, options?: CallOptions): Promise<void> {
    const text = JSON.stringify(keys.write(credentials));
    if (await secret.put(text, token, stage, options)) return;
    await secret.create(empty, emptyToken(), options);
    if (await secret.put(text, token, stage, options)) return;
    const problem = `${location} was removed during the write`;
    throw new StoreError({ store: "aws", operation: "write secret", problem, outcome: "not_applied", advice: "Run again." });
  }

  const stage = (record: SecretRecord, options?: CallOptions) =>
    put(record.credentials, makeToken(record), pendingLabel, options);
  async function unstage(options?: CallOptions): Promise<void> {
    const staged = (await secret.versions(options))?.pending;
    if (staged !== undefined) await moveLabel(secret, pendingLabel, undefined, staged, options);
  }
  const write = (credentials: ClientCredentials) =>
    put(credentials, makeToken({ credentials, attemptId: "", issuedAt: new Date().toISOString() }), currentLabel);

  return {
    location,
    journal: awsDocument(awsSecret(client, `${name}.journal`), `${location}.journal`),
    read,
    status,
    check: () => check(secret, keys, location),
    ...pendingSlot({ read, stage, unstage }, write),
    stage,
    async promote(attemptId, options) {
      const versions = await secret.versions(options);
      const staged = versions?.pending;
      const found = staged === undefined ? undefined : readToken(staged);
      if (staged === undefined || found?.attemptId !== attemptId) throw conflict(location, found);
      if (versions?.current === staged) return;
      await moveLabel(secret, currentLabel, staged, versions?.current, options);
    },
    unstage,
    remove: (options) => secret.remove(options),
  };
}

function slotReader(secret: AwsSecret, keys: ConsumerDocument): Required<Pick<SecretStore, "read" | "status">> {
  async function read(slot: SecretSlot, options?: CallOptions): Promise<SecretRecord | undefined> {
    const found = await secret.get(slot === "current" ? currentLabel : pendingLabel, options);
    const credentials = found && keys.read(parseFields(found.text) ?? {});
    return credentials && { ...readToken(found.version), credentials: { ...readMethod(found.version), ...credentials } };
  }

  async function status(options?: CallOptions) {
    const versions = await secret.versions(options);
    const slots: readonly SecretSlot[] = ["current", "next"];
    const found = slots.map(async (slot) => {
      const version = slot === "current" ? versions?.current : versions?.pending;
      if (version === undefined || isEmptyToken(version)) return {};
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

  return { read, status };
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
  else if (versions.current === undefined) await secret.put(empty, emptyToken(), currentLabel);
  const found = await secret.get(currentLabel).catch((error) => {
    if (!isAccessDenied(error)) throw error;
  });
  const fields = parseFields(found?.text ?? empty);
  if (!fields) throw fail("is not a JSON object", "Use a name that holds this secret only.");
  const foreign = keys.foreign(fields);
  if (foreign.length > 0)
    throw fail(`has other fields (${foreign.slice(0, 5).join(", ")})`, "Use a name that holds this secret only.");
}
