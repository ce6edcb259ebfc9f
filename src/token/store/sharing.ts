import type { TokenRequest } from "../../core/credentials.js";
import { findIssues, functionProblem, numberRule, type Rule, throwIfIssues, toIssues } from "../checks.js";
import { requestKey } from "../key.js";
import type { AccessToken, TokenStore, TokenStoreEntry } from "../types.js";
import { readEntry, writeEntry } from "./entry.js";

/** A place that several processes reach. What it is given is readable: a store that is shared with others has to encrypt. */
export interface TokenStoreAdapter {
  /** What was set under a key and has not expired. */
  readonly get: (key: string) => Promise<string | undefined | null>;
  /** Sets a value for so long, in milliseconds. */
  readonly set: (key: string, value: string, lifetimeMs: number) => Promise<unknown>;
  /** Removes a value. */
  readonly delete: (key: string) => Promise<unknown>;
  /**
   * Takes the lock of a key for at most so long, in milliseconds, without waiting. Resolves to what gives it back, or to `undefined` when
   * somebody else has it.
   */
  readonly lock: (key: string, lifetimeMs: number) => Promise<(() => unknown) | undefined>;
}

/** How `createSharedTokenStore` uses a store. */
export interface SharedTokenStoreOptions {
  /**
   * How long one call of the store may take, in milliseconds. A store that takes longer has failed.
   * @default 1_000
   */
  readonly timeoutMs?: number;
  /**
   * How long to wait for the token that somebody else has the lock for, in milliseconds, before getting one alone. Less than an exchange may
   * take, and a slow token endpoint is asked by everybody.
   * @default 12_000
   */
  readonly waitMs?: number;
}

// Longer than an exchange takes by default, so that the lock outlives it.
const lockLifetimeMs = 15_000;
const pollMs = 50;

/**
 * Lets the sources of several processes share tokens, so that a fleet sends one request per lifetime. Goes into the option `store` of
 * a source.
 *
 * The store can only help: when reading fails there is no token in it, when writing fails nobody else gets this one, when locking fails
 * a process goes alone. What is read is checked like an answer. The name under which a token is kept is an HMAC-SHA-256 of the request
 * with the client's secret as its key; tokens without a stated lifetime are not shared.
 *
 * @throws {ConfigurationError} the store lacks a method, or an option is wrong
 */
export function createSharedTokenStore(store: TokenStoreAdapter, options: SharedTokenStoreOptions = {}): TokenStore {
  const method: Rule = (value) => functionProblem(value ?? null, "");
  throwIfIssues([
    ...["get", "set", "delete", "lock"].flatMap((name) => toIssues(`store.${name}`, method(Object(store)[name], name))),
    ...findIssues(options, { timeoutMs: numberRule(1), waitMs: numberRule(0) }),
  ]);
  const { timeoutMs = 1_000, waitMs = 12_000 } = options;

  /** A call of the store: `fallback` when it fails or takes too long. */
  async function attempt<T>(call: () => Promise<T>, fallback: T): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<T>((resolve) => {
      timer = setTimeout(resolve, timeoutMs, fallback);
    });
    try {
      return await Promise.race([call(), late]);
    } catch {
      return fallback;
    } finally {
      clearTimeout(timer);
    }
  }

  function open(request: TokenRequest): TokenStoreEntry {
    const nameIt = nameOf(request);
    const read = async (name: string, unwanted: ReadonlySet<string>): Promise<AccessToken | undefined> => {
      const token = readEntry(await attempt(() => store.get(name), undefined));
      return token && !unwanted.has(token.value) ? token : undefined;
    };

    async function renew(exchange: () => Promise<AccessToken>, unwanted: ReadonlySet<string>): Promise<AccessToken> {
      const name = await nameIt().catch(() => undefined);
      if (name === undefined) return exchange();
      const lock = `${name}:lock`;
      const ends = performance.now() + waitMs;
      for (;;) {
        const found = await read(name, unwanted);
        if (found) return found;
        // A lock that fails is like one that is free: everybody goes alone.
        const free = () => undefined;
        const release = await attempt<(() => unknown) | undefined>(() => store.lock(lock, lockLifetimeMs), free);
        if (release) return alone(name, release);
        if (performance.now() >= ends) return alone(name, free);
        await new Promise((resolve) => setTimeout(resolve, pollMs * (1 + Math.random())));
      }

      async function alone(place: string, release: () => unknown): Promise<AccessToken> {
        try {
          // Somebody may have brought one between the look and the lock.
          const found = await read(place, unwanted);
          if (found) return found;
          const token = await exchange();
          const entry = writeEntry(token);
          if (entry) await attempt<unknown>(() => store.set(place, entry, token.lifetimeMs ?? 0), undefined);
          return token;
        } finally {
          await attempt<unknown>(async () => release(), undefined);
        }
      }
    }

    async function forget(value: string): Promise<void> {
      const name = await nameIt();
      const found = await read(name, new Set());
      if (found?.value === value) await attempt<unknown>(() => store.delete(name), undefined);
    }

    return {
      renew,
      forget: (value) => {
        forget(value).catch(() => undefined);
      },
    };
  }

  return { open };
}

// Made once, at the first use: a keyed hash of the request, with what tells the client's authentication from others for a key.
function nameOf(request: TokenRequest): () => Promise<string> {
  const { fingerprint } = request.clientAuthentication;
  if (!fingerprint) throwIfIssues(toIssues("store", "needs a client authentication with a fingerprint"));
  const key = requestKey(request);
  let name: Promise<string> | undefined;
  const make = async (material: string): Promise<string> => {
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    const bytes = new TextEncoder();
    const secret = await crypto.subtle.importKey("raw", bytes.encode(material), algorithm, false, ["sign"]);
    const digest = new Uint8Array(await crypto.subtle.sign("HMAC", secret, bytes.encode(key)));
    return `oauth-clients:${Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  };
  return () => {
    name ??= fingerprint?.(make) ?? make("");
    return name;
  };
}
