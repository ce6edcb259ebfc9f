import { sleep, toNativeSignal } from "../core/abort.js";
import type { CallOptions } from "../core/manager.js";
import { ifDefined } from "../core/values.js";
import type { Configuration, RunEvent, RunOptions, RunStep } from "./run-types.js";
import type { AnyClientPolicy, ClientProvider, ObservedClient, SecretStore, VersionedDocument } from "./types.js";

/** How long another run's open intent must be unchanged, in milliseconds. */
export const defaultSettleMs = 90_000;
const longestPauseMs = 200;

/** What all clients of one run share. */
export interface Run {
  readonly configuration: Configuration;
  readonly options: RunOptions;
  readonly settleMs: number;
  /** The unit of the pauses between attempts, in milliseconds. */
  readonly pauseMs: number;
  /** Options of each call: the run's signal, and a deadline well within the settle time. */
  readonly call: CallOptions;
  /** Whether nothing may be written. */
  readonly readOnly: boolean;
  /** Attempt ids of this run. */
  readonly ownAttempts: Set<string>;
  /** The account of a provider, asked for once. */
  readonly account: (provider: ClientProvider) => Promise<string>;
  /** All clients of a provider. `fresh`: not those of an earlier listing of this run. */
  readonly clients: (provider: ClientProvider, fresh: boolean) => Promise<readonly ObservedClient[]>;
  readonly emit: (event: RunEvent) => void;
  /** Runs a step and reports its progress. */
  readonly step: <T>(key: string, step: RunStep, work: () => Promise<T>) => Promise<T>;
}

/** Starts a run. */
export function createRun(configuration: Configuration, given: RunOptions, readOnly: boolean): Run {
  const { signal, stopSignal } = given;
  const options: RunOptions = {
    ...given,
    ...(signal && { signal: toNativeSignal(signal) }),
    ...(stopSignal && { stopSignal: toNativeSignal(stopSignal) }),
  };
  const settleMs = configuration.settings.settleMs ?? defaultSettleMs;
  const longestMs = Math.max(1, Math.floor((settleMs * 2) / 3));
  const call: CallOptions = {
    ...ifDefined("signal", options.signal),
    timeoutMs: Math.min(options.timeoutMs ?? longestMs, longestMs),
  };
  const accounts = new Map<ClientProvider, Promise<string>>();
  const listings = new Map<ClientProvider, Promise<readonly ObservedClient[]>>();
  const emit = (event: RunEvent) => {
    try {
      options.onEvent?.(event);
    } catch {
      // An observer must not stop a run between a create and the write of its secret.
    }
  };
  return {
    configuration,
    options,
    settleMs,
    pauseMs: Math.min(longestPauseMs, settleMs / 450),
    call,
    readOnly,
    ownAttempts: new Set(),
    account: (provider) => remember(accounts, provider, () => provider.account(call)),
    clients: (provider, fresh) => {
      if (fresh) listings.delete(provider);
      return remember(listings, provider, () => readAll(provider, call));
    },
    emit,
    step: async (key, step, work) => {
      emit({ type: "step", key, step, state: "started" });
      try {
        const value = await work();
        emit({ type: "step", key, step, state: "done" });
        return value;
      } catch (error) {
        emit({ type: "step", key, step, state: "failed" });
        throw error;
      }
    },
  };
}

function remember<Key, Value>(memory: Map<Key, Promise<Value>>, key: Key, read: () => Promise<Value>): Promise<Value> {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const reading = read();
  memory.set(key, reading);
  reading.catch(() => memory.delete(key));
  return reading;
}

async function readAll(provider: ClientProvider, options: CallOptions): Promise<readonly ObservedClient[]> {
  const all: ObservedClient[] = [];
  for await (const one of provider.list(options)) all.push(one);
  return all;
}

/** The store of a policy, where it is one that can be read. */
export function secretStoreOf(policy: AnyClientPolicy): SecretStore | undefined {
  const { secretStore } = policy;
  return typeof secretStore === "object" && "journal" in secretStore ? secretStore : undefined;
}

/** The journal of a client: beside its secret, or in the project's journal. */
export function journalOf(configuration: Configuration, key: string, store: SecretStore | undefined): VersionedDocument {
  if (store !== undefined) return store.journal;
  const { journal, project, environment } = configuration;
  if (journal === undefined) throw new Error(`${key}: no journal is configured. Nothing was sent.`);
  return journal.document(`${project}/${environment}/${key}`);
}

/** Applies work to each item, at most so many at once, and keeps the order of the results. */
export async function mapConcurrently<Item, Value>(
  items: readonly Item[],
  concurrency: number,
  work: (item: Item) => Promise<Value>,
): Promise<Value[]> {
  const results: Value[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index] as Item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
  return results;
}

/** Waits, unless the run is stopped. */
export async function pause(run: Run, ms: number): Promise<void> {
  await sleep(ms, run.options.stopSignal ?? run.options.signal);
}
