import type { operations } from "../../openapi/ory.js";
import type { Call, Handler, Operation } from "../core/router.js";
import type { Now } from "../core/time.js";
import type { ClientStore } from "./clients.js";
import { discoveryDocument } from "./discovery.js";
import { renderClient } from "./documents.js";
import { concurrentUpdate, ErrorResponse, invalidRequest, json } from "./errors.js";
import { locationOf } from "./locations.js";
import type { OryOperationId, OryOrigin, OrySimulatorOptions } from "./options.js";
import { createKeysetPages, createOffsetPages } from "./pagination.js";
import { createRegistration } from "./registration.js";
import { readRotationSecret } from "./rotation.js";
import type { TokenSigner } from "./signing.js";
import { type TokenEndpoint, tokenHeaders } from "./tokens.js";
import type { VersionFeatures } from "./versions.js";

/** The parts of one simulated server. */
export interface OperationContext {
  readonly options: OrySimulatorOptions;
  readonly features: VersionFeatures;
  readonly store: ClientStore;
  readonly signer: TokenSigner;
  readonly tokenEndpoint: TokenEndpoint;
  readonly now: Now;
  /** The response to a path that does not exist. */
  readonly notFound: (call: Call<OryOrigin>) => Response;
}

type Operations = Record<keyof operations | OryOperationId, Operation<OryOrigin>>;
type Headers = Readonly<Record<string, string>>;

/** Creates the operations of a server. */
export function createOperations(context: OperationContext): Operations {
  return {
    ...clientOperations(context),
    ...registrationOperations(context),
    ...tokenOperations(context),
    ...metadataOperations(context),
  };
}

/** The paths of an operation of the admin API. From 25.4 on, Hydra adds a missing `/admin`. Ory Network does not. */
function adminPaths(path: string, { options, features }: OperationContext): readonly string[] {
  return options.network || features.routing === "httprouter" ? [`/admin${path}`] : [`/admin${path}`, path];
}

function createAdmin(context: OperationContext) {
  const { features, notFound } = context;
  return (method: string, path: string, respond: Handler<OryOrigin>, headers?: Headers): Operation<OryOrigin> => ({
    method,
    path: adminPaths(path, context),
    origins: ["admin"],
    // Up to 2.3, an encoded slash in an id separates path segments.
    respond: withErrorResponses(
      (call) => (features.routing === "httprouter" && idOf(call).includes("/") ? notFound(call) : respond(call)),
      headers,
    ),
  });
}

function open(method: string, path: string, respond: Handler<OryOrigin>, headers?: Headers): Operation<OryOrigin> {
  return { method, path, origins: ["public"], respond: withErrorResponses(respond, headers) };
}

function clientOperations(context: OperationContext) {
  const { options, features, store, now } = context;
  const admin = createAdmin(context);
  const paginate = features.pagesByOffset ? createOffsetPages() : createKeysetPages(now, features);
  const write = createWriteConflicts(options.writeConflictInterval);
  const list = ({ url }: Call) => {
    const query = parseQuery(url.search);
    const [name, owner] = [query.get("client_name"), query.get("owner")];
    const matching = store
      .all()
      .filter(({ document }) => (!name || document.client_name === name) && (!owner || document.owner === owner));
    const { entries, headers } = paginate(matching, ({ document }) => document.client_id, query, store.all().length);
    const documents = entries.map(({ document }) => renderClient(document, "loaded"));
    return json(200, documents, headers);
  };
  const create = ({ text, baseUrls: { public: publicUrl } }: Call<OryOrigin>) => {
    const client = store.create(text, publicUrl);
    return json(201, client, { location: locationOf(client.client_id ?? "", features) });
  };
  const rotate = (call: Call) =>
    json(200, store.rotate(idOf(call), options.rotationAcceptsSecret ? readRotationSecret(call.text) : undefined));
  const rotatePath = features.rotatesSecrets ? {} : { path: [] };
  return {
    listOAuth2Clients: admin("GET", "/clients", list),
    createOAuth2Client: admin("POST", "/clients", write(create)),
    getOAuth2Client: admin("GET", "/clients/{id}", (call) => json(200, store.get(idOf(call)))),
    setOAuth2Client: admin(
      "PUT",
      "/clients/{id}",
      write((call) => json(200, store.set(idOf(call), call.text))),
    ),
    patchOAuth2Client: admin(
      "PATCH",
      "/clients/{id}",
      write((call) => json(200, store.patch(idOf(call), call.text))),
    ),
    deleteOAuth2Client: admin(
      "DELETE",
      "/clients/{id}",
      write((call) => removeClient(idOf(call), context)),
    ),
    setOAuth2ClientLifespans: admin(
      "PUT",
      "/clients/{id}/lifespans",
      write((call) => json(200, store.setLifespans(idOf(call), call.text))),
    ),
    rotateOAuth2ClientSecret: { ...admin("POST", "/clients/{id}/secrets/rotate", write(rotate)), ...rotatePath },
    deleteRotatedOAuth2ClientSecrets: {
      ...admin(
        "DELETE",
        "/clients/{id}/secrets/rotate",
        write((call) => json(200, store.deleteRotated(idOf(call)))),
      ),
      ...rotatePath,
    },
  };
}

function registrationOperations(context: OperationContext) {
  const registration = createRegistration(context, (id) => removeClient(id, context));
  return {
    createOidcDynamicClient: open("POST", "/oauth2/register", registration.create),
    getOidcDynamicClient: open("GET", "/oauth2/register/{id}", registration.get),
    setOidcDynamicClient: open("PUT", "/oauth2/register/{id}", registration.set),
    deleteOidcDynamicClient: open("DELETE", "/oauth2/register/{id}", registration.remove),
  };
}

function removeClient(id: string, { store, tokenEndpoint }: OperationContext): Response {
  store.remove(id);
  tokenEndpoint.deleteAll(id);
  return new Response(null, { status: 204 });
}

function tokenOperations(context: OperationContext) {
  const { tokenEndpoint } = context;
  const admin = createAdmin(context);
  return {
    introspectOAuth2Token: admin("POST", "/oauth2/introspect", tokenEndpoint.introspect, tokenHeaders),
    deleteOAuth2Token: admin("DELETE", "/oauth2/tokens", ({ url }) => {
      const id = url.searchParams.get("client_id");
      if (!id) throw invalidRequest("The query parameter client_id is missing.");
      tokenEndpoint.deleteAll(id);
      return new Response(null, { status: 204 });
    }),
    oauth2TokenExchange: open("POST", "/oauth2/token", tokenEndpoint.issueToken, tokenHeaders),
    revokeOAuth2Token: open("POST", "/oauth2/revoke", tokenEndpoint.revoke, tokenHeaders),
  };
}

function metadataOperations({ options, features, signer, notFound }: OperationContext) {
  const describe = ({ baseUrls: { public: publicUrl } }: Call<OryOrigin>) =>
    json(
      200,
      discoveryDocument(publicUrl, {
        devices: features.hasDeviceGrant,
        credentials: !features.decodesKeysAsIn21,
        formPost: !features.decodesKeysAsIn21,
        subjectTypes: options.subjectTypes ?? ["public"],
      }),
    );
  const hasPrefix = features.routing !== "httprouter" && !options.network;
  const health = (path: string, body: unknown): Operation<OryOrigin> => ({
    method: "GET",
    path: hasPrefix ? [path, `/admin${path}`] : path,
    origins: ["admin", "public"],
    // The prefix exists on the admin port only.
    respond: (call) =>
      call.url.pathname.startsWith("/admin/") && !call.origins.includes("admin") ? notFound(call) : json(200, body),
  });
  return {
    discoverOidcConfiguration: open("GET", "/.well-known/openid-configuration", describe),
    discoverServerMetadata: {
      ...open("GET", "/.well-known/oauth-authorization-server", describe),
      ...(features.hasServerMetadata ? {} : { path: [] }),
    },
    discoverJsonWebKeys: open("GET", "/.well-known/jwks.json", async () => json(200, await signer.keys())),
    isAlive: health("/health/alive", { status: "ok" }),
    isReady: health("/health/ready", { status: "ok" }),
    getVersion: { ...health("/version", { version: features.version }), origins: ["admin" as const] },
  };
}

/** The decoded id of the path. */
function idOf({ parameters }: Call): string {
  return parameters.id ?? "";
}

/** Go ignores query parameters with a semicolon or an invalid escape. */
function parseQuery(search: string): URLSearchParams {
  return new URLSearchParams(
    search
      .slice(1)
      .split("&")
      .filter((pair) => !/;|%(?![0-9a-f]{2})/i.test(pair))
      .join("&"),
  );
}

/** Creates the function that makes every n-th write fail as under concurrent load. */
function createWriteConflicts(interval = Number.POSITIVE_INFINITY) {
  let writes = 0;
  return (respond: Handler<OryOrigin>): Handler<OryOrigin> =>
    (call) => {
      writes += 1;
      if (writes % interval === 0) throw concurrentUpdate();
      return respond(call);
    };
}

/** Turns a thrown `ErrorResponse` into a response. */
function withErrorResponses(respond: Handler<OryOrigin>, headers: Headers = {}): Handler<OryOrigin> {
  return async (call) => {
    try {
      return await respond(call);
    } catch (error) {
      if (error instanceof ErrorResponse) return json(error.status, error.body, headers);
      throw error;
    }
  };
}
