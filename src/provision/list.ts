import { ifDefined } from "../core/values.js";
import { requireValid } from "./check.js";
import { readOnly, withGuard } from "./guard.js";
import { readJournal } from "./journal.js";
import { defaultConcurrency, findUndeclared } from "./plan.js";
import { rotationDueAt } from "./rotation-dates.js";
import { createRun, journalOf, mapConcurrently, type Run, secretStoreOf } from "./run.js";
import type { ClientOutput, Configuration, ListedClient, ListOptions, RunOptions } from "./run-types.js";
import type { DeclaredClient, JournalEntry } from "./types.js";

/**
 * Lists every client of the project with its state, and clients that carry the project's marker without being declared. It sends GET,
 * and POST to token endpoints, and nothing else.
 *
 * @throws {InvalidConfigurationError} the configuration is invalid; nothing was sent
 */
export async function list(configuration: Configuration, options: ListOptions = {}): Promise<readonly ListedClient[]> {
  requireValid(configuration, options.only);
  const run = createRun(configuration, options, true);
  return withGuard(readOnly, async () => {
    const declared = await mapDeclared(run, async (key, client, entry) => listedClient(key, client, entry));
    const undeclared = (await findUndeclared(run)).map(
      ({ key, provider, vendor, id }): ListedClient => ({
        key,
        provider,
        vendor,
        ...ifDefined("id", id),
        state: "undeclared",
      }),
    );
    return [...declared, ...undeclared, ...(options.unmanaged === true ? await findUnmanaged(run, declared) : [])];
  });
}

function listedClient(key: string, { provider, policy }: DeclaredClient, entry: JournalEntry | undefined): ListedClient {
  const store = secretStoreOf(policy);
  const dueAt = entry === undefined ? undefined : rotationDueAt(policy.rotation, entry);
  return {
    key,
    provider: provider.name,
    vendor: provider.vendor,
    ...ifDefined("id", entry?.clientId),
    ...ifDefined("secretStore", store?.location),
    ...(entry?.issuedAt === undefined ? {} : { issuedAt: new Date(entry.issuedAt) }),
    ...ifDefined("rotationDueAt", dueAt),
    state: stateOf(entry),
  };
}

function stateOf(entry: JournalEntry | undefined): ListedClient["state"] {
  if (entry === undefined) return "not_created";
  if (entry.intents.length > 0) return "in_progress";
  return entry.previous === undefined ? "managed" : "overlapping";
}

async function findUnmanaged(run: Run, managed: readonly ListedClient[]): Promise<ListedClient[]> {
  const ids = managed.map(({ id }) => id);
  const lists = await Promise.all(
    run.configuration.providers.map(async (provider) =>
      (await run.clients(provider, false))
        .filter(({ client, marker }) => marker === undefined && !ids.includes(client.id))
        .map(
          ({ client }): ListedClient => ({
            key: client.name,
            provider: provider.name,
            vendor: provider.vendor,
            id: client.id,
            state: "unmanaged",
          }),
        ),
    ),
  );
  return lists.flat();
}

/**
 * Returns what consumers of the clients need besides their secrets: client ids, token endpoints, and where the secrets are.
 *
 * @throws {InvalidConfigurationError} the configuration is invalid; nothing was sent
 */
export async function output(
  configuration: Configuration,
  options: RunOptions = {},
): Promise<Readonly<Record<string, ClientOutput>>> {
  requireValid(configuration, options.only);
  const run = createRun(configuration, options, true);
  return withGuard(readOnly, async () => {
    const entries = await mapDeclared(run, async (key, declared, entry) => {
      const store = secretStoreOf(declared.policy);
      const observed = entry?.clientId === undefined ? undefined : await declared.provider.get(entry.clientId, run.call);
      const values = observed === undefined ? {} : (declared.output?.(observed.client) ?? {});
      const result: ClientOutput = {
        ...ifDefined("id", entry?.clientId),
        ...ifDefined("secretStore", store?.location),
        values,
      };
      return [key, result] as const;
    });
    return Object.fromEntries(entries);
  });
}

function mapDeclared<Value>(
  run: Run,
  work: (key: string, declared: DeclaredClient, entry: JournalEntry | undefined) => Promise<Value>,
): Promise<Value[]> {
  const { configuration, options, call } = run;
  const wanted = Object.entries(configuration.clients).filter(([key]) => options.only?.includes(key) !== false);
  return mapConcurrently(wanted, configuration.settings.concurrency ?? defaultConcurrency, async ([key, declared]) => {
    const journal = journalOf(configuration, key, secretStoreOf(declared.policy));
    return work(key, declared, (await readJournal(journal, call)).entry);
  });
}
