import { race, throwIfAborted, toNativeSignal } from "../../core/abort.js";
import type { Outcome } from "../../core/errors.js";
import { classifyNetworkError } from "../../core/http/errors.js";
import type { CallOptions } from "../../core/manager.js";
import { redact } from "../../core/redact.js";
import { toObject } from "../../core/values.js";
import { readFirst, StoreError } from "./errors.js";
import { parseFields, requireValid } from "./fields.js";

/** What the SDK takes besides the input of a command. */
export interface AwsCallOptions {
  /** Ends the call. */
  readonly abortSignal?: AbortSignal;
}

/**
 * The part of the SDK's client that the stores use: `new SecretsManager({})` of `@aws-sdk/client-secrets-manager` version 3. This library
 * imports nothing of the SDK.
 */
export interface AwsSecretsManager {
  /** Creates a secret with its first version. */
  createSecret(
    input: { Name: string; SecretString: string; ClientRequestToken: string },
    options?: AwsCallOptions,
  ): Promise<unknown>;
  /** Reads the labels of the versions. */
  describeSecret(
    input: { SecretId: string },
    options?: AwsCallOptions,
  ): Promise<{ DeletedDate?: Date | undefined; VersionIdsToStages?: Record<string, string[]> | undefined }>;
  /** Reads the version that has a label. */
  getSecretValue(
    input: { SecretId: string; VersionStage: string },
    options?: AwsCallOptions,
  ): Promise<{ SecretString?: string | undefined; VersionId?: string | undefined }>;
  /** Adds a version with labels. */
  putSecretValue(
    input: { SecretId: string; SecretString: string; ClientRequestToken: string; VersionStages: string[] },
    options?: AwsCallOptions,
  ): Promise<unknown>;
  /** Moves a label between versions. */
  updateSecretVersionStage(
    input: { SecretId: string; VersionStage: string; MoveToVersionId?: string; RemoveFromVersionId?: string },
    options?: AwsCallOptions,
  ): Promise<unknown>;
  /** Deletes a secret. */
  deleteSecret(input: { SecretId: string; ForceDeleteWithoutRecovery: boolean }, options?: AwsCallOptions): Promise<unknown>;
  /** Lists the names of secrets. */
  listSecrets(
    input: { Filters: { Key: "name"; Values: string[] }[]; NextToken?: string },
    options?: AwsCallOptions,
  ): Promise<{ SecretList?: { Name?: string | undefined }[] | undefined; NextToken?: string | undefined }>;
}

/** The versions of a secret that have a label, and what exists. */
export interface AwsVersions {
  /** The version with the label `AWSCURRENT`, which consumers read. */
  readonly current?: string;
  /** The version with the label `AWSPENDING`. */
  readonly pending?: string;
  /** The secret is scheduled for deletion. */
  readonly deleted: boolean;
}

/** One secret. Every method rejects with a `StoreError` that holds no secret. */
export interface AwsSecret {
  /** `undefined`: the secret, or a version with the label, does not exist. */
  readonly get: (stage: string, options?: CallOptions) => Promise<{ text: string; version: string } | undefined>;
  /** `undefined`: the secret does not exist. */
  readonly versions: (options?: CallOptions) => Promise<AwsVersions | undefined>;
  /** @returns `false`: the secret exists already */
  readonly create: (text: string, token: string, options?: CallOptions) => Promise<boolean>;
  /** Adds a version with a label. @returns `false`: the secret does not exist */
  readonly put: (text: string, token: string, stage: string, options?: CallOptions) => Promise<boolean>;
  /** Moves a label. */
  readonly move: (stage: string, to: string | undefined, from: string | undefined, options?: CallOptions) => Promise<void>;
  /** Deletes the secret with all versions, at once. A secret that does not exist is not an error. */
  readonly remove: (options?: CallOptions) => Promise<void>;
}

/** The label of the version that consumers read. */
export const currentLabel = "AWSCURRENT";
/** The label of the version that is staged. */
export const pendingLabel = "AWSPENDING";

const defaultTimeoutMs = 30_000;

/** The error of a call of the SDK, for this module. */
class AwsError extends StoreError {
  readonly awsName: string;

  constructor(operation: string, writes: boolean, error: unknown, secrets: readonly string[]) {
    const { name, message, $metadata } = readError(error);
    const status = $metadata?.httpStatusCode;
    const refused = status !== undefined && status >= 400 && status < 500;
    const failure = classifyNetworkError(error);
    const outcome: Outcome = !writes || refused || failure.notSent ? "not_applied" : "unknown";
    const detail = redact(message, secrets);
    super({
      store: "aws",
      operation,
      problem: `${detail.replace(/\.$/, "") || "the call failed"} (${[redact(name, secrets), status].filter(Boolean).join(", ")})`,
      outcome,
      advice: outcome === "unknown" ? readFirst : (advices[name] ?? "Check region, credentials and permissions."),
    });
    this.awsName = name;
  }
}

const advices: Readonly<Record<string, string>> = {
  AccessDeniedException: "Add the permission to the policy of this identity.",
  ThrottlingException: "Run again later.",
  LimitExceededException: "Delete unused versions or secrets.",
};

/** Makes the calls of one secret. */
export function awsSecret(client: AwsSecretsManager, name: string): AwsSecret {
  const call = callWith(client);
  return {
    async get(stage, options) {
      const input = { SecretId: name, VersionStage: stage };
      const found = await call("read secret", "getSecretValue", input, options).catch(ignore("ResourceNotFoundException"));
      return found?.SecretString === undefined ? undefined : { text: found.SecretString, version: found.VersionId ?? "" };
    },
    async versions(options) {
      const found = await call("read status", "describeSecret", { SecretId: name }, options).catch(
        ignore("ResourceNotFoundException"),
      );
      if (!found) return undefined;
      const stages = Object.entries(found.VersionIdsToStages ?? {});
      const withLabel = (label: string) => stages.find(([, labels]) => labels.includes(label))?.[0];
      const [current, pending] = [withLabel(currentLabel), withLabel(pendingLabel)];
      return { ...(current && { current }), ...(pending && { pending }), deleted: found.DeletedDate !== undefined };
    },
    async create(text, token, options) {
      const input = { Name: name, SecretString: text, ClientRequestToken: token };
      const created = call("create secret", "createSecret", input, options, [text]);
      return (await created.then(() => true).catch(ignore("ResourceExistsException"))) === true;
    },
    async put(text, token, stage, options) {
      const input = { SecretId: name, SecretString: text, ClientRequestToken: token, VersionStages: [stage] };
      const written = call("write secret", "putSecretValue", input, options, [text]);
      return (await written.then(() => true).catch(ignore("ResourceNotFoundException"))) === true;
    },
    async move(stage, to, from, options) {
      const input = {
        SecretId: name,
        VersionStage: stage,
        ...(to === undefined ? {} : { MoveToVersionId: to }),
        ...(from === undefined ? {} : { RemoveFromVersionId: from }),
      };
      await call("move label", "updateSecretVersionStage", input, options);
    },
    async remove(options) {
      const input = { SecretId: name, ForceDeleteWithoutRecovery: true };
      await call("remove secret", "deleteSecret", input, options).catch(ignore("ResourceNotFoundException"));
    },
  };
}

/**
 * Moves a label by compare-and-set. The SDK repeats a request whose response was lost, and the repetition fails when the label has
 * moved: the state decides.
 */
export async function moveLabel(
  secret: AwsSecret,
  label: typeof currentLabel | typeof pendingLabel,
  to: string | undefined,
  from: string | undefined,
  options?: CallOptions,
): Promise<void> {
  try {
    await secret.move(label, to, from, options);
  } catch (error) {
    const versions = await secret.versions(options).catch(() => undefined);
    const now = label === currentLabel ? versions?.current : versions?.pending;
    if (versions === undefined || now !== to) throw error;
  }
}

/** The names of all secrets that begin with a prefix. */
export async function listNames(client: AwsSecretsManager, prefix: string, options?: CallOptions): Promise<readonly string[]> {
  const names: string[] = [];
  const seen = new Set<string>();
  for (let token: string | undefined; ; ) {
    const input = {
      Filters: [{ Key: "name" as const, Values: [prefix] }],
      ...(token === undefined ? {} : { NextToken: token }),
    };
    const page = await callWith(client)("list documents", "listSecrets", input, options);
    names.push(...(page.SecretList ?? []).flatMap((secret) => secret.Name ?? []));
    token = page.NextToken;
    // The filter ignores case and splits words.
    if (token === undefined) return names.filter((name) => name.startsWith(prefix));
    if (seen.has(token)) {
      const problem = "the listing repeats a page";
      throw new StoreError({
        store: "aws",
        operation: "list documents",
        problem,
        outcome: "not_applied",
        advice: "Run again.",
      });
    }
    seen.add(token);
  }
}

/** @throws {ConfigurationError} the client or the name is invalid */
export function requireAws(factory: string, client: unknown, field: string, name: unknown): void {
  const methods = [
    "createSecret",
    "describeSecret",
    "getSecretValue",
    "putSecretValue",
    "updateSecretVersionStage",
    "deleteSecret",
  ];
  const missing = methods.filter((method) => typeof (toObject(client) as Record<string, unknown>)[method] !== "function");
  // A journal and a document add to the name, which has at most 512 characters.
  const valid = typeof name === "string" && /^[\w/+=.@-]{1,400}$/.test(name);
  requireValid(factory, [
    ...(missing.length === 0
      ? []
      : [{ path: "client", message: `expected a SecretsManager client with ${missing.join(", ")}` }]),
    ...(valid ? [] : [{ path: field, message: "expected letters, digits and /_+=.@-, at most 400" }]),
  ]);
}

type Method = keyof AwsSecretsManager;

function callWith(client: AwsSecretsManager) {
  return async <M extends Method>(
    operation: string,
    method: M,
    input: Parameters<AwsSecretsManager[M]>[0],
    options: CallOptions | undefined,
    secrets: readonly string[] = [],
  ): Promise<Awaited<ReturnType<AwsSecretsManager[M]>>> => {
    throwIfAborted(options?.signal);
    const deadline = AbortSignal.timeout(options?.timeoutMs ?? defaultTimeoutMs);
    const abortSignal = options?.signal ? AbortSignal.any([toNativeSignal(options.signal), deadline]) : deadline;
    try {
      const send = client[method] as (input: unknown, options: AwsCallOptions) => ReturnType<AwsSecretsManager[M]>;
      const sent: Promise<unknown> = Promise.resolve(send.call(client, input, { abortSignal }));
      return (await race(sent, abortSignal)) as Awaited<ReturnType<AwsSecretsManager[M]>>;
    } catch (error) {
      throwIfAborted(options?.signal);
      const late = deadline.aborted ? { name: "TimeoutError", message: "no response before the deadline" } : error;
      const parts = secrets.flatMap((text) => [text, ...Object.values(parseFields(text) ?? {}).map(String)]);
      throw new AwsError(operation, !/^(describe|get|list)/.test(method), late, parts);
    }
  };
}

function ignore(name: string): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof AwsError) || error.awsName !== name) throw error;
  };
}

/** Whether the identity lacks a permission. */
export function isAccessDenied(error: unknown): boolean {
  return error instanceof AwsError && error.awsName === "AccessDeniedException";
}

interface SdkError {
  readonly name: string;
  readonly message: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

// The SDK's client is the caller's and can throw anything.
function readError(error: unknown): SdkError {
  const { name, message, $metadata } = toObject(error) as Partial<SdkError>;
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  return { name: text(name), message: text(message), ...($metadata ? { $metadata } : {}) };
}
