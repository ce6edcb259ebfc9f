import { startDeadline } from "../core/abort.js";
import type { ClientCredentials } from "../core/credentials.js";
import type { Http } from "../core/http/request.js";
import type { CallOptions } from "../core/manager.js";
import { ignoreNotFoundAfterRetry, showName, withUnknownOutcomeHint } from "../core/outcome.js";
import { type SecretOptions, type SecretSinkContext, writeSecret } from "../core/secret-sink.js";
import type { paths } from "../openapi/genesys.js";
import type { Connection } from "./connection.js";
import { credentialType, readCredential, writeCredential } from "./convert.js";
import { inputError, operations } from "./errors.js";
import { parseCallOptions, parseCredentials, parseId, parseName } from "./input.js";
import type { GenesysIntegrationCredential, ParsedIntegrationTarget } from "./types.js";
import { createdCredentialWire, credentialWire, type ReadCredential } from "./wire.js";

const credentialPath = "/api/v2/integrations/credentials/{credentialId}";

export async function createIntegrationCredential(
  { http }: Connection,
  name: string,
  credentials: ClientCredentials,
  options?: CallOptions,
): Promise<GenesysIntegrationCredential> {
  const operation = operations.createIntegrationCredential;
  return sendCreate(
    http,
    parseName(name, operation),
    parseCredentials(credentials, operation),
    parseCallOptions(options, operation),
  );
}

async function sendCreate(
  http: Http<paths>,
  name: string,
  credentials: ClientCredentials,
  options: CallOptions | undefined,
): Promise<GenesysIntegrationCredential> {
  try {
    const { value } = await http({
      operation: operations.createIntegrationCredential,
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

/** Replaces the credentials in an existing integration credential. Its name does not change. */
export async function updateIntegrationCredential(
  { http, timeoutMs }: Connection,
  id: string,
  credentials: ClientCredentials,
  options?: CallOptions,
): Promise<GenesysIntegrationCredential> {
  const operation = operations.updateIntegrationCredential;
  const credentialId = parseId(id, operation);
  const parsed = parseCredentials(credentials, operation);
  return sendUpdate(http, credentialId, parsed, startDeadline(parseCallOptions(options, operation), timeoutMs).remaining);
}

async function sendUpdate(
  http: Http<paths>,
  credentialId: string,
  credentials: ClientCredentials,
  remaining: () => CallOptions | undefined,
): Promise<GenesysIntegrationCredential> {
  const operation = operations.updateIntegrationCredential;
  const { name } = await getOAuthClientCredential(http, credentialId, operation, remaining());
  await http({
    operation,
    method: "put",
    path: credentialPath,
    params: { credentialId },
    json: writeCredential(name ?? "", credentials),
    credentials,
    options: remaining(),
  });
  return readCredential({ id: credentialId, name });
}

export async function deleteIntegrationCredential(
  { http, timeoutMs }: Connection,
  id: string,
  options?: CallOptions,
): Promise<void> {
  const operation = operations.deleteIntegrationCredential;
  const credentialId = parseId(id, operation);
  const deadline = startDeadline(parseCallOptions(options, operation), timeoutMs);
  await getOAuthClientCredential(http, credentialId, operation, deadline.remaining());
  await ignoreNotFoundAfterRetry(
    http({
      operation,
      method: "delete",
      path: credentialPath,
      params: { credentialId },
      options: deadline.remaining(),
    }),
  );
}

// Integration credentials have many types. A wrong id must not overwrite or remove a credential of another type.
async function getOAuthClientCredential(
  http: Http<paths>,
  credentialId: string,
  operation: string,
  options: CallOptions | undefined,
): Promise<ReadCredential> {
  const { value } = await http({
    operation: operations.getIntegrationCredential,
    method: "get",
    path: credentialPath,
    params: { credentialId },
    returns: credentialWire,
    options,
  });
  const message = `integration credential ${credentialId} is not of type ${credentialType}`;
  if (value.type?.name !== credentialType) throw inputError(operation, "id", message);
  return value;
}

type Integrated<Result> = Result & { readonly integrationCredentialId?: string };

/**
 * Issues a secret, writes it to the caller's secret sink, and then to an integration credential if the call names one. The
 * integration credential is a second sink: it is checked before the secret is issued, and an error of its write has the credentials.
 */
export async function issueSecret<Result extends { readonly credentials?: ClientCredentials }>(
  http: Http<paths>,
  target: ParsedIntegrationTarget | undefined,
  options: SecretOptions,
  context: SecretSinkContext,
  issue: () => Promise<Result>,
  identify?: (result: Result) => Pick<SecretSinkContext, "id" | "name">,
): Promise<Integrated<Result>> {
  const issueToSink = () => writeSecret(options, context, issue, identify);
  if (target === undefined) return issueToSink();
  const { secretSink: _, ...callOptions } = options;
  // The secret exists when this sink is written: the caller's signal and the elapsed time must not prevent the write.
  const writeOptions = options.timeoutMs === undefined ? undefined : { timeoutMs: options.timeoutMs };
  let integrationCredentialId: string | undefined;
  const secretSink = {
    check: async () => {
      if (target.id !== undefined) await getOAuthClientCredential(http, target.id, context.operation, callOptions);
    },
    write: async (credentials: ClientCredentials) => {
      const { id } = await (target.id === undefined
        ? sendCreate(http, target.name, credentials, writeOptions)
        : sendUpdate(http, target.id, credentials, () => writeOptions));
      integrationCredentialId = id;
    },
  };
  const result = await writeSecret({ ...callOptions, secretSink }, context, issueToSink, identify);
  return integrationCredentialId === undefined ? result : { ...result, integrationCredentialId };
}
