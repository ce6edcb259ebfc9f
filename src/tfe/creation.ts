import type { Http } from "../core/http/request.js";
import type { CallOptions, CreateResult } from "../core/manager.js";
import { showName, withUnknownOutcomeHint } from "../core/outcome.js";
import { redact } from "../core/redact.js";
import type { paths } from "../openapi/tfe.js";
import { readAddresses, readClient, readSecrets, writeCreation } from "./convert.js";
import type { TfeClient, TfeClientInput } from "./types.js";
import { clientWire, createdWire, type ReadClient } from "./wire.js";

/** Makes a client, and says what to look for when the answer is lost. */
export async function createClient(
  http: Http<paths>,
  organization: string,
  input: TfeClientInput,
  options: CallOptions | undefined,
): Promise<CreateResult<TfeClient>> {
  const json = writeCreation(input);
  const secrets = readSecrets(input);
  const began = new Date();
  try {
    const { value } = await http({
      operation: "create client",
      method: "post",
      path: "/organizations/{organization}/oauth-clients",
      params: { organization },
      json,
      returns: createdWire,
      secrets,
      options,
    });
    const sent = {
      id: value.data.id,
      attributes: json.data.attributes,
      relationships: { organization: { data: { id: organization } } },
    };
    return { client: readTolerantly(value, { ...sent, relationships: { ...json.data.relationships, ...sent.relationships } }) };
  } catch (error) {
    const { httpUrl } = readAddresses(input);
    const name = input.name === undefined ? "without a name" : `named ${showName(input.name, secrets)}`;
    const marks = `${input.serviceProvider} at ${redact(httpUrl, secrets)}, ${name}, made since ${began.toISOString()}`;
    throw withUnknownOutcomeHint(
      error,
      `whether the client was made is not known and cannot be settled, since names are not unique: look in list() of organization ${organization} for ${marks}`,
    );
  }
}

// Nothing in here may fail: the client exists, and its id would be lost.
function readTolerantly(answer: unknown, sent: ReadClient): TfeClient {
  const read = clientWire.safeParse(answer);
  return readClient(read.success ? read.data.data : sent);
}
