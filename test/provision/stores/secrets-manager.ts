import type { AwsCallOptions, AwsSecretsManager } from "../../../src/provision/stores/aws-client.js";

/** How a call goes wrong. `lost`: the service has acted, and the response does not arrive. */
export type AwsFault = "lost" | "hang" | Error;

type Method = keyof AwsSecretsManager;

interface Secret {
  readonly versions: { readonly id: string; readonly text: string; readonly labels: Set<string> }[];
  deleted?: Date;
}

/** An error of the SDK. */
export function awsError(name: string, status: number, message = name): Error {
  return Object.assign(new Error(message), {
    name,
    $fault: status < 500 ? "client" : "server",
    $metadata: { httpStatusCode: status },
  });
}

/** A simulated AWS Secrets Manager, in the shape of the SDK's client, as its API reference describes it. */
export function simulateSecretsManager() {
  const secrets = new Map<string, Secret>();
  const calls: { readonly method: Method; readonly input: Record<string, unknown> }[] = [];
  const faults: { readonly method: Method; readonly fault: AwsFault }[] = [];
  const denied = new Set<string>();

  function find(id: string): Secret {
    const secret = secrets.get(id);
    if (!secret) throw awsError("ResourceNotFoundException", 400, "Secrets Manager can't find the specified secret.");
    return secret;
  }

  function label(secret: Secret, id: string, name: string): void {
    for (const version of secret.versions) {
      if (name === "AWSCURRENT" && version.labels.has(name) && version.id !== id) {
        for (const one of secret.versions) one.labels.delete("AWSPREVIOUS");
        version.labels.add("AWSPREVIOUS");
      }
      version.labels.delete(name);
      if (version.id === id) version.labels.add(name);
    }
  }

  function put(secret: Secret, id: string, text: string, labels: readonly string[]): void {
    const existing = secret.versions.find((version) => version.id === id);
    if (existing && existing.text !== text) throw awsError("ResourceExistsException", 400);
    if (existing) return;
    const first = secret.versions.length === 0;
    secret.versions.push({ id, text, labels: new Set() });
    for (const name of first ? ["AWSCURRENT", ...labels] : labels) label(secret, id, name);
  }

  const service: { readonly [M in Method]: (input: Parameters<AwsSecretsManager[M]>[0]) => unknown } = {
    createSecret({ Name, SecretString, ClientRequestToken }) {
      const existing = secrets.get(Name);
      if (existing?.versions[0]?.id === ClientRequestToken) return {};
      if (existing?.deleted) throw awsError("InvalidRequestException", 400, "already scheduled for deletion");
      if (existing) throw awsError("ResourceExistsException", 400);
      secrets.set(Name, { versions: [] });
      put(find(Name), ClientRequestToken, SecretString, []);
      return {};
    },
    describeSecret({ SecretId }) {
      const { versions, deleted } = find(SecretId);
      const labelled = versions.filter(({ labels }) => labels.size > 0).map(({ id, labels }) => [id, [...labels]]);
      return { ...(deleted && { DeletedDate: deleted }), VersionIdsToStages: Object.fromEntries(labelled) };
    },
    getSecretValue({ SecretId, VersionStage }) {
      const version = find(SecretId).versions.find(({ labels }) => labels.has(VersionStage));
      if (!version) throw awsError("ResourceNotFoundException", 400, "no version with this label");
      return { SecretString: version.text, VersionId: version.id };
    },
    putSecretValue: ({ SecretId, SecretString, ClientRequestToken, VersionStages }) =>
      put(find(SecretId), ClientRequestToken, SecretString, VersionStages),
    updateSecretVersionStage({ SecretId, VersionStage, MoveToVersionId, RemoveFromVersionId }) {
      const secret = find(SecretId);
      const holder = secret.versions.find(({ labels }) => labels.has(VersionStage));
      if (holder?.id !== RemoveFromVersionId)
        throw awsError("InvalidParameterException", 400, "RemoveFromVersionId does not match");
      if (MoveToVersionId === undefined) holder?.labels.delete(VersionStage);
      else if (!secret.versions.some(({ id }) => id === MoveToVersionId)) throw awsError("ResourceNotFoundException", 400);
      else label(secret, MoveToVersionId, VersionStage);
      return {};
    },
    deleteSecret({ SecretId }) {
      secrets.delete(SecretId);
      return {};
    },
    listSecrets({ Filters, NextToken = "0" }) {
      const prefix = Filters[0]?.Values[0]?.toLowerCase() ?? "";
      const names = [...secrets.keys()].filter((name) => name.toLowerCase().startsWith(prefix)).sort();
      const start = Number(NextToken);
      return {
        SecretList: names.slice(start, start + 2).map((Name) => ({ Name })),
        ...(start + 2 < names.length ? { NextToken: String(start + 2) } : {}),
      };
    },
  };

  async function call(method: Method, input: Record<string, unknown>, options?: AwsCallOptions): Promise<unknown> {
    calls.push({ method, input });
    await Promise.resolve();
    const index = faults.findIndex((one) => one.method === method);
    const fault = index < 0 ? undefined : faults.splice(index, 1)[0]?.fault;
    if (fault === "hang")
      return new Promise((_, reject) => {
        options?.abortSignal?.addEventListener("abort", () =>
          reject(Object.assign(new Error("aborted"), { name: "AbortError" })),
        );
      });
    if (fault instanceof Error) throw fault;
    if (denied.has(`${method} ${input.VersionStage ?? ""}`) || denied.has(method)) throw awsError("AccessDeniedException", 400);
    const result = service[method](input as never);
    if (fault === "lost") throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
    return result;
  }

  const client = Object.fromEntries(
    (Object.keys(service) as Method[]).map((method) => [
      method,
      (input: never, options: AwsCallOptions) => call(method, input, options),
    ]),
  ) as unknown as AwsSecretsManager;

  return {
    client,
    calls,
    secrets,
    /** The next call of a method fails. */
    fail: (method: Method, fault: AwsFault) => void faults.push({ method, fault }),
    /** The identity lacks the permission for a method, or for `METHOD LABEL`. */
    deny: (permission: string) => void denied.add(permission),
    /** What a consumer reads. */
    current: (name: string) =>
      JSON.parse(secrets.get(name)?.versions.find(({ labels }) => labels.has("AWSCURRENT"))?.text ?? "null"),
  };
}
