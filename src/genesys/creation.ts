import { UnexpectedResponseError } from "../core/errors.js";
import type { Http } from "../core/http/request.js";
import type { CallOptions } from "../core/manager.js";
import { showName, withUnknownOutcomeHint } from "../core/outcome.js";
import type { paths } from "../openapi/genesys.js";
import { readClient, type Writable, writeCreation } from "./convert.js";
import type { GenesysClient, GenesysClientInput, GenesysCreateResult } from "./types.js";
import { clientWire, createdWire, type ReadClient } from "./wire.js";

const operation = "create client";

/** Makes a client, and says what to look for when the answer is lost. */
export async function createClient(
  http: Http<paths>,
  input: Writable<GenesysClientInput>,
  options: CallOptions | undefined,
): Promise<GenesysCreateResult> {
  const json = writeCreation(input);
  const began = new Date();
  try {
    const { value } = await http({
      operation,
      method: "post",
      path: "/api/v2/oauth/clients",
      json,
      returns: createdWire,
      options,
    });
    const { id, secret } = value;
    if (!secret && input.grantType !== "implicit") throw lostSecret(id);
    return {
      client: readTolerantly(value, { ...json, id }),
      ...(secret ? { credentials: { clientId: id, clientSecret: secret } } : {}),
    };
  } catch (error) {
    const marks = `${json.authorizedGrantType}, named ${showName(input.name)}, made since ${began.toISOString()}`;
    throw withUnknownOutcomeHint(
      error,
      `whether the client was made is not known and cannot be settled, since names are not unique: look in list() for ${marks}. Its secret is lost: rotateSecret gives it another, delete removes it`,
    );
  }
}

// Nothing in here may fail: the answer has the secret.
function readTolerantly(answer: unknown, sent: ReadClient): GenesysClient {
  const read = clientWire.safeParse(answer);
  return readClient(read.success ? read.data : sent);
}

function lostSecret(id: string): UnexpectedResponseError {
  const message = `genesys ${operation}: client ${id} exists, and the answer has no secret; rotateSecret gives it one`;
  const issues = [{ path: "secret", message: "expected string" }];
  return new UnexpectedResponseError({ vendor: "genesys", operation, outcome: "applied", message, issues });
}
