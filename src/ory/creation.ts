import { type Deadline, sleep, startDeadline } from "../core/abort.js";
import type { ClientCredentials, SecretAuthMethod } from "../core/credentials.js";
import {
  AuthenticationError,
  amendError,
  ConflictError,
  isOAuthClientsError,
  NotFoundError,
  type OAuthClientsError,
  type Outcome,
  ResponseError,
  TimeoutError,
  UnexpectedResponseError,
} from "../core/errors.js";
import type { Http, HttpResponse } from "../core/http/request.js";
import type { CallOptions } from "../core/manager.js";
import type { paths } from "../openapi/ory.js";
import { readClient, writeFields } from "./convert.js";
import { requireWorkable } from "./input.js";
import type { OryClient, OryClientInput, OryCreateResult } from "./types.js";
import { clientWire, createdWire, type ReadClient, registrationWire, type WireClient } from "./wire.js";

// What the two clocks of the record and of the answer may differ by. They can be of two machines: a gateway dates answers itself.
const clockSlackMs = 30_000;

// All of settling together, which comes after the call's own deadline may have passed.
const settlingTimeoutMs = 10_000;

/** What creating needs of the manager. */
export interface Creation {
  readonly admin: Http<paths>;
  readonly credentialsFrom: "library" | "server";
  /** Presents a secret to the public API, changing nothing. Rejects when it is not accepted. Absent without a public API. */
  readonly proveSecret: ((credentials: ClientCredentials, options: CallOptions | undefined) => Promise<void>) | undefined;
  /** How long to wait before what was not there is looked for again, in milliseconds. */
  readonly pauseMs: number;
}

/** Makes a client, and settles what a lost answer has left open. */
export async function createClient(
  creation: Creation,
  input: OryClientInput,
  options: CallOptions | undefined,
): Promise<OryCreateResult> {
  const { admin, credentialsFrom } = creation;
  const { json, ownId } = writeBody(input, credentialsFrom);
  requireWorkable(json, "create client");
  const began = performance.now();
  try {
    const { value } = await admin({
      operation: "create client",
      method: "post",
      path: "/admin/clients",
      json,
      returns: createdWire,
      secrets: json.client_secret === undefined ? [] : [json.client_secret],
      options,
    });
    return readCreated(value, json);
  } catch (error) {
    if (!isOAuthClientsError(error) || json.client_id === undefined) throw error;
    const ownSecret = input.clientSecret === undefined && json.client_secret !== undefined;
    // "Exists already" may mean that this very request came through twice: there are runtimes that send it again by themselves when
    // a connection breaks.
    const twice = error instanceof ConflictError && (ownId || (ownSecret && creation.proveSecret !== undefined));
    if (error.outcome !== "unknown" && !twice) throw error;
    return settle({ ...creation, json, id: json.client_id, ownId, ownSecret, began, error, signal: options?.signal });
  }
}

function writeBody(input: OryClientInput, credentialsFrom: "library" | "server"): { json: WireClient; ownId: boolean } {
  const { clientId, clientSecret, ...fields } = input;
  const own = credentialsFrom === "library";
  const id = clientId ?? (own ? crypto.randomUUID() : undefined);
  const secret = clientSecret ?? (own && input.tokenEndpointAuthMethod !== "none" ? randomSecret() : undefined);
  return {
    json: {
      ...writeFields(fields),
      ...(id === undefined ? {} : { client_id: id }),
      ...(secret === undefined ? {} : { client_secret: secret }),
    },
    ownId: clientId === undefined,
  };
}

/** A secret of 256 random bits, in letters, digits, `-` and `_`, which no encoding changes. */
export function randomSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

// Nothing in here may fail while there is a secret in the answer: it is not shown again.
function readCreated(
  answer: { client_id: string; client_secret?: string | null | undefined },
  sent: WireClient,
): OryCreateResult {
  const credentials = readCredentials({ ...sent, ...answer }, sent);
  if (!credentials && secretMethod(sent.token_endpoint_auth_method ?? "client_secret_basic").tokenEndpointAuthMethod) {
    const message = `ory create client: client ${answer.client_id} exists, and the answer has no secret; rotate it to get one`;
    const issues = [{ path: "client_secret", message: "expected string" }];
    throw new UnexpectedResponseError({ vendor: "ory", operation: "create client", outcome: "applied", message, issues });
  }
  const registration = registrationWire.safeParse(answer);
  return {
    client: readTolerantly(answer, { ...sent, client_id: answer.client_id }),
    ...(credentials ? { credentials } : {}),
    ...(registration.success
      ? {
          registration: {
            accessToken: registration.data.registration_access_token,
            clientUri: readRegistrationUri(registration.data.registration_client_uri, answer.client_id),
          },
        }
      : {}),
  };
}

// Hydra up to 2.3 leaves out an id that it has chosen itself.
function readRegistrationUri(uri: string, id: string): string {
  // Half of a surrogate pair cannot be encoded, and this must not fail.
  return uri.endsWith("/") && !/\p{Cs}/u.test(id) ? `${uri}${encodeURIComponent(id)}` : uri;
}

function readTolerantly(answer: unknown, sent: WireClient & { client_id: string }): OryClient {
  const read = clientWire.safeParse(answer);
  return readClient(read.success ? read.data : (sent as ReadClient));
}

function readCredentials(
  record: { client_id?: string; client_secret?: string | null | undefined },
  { client_secret: chosen, token_endpoint_auth_method: method }: WireClient,
): ClientCredentials | undefined {
  const clientId = record.client_id;
  const clientSecret = record.client_secret || chosen;
  if (!clientId || !clientSecret) return undefined;
  return { clientId, clientSecret, ...secretMethod(method ?? "client_secret_basic") };
}

/** The method, when it is one that presents a secret. */
export function secretMethod(method: string): { tokenEndpointAuthMethod?: SecretAuthMethod } {
  return method === "client_secret_basic" || method === "client_secret_post" ? { tokenEndpointAuthMethod: method } : {};
}

interface Unsettled extends Creation {
  readonly json: WireClient;
  readonly id: string;
  /** Whether the id is this call's own, which nobody else can have. */
  readonly ownId: boolean;
  /** Whether the secret is this call's own, which nobody else can have. */
  readonly ownSecret: boolean;
  readonly began: number;
  readonly error: OAuthClientsError;
  readonly signal: AbortSignal | undefined;
}

// The client's id is known although no answer came, so a read tells whether it was made.
async function settle(unsettled: Unsettled): Promise<OryCreateResult> {
  const { json, id, error, signal } = unsettled;
  const elapsedMs = () => performance.now() - unsettled.began;
  const deadline = startDeadline({ timeoutMs: settlingTimeoutMs, ...(signal ? { signal } : {}) });
  const credentials = readCredentials(json, json);
  // A conflict about an id of the caller's choice means what it says, unless the secret proves otherwise.
  const stands = error instanceof ConflictError && !unsettled.ownId;
  const tell = (what: string, outcome: Outcome) =>
    stands
      ? error
      : amendError(error, {
          message: `${error.message}; ${what}`,
          outcome,
          credentials: outcome === "unknown" ? credentials : undefined,
        });
  let answer: HttpResponse<ReadClient> | undefined;
  try {
    answer = await look(unsettled, deadline);
  } catch (failure) {
    if (signal?.aborted) throw failure;
    throw tell(`whether client ${id} exists could not be settled`, "unknown");
  }
  if (!answer && mayStillBeAtWork(error)) throw tell(`so far there is no client ${id}`, "unknown");
  if (!answer) throw tell(`a look showed that there is no client ${id}`, "not_applied");
  const older = isOlder(answer, elapsedMs());
  if (stands && older) throw error;
  const made = unsettled.ownId || ((await holdsOwnSecret(unsettled, credentials, deadline)) ?? (older ? false : undefined));
  if (made === undefined) throw tell(`client ${id} exists, and whether this call made it could not be settled`, "unknown");
  if (!made) throw tell(`client ${id} existed before`, "not_applied");
  return { client: readClient(answer.value), ...(credentials ? { credentials } : {}) };
}

// Twice, before it is said that there is nothing: a request whose connection broke may be a moment behind.
async function look({ admin, id, error, signal, pauseMs }: Unsettled, deadline: Deadline) {
  const read = () =>
    unlessMissing(
      admin({
        operation: "get client",
        method: "get",
        path: "/admin/clients/{id}",
        params: { id },
        returns: clientWire,
        options: deadline.remaining(),
      }),
    );
  const found = await read();
  if (found || mayStillBeAtWork(error)) return found;
  await sleep(pauseMs, signal);
  return read();
}

async function unlessMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (failure) {
    if (failure instanceof NotFoundError) return undefined;
    throw failure;
  }
}

// After these the server, or something behind a gateway, may not have finished, or has said yes and does not show it yet.
function mayStillBeAtWork(error: OAuthClientsError): boolean {
  if (error instanceof TimeoutError || error instanceof UnexpectedResponseError) return true;
  return error instanceof ResponseError && [408, 499, 502, 504].includes(error.status);
}

// Both times are the server's, so a wrong clock on this side does no harm. A younger client proves nothing: somebody else may
// have made it a moment ago.
function isOlder({ value, headers }: HttpResponse<ReadClient>, elapsedMs: number): boolean {
  const age = Date.parse(headers.get("date") ?? "") - Date.parse(value.created_at ?? "");
  return age > elapsedMs + clockSlackMs;
}

// A client under an id of the caller's choice may be somebody else's. A secret of this call's own tells: only a client that this
// very call has made can accept it.
async function holdsOwnSecret(
  { ownSecret, proveSecret, signal }: Unsettled,
  credentials: ClientCredentials | undefined,
  deadline: Deadline,
): Promise<boolean | undefined> {
  if (!ownSecret || !proveSecret || !credentials?.tokenEndpointAuthMethod) return undefined;
  try {
    await proveSecret(credentials, deadline.remaining());
    return true;
  } catch (failure) {
    if (signal?.aborted) throw failure;
    // Hydra's own word: a gateway that wants a credential of its own says 401 as well.
    return failure instanceof AuthenticationError && failure.vendorCode === "invalid_client" ? false : undefined;
  }
}
