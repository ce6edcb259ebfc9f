import { isOAuthManagerError, restate } from "../core/errors.js";
import type { Http } from "../core/http.js";
import type { CallOptions, Issued } from "../core/manager.js";
import { scrub } from "../core/scrub.js";
import { readClient, writeCreation } from "./convert.js";
import type { OvhClientInput } from "./fields.js";
import type { paths } from "./generated/openapi.js";
import { authMethod } from "./tokens.js";
import type { OvhClient } from "./types.js";
import { clientWire, createdWire, type ReadClient } from "./wire.js";

// The longest that a look at what was written may take, in milliseconds. A secret may be waiting to be handed over.
const lookMs = 10_000;

// Enough to know a name again by.
const shownName = 100;

/** Makes a client, and says what to look for when the answer is lost. */
export async function createClient(
  http: Http<paths>,
  input: OvhClientInput,
  left: () => CallOptions | undefined,
): Promise<Issued<OvhClient>> {
  const json = writeCreation(input);
  const began = new Date();
  try {
    const { value } = await http({
      operation: "create client",
      method: "post",
      path: "/v1/me/api/oauth2/client",
      json,
      returns: createdWire,
      options: left(),
    });
    const { clientId, clientSecret } = value;
    const client = await look(http, { ...json, clientId }, left());
    return { client, credentials: { clientId, clientSecret, tokenEndpointAuthMethod: authMethod } };
  } catch (error) {
    if (!isOAuthManagerError(error) || error.outcome !== "unknown") throw error;
    const marks = `${input.flow} client named "${scrub(input.name, [], shownName)}", made since ${began.toISOString()}`;
    throw restate(error, {
      message: `${error.message}; whether the client was made is not known and cannot be settled, since names are not unique and ids are OVHcloud's to choose: look in list() for a ${marks}. Its secret is lost; delete it`,
    });
  }
}

/**
 * Reads a client that was just written. OVHcloud does not answer a write with it. Never fails: what was written stands, and the
 * caller must not be told otherwise. The client is then told as it was sent.
 */
export async function look(http: Http<paths>, sent: ReadClient, options: CallOptions | undefined): Promise<OvhClient> {
  try {
    return readClient(
      await readWire(http, sent.clientId, "get client", {
        ...options,
        timeoutMs: Math.min(options?.timeoutMs ?? lookMs, lookMs),
      }),
    );
  } catch {
    return readClient(sent);
  }
}

/** Reads a client as it travels. */
export async function readWire(
  http: Http<paths>,
  id: string,
  operation: string,
  options: CallOptions | undefined,
): Promise<ReadClient> {
  const { value } = await http({
    operation,
    method: "get",
    path: "/v1/me/api/oauth2/client/{clientId}",
    params: { clientId: id },
    returns: clientWire,
    options,
  });
  return value;
}
