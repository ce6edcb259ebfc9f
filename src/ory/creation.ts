import type { ClientCredentials, SecretAuthMethod } from "../core/credentials.js";
import {
  ConflictError,
  isOAuthManagerError,
  NotFoundError,
  type OAuthManagerError,
  restate,
  TimeoutError,
  VendorError,
} from "../core/errors.js";
import type { Answer, Http } from "../core/http.js";
import type { CallOptions } from "../core/manager.js";
import { readClient, writeFields } from "./convert.js";
import type { paths } from "./generated/openapi.js";
import { requireWorkable } from "./input.js";
import type { OryClient, OryClientInput, OryCreated } from "./types.js";
import { clientWire, createdWire, type ReadClient, registrationWire, type WireClient } from "./wire.js";

// What the server's two clocks, of the record and of the answer, may differ by, both cut to whole seconds.
const clockSlackMs = 2_000;

// Settling comes after the call's own deadline may have passed.
const settlingTimeoutMs = 10_000;

/** Makes a client, and settles what a lost answer has left open. */
export async function createClient(
  admin: Http<paths>,
  credentialsFrom: "library" | "server",
  input: OryClientInput,
  options: CallOptions | undefined,
): Promise<OryCreated> {
  const { json, ownId } = writeBody(input, credentialsFrom);
  requireWorkable(json, "create client");
  const credentials = readCredentials(json, json);
  const began = performance.now();
  try {
    const { value } = await admin({
      operation: "create client",
      method: "post",
      path: "/admin/clients",
      json,
      returns: createdWire,
      secrets: json.client_secret === undefined ? [] : [json.client_secret],
      ...(credentials ? { credentials } : {}),
      options,
    });
    return readCreated(value, json);
  } catch (error) {
    if (!isOAuthManagerError(error) || json.client_id === undefined) throw error;
    // With an id that nobody else can have, "exists already" means that this very request came through twice: there are runtimes
    // that send it again by themselves when a connection breaks.
    if (error.outcome !== "unknown" && !(ownId && error instanceof ConflictError)) throw error;
    return settle({ admin, json, id: json.client_id, ownId, began, error, signal: options?.signal });
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

// Nothing in here may fail: the secret in the answer is not shown again.
function readCreated(answer: { client_id: string; client_secret?: string | null | undefined }, sent: WireClient): OryCreated {
  const credentials = readCredentials({ ...sent, ...answer }, sent);
  const registration = registrationWire.safeParse(answer);
  return {
    client: readTolerantly(answer, { ...sent, client_id: answer.client_id }),
    ...(credentials ? { credentials } : {}),
    ...(registration.success
      ? {
          registration: {
            accessToken: registration.data.registration_access_token,
            clientUri: registration.data.registration_client_uri,
          },
        }
      : {}),
  };
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

interface Unsettled {
  readonly admin: Http<paths>;
  readonly json: WireClient;
  readonly id: string;
  readonly ownId: boolean;
  readonly began: number;
  readonly error: OAuthManagerError;
  readonly signal: AbortSignal | undefined;
}

// The client's id is known although no answer came, so one read tells whether it was made.
async function settle(unsettled: Unsettled): Promise<OryCreated> {
  const { admin, json, id, ownId, began, error, signal } = unsettled;
  let answer: Answer<ReadClient>;
  try {
    answer = await admin({
      operation: "get client",
      method: "get",
      path: "/admin/clients/{id}",
      params: { id },
      returns: clientWire,
      options: { timeoutMs: settlingTimeoutMs, ...(signal ? { signal } : {}) },
    });
  } catch (failure) {
    if (signal?.aborted) throw failure;
    if (!(failure instanceof NotFoundError))
      throw restate(error, { message: `${error.message}; whether client ${id} exists could not be settled` });
    if (mayStillBeAtWork(error)) throw restate(error, { message: `${error.message}; so far there is no client ${id}` });
    throw restate(error, {
      outcome: "nothing_happened",
      message: `${error.message}; a look showed that there is no client ${id}`,
    });
  }
  const made = ownId || madeWithin(answer, performance.now() - began);
  if (made === undefined)
    throw restate(error, {
      message: `${error.message}; client ${id} exists, and whether this call made it could not be settled`,
    });
  if (!made) throw restate(error, { outcome: "nothing_happened", message: `${error.message}; client ${id} existed before` });
  const credentials = readCredentials(json, json);
  return { client: readClient(answer.value), ...(credentials ? { credentials } : {}) };
}

// After these the server, or something behind a gateway, may not have finished.
function mayStillBeAtWork(error: OAuthManagerError): boolean {
  return error instanceof TimeoutError || (error instanceof VendorError && (error.status === 502 || error.status === 504));
}

// Both times are the server's, so a wrong clock on this side does no harm.
function madeWithin({ value, headers }: Answer<ReadClient>, elapsedMs: number): boolean | undefined {
  const age = Date.parse(headers.get("date") ?? "") - Date.parse(value.created_at ?? "");
  return Number.isNaN(age) ? undefined : age <= elapsedMs + clockSlackMs;
}
