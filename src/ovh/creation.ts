import { readBackOptions, startDeadline } from "../core/abort.js";
import { UnexpectedResponseError } from "../core/errors.js";
import type { Http } from "../core/http/request.js";
import type { CallOptions, CreateResultWithSecret } from "../core/manager.js";
import { showName, withUnknownOutcomeHint } from "../core/outcome.js";
import { type SecretOptions, writeSecret } from "../core/secret-sink.js";
import type { paths } from "../openapi/ovh.js";
import { readClient, writeCreation } from "./convert.js";
import { authMethod } from "./tokens.js";
import type { OvhClient, OvhClientInput } from "./types.js";
import { clientWire, createdWire, type ReadClient, type WireCreation } from "./wire.js";

const operation = "create client";

/** Makes a client and hands over its secret, before anything else that could fail. */
export async function createClient(
  http: Http<paths>,
  input: OvhClientInput,
  options: SecretOptions | undefined,
  timeoutMs: number,
): Promise<CreateResultWithSecret<OvhClient>> {
  const json = writeCreation(input);
  let rest: CallOptions | undefined;
  const issue = async (): Promise<CreateResultWithSecret<OvhClient>> => {
    const deadline = startDeadline(options, timeoutMs);
    const { clientId, clientSecret } = await send(http, json, deadline.remaining());
    rest = deadline.remaining();
    const credentials = { clientId, clientSecret, tokenEndpointAuthMethod: authMethod };
    return { client: readClient({ ...json, clientId }), credentials };
  };
  const occasion = { vendor: "ovh", operation, name: input.name };
  const { client, credentials } = await writeSecret(options, occasion, issue, (issued) => issued.client);
  return { client: await look(http, { ...json, clientId: client.id }, rest), credentials };
}

// Says what to look for when the answer is lost.
async function send(http: Http<paths>, json: WireCreation, options: CallOptions | undefined) {
  const began = new Date();
  try {
    const request = { operation, method: "post", path: "/v1/me/api/oauth2/client", json, options } as const;
    const { value } = await http({ ...request, returns: createdWire });
    const { clientId, clientSecret } = value;
    if (!clientSecret) throw lostSecret(clientId);
    return { clientId, clientSecret };
  } catch (error) {
    const marks = `${json.flow.toLowerCase()} client named ${showName(json.name)}, made since ${began.toISOString()}`;
    throw withUnknownOutcomeHint(
      error,
      `whether the client was made is not known and cannot be settled, since names are not unique and ids are OVHcloud's to choose: look in list() for a ${marks}. Its secret is lost; delete it`,
    );
  }
}

function lostSecret(id: string): UnexpectedResponseError {
  const message = `ovh ${operation}: client ${id} exists, and the answer has no secret, which OVHcloud does not give again: delete it`;
  const issues = [{ path: "clientSecret", message: "expected string" }];
  return new UnexpectedResponseError({ vendor: "ovh", operation, outcome: "applied", message, issues });
}

/**
 * Reads a client that was just written. OVHcloud does not answer a write with it. Never fails: what was written stands, and the
 * caller must not be told otherwise. The client is then told as it was sent.
 */
export async function look(http: Http<paths>, sent: ReadClient, options: CallOptions | undefined): Promise<OvhClient> {
  try {
    return readClient(await readWire(http, sent.clientId, "get client", readBackOptions(options)));
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
