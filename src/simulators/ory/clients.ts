import { randomText, randomToken } from "../core/random.js";
import type { Now } from "../core/time.js";
import {
  type ClientDocument,
  type ClientWire,
  DecodingError,
  decodeClient,
  decodeLifespans,
  lists,
  renderClient,
} from "./documents.js";
import { conflict, malformed, notFound, unrecognizable } from "./errors.js";
import { registrationUriOf } from "./locations.js";
import { applyPatch, PatchError } from "./patches.js";
import { type ClientRules, validateClient } from "./validation.js";

/** A stored client. The secrets are not part of the document, so that no response contains them by mistake. */
export interface StoredClient {
  readonly document: ClientDocument;
  readonly secret: string;
  /** Rotated secrets that are still valid, oldest first. */
  readonly rotated: readonly string[];
  /** Undefined after a write has ended its validity. */
  readonly registrationToken: string | undefined;
}

/** The settings of the store. */
export interface StoreSettings extends ClientRules {
  readonly now: Now;
  /** The offset from UTC of `updated_at` in responses to writes: `Z` or `+02:00`. */
  readonly writeOffset: string;
}

const secretAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.~";
const maximumRotatedSecrets = 5;

/** The clients of one server. @throws {ErrorResponse} from the methods of the admin API */
export interface ClientStore {
  readonly all: () => readonly StoredClient[];
  readonly find: (id: string) => StoredClient | undefined;
  readonly get: (id: string) => ClientWire;
  readonly create: (text: string, publicUrl: string) => ClientWire;
  readonly set: (id: string, text: string) => ClientWire;
  readonly patch: (id: string, text: string) => ClientWire;
  readonly setLifespans: (id: string, text: string) => ClientWire;
  readonly remove: (id: string) => void;
  /** @param secret the new secret. Default: a generated one */
  readonly rotate: (id: string, secret?: string) => ClientWire;
  readonly deleteRotated: (id: string) => ClientWire;
  /** Creates another registration access token. */
  readonly renewRegistrationToken: (id: string) => string;
}

/** Creates an empty store. */
export function createClientStore({ now, writeOffset, ...rules }: StoreSettings): ClientStore {
  const clients = new Map<string, StoredClient>();
  const { features } = rules;

  const load = (id: string) => clients.get(id) ?? fail(notFound());
  const save = (client: StoredClient): StoredClient => {
    const updated = atOffset(writeTime(now), writeOffset);
    const saved = { ...client, document: { ...client.document, client_secret: "", updated_at: updated } };
    clients.set(saved.document.client_id, saved);
    return saved;
  };
  const replace = (document: ClientDocument, endsRegistration = true) =>
    save(replaced(load(document.client_id), document, endsRegistration));

  return {
    all: () => [...clients.values()].sort((one, other) => (one.document.client_id < other.document.client_id ? -1 : 1)),
    find: (id) => clients.get(id),
    get: (id) => renderClient(load(id).document, "loaded"),
    create(text, publicUrl) {
      const { sent, valid } = readCreation(text, rules);
      const id = sent.client_id || crypto.randomUUID();
      if (clients.has(id)) throw conflict();
      const secret = sent.client_secret || randomText(26, secretAlphabet);
      const registrationToken = newRegistrationToken();
      const document = { ...valid, client_id: id, created_at: `${new Date(now()).toISOString().slice(0, 19)}Z` };
      const client = save({ document, secret, rotated: [], registrationToken });
      return renderWritten(client, {
        client_secret: valid.token_endpoint_auth_method === "none" ? "" : secret,
        registration_access_token: registrationToken,
        registration_client_uri: registrationUriOf(publicUrl, sent.client_id || undefined, id, features),
      });
    },
    set(id, text) {
      const sent = decoded(() => decodeClient(parse(text), features));
      const client = replace(validateClient({ ...sent, client_id: id }, rules));
      // The response has the values of the request, not the stored ones.
      const { client_secret, created_at } = sent;
      return renderWritten(client, { client_secret, created_at: created_at || writeTime(now) });
    },
    patch(id, text) {
      const patched = patchedDocument(load(id), text, features);
      if (patched.client_id === "") throw notFound();
      const client = replace(validateClient(patched, rules), features.patchEndsRegistration);
      return renderWritten(client, { client_secret: patched.client_secret, created_at: patched.created_at || writeTime(now) });
    },
    setLifespans(id, text) {
      const before = load(id);
      const sent = decoded(() => decodeLifespans(parse(text), features));
      // A loaded client has a key set, which can be empty.
      const loaded = { ...before.document, jwks: before.document.jwks ?? {} };
      return renderClient(save({ ...before, document: validateClient({ ...loaded, ...sent }, rules) }).document, "loaded");
    },
    remove(id) {
      load(id);
      clients.delete(id);
    },
    ...secretOperations(load, save),
  };
}

/** The operations on the secrets and the registration access token of a client. */
function secretOperations(
  load: (id: string) => StoredClient,
  save: (client: StoredClient) => StoredClient,
): Pick<ClientStore, "rotate" | "deleteRotated" | "renewRegistrationToken"> {
  return {
    rotate(id, chosenSecret) {
      const before = requireRotatable(load(id));
      const secret = chosenSecret ?? randomText(26, secretAlphabet);
      const client = save({ ...before, secret, rotated: [...before.rotated, before.secret].slice(-maximumRotatedSecrets) });
      return renderClient({ ...client.document, client_secret: secret }, "loaded");
    },
    deleteRotated: (id) => renderClient(save({ ...requireRotatable(load(id)), rotated: [] }).document, "loaded"),
    renewRegistrationToken(id) {
      const registrationToken = newRegistrationToken();
      save({ ...load(id), registrationToken });
      return registrationToken;
    },
  };
}

/** The stored document with the members that only the response to the write has. */
function renderWritten({ document }: StoredClient, members: Partial<ClientDocument>): ClientWire {
  return renderClient({ ...document, ...members }, "written");
}

/** The client with another document. Its creation time and, without a new one, its secret stay. */
function replaced(before: StoredClient, document: ClientDocument, endsRegistration: boolean): StoredClient {
  const { client_secret: secret } = document;
  return {
    document: { ...document, created_at: before.document.created_at },
    secret: secret || before.secret,
    rotated: secret === "" ? before.rotated : [],
    registrationToken: endsRegistration ? undefined : before.registrationToken,
  };
}

function readCreation(text: string, rules: ClientRules) {
  const { features } = rules;
  const decode = features.reportsDecodingErrors ? decoded : unrecognized;
  const sent = decode(() => decodeClient(parse(text), features));
  if (sent.client_id !== "" && !features.acceptsClientId) throw malformed("It is not allowed to choose the client_id.");
  return { sent, valid: validateClient(sent, rules) };
}

function patchedDocument({ document }: StoredClient, text: string, features: ClientRules["features"]): ClientDocument {
  const before = renderClient(document, "loaded");
  return unrecognized(() => {
    // The server patches the hash of the secret. Its removal keeps the secret.
    const hash = document.token_endpoint_auth_method === "none" ? {} : { client_secret: hashedSecret };
    const patched = applyPatch({ ...before, ...hash }, parsePatch(text), features);
    if (patched.client_secret === hashedSecret) delete patched.client_secret;
    return decodeClient(features.patchRemovesMembers ? patched : { ...before, ...withoutIgnoredNulls(patched) }, features);
  });
}

const hashedSecret = "the hash of the secret";

function requireRotatable(client: StoredClient): StoredClient {
  const method = client.document.token_endpoint_auth_method;
  if (method === "client_secret_basic" || method === "client_secret_post") return client;
  throw malformed("Secrets can be rotated for client_secret_basic and client_secret_post only.");
}

/** The database sets the time of a write with microseconds. The handler uses whole seconds. */
function writeTime(now: Now): string {
  return `${`${new Date(now()).toISOString().slice(0, -1)}${randomText(3, "0123456789")}`.replace(/\.?0+$/, "")}Z`;
}

function fail(error: Error): never {
  throw error;
}

function newRegistrationToken(): string {
  return `ory_at_${randomToken()}.${randomToken()}`;
}

/** Parses the first JSON value. Go's decoder ignores the text after it. */
function parse(text: string): unknown {
  try {
    return JSON.parse(firstValueOf(text));
  } catch {
    throw new DecodingError("the content is not JSON");
  }
}

/** A patch is parsed whole. `null` has no operations. */
function parsePatch(text: string): unknown {
  try {
    return JSON.parse(text) ?? [];
  } catch {
    throw new DecodingError("the content is not JSON");
  }
}

function firstValueOf(text: string): string {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (token === "{" || token === "[") depth += 1;
    if (token === "}" || token === "]") depth -= 1;
    if (depth === 0) return text.slice(0, index + token.length);
  }
  return text;
}

/** Undecodable content gets 400. */
function decoded<Value>(work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    if (error instanceof DecodingError) throw malformed(`Unable to decode the request: ${error.message}.`);
    throw error;
  }
}

/** A patch that cannot be decoded or applied gets 500. */
function unrecognized<Value>(work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    if (error instanceof DecodingError || error instanceof PatchError) throw unrecognizable();
    throw error;
  }
}

/** Removes the members whose null has no effect: all but lists, key sets and metadata. */
function withoutIgnoredNulls(patched: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const cleared = new Set<string>([...lists, "jwks", "metadata"]);
  return Object.fromEntries(Object.entries(patched).filter(([name, value]) => value !== null || cleared.has(name)));
}

/** The same instant with another offset from UTC. */
function atOffset(instant: string, offset: string): string {
  const [, sign, hours = "0", minutes = "0"] = /^([+-])(\d\d):(\d\d)$/.exec(offset) ?? [];
  if (sign === undefined) return instant;
  const aheadMs = (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -60_000 : 60_000);
  const [whole = "", fraction] = instant.slice(0, -1).split(".");
  const shifted = new Date(Date.parse(`${whole}Z`) + aheadMs).toISOString().slice(0, 19);
  return `${shifted}${fraction === undefined ? "" : `.${fraction}`}${offset}`;
}
