import { withTimeout } from "../../core/abort.js";
import type { TokenRequest } from "../../core/credentials.js";
import { isObject } from "../../core/values.js";
import { requestKey } from "../cache.js";
import { findIssues, numberRule, throwIfIssues, toIssues } from "../checks.js";
import type { AccessToken, TokenStore, TokenStoreEntry } from "../types.js";
import { parseEntry, serializeEntry } from "./entry.js";

/** A store that several processes can reach. Values are readable text: a store that others can read has to encrypt them. */
export interface TokenStoreAdapter {
  /** Returns the value of a key, unless it has expired. */
  readonly get: (key: string) => Promise<string | undefined | null>;
  /** Sets the value of a key for a lifetime in milliseconds. */
  readonly set: (key: string, value: string, lifetimeMs: number) => Promise<unknown>;
  /** Deletes a key. */
  readonly delete: (key: string) => Promise<unknown>;
  /**
   * Takes the lock of a key for at most a lifetime in milliseconds, without waiting. Resolves to the function that releases the lock,
   * or to `undefined` when another process holds it.
   */
  readonly lock: (key: string, lifetimeMs: number) => Promise<(() => unknown) | undefined>;
}

/** Options of `createSharedTokenStore`. */
export interface SharedTokenStoreOptions {
  /**
   * Deadline of one call of the adapter in milliseconds. A call that takes longer counts as failed.
   * @default 1_000
   */
  readonly timeoutMs?: number;
  /**
   * How long a process waits for the token that the lock holder is requesting, in milliseconds, before it requests one itself. With a
   * value below the deadline of a token request, every process sends a request to a slow token endpoint.
   * @default 12_000
   */
  readonly waitMs?: number;
}

// Longer than the default deadline of a token request, so that the lock outlives the request.
const lockLifetimeMs = 15_000;
const pollIntervalMs = 50;

/**
 * Creates a store through which the sources of several processes share tokens, so that a fleet sends one token request per lifetime. It
 * is the value of the option `store` of a source.
 *
 * A failure of the store never fails a call: after a failed read the store counts as empty, after a failed write other processes do not
 * get the token, and after a failed lock the process requests a token without it. Stored values are validated like a response. The
 * name of an entry is an HMAC-SHA-256 of the request with the client's secret as the key. Tokens without a stated lifetime are not
 * shared.
 *
 * @throws {ConfigurationError} a method is missing, or an option is invalid
 * @example
 * ```ts
 * import { createSharedTokenStore, type TokenStoreAdapter } from "oauth-clients/token/store";
 *
 * declare const adapter: TokenStoreAdapter; // get, set, delete and lock of your database
 * const store = createSharedTokenStore(adapter);
 * ```
 */
export function createSharedTokenStore(store: TokenStoreAdapter, options: SharedTokenStoreOptions = {}): TokenStore {
  const isMissing = (name: string) => !isObject(store) || typeof store[name] !== "function";
  throwIfIssues([
    ...["get", "set", "delete", "lock"].filter(isMissing).flatMap((name) => toIssues(`store.${name}`, "expected a function")),
    ...findIssues(options, { timeoutMs: numberRule(1), waitMs: numberRule(0) }),
  ]);
  const { timeoutMs = 1_000, waitMs = 12_000 } = options;

  return { open: (request) => openEntry(createEntryName(request), createSafeAdapter(store, timeoutMs), waitMs) };
}

/** The adapter with a deadline for each call. A call that fails or takes too long has the result of an empty store without locks. */
interface SafeAdapter {
  readonly read: (name: string, unwanted?: ReadonlySet<string>) => Promise<AccessToken | undefined>;
  readonly write: (name: string, token: AccessToken) => Promise<unknown>;
  readonly delete: (name: string) => Promise<unknown>;
  readonly lock: (name: string) => Promise<(() => Promise<unknown>) | undefined>;
}

function createSafeAdapter(store: TokenStoreAdapter, timeoutMs: number): SafeAdapter {
  const attempt = <T>(call: () => Promise<T>, fallback: T): Promise<T> =>
    withTimeout(call(), timeoutMs, () => fallback).catch(() => fallback);
  return {
    async read(name, unwanted) {
      const token = parseEntry(await attempt(async () => store.get(name), undefined));
      return token && !unwanted?.has(token.value) ? token : undefined;
    },
    async write(name, token) {
      const entry = serializeEntry(token);
      if (entry) await attempt<unknown>(async () => store.set(name, entry, token.lifetimeMs ?? 0), undefined);
    },
    delete: (name) => attempt<unknown>(async () => store.delete(name), undefined),
    async lock(name) {
      const release = await attempt<(() => unknown) | undefined>(
        async () => store.lock(`${name}:lock`, lockLifetimeMs),
        withoutLock,
      );
      return release && (() => attempt<unknown>(async () => release(), undefined));
    },
  };
}

// The release of a lock that could not be taken: the process continues without it.
const withoutLock = () => undefined;

function openEntry(entryName: () => Promise<string>, store: SafeAdapter, waitMs: number): TokenStoreEntry {
  async function renew(requestToken: () => Promise<AccessToken>, unwanted: ReadonlySet<string>): Promise<AccessToken> {
    const name = await entryName().catch(() => undefined);
    if (name === undefined) return requestToken();
    const waitUntil = performance.now() + waitMs;
    for (;;) {
      const stored = await store.read(name, unwanted);
      if (stored) return stored;
      const release = await store.lock(name);
      if (release) return requestWithLock(name, requestToken, unwanted, release);
      if (performance.now() >= waitUntil) return requestWithLock(name, requestToken, unwanted, withoutLock);
      await new Promise((resolve) => setTimeout(resolve, pollIntervalMs * (1 + Math.random())));
    }
  }

  async function requestWithLock(
    name: string,
    requestToken: () => Promise<AccessToken>,
    unwanted: ReadonlySet<string>,
    release: () => unknown,
  ): Promise<AccessToken> {
    try {
      // Another process may have stored a token between the read and the lock.
      const stored = await store.read(name, unwanted);
      if (stored) return stored;
      const token = await requestToken();
      await store.write(name, token);
      return token;
    } finally {
      await release();
    }
  }

  async function forget(value: string): Promise<void> {
    const name = await entryName();
    if ((await store.read(name))?.value === value) await store.delete(name);
  }

  return {
    renew,
    forget: (value) => {
      forget(value).catch(() => undefined);
    },
  };
}

/** The name of an entry, computed at the first use: a hash of the request, keyed by the fingerprint of the client authentication. */
function createEntryName(request: TokenRequest): () => Promise<string> {
  const { fingerprint } = request.clientAuthentication;
  if (!fingerprint) throwIfIssues(toIssues("store", "needs a client authentication with a fingerprint"));
  const key = requestKey(request);
  let name: Promise<string> | undefined;
  const hash = async (material: string): Promise<string> => {
    const encoder = new TextEncoder();
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    const secret = await crypto.subtle.importKey("raw", encoder.encode(material), algorithm, false, ["sign"]);
    const digest = new Uint8Array(await crypto.subtle.sign("HMAC", secret, encoder.encode(key)));
    return `oauth-clients:${Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  };
  return () => {
    name ??= fingerprint?.(hash) ?? hash("");
    return name;
  };
}
