import type { operations } from "../../openapi/ory.js";
import { createRecorder } from "../core/request-log.js";
import type { Call, Operation } from "../core/router.js";
import { createSimulator, extendSimulator, type SimulatorDefinition } from "../core/simulator.js";
import { createSimulatedTime, type Now } from "../core/time.js";
import { createClientStore } from "./clients.js";
import { discoveryDocument } from "./discovery.js";
import { renderClient } from "./documents.js";
import { ErrorResponse, invalidRequest, json } from "./errors.js";
import { createKeyCheck, createRateLimits, type OryRateLimitBucket } from "./gateway.js";
import {
  baseUrlsOf,
  environmentOf,
  type OryOperationId,
  type OryOrigin,
  type OrySimulatedClient,
  type OrySimulator,
  type OrySimulatorOptions,
} from "./options.js";
import { createKeysetPages, createOffsetPages } from "./pagination.js";
import { createRegistration } from "./registration.js";
import { createRoutes } from "./routes.js";
import { createSigner } from "./signing.js";
import { createTokenEndpoint, tokenHeaders } from "./tokens.js";
import { versions } from "./versions.js";

export type { OryPlan, OryRateLimit, OryRateLimitBucket, OryRateLimits } from "./gateway.js";
export type {
  OryClientState,
  OryCommonSimulatorOptions,
  OryHydraSimulatorOptions,
  OryNetworkSimulatorOptions,
  OryOperationId,
  OryOrigin,
  OrySimulatedClient,
  OrySimulator,
  OrySimulatorOptions,
} from "./options.js";
export type { OryVersion } from "./versions.js";

/**
 * Simulates Ory Hydra, or a project of Ory Network, as their source and documentation describe them.
 *
 * It keeps clients and tokens, checks credentials and clients by the vendor's rules, pages, rotates, and refuses in the vendor's
 * several shapes. Where the vendor's behaviour is not known it is strict: a self-hosted server prints the time of a write with an
 * offset from UTC; `subject_type: "pairwise"`, every `sector_identifier_uri`, and assertions of clients that have only a `jwks_uri`
 * are refused. Ory Network answers what its Hydra refuses in Hydra's flat shape, and what its gateway refuses with `error` as an
 * object. Version 2.3 answers as that release was seen to, and is stricter in details: it refuses patches without a value, what
 * comes after the first JSON value, and admin paths without `/admin`.
 *
 * @throws {TypeError} an option cannot work: an address that is no http(s) URL, a project that is no slug, an empty key
 */
export function simulateOry(options: OrySimulatorOptions = {}): OrySimulator {
  const time = createSimulatedTime(options.now);
  const { now } = time;
  const { network } = options;
  const baseUrls = baseUrlsOf(options);
  const features = versions[options.version ?? "master"];
  const defaultScope = options.defaultScope ?? "offline_access offline openid";
  const store = createClientStore({ now, features, defaultScope, writeOffset: network ? "Z" : "+02:00" });
  const signer = createSigner();
  const tokenEndpoint = createTokenEndpoint({
    now,
    store,
    signer,
    accessTokenLifespanMs: options.accessTokenLifespanMs ?? 3_600_000,
    scopeStrategy: options.scopeStrategy ?? "wildcard",
    grantsAllowedScope: options.defaultGrantAllowedScope ?? false,
    knowsDevices: features.knowsDevices,
  });
  const routes = createRoutes(features);
  const paginate = features.pagesByOffset ? createOffsetPages() : createKeysetPages(now);

  const admin = (
    method: string,
    path: string,
    respond: Handler,
    headers?: Readonly<Record<string, string>>,
  ): Operation<OryOrigin> => ({
    method,
    // Hydra's admin port adds the prefix where it is missing; Ory Network does not.
    path: network ? `/admin${path}` : [`/admin${path}`, path],
    origins: ["admin"],
    respond: features.routesInJson ? withErrorResponses(respond, headers) : routed(withErrorResponses(respond, headers)),
  });
  const routed =
    (respond: Handler): Handler =>
    (call) => {
      // Without the prefix callers are sent to an address that lacks its host: nobody shall follow from here. The slash of an id is
      // taken for one of the path, whether it is encoded or not.
      const leadsOn = call.url.pathname.startsWith("/admin/") && !idOf(call).includes("/");
      return leadsOn ? respond(call) : routes.missing(call.origins);
    };
  const open = (
    method: string,
    path: string,
    respond: Handler,
    headers?: Readonly<Record<string, string>>,
  ): Operation<OryOrigin> => ({
    method,
    path,
    origins: ["public"],
    respond: withErrorResponses(respond, headers),
  });
  const remove = (id: string) => {
    store.remove(id);
    tokenEndpoint.dropAll(id);
    return new Response(null, { status: 204 });
  };
  const offersRegistration = options.dynamicClientRegistration ?? false;
  const registration = createRegistration(store, offersRegistration, remove);
  const discover = ({ baseUrls: { public: publicUrl } }: Call<OryOrigin>) =>
    json(200, discoveryDocument(publicUrl, { registration: offersRegistration, devices: features.knowsDevices }));
  const dropTokens = (id: string | null) => {
    if (!id) throw invalidRequest("The query parameter client_id is missing.");
    tokenEndpoint.dropAll(id);
    return new Response(null, { status: 204 });
  };
  const list = ({ url }: Call) => {
    const [name, owner] = [url.searchParams.get("client_name"), url.searchParams.get("owner")];
    const wanted = store
      .all()
      .filter(({ document }) => (!name || document.client_name === name) && (!owner || document.owner === owner));
    const { entries, headers } = paginate(wanted, ({ document }) => document.client_id, url.searchParams, store.all().length);
    return json(
      200,
      entries.map(({ document }) => renderClient(document, "loaded")),
      headers,
    );
  };
  const create = ({ text, baseUrls: { public: publicUrl } }: Call<OryOrigin>) => {
    const client = store.create(text, `${publicUrl}/oauth2/register`);
    return json(201, client, { location: `/admin/clients/${encodeURIComponent(client.client_id ?? "")}` });
  };

  const table = {
    listOAuth2Clients: admin("GET", "/clients", list),
    createOAuth2Client: admin("POST", "/clients", create),
    getOAuth2Client: admin("GET", "/clients/{id}", (call) => json(200, store.get(idOf(call)))),
    setOAuth2Client: admin("PUT", "/clients/{id}", (call) => json(200, store.set(idOf(call), call.text))),
    patchOAuth2Client: admin("PATCH", "/clients/{id}", (call) => json(200, store.patch(idOf(call), call.text))),
    deleteOAuth2Client: admin("DELETE", "/clients/{id}", (call) => remove(idOf(call))),
    setOAuth2ClientLifespans: admin("PUT", "/clients/{id}/lifespans", (call) =>
      json(200, store.setLifespans(idOf(call), call.text)),
    ),
    rotateOAuth2ClientSecret: admin("POST", "/clients/{id}/secrets/rotate", (call) =>
      features.rotatesSecrets ? json(200, store.rotate(idOf(call))) : routes.missing(call.origins),
    ),
    deleteRotatedOAuth2ClientSecrets: admin("DELETE", "/clients/{id}/secrets/rotate", (call) =>
      features.rotatesSecrets ? json(200, store.forgetRotated(idOf(call))) : routes.missing(call.origins),
    ),
    introspectOAuth2Token: admin("POST", "/oauth2/introspect", tokenEndpoint.introspect, tokenHeaders),
    deleteOAuth2Token: admin("DELETE", "/oauth2/tokens", ({ url }) => dropTokens(url.searchParams.get("client_id"))),
    oauth2TokenExchange: open("POST", "/oauth2/token", tokenEndpoint.exchange, tokenHeaders),
    revokeOAuth2Token: open("POST", "/oauth2/revoke", tokenEndpoint.revoke, tokenHeaders),
    createOidcDynamicClient: open("POST", "/oauth2/register", registration.create),
    getOidcDynamicClient: open("GET", "/oauth2/register/{id}", registration.get),
    setOidcDynamicClient: open("PUT", "/oauth2/register/{id}", registration.set),
    deleteOidcDynamicClient: open("DELETE", "/oauth2/register/{id}", registration.remove),
    discoverOidcConfiguration: open("GET", "/.well-known/openid-configuration", discover),
    discoverServerMetadata: open("GET", "/.well-known/oauth-authorization-server", (call) =>
      features.servesServerMetadata ? discover(call) : routes.missing(call.origins),
    ),
    discoverJsonWebKeys: open("GET", "/.well-known/jwks.json", async () => json(200, await signer.keys())),
    isAlive: { ...open("GET", "/health/alive", () => json(200, { status: "ok" })), origins: ["admin", "public"] },
    isReady: { ...open("GET", "/health/ready", () => json(200, { status: "ok" })), origins: ["admin", "public"] },
    getVersion: { ...open("GET", "/version", () => json(200, { version: options.version ?? "master" })), origins: ["admin"] },
  } satisfies Record<keyof operations | OryOperationId, Operation<OryOrigin>>;

  const redactor = createRecorder();
  const simulator = createSimulator<OryOperationId, OryOrigin>({
    name: "simulateOry",
    baseUrls,
    env: (urls) => environmentOf(options, urls),
    operations: table,
    unmatched: ({ url, origins }, allowed) =>
      allowed.length === 0 ? routes.missing(origins) : routes.refused(url.pathname, allowed),
    middleware: gateway(options, now),
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

type Handler = Operation<OryOrigin>["respond"];

function idOf({ parameters }: Call): string {
  return parameters.id ?? "";
}

/** Turns what is refused into an answer. */
function withErrorResponses(respond: Handler, headers: Readonly<Record<string, string>> = {}): Handler {
  return async (call) => {
    try {
      return await respond(call);
    } catch (error) {
      if (error instanceof ErrorResponse) return json(error.status, error.body, headers);
      throw error;
    }
  };
}

/** What stands before Hydra: a key check, and at Ory Network a counter and an id for every request. */
function gateway(
  { network, adminApiKey }: OrySimulatorOptions,
  now: Now,
): NonNullable<SimulatorDefinition<OryOperationId, OryOrigin>["middleware"]> {
  const key = network?.apiKey ?? adminApiKey;
  const refusal = key === undefined ? () => undefined : createKeyCheck(key);
  const count = createRateLimits(network?.rateLimits ?? {}, now);
  return async (call, operationId, next) => {
    const asksForKey = network ? call.url.pathname.startsWith("/admin/") : call.origins.includes("admin");
    const bucket = operationId && buckets[operationId];
    const { exhausted, fields } = bucket ? count(bucket) : { exhausted: undefined, fields: [] };
    const response = exhausted ?? (asksForKey ? refusal(call.headers) : undefined) ?? (await next());
    for (const [name, value] of fields) response.headers.append(name, value);
    if (network) response.headers.set("x-request-id", crypto.randomUUID());
    return response;
  };
}

/** Which bucket counts an operation. Health and version are counted nowhere. */
const buckets: Partial<Record<OryOperationId, OryRateLimitBucket>> = {
  listOAuth2Clients: "hydra-admin-medium",
  createOAuth2Client: "hydra-admin-low",
  getOAuth2Client: "hydra-admin-high",
  setOAuth2Client: "hydra-admin-low",
  patchOAuth2Client: "hydra-admin-low",
  deleteOAuth2Client: "hydra-admin-low",
  setOAuth2ClientLifespans: "hydra-admin-low",
  rotateOAuth2ClientSecret: "hydra-admin-high",
  deleteRotatedOAuth2ClientSecrets: "hydra-admin-high",
  introspectOAuth2Token: "hydra-admin-high",
  deleteOAuth2Token: "hydra-admin-low",
  oauth2TokenExchange: "hydra-public-medium",
  revokeOAuth2Token: "hydra-public-medium",
  createOidcDynamicClient: "hydra-public-low",
  getOidcDynamicClient: "hydra-admin-high",
  setOidcDynamicClient: "hydra-public-low",
  deleteOidcDynamicClient: "hydra-public-low",
  discoverOidcConfiguration: "hydra-public-high",
  discoverServerMetadata: "hydra-public-high",
  discoverJsonWebKeys: "hydra-public-high",
};
