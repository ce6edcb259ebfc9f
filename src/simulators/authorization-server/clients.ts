import { randomToken } from "../core/random.js";
import type { Call } from "../core/router.js";
import type { Now } from "../core/time.js";
import { type AssertionContext, verifyAssertion } from "./assertions.js";
import { invalidClient, invalidRequest } from "./errors.js";
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

/** The parts of the server that client authentication needs. */
export type AuthenticationContext = Omit<AssertionContext, "clientId">;

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
// Only a client that used the Authorization header gets WWW-Authenticate (RFC 6749 section 5.2).
const basicChallenge = { "www-authenticate": 'Basic realm="simulator"' };

/**
 * Authenticates the client of a form by its registered method.
 *
 * @throws {ErrorResponse} 400 without credentials, with two kinds of credentials, and for credentials that are not form-encoded; 401 for
 *   invalid credentials
 */
export async function authenticateClient(
  form: URLSearchParams,
  { headers }: Call,
  context: AuthenticationContext,
): Promise<StoredClient> {
  const authorization = headers.get("authorization");
  const [assertion, secret, clientId] = ["client_assertion", "client_secret", "client_id"].map((name) => form.get(name));
  if ([authorization, assertion, secret].filter((given) => given != null).length > 1) {
    throw invalidRequest("There is more than one way of client authentication.");
  }
  if (assertion != null) {
    if (form.get("client_assertion_type") !== assertionType) throw invalidRequest("The client_assertion_type is not known.");
    return verifyAssertion(assertion, { ...context, clientId: clientId ?? null });
  }
  if (authorization !== null) {
    const pair = readBasic(authorization);
    const client = context.find(pair.clientId);
    const isOther = clientId != null && clientId !== pair.clientId;
    if (!client || isOther || !fits(client, "client_secret_basic", pair.secret)) throw invalidClient(basicChallenge);
    return client;
  }
  if (!clientId) throw invalidRequest("There are no client credentials.");
  const client = context.find(clientId);
  if (!client || secret == null || !fits(client, "client_secret_post", secret)) throw invalidClient();
  return client;
}

function fits({ settings, secrets }: StoredClient, method: ClientAuthenticationMethod, secret: string): boolean {
  return settings.method === method && secrets().includes(secret);
}

function readBasic(authorization: string): { readonly clientId: string; readonly secret: string } {
  const encoded = /^basic +([\w+/]+={0,2})$/i.exec(authorization)?.[1];
  if (encoded === undefined) throw invalidClient(basicChallenge);
  let pair: string;
  try {
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    pair = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw invalidRequest("The Authorization header is not Base64 of UTF-8.");
  }
  const colon = pair.indexOf(":");
  if (colon < 0) throw invalidRequest("The Authorization header has no colon.");
  return { clientId: formDecode(pair.slice(0, colon)), secret: formDecode(pair.slice(colon + 1)) };
}

/** Both parts are form-encoded before they are joined (RFC 6749 section 2.3.1). */
function formDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw invalidRequest("The client credentials in the Authorization header are not form-encoded.");
  }
}
