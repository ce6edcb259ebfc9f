import { readBasic } from "../core/authorization-header.js";
import type { Now } from "../core/time.js";
import { verifyAssertion } from "./assertions.js";
import type { ClientStore, StoredClient } from "./clients.js";
import { invalidClient, invalidRequest } from "./errors.js";

/** The parts of the token endpoint that client authentication needs. */
export interface AuthenticationSettings {
  readonly store: ClientStore;
  readonly now: Now;
  /** The `jti` values of used assertions. */
  readonly usedAssertions: Set<string>;
}

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/**
 * Authenticates the client of a form by its registered method.
 *
 * @param audiences the accepted `aud` values of an assertion
 * @throws {ErrorResponse} 400 without credentials, 401 for invalid credentials
 */
export async function authenticateClient(
  form: URLSearchParams,
  headers: Headers,
  audiences: readonly string[],
  { store, now, usedAssertions }: AuthenticationSettings,
): Promise<StoredClient> {
  const type = form.get("client_assertion_type");
  if (type !== null) {
    if (type !== assertionType) throw invalidRequest("The client_assertion_type is not known.");
    const assertion = form.get("client_assertion") ?? "";
    if (assertion === "") throw invalidRequest("There is a client_assertion_type and no client_assertion.");
    const find = (id: string) => store.find(id);
    return verifyAssertion(assertion, {
      clientId: form.get("client_id"),
      audiences,
      find,
      now,
      usedAssertions,
    });
  }
  const pair = readBasic(headers.get("authorization"));
  const basic = pair && { id: formDecode(pair.id), secret: formDecode(pair.secret) };
  const id = basic?.id ?? form.get("client_id") ?? "";
  if (!basic && id === "") throw invalidRequest("There are no client credentials in the Authorization header or the content.");
  const client = store.find(id);
  if (!client) throw invalidClient();
  const method = client.document.token_endpoint_auth_method;
  const posted = form.get("client_secret") ?? "";
  // Two separate checks: a request with a secret in both places fails for every method.
  if (posted !== "" && (form.get("client_id") ?? "") !== "" && method !== "client_secret_post") throw invalidClient();
  if (basic && basic.secret !== "" && method !== "client_secret_basic") throw invalidClient();
  if (method === "none") return client;
  const secret = basic ? basic.secret : posted;
  if (![client.secret, ...client.rotated].includes(secret)) throw invalidClient();
  return client;
}

/** Both parts are form-encoded before they are joined (RFC 6749 section 2.3.1). */
function formDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw invalidRequest("The client credentials in the Authorization header are not form-encoded.");
  }
}
