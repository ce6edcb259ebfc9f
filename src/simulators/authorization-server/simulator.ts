import { createLimiter } from "../core/rate-limits.js";
import type { Call, Operation } from "../core/router.js";
import { createSimulator, extendSimulator } from "../core/simulator.js";
import { createSimulatedTime } from "../core/time.js";
import { authenticateClient, createClientStore, type StoredClient } from "./clients.js";
import { ErrorResponse, invalidRequest, json, refused } from "./errors.js";
import { distort, type MalformedTokenResponse, malformedTokenResponses } from "./malformed-responses.js";
import { metadataOf, urlsOf } from "./metadata.js";
import type {
  AuthorizationServerOperationId,
  AuthorizationServerSimulator,
  AuthorizationServerSimulatorOptions,
} from "./options.js";
import { createTokenStore } from "./tokens.js";

export { type MalformedTokenResponse, malformedTokenResponses } from "./malformed-responses.js";
export type {
  AuthorizationServerOperationId,
  AuthorizationServerSimulatedClient,
  AuthorizationServerSimulator,
  AuthorizationServerSimulatorOptions,
  AuthorizationServerUrls,
  ClientAuthenticationMethod,
} from "./options.js";

/**
 * Simulates an authorization server with the client credentials grant (RFC 6749 section 4.4), introspection (RFC 7662), revocation (RFC 7009)
 * and metadata (RFC 8414 and OpenID Connect Discovery).
 *
 * The server is strict: a client authenticates by its registered method, credentials in a header are form-encoded, no parameter is repeated,
 * and an assertion has only the issuer as audience, is valid for at most five minutes and is accepted once.
 *
 * @throws {TypeError} an option is invalid
 * @example
 * ```ts
 * import { simulateAuthorizationServer } from "oauth-clients/testing";
 *
 * await using server = await simulateAuthorizationServer().listen();
 * ```
 */
export function simulateAuthorizationServer(options: AuthorizationServerSimulatorOptions = {}): AuthorizationServerSimulator {
  const time = createSimulatedTime(options.now);
  const { now } = time;
  const { issuer = "https://auth.example", rateLimit, scopes, metadata } = options;
  if (!/^https?:\/\/[^?#@]+$/.test(issuer) || !URL.canParse(issuer)) throw new TypeError("issuer: expected an http(s) URL");
  const urls = urlsOf(issuer);
  const path = issuer.slice(new URL(issuer).origin.length);
  const store = createClientStore(now);
  for (const client of options.clients ?? []) store.add(client);
  const tokens = createTokenStore(options, now);
  const admit = rateLimit && createLimiter([rateLimit], now);
  const malformed: MalformedTokenResponse[] = [];
  const usedJtis = new Set<string>();

  // A server from `listen()` has other base URLs.
  const urlsFor = ({ baseUrls: { server } }: Call<"server">) => urlsOf(server === urlsRoot ? issuer : server + path);
  const urlsRoot = new URL(issuer).origin;
  const authenticated =
    (act: (form: URLSearchParams, client: StoredClient, call: Call<"server">) => Response) => async (call: Call<"server">) => {
      try {
        const form = readForm(call);
        const { issuer: own, token: tokenEndpoint } = urlsFor(call);
        const isLenient = options.assertionAudience === "issuer_or_token_endpoint";
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

  const simulator = createSimulator<AuthorizationServerOperationId, "server">({
    name: "simulateAuthorizationServer",
    baseUrls: { server: urlsRoot },
    operations: {
      requestToken: operation("POST", urls.token, (call) => {
        const { admitted, windows } = admit?.() ?? { admitted: true, windows: [] };
        if (admitted) return issueToken(call);
        return new Response(null, { status: 429, headers: { "retry-after": String(windows[0]?.resetSeconds ?? 1) } });
      }),
      introspectToken: operation(
        "POST",
        urls.introspection,
        authenticated((form) => json(200, tokens.introspect(form))),
      ),
      revokeToken: operation(
        "POST",
        urls.revocation,
        authenticated((form, client) => {
          tokens.revoke(form, client);
          return new Response(null, { status: 200 });
        }),
      ),
      discoverServerMetadata: operation("GET", urls.serverMetadata, describe),
      discoverOpenidConfiguration: operation("GET", urls.openidConfiguration, describe),
    },
    unmatched: (_, allowed) =>
      allowed.length === 0
        ? new Response(null, { status: 404 })
        : new Response(null, { status: 405, headers: { allow: allowed.join(", ") } }),
    time,
  });

  const { clearFaults } = simulator;
  return extendSimulator(simulator, {
    urls,
    clearFaults() {
      clearFaults();
      malformed.length = 0;
    },
    addClient: store.add,
    removeClient(clientId: string) {
      store.remove(clientId);
      tokens.delete((_, owner) => owner === clientId);
    },
    rotateSecret: (clientId: string, { overlapMs = 0 }: { readonly overlapMs?: number } = {}) =>
      store.rotate(clientId, overlapMs),
    revoke: (selected: { readonly value: string } | { readonly clientId: string }) =>
      tokens.delete((value, owner) => ("value" in selected ? value === selected.value : owner === selected.clientId)),
    countActive: tokens.countActive,
    respondWithMalformedTokenNext(name: MalformedTokenResponse, { times = 1 }: { readonly times?: number } = {}) {
      if (!malformedTokenResponses.includes(name)) throw new TypeError(`name: there is no malformed token response "${name}"`);
      if (!Number.isInteger(times) || times < 1) throw new RangeError("times: expected an integer, at least 1");
      malformed.push(...Array.from({ length: times }, () => name));
    },
  });
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
