import { sleep } from "../core/abort.js";
import { ifDefined } from "../core/values.js";
import { type Decision, decide, type Situation } from "./decide.js";
import { type JournalState, openAttempts, readJournal } from "./journal.js";
import { journalOf, type Run, secretStoreOf } from "./run.js";
import type { RemovedClient } from "./run-types.js";
import type {
  ClientProvider,
  DeclaredClient,
  FieldDifference,
  JournalEntry,
  Marker,
  ObservedClient,
  SecretStore,
  SecretStoreStatus,
  VersionedDocument,
} from "./types.js";

/** A key of the configuration with all that belongs to it. */
export interface Subject {
  readonly key: string;
  /** The keys whose markers are this client's: its own and its former one. */
  readonly keys: readonly string[];
  readonly provider: ClientProvider;
  readonly declared?: DeclaredClient;
  readonly removed?: RemovedClient;
  readonly store: SecretStore | undefined;
  readonly journal: VersionedDocument;
  /** The journal under the client's former key, where it is another document. */
  readonly formerJournal?: VersionedDocument;
}

/** What the journal, the vendor and the store have shown. */
export interface Seen {
  readonly account: string;
  readonly journal: JournalState;
  /** The client at the vendor that the decision is about. */
  readonly client?: ObservedClient;
  /** Every client that could be this one. */
  readonly candidates: readonly ObservedClient[];
  readonly status: SecretStoreStatus;
  readonly differences: readonly FieldDifference[];
}

/** An observation with the decision that follows. */
export interface Observation extends Seen {
  readonly situation: Situation;
  readonly decision: Decision;
}

/** The subject of a declared client. */
export function declaredSubject(run: Run, key: string, declared: DeclaredClient): Subject {
  const { policy, provider } = declared;
  const store = secretStoreOf(policy);
  const former = policy.formerly;
  return {
    key,
    keys: former === undefined ? [key] : [key, former],
    provider,
    declared,
    store,
    journal: journalOf(run.configuration, key, store),
    // A store holds one client's secret and its journal, whatever the client is called.
    ...(former === undefined || store !== undefined ? {} : { formerJournal: journalOf(run.configuration, former, store) }),
  };
}

/**
 * Observes a client and decides the next step.
 *
 * @param knownId - the id of a client that this run has created, which a listing may not show yet
 * @param fresh - whether an earlier listing of this run is out of date
 */
export async function observe(run: Run, subject: Subject, knownId: string | undefined, fresh: boolean): Promise<Observation> {
  const account = await run.account(subject.provider);
  const journal = await readEntry(run, subject);
  const { entry } = journal;
  const facts = baseFacts(run, subject, entry, account);
  const halted = facts.account === "other" || facts.entry === "foreign";
  const found = halted
    ? { client: undefined, candidates: [], kind: "absent" as const }
    : await findClient(run, subject, entry, knownId, fresh);
  const status = halted ? {} : await readStatus(run, subject);
  const { client, candidates, kind } = found;
  const compared = subject.declared && client && (kind === "recorded" || kind === "adoptable");
  const differences = compared ? await compareClient(run, subject, client, entry) : [];
  const own = subject.provider.ownClientId();
  const situation: Situation = {
    ...facts,
    client: kind,
    stored: classifyStore(subject, entry, client, status),
    fields: differences.some(({ change }) => change === "replace") ? "replace" : differences.length > 0 ? "update" : "same",
    own: own !== undefined && candidates.some((one) => one.client.id === own),
  };
  return {
    situation,
    decision: decide(situation),
    account,
    journal,
    ...ifDefined("client", client),
    candidates,
    status,
    differences,
  };
}

async function readEntry(run: Run, subject: Subject): Promise<JournalState> {
  const state = await readJournal(subject.journal, run.call);
  if (state.entry !== undefined || subject.formerJournal === undefined) return state;
  // Renamed: the first write goes to the new key.
  const former = await readJournal(subject.formerJournal, run.call);
  return { entry: former.entry, version: undefined };
}

function baseFacts(
  run: Run,
  { key, keys, provider, declared, removed }: Subject,
  entry: JournalEntry | undefined,
  account: string,
) {
  const { project, environment, accounts } = run.configuration;
  const named = accounts[provider.name];
  const foreign =
    entry !== undefined &&
    (entry.project !== project || entry.environment !== environment || ![key, ...keys].includes(entry.key));
  const operations = entry?.intents ?? [];
  const intent = operations.find(({ operation }) => operation === "delete") ?? operations[0];
  const action = removed?.action;
  return {
    wanted:
      action === "forget"
        ? ("forgotten" as const)
        : action === "delete"
          ? ("deleted" as const)
          : declared?.policy.adopt === undefined
            ? ("managed" as const)
            : ("adopted" as const),
    secret: secretKind(declared),
    account:
      (named !== undefined && named !== account) || (entry !== undefined && !foreign && entry.account !== account)
        ? ("other" as const)
        : ("same" as const),
    entry: foreign
      ? ("foreign" as const)
      : entry === undefined
        ? ("none" as const)
        : entry.clientId === undefined
          ? ("pending" as const)
          : ("recorded" as const),
    intent: intent?.operation ?? ("none" as const),
    reissue: declared?.rotation?.begin === undefined ? ("recreate" as const) : ("rotate" as const),
  };
}

function secretKind(declared: DeclaredClient | undefined): Situation["secret"] {
  if (declared === undefined || !declared.hasSecret || declared.policy.secret === "unmanaged") return "none";
  return secretStoreOf(declared.policy) === undefined ? "sink" : "store";
}

// How long a vendor may take to show a client that it has just created.
const visiblePauses = [1, 5, 15];

async function readCreated(run: Run, { key, provider }: Subject, id: string): Promise<ObservedClient> {
  for (const pauseUnits of [...visiblePauses, undefined]) {
    const client = await provider.get(id, run.call);
    if (client !== undefined) return client;
    if (pauseUnits !== undefined) await sleep(pauseUnits * run.pauseMs, run.options.signal);
  }
  throw new Error(`${key}: client ${id} was created and is not visible yet. Run the same command again.`);
}

interface Found {
  readonly client: ObservedClient | undefined;
  readonly candidates: readonly ObservedClient[];
  readonly kind: Situation["client"];
}

async function findClient(
  run: Run,
  subject: Subject,
  entry: JournalEntry | undefined,
  knownId: string | undefined,
  fresh: boolean,
): Promise<Found> {
  const { provider, declared } = subject;
  if (knownId !== undefined) {
    const client = await readCreated(run, subject, knownId);
    return classify(subject, entry, [client], [client], knownId);
  }
  if (entry?.clientId !== undefined && entry.intents.length === 0 && fresh) {
    const client = await provider.get(entry.clientId, run.call);
    if (client !== undefined) return classify(subject, entry, [client], [client]);
  }
  const all = await run.clients(provider, fresh || openAttempts(entry, "create").length > 0);
  const ids = [entry?.clientId, declared?.policy.adopt, declared?.idOf?.({ ...project(run), key: subject.key })];
  const index = indexOf(all);
  const named = ids.map((id) => (id === undefined ? undefined : index.byId.get(id)));
  const marked = subject.keys.flatMap((key) => index.byKey.get(key) ?? []);
  const ours = marked.filter(({ marker }) => isOurs(run, subject, marker));
  const candidates = [...new Set([...named, ...ours])].filter((one) => one !== undefined);
  // The listing may be older than the journal entry.
  for (const id of [entry?.clientId, declared?.policy.adopt]) {
    if (id === undefined || candidates.some(({ client }) => client.id === id)) continue;
    const client = await provider.get(id, run.call);
    if (client !== undefined) candidates.push(client);
  }
  return classify(subject, entry, candidates, all);
}

interface ListingIndex {
  readonly byId: ReadonlyMap<string, ObservedClient>;
  readonly byKey: ReadonlyMap<string, readonly ObservedClient[]>;
}

const indexes = new WeakMap<readonly ObservedClient[], ListingIndex>();

// Thousands of clients search the same listing.
function indexOf(all: readonly ObservedClient[]): ListingIndex {
  const known = indexes.get(all);
  if (known !== undefined) return known;
  const byKey = new Map<string, ObservedClient[]>();
  for (const one of all) if (one.marker !== undefined) byKey.set(one.marker.key, [...(byKey.get(one.marker.key) ?? []), one]);
  const index = { byId: new Map(all.map((one) => [one.client.id, one])), byKey };
  indexes.set(all, index);
  return index;
}

function classify(
  subject: Subject,
  entry: JournalEntry | undefined,
  found: readonly ObservedClient[],
  all: readonly ObservedClient[],
  knownId?: string,
): Found {
  const { declared, provider } = subject;
  const rotations = openAttempts(entry, "rotate");
  const creations = openAttempts(entry, "create");
  const candidates = found.filter(
    ({ client, marker }) =>
      client.id === entry?.clientId ||
      (client.id !== entry?.previous?.clientId && !(marker !== undefined && rotations.includes(marker.attemptId))),
  );
  const pick = (kind: Situation["client"], client?: ObservedClient): Found => ({ kind, client, candidates });
  const recorded = candidates.find(({ client }) => client.id === entry?.clientId);
  if (recorded !== undefined) return candidates.length === 1 ? pick("recorded", recorded) : pick("several", recorded);
  const adopted = candidates.find(({ client }) => client.id === declared?.policy.adopt);
  if (adopted !== undefined) return candidates.length === 1 ? pick("adoptable", adopted) : pick("several", adopted);
  const attempts = candidates.filter(
    ({ client, marker }) => client.id === knownId || (marker !== undefined && creations.includes(marker.attemptId)),
  );
  if (attempts.length < candidates.length) return candidates.length === 1 ? pick("marked", candidates[0]) : pick("several");
  if (attempts.length > 0) return attempts.length === 1 ? pick("attempt", attempts[0]) : pick("attempts", attempts[0]);
  const byName = provider.identifiedBy === "name" || declared?.policy.marker === false;
  const named = byName && declared?.matches ? all.filter(({ client }) => declared.matches?.(client)) : [];
  if (named.length === 0) return pick("absent");
  if (creations.length === 0) return { ...pick("same_name", named[0]), candidates: named };
  return { kind: named.length === 1 ? "attempt" : "several", client: named[0], candidates: named };
}

const project = (run: Run) => ({ project: run.configuration.project, environment: run.configuration.environment });

function isOurs(run: Run, { keys }: Subject, marker: Marker | undefined): boolean {
  const { project, environment } = run.configuration;
  return marker?.project === project && marker.environment === environment && keys.includes(marker.key);
}

async function readStatus(run: Run, { store }: Subject): Promise<SecretStoreStatus> {
  if (store === undefined) return {};
  try {
    return await store.status(run.call);
  } catch (error) {
    // A plan may run without permission to inspect secrets.
    if (!run.readOnly) throw error;
    return { current: {} };
  }
}

function classifyStore(
  { store }: Subject,
  entry: JournalEntry | undefined,
  client: ObservedClient | undefined,
  { current, next }: SecretStoreStatus,
): Situation["stored"] {
  if (store === undefined) return "unknown";
  const attemptId = next?.attemptId;
  // A promoted secret whose client is missing is not merely staged: consumers have it.
  if (attemptId !== undefined && openAttempts(entry, "create").includes(attemptId))
    return client === undefined && current !== undefined ? "current" : "staged";
  if (current === undefined) return "empty";
  if (current.clientId === undefined) return "unknown";
  return current.clientId === (client?.client.id ?? entry?.clientId) ? "current" : "other";
}

async function compareClient(
  run: Run,
  { declared, key }: Subject,
  observed: ObservedClient,
  entry: JournalEntry | undefined,
): Promise<readonly FieldDifference[]> {
  if (declared === undefined) return [];
  const differences = await declared.compare(observed, entry, run.call);
  const { marker } = observed;
  const renamed = entry !== undefined && entry.key !== key;
  const isMissing =
    marker === undefined ||
    marker.key !== key ||
    marker.project !== run.configuration.project ||
    marker.environment !== run.configuration.environment;
  const isMarked = declared.provider.identifiedBy !== "name" && declared.policy.marker !== false;
  if (!isMarked)
    return renamed ? [...differences, { field: "journal", actual: entry.key, declared: key, change: "update" }] : differences;
  if (!isMissing && !renamed) return differences;
  return [
    ...differences,
    { field: "marker", declared: `${run.configuration.project}/${run.configuration.environment}/${key}`, change: "update" },
  ];
}
