import { ifDefined } from "../core/values.js";
import { apply, converge, runClients } from "./apply.js";
import { saveEntry } from "./attempt.js";
import { requireValid } from "./check.js";
import { InvalidConfigurationError } from "./errors.js";
import { readJournal } from "./journal.js";
import { createAttemptId } from "./marker.js";
import { declaredSubject, type Observation, observe, type Subject } from "./observe.js";
import { planAction } from "./plan.js";
import { rotateClient } from "./rotate.js";
import { createRun, type Run, secretStoreOf } from "./run.js";
import type {
  ClientResult,
  Configuration,
  DestroyOptions,
  ImportClientOptions,
  ImportReference,
  RemovedClient,
  Resolution,
  RunOptions,
  RunResult,
} from "./run-types.js";
import { failedResult, stoppedResult } from "./steps.js";
import type { SecretRecord } from "./types.js";
import { verifySecret } from "./verify.js";

/**
 * Ends the management of a client. The client and its secret stay; the marker and the journal entry are removed.
 *
 * @param key - a declared client, or one that is not declared any more
 * @throws {InvalidConfigurationError} the configuration is invalid; nothing was sent
 */
export function forget(configuration: Configuration, key: string, options: RunOptions = {}): Promise<RunResult> {
  return apply(withRemoved(configuration, [key], "forget"), { ...options, only: [key] });
}

/**
 * Deletes every client of `clients` and `removed`, and its secret from its store. A client that is managed and in neither is not
 * deleted: its result is `stopped`.
 *
 * @throws {InvalidConfigurationError} `confirm` is not the name of the project, or the configuration is invalid; nothing was sent
 */
export async function destroy(configuration: Configuration, options: DestroyOptions): Promise<RunResult> {
  const { confirm, ...run } = options;
  if (confirm !== configuration.project)
    throw new InvalidConfigurationError([{ key: "", path: "confirm", message: "expected the name of the project" }]);
  const keys = options.only ?? [...Object.keys(configuration.clients), ...Object.keys(configuration.removed)];
  return apply(withRemoved(configuration, keys, "delete"), { ...run, allowDelete: keys });
}

function withRemoved(configuration: Configuration, keys: readonly string[], action: RemovedClient["action"]): Configuration {
  const clients = Object.fromEntries(Object.entries(configuration.clients).filter(([key]) => !keys.includes(key)));
  const removed = { ...configuration.removed };
  for (const key of keys) {
    const policy = configuration.clients[key]?.policy;
    const secretStore = (policy && secretStoreOf(policy)) ?? configuration.removed[key]?.secretStore;
    removed[key] = { action, ...ifDefined("secretStore", secretStore) };
  }
  return { ...configuration, clients, removed };
}

/**
 * Executes the decision of a person about a client that `plan` and `apply` stop at.
 *
 * - `trust`: the stored secret is right; the client with this id is recorded
 * - `take`: the client with this id belongs to this key; it is recorded
 * - `reissue`: no consumer uses the old secret; another one is issued. A client that the vendor does not have is created again
 *
 * Other clients that carry the key's marker lose it, and the notes of the result name them. They are not deleted.
 *
 * @throws {InvalidConfigurationError} the configuration is invalid, or the key is not declared; nothing was sent
 */
export function resolve(
  configuration: Configuration,
  key: string,
  resolution: Resolution,
  options: RunOptions = {},
): Promise<RunResult> {
  return runOne(configuration, key, options, async (run, subject) => {
    const seen = await observe(run, subject, undefined, false);
    const { decision } = seen;
    const isFinal =
      decision.step === "stop" && ["account_differs", "journal_of_another_client", "own_client"].includes(decision.reason);
    const stopped = planAction(subject, seen);
    if (isFinal && stopped.action === "stop") return stoppedResult(stopped);
    const { provider, store } = subject;
    const client = await provider.get(resolution.id, run.call);
    if (client === undefined) {
      if (resolution.as !== "reissue")
        throw new Error(`${key}: the vendor has no client ${resolution.id}. Nothing was changed.`);
      return recreate(run, subject, seen);
    }
    if (client.client.id === provider.ownClientId())
      throw new Error(`${key}: client ${resolution.id} is the one that this manager authenticates with. Nothing was changed.`);
    if (resolution.as === "trust") await requireStored(run, subject, resolution.id);
    await record(run, subject, seen, resolution.id, client.marker?.attemptId);
    const notes = await unmarkOthers(run, subject, seen, resolution.id);
    if (resolution.as !== "reissue") return { key, status: "done", steps: ["adopt"], id: resolution.id, notes };
    if (store !== undefined) await store.unstage(run.call);
    const rotated = await rotateClient(run, subject, "begin");
    return rotated.status === "done" ? { ...rotated, notes } : rotated;
  });
}

async function unmarkOthers(run: Run, { provider }: Subject, { candidates }: Observation, id: string): Promise<string[]> {
  const others = candidates.flatMap(({ client, marker }) => (marker !== undefined && client.id !== id ? [client.id] : []));
  for (const other of others) await provider.unmark(other, run.call);
  return others.map((other) => `client ${other} is not managed any more: delete it at the vendor when no consumer uses it`);
}

async function recreate(run: Run, subject: Subject, seen: Observation): Promise<ClientResult> {
  await subject.store?.remove(run.call);
  await saveEntry(run, subject, seen.account, seen.journal, { clientId: undefined, previous: undefined, intents: [] });
  return converge(run, subject, {});
}

async function requireStored(run: Run, subject: Subject, id: string): Promise<void> {
  const secret = await subject.store?.read?.("current", run.call);
  if (secret !== undefined && secret.credentials.clientId !== id)
    throw new Error(`${subject.key}: the store holds client ${secret.credentials.clientId}. Nothing was changed.`);
  await verifySecret(run, subject, secret);
}

async function record(
  run: Run,
  subject: Subject,
  seen: Observation,
  clientId: string,
  attemptId: string | undefined,
): Promise<void> {
  const changes = {
    previous: undefined,
    clientId,
    attemptId: attemptId ?? createAttemptId(),
    intents: [],
    inputVersions: subject.declared?.inputVersions() ?? {},
  };
  await run.step(subject.key, "adopt", () => saveEntry(run, subject, seen.account, seen.journal, changes));
}

/**
 * Takes a client over by its id, with its secret where it is known. Nothing is changed at the vendor: the next `apply` writes the
 * marker and the declared fields.
 *
 * @throws {InvalidConfigurationError} the configuration is invalid, or the key is not declared; nothing was sent
 */
export function importClient(
  configuration: Configuration,
  key: string,
  reference: ImportReference,
  options: ImportClientOptions = {},
): Promise<RunResult> {
  return runOne(configuration, key, options, async (run, subject) => {
    const seen = await observe(run, subject, undefined, true);
    const stopped = planAction(subject, seen);
    if (stopped.action === "stop" && ["account_differs", "journal_of_another_client"].includes(stopped.reason))
      return stoppedResult(stopped);
    if (seen.journal.entry !== undefined) throw new Error(`${key}: the journal has an entry already. Nothing was changed.`);
    const client = await subject.provider.get(reference.id, run.call);
    if (client === undefined) throw new Error(`${key}: the vendor has no client ${reference.id}. Nothing was changed.`);
    if (reference.id === subject.provider.ownClientId())
      throw new Error(`${key}: client ${reference.id} is the one that this manager authenticates with. Nothing was changed.`);
    const attemptId = client.marker?.attemptId ?? createAttemptId();
    if (reference.clientSecret !== undefined)
      await storeKnownSecret(run, subject, reference, attemptId, options.verifySecret ?? true);
    await record(run, subject, seen, reference.id, attemptId);
    await subject.store?.unstage(run.call);
    return { key, status: "done", steps: ["adopt"], id: reference.id, notes: [] };
  });
}

async function storeKnownSecret(
  run: Run,
  subject: Subject,
  { id, clientSecret, tokenEndpointAuthMethod }: ImportReference,
  attemptId: string,
  verifies: boolean,
): Promise<void> {
  const { store, declared, provider, key } = subject;
  const sink = store ?? declared?.policy.secretStore;
  if (clientSecret === undefined || sink === undefined)
    throw new Error(`${key}: there is no store for the secret. Nothing was changed.`);
  const method = tokenEndpointAuthMethod === undefined ? {} : { tokenEndpointAuthMethod };
  const credentials = { clientId: id, clientSecret: await clientSecret.read(run.call), ...method };
  const secret: SecretRecord = { credentials, attemptId, issuedAt: new Date().toISOString() };
  if (verifies) await verifySecret(run, subject, secret);
  const context = { vendor: provider.vendor, operation: "import client", id };
  await run.step(key, "stage", async () => {
    if (typeof sink === "function") return sink(credentials, context);
    await sink.check?.(context);
    if (store === undefined) return sink.write(credentials, context);
    await store.stage(secret, run.call);
    await store.promote(attemptId, run.call);
  });
}

async function runOne(
  configuration: Configuration,
  key: string,
  options: RunOptions,
  work: (run: Run, subject: Subject) => Promise<ClientResult>,
): Promise<RunResult> {
  requireValid(configuration, [key]);
  const declared = configuration.clients[key];
  if (declared === undefined) throw new InvalidConfigurationError([{ key, path: "", message: "the client is not declared" }]);
  const run = createRun(configuration, options, false);
  return runClients(run, [declaredSubject(run, key, declared)], false, async (subject) => {
    try {
      return await work(run, subject);
    } catch (error) {
      const { version } = await readJournal(subject.journal, run.call).catch(() => ({ version: undefined }));
      return failedResult(key, error, version !== undefined);
    }
  });
}
