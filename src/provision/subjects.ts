import { readJournal } from "./journal.js";
import { declaredSubject, type Subject } from "./observe.js";
import { journalOf, type Run } from "./run.js";
import type { ClientProvider } from "./types.js";

/** The subjects of a run: declared clients, and removed ones that still have a client or a journal entry. */
export async function readSubjects(run: Run): Promise<readonly Subject[]> {
  const { clients, removed } = run.configuration;
  const isWanted = (key: string) => run.options.only === undefined || run.options.only.includes(key);
  const declared = Object.entries(clients)
    .filter(([key]) => isWanted(key))
    .map(([key, client]) => declaredSubject(run, key, client));
  const others: Subject[] = [];
  for (const [key, one] of Object.entries(removed)) {
    if (!isWanted(key)) continue;
    const store = one.secretStore;
    const journal = journalOf(run.configuration, key, store);
    const { entry } = await readJournal(journal, run.call);
    for (const provider of await providersOf(run, key, entry?.provider))
      others.push({ key, keys: [key], provider, removed: one, store, journal });
  }
  return [...declared, ...others];
}

// Without a journal entry the markers tell which account has the client. No provider: nothing is left of it.
async function providersOf(run: Run, key: string, name: string | undefined): Promise<readonly ClientProvider[]> {
  const { providers } = run.configuration;
  if (name !== undefined) return providers.filter((one) => one.name === name);
  const found = await Promise.all(
    providers.map(async (provider) => ((await markedKeys(run, provider)).has(key) ? [provider] : [])),
  );
  return found.flat();
}

/** The keys of this project and environment whose marker a client of the account carries, with the clients' ids. */
export async function markedKeys(run: Run, provider: ClientProvider): Promise<ReadonlyMap<string, string>> {
  const { project, environment } = run.configuration;
  const clients = await run.clients(provider, false);
  return new Map(
    clients.flatMap(({ client, marker }) =>
      marker?.project === project && marker.environment === environment ? [[marker.key, client.id] as const] : [],
    ),
  );
}
