import { randomToken } from "../core/random.js";
import type { Now } from "../core/time.js";
import type { AuthorizationServerSimulatedClient, ClientAuthenticationMethod } from "./options.js";

/** A client with its valid secrets. */
export interface StoredClient {
  readonly settings: AuthorizationServerSimulatedClient & { readonly method: ClientAuthenticationMethod };
  /** The newest first. Older secrets are included during their overlap. */
  readonly secrets: () => readonly string[];
}

/** The clients of one server. */
export interface ClientStore {
  readonly add: (client: AuthorizationServerSimulatedClient) => void;
  readonly remove: (clientId: string) => void;
  readonly find: (clientId: string) => StoredClient | undefined;
  readonly rotate: (clientId: string, overlapMs: number) => string;
}

/** Creates an empty store. */
export function createClientStore(now: Now): ClientStore {
  const clients = new Map<string, { readonly client: StoredClient; readonly secrets: { value: string; untilMs: number }[] }>();
  return {
    add(given) {
      const method = given.method ?? (given.jwks ? "private_key_jwt" : "client_secret_basic");
      const isKeyed = method === "private_key_jwt";
      if (!given.clientId) throw new TypeError("clientId: expected text, not empty");
      if (isKeyed ? !given.jwks : !given.secret) throw new TypeError(`${isKeyed ? "jwks" : "secret"}: missing for ${method}`);
      const secrets = given.secret ? [{ value: given.secret, untilMs: Number.POSITIVE_INFINITY }] : [];
      const good = () => secrets.filter(({ untilMs }) => untilMs > now()).map(({ value }) => value);
      clients.set(given.clientId, { client: { settings: { ...given, method }, secrets: good }, secrets });
    },
    remove(clientId) {
      clients.delete(clientId);
    },
    find: (clientId) => clients.get(clientId)?.client,
    rotate(clientId, overlapMs) {
      const found = clients.get(clientId);
      if (!found || found.secrets.length === 0) throw new TypeError("there is no client with this id and a secret");
      const nowMs = now();
      for (const secret of found.secrets) secret.untilMs = Math.min(secret.untilMs, nowMs + overlapMs);
      const value = randomToken();
      found.secrets.unshift({ value, untilMs: Number.POSITIVE_INFINITY });
      return value;
    },
  };
}
