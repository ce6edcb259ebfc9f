import { createRecorder } from "../core/request-log.js";
import { type Call, createRouter } from "../core/router.js";
import { createSimulator, extendSimulator, type SimulatorDefinition } from "../core/simulator.js";
import { createSimulatedTime, type Now } from "../core/time.js";
import { createClientStore } from "./clients.js";
import { renderClient } from "./documents.js";
import { createKeyCheck, createRateLimits } from "./gateway.js";
import { createOperations } from "./operations.js";
import {
  baseUrlsOf,
  environmentOf,
  type OryOperationId,
  type OryOrigin,
  type OrySimulatedClient,
  type OrySimulator,
  type OrySimulatorOptions,
} from "./options.js";
import { rateLimitBuckets } from "./rate-limit-buckets.js";
import { createRoutes } from "./routes.js";
import { createSigner } from "./signing.js";
import { createTokenEndpoint } from "./tokens.js";
import { type VersionFeatures, versions } from "./versions.js";

export type { OryRateLimitBucket } from "./gateway.js";
export type { OryOrigin, OrySimulatedClient, OrySimulator, OrySimulatorOptions } from "./options.js";
export type { OryVersion } from "./versions.js";

/**
 * Simulates Ory Hydra, or a project of Ory Network.
 *
 * The simulator stores clients and tokens, validates clients and credentials, pages, rotates secrets, and responds with the errors of the
 * vendor. It agrees with recorded responses of Hydra 2.1 to 26.2 and of the master branch of July 2026.
 *
 * To log in: Hydra itself asks for no credentials. With `adminApiKey` or `network`, the admin API needs `Authorization: Bearer <key>`.
 * `env()` returns the variables for `oryOptionsFromEnv`.
 *
 * Restrictions: the simulator sends no requests, so every `sector_identifier_uri` and every assertion of a client with `jwks_uri` gets an
 * error. A self-hosted server writes `updated_at` with an offset from UTC in the response to a write.
 *
 * @throws {TypeError} an option is invalid
 * @example
 * ```ts
 * import { createOryManager, oryOptionsFromEnv } from "oauth-clients/ory";
 * import { simulateOry } from "oauth-clients/testing";
 *
 * const simulator = simulateOry();
 * const ory = createOryManager({ ...oryOptionsFromEnv(simulator.env()), fetch: simulator.fetch });
 * ```
 */
export function simulateOry(options: OrySimulatorOptions = {}): OrySimulator {
  const time = createSimulatedTime(options.now);
  const { now } = time;
  const { network } = options;
  const baseUrls = baseUrlsOf(options);
  const features = versions[options.version ?? "master"];
  const store = createClientStore({
    now,
    features,
    defaultScope: options.defaultScope ?? "offline_access offline openid",
    subjectTypes: options.subjectTypes ?? ["public"],
    writeOffset: network ? "Z" : "+02:00",
  });
  const signer = createSigner();
  const tokenEndpoint = createTokenEndpoint({
    now,
    store,
    signer,
    accessTokenLifespanMs: options.accessTokenLifespanMs ?? 3_600_000,
    accessTokenStrategy: options.accessTokenStrategy ?? "opaque",
    scopeStrategy: options.scopeStrategy ?? "wildcard",
    grantsAllowedScope: options.defaultGrantAllowedScope ?? false,
    hasDeviceGrant: features.hasDeviceGrant,
    hasResourceIndicators: options.resourceIndicators ?? false,
  });
  const routes = createRoutes(features, (method, path, origins) => route(method, path, origins).operationId !== undefined);
  const operations = createOperations({ options, features, store, signer, tokenEndpoint, now, notFound: routes.notFound });
  const route = createRouter<OryOperationId, OryOrigin>(operations);
  const redactor = createRecorder();
  const isHttprouter = features.routing === "httprouter";
  const simulator = createSimulator<OryOperationId, OryOrigin>({
    name: "simulateOry",
    baseUrls,
    env: (urls) => environmentOf(options, urls),
    operations,
    routing: { ignoreTrailingSlash: !isHttprouter, headAsGet: !isHttprouter },
    unmatched: routes.unmatched,
    middleware: createMiddleware(options, features, now),
    // Gateways accept credentials in any header field.
    secretNames: { unknownHeaders: true },
    time,
  });
  return extendSimulator(simulator, {
    urls: baseUrls,
    get clients(): readonly OrySimulatedClient[] {
      return store.all().map(({ document }) => redactor.redact(renderClient(document, "loaded")) as OrySimulatedClient);
    },
    inspect(clientId: string) {
      const client = store.find(clientId);
      return (
        client && {
          rotatedSecrets: client.rotated.length,
          activeTokens: tokenEndpoint.countActive(clientId),
          registrationTokenValid: client.registrationToken !== undefined,
        }
      );
    },
  });
}

type Middleware = NonNullable<SimulatorDefinition<OryOperationId, OryOrigin>["middleware"]>;

/** Checks the key, counts requests of Ory Network, and adds header fields. */
function createMiddleware({ network, adminApiKey }: OrySimulatorOptions, features: VersionFeatures, now: Now): Middleware {
  const key = network?.apiKey ?? adminApiKey;
  const checkKey = key === undefined ? () => undefined : createKeyCheck(key);
  const count = createRateLimits(network?.rateLimits ?? {}, now);
  return async (call, operationId, next) => {
    const needsKey = network ? call.url.pathname.startsWith("/admin/") : call.origins.includes("admin");
    const bucket = operationId && rateLimitBuckets[operationId];
    const { exhausted, fields } = bucket ? count(bucket) : { exhausted: undefined, fields: [] };
    const response = exhausted ?? (needsKey ? checkKey(call.headers) : undefined) ?? (await next());
    for (const [name, value] of fields) response.headers.append(name, value);
    if (network) response.headers.set("x-request-id", crypto.randomUUID());
    if (!response.headers.has("cache-control") && isUncached(features, call, operationId))
      response.headers.set("cache-control", "private, no-cache, no-store, must-revalidate");
    return response;
  };
}

/** From 25.4 on, responses to GET are not cached. Before, responses of all operations but the health checks. */
function isUncached(
  { routing }: VersionFeatures,
  { method, parameters }: Call<OryOrigin>,
  operationId: OryOperationId | undefined,
): boolean {
  if (routing !== "httprouter") return method === "GET";
  const isRouted = operationId !== undefined && !parameters.id?.includes("/");
  return isRouted && !["isAlive", "isReady", "getVersion"].includes(operationId);
}
