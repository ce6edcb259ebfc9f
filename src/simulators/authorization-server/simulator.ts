import { createSimulator, extendSimulator } from "../core/simulator.js";
import { createSimulatedTime } from "../core/time.js";
import { createClientStore } from "./clients.js";
import { type MalformedTokenResponse, malformedTokenResponses } from "./malformed-responses.js";
import { urlsOf } from "./metadata.js";
import { createOperations } from "./operations.js";
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
  const { issuer = "https://auth.example" } = options;
  if (!/^https?:\/\/[^?#@]+$/.test(issuer) || !URL.canParse(issuer)) throw new TypeError("issuer: expected an http(s) URL");
  const store = createClientStore(now);
  for (const client of options.clients ?? []) store.add(client);
  const tokens = createTokenStore(options, now);
  const malformed: MalformedTokenResponse[] = [];

  const simulator = createSimulator<AuthorizationServerOperationId, "server">({
    name: "simulateAuthorizationServer",
    baseUrls: { server: new URL(issuer).origin },
    operations: createOperations({ ...options, issuer, now, store, tokens, malformed }),
    unmatched: (_, allowed) =>
      allowed.length === 0
        ? new Response(null, { status: 404 })
        : new Response(null, { status: 405, headers: { allow: allowed.join(", ") } }),
    time,
  });

  const { clearFaults } = simulator;
  return extendSimulator(simulator, {
    urls: urlsOf(issuer),
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
