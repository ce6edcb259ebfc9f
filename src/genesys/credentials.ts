import type { Deadline } from "../core/abort.js";
import type { ClientCredentials } from "../core/credentials.js";
import type { Http } from "../core/http/request.js";
import type { CallOptions } from "../core/manager.js";
import { ignoreNotFoundAfterRetry, showName, withUnknownOutcomeHint } from "../core/outcome.js";
import { type SecretSinkContext, writeSecret } from "../core/secret-sink.js";
import type { paths } from "../openapi/genesys.js";
import { credentialType, readCredential, writeCredential } from "./convert.js";
import { inputError } from "./input.js";
import type { GenesysIntegrationCredential, GenesysIntegrationTarget, GenesysSecretOptions } from "./types.js";
import { createdCredentialWire, credentialWire, type ReadCredential } from "./wire.js";

/** Puts credentials into a new integration credential, and says what to look for when the answer is lost. */
export async function createIntegrationCredential(
  http: Http<paths>,
  name: string,
  credentials: ClientCredentials,
  options: CallOptions | undefined,
): Promise<GenesysIntegrationCredential> {
  try {
    const { value } = await http({
      operation: "create integration credential",
      method: "post",
      path: "/api/v2/integrations/credentials",
      json: writeCredential(name, credentials),
      returns: createdCredentialWire,
      credentials,
      options,
    });
    return readCredential({ id: value.id, name });
  } catch (error) {
    throw withUnknownOutcomeHint(
      error,
      `an integration credential named ${showName(name, [credentials.clientSecret])} may exist`,
    );
  }
}

/** Puts credentials into an integration credential that exists, in place of those that it has. */
export async function updateIntegrationCredential(
  http: Http<paths>,
  credentialId: string,
  credentials: ClientCredentials,
  deadline: Deadline,
): Promise<GenesysIntegrationCredential> {
  const operation = "update integration credential";
  const { name } = await readOwnKind(http, credentialId, operation, deadline.remaining());
  await http({
    operation,
    method: "put",
    path: "/api/v2/integrations/credentials/{credentialId}",
    params: { credentialId },
    json: writeCredential(name ?? "", credentials),
    credentials,
    options: deadline.remaining(),
  });
  return readCredential({ id: credentialId, name });
}

/** Removes an integration credential. */
export async function deleteIntegrationCredential(http: Http<paths>, credentialId: string, deadline: Deadline): Promise<void> {
  const operation = "delete integration credential";
  await readOwnKind(http, credentialId, operation, deadline.remaining());
  const path = "/api/v2/integrations/credentials/{credentialId}";
  await ignoreNotFoundAfterRetry(
    http({ operation, method: "delete", path, params: { credentialId }, options: deadline.remaining() }),
  );
}

// There are integration credentials of many types. What a wrong id names must not be overwritten or removed.
async function readOwnKind(
  http: Http<paths>,
  credentialId: string,
  operation: string,
  options: CallOptions | undefined,
): Promise<ReadCredential> {
  const { value } = await http({
    operation: "get integration credential",
    method: "get",
    path: "/api/v2/integrations/credentials/{credentialId}",
    params: { credentialId },
    returns: credentialWire,
    options,
  });
  const message = `integration credential ${credentialId} is not of type ${credentialType}`;
  if (value.type?.name !== credentialType) throw inputError(operation, [{ path: "id", message }]);
  return value;
}

/** What has been issued, and where else it went. */
type Integrated<Result> = Result & { readonly integrationCredentialId?: string };

/**
 * Issues a secret, hands it over, and puts it into an integration credential where the call asks for one. That is a delivery like
 * any other: tried out before, done at once, and its failure offers the credentials. It comes last, so that the caller's own place
 * has the secret by then.
 */
export async function issueIntegrated<Result extends { readonly credentials?: ClientCredentials }>(
  http: Http<paths>,
  target: GenesysIntegrationTarget | undefined,
  options: GenesysSecretOptions | undefined,
  occasion: SecretSinkContext,
  issue: () => Promise<Result>,
  identify?: (result: Result) => Pick<SecretSinkContext, "id" | "name">,
): Promise<Integrated<Result>> {
  const handOver = () => writeSecret(options, occasion, issue, identify);
  if (target === undefined) return handOver();
  // The secret exists by then: neither the caller's signal nor what is left of the deadline may come between.
  const whole = options?.timeoutMs === undefined ? undefined : { timeoutMs: options.timeoutMs };
  let integrationCredentialId: string | undefined;
  const sink = {
    check: async () => {
      if (target.id !== undefined) await readOwnKind(http, target.id, occasion.operation, options);
    },
    write: async (credentials: ClientCredentials) => {
      const { id } = await (target.id === undefined
        ? createIntegrationCredential(http, target.name, credentials, whole)
        : updateIntegrationCredential(http, target.id, credentials, { remaining: () => whole }));
      integrationCredentialId = id;
    },
  };
  const result = await writeSecret({ ...options, secretSink: sink }, occasion, handOver, identify);
  return integrationCredentialId === undefined ? result : { ...result, integrationCredentialId };
}
