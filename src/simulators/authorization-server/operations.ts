import { createLimiter } from "../core/rate-limits.js";
import type { Call, Operation } from "../core/router.js";
import type { Now } from "../core/time.js";
import { authenticateClient } from "./authentication.js";
import type { ClientStore, StoredClient } from "./clients.js";
import { ErrorResponse, invalidRequest, json, refused } from "./errors.js";
import { distort, type MalformedTokenResponse } from "./malformed-responses.js";
import { metadataOf, urlsOf } from "./metadata.js";
import type { AuthorizationServerOperationId, AuthorizationServerSimulatorOptions } from "./options.js";
import type { TokenStore } from "./tokens.js";

/** The state that the operations use. */
export interface OperationSettings extends AuthorizationServerSimulatorOptions {
  readonly issuer: string;
  readonly now: Now;
  readonly store: ClientStore;
  readonly tokens: TokenStore;
  /** The malformed responses to the next token requests. */
  readonly malformed: MalformedTokenResponse[];
}

/** Creates the operations of the server. */
export function createOperations(
  settings: OperationSettings,
): Readonly<Record<AuthorizationServerOperationId, Operation<"server">>> {
  const { issuer, now, store, tokens, malformed, rateLimit, scopes, metadata } = settings;
  const urls = urlsOf(issuer);
  const { origin } = new URL(issuer);
  const path = issuer.slice(origin.length);
  const admit = rateLimit && createLimiter([rateLimit], now);
  const usedJtis = new Set<string>();

  // A server from `listen()` has other base URLs.
  const urlsFor = ({ baseUrls: { server } }: Call<"server">) => urlsOf(server === origin ? issuer : server + path);
  const authenticated =
    (act: (form: URLSearchParams, client: StoredClient, call: Call<"server">) => Response) => async (call: Call<"server">) => {
      try {
        const form = readForm(call);
        const { issuer: own, token: tokenEndpoint } = urlsFor(call);
        const isLenient = settings.assertionAudience === "issuer_or_token_endpoint";
        const context = { find: store.find, issuer: own, tokenEndpoint, isLenient, now, usedJtis };
        return act(form, await authenticateClient(form, call, context), call);
      } catch (error) {
        if (error instanceof ErrorResponse) return refused(error);
        throw error;
      }
    };
  const operation = (method: string, url: string, respond: Operation<"server">["respond"]): Operation<"server"> => ({
    method,
    path: new URL(url).pathname,
    origins: ["server"],
    respond,
  });
  const describe = (call: Call<"server">) => json(200, metadataOf(urlsFor(call), scopes, metadata));
  const issueToken = authenticated((form, client, call) => {
    const grant = tokens.issue(form, client, urlsFor(call).issuer);
    const name = malformed.shift();
    return name ? distort(name, grant) : json(200, grant);
  });
  const requestToken = (call: Call<"server">) => {
    const { admitted, windows } = admit?.() ?? { admitted: true, windows: [] };
    if (admitted) return issueToken(call);
    return new Response(null, { status: 429, headers: { "retry-after": String(windows[0]?.resetSeconds ?? 1) } });
  };
  const introspectToken = authenticated((form) => json(200, tokens.introspect(form)));
  const revokeToken = authenticated((form, client) => {
    tokens.revoke(form, client);
    return new Response(null, { status: 200 });
  });
  return {
    requestToken: operation("POST", urls.token, requestToken),
    introspectToken: operation("POST", urls.introspection, introspectToken),
    revokeToken: operation("POST", urls.revocation, revokeToken),
    discoverServerMetadata: operation("GET", urls.serverMetadata, describe),
    discoverOpenidConfiguration: operation("GET", urls.openidConfiguration, describe),
  };
}

/** Parses a form. Only some parameters may be repeated (RFC 6749 section 3.2, RFC 8707 section 2). */
function readForm({ headers, text }: Call): URLSearchParams {
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(headers.get("content-type") ?? "")) {
    throw invalidRequest("The content must be a form.");
  }
  const form = new URLSearchParams(text);
  const repeatable = ["audience", "resource"];
  const isRepeated = [...new Set(form.keys())].some((name) => !repeatable.includes(name) && form.getAll(name).length > 1);
  if (isRepeated) throw invalidRequest("A parameter is repeated.");
  return form;
}
