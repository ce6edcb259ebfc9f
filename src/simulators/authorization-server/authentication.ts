import type { Call } from "../core/router.js";
import { type AssertionContext, verifyAssertion } from "./assertions.js";
import type { StoredClient } from "./clients.js";
import { invalidClient, invalidRequest } from "./errors.js";
import type { ClientAuthenticationMethod } from "./options.js";

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
