import { startDeadline } from "../core/abort.js";
import type { ClientCredentials } from "../core/credentials.js";
import type { Http } from "../core/http/request.js";
import type { CallOptions } from "../core/manager.js";
import { ignoreNotFoundAfterRetry, showName, withUnknownOutcomeHint } from "../core/outcome.js";
import { paginate } from "../core/pagination.js";
import { type SecretOptions, type SecretSinkContext, writeSecret } from "../core/secret-sink.js";
import { ifDefined } from "../core/values.js";
import type { paths } from "../openapi/genesys.js";
import type { Connection } from "./connection.js";
import { credentialType, readCredential, writeCredential } from "./convert.js";
import { inputError, operations, vendor } from "./errors.js";
import {
  parseCallOptions,
  parseDeleteIntegrationCredentialOptions,
  parseId,
  parseIntegrationCredentialListOptions,
  parseIntegrationCredentials,
  parseName,
} from "./input.js";
import { readCursor } from "./pagination.js";
import type {
  GenesysCredentialFields,
  GenesysDeleteIntegrationCredentialOptions,
  GenesysIntegrationCredential,
  GenesysIntegrationCredentialListOptions,
  ParsedIntegrationTarget,
} from "./types.js";
import { createdCredentialWire, credentialsWire, credentialWithId, type ReadCredential } from "./wire.js";

type IntegrationCredentials = ClientCredentials | GenesysCredentialFields;

const credentialPath = "/api/v2/integrations/credentials/{credentialId}";

// The largest page size that the API allows.
const pageSize = "200";

export function listIntegrationCredentials(
  { http }: Connection,
  options?: GenesysIntegrationCredentialListOptions,
): AsyncIterable<GenesysIntegrationCredential> {
  const operation = operations.listIntegrationCredentials;
  return {
    async *[Symbol.asyncIterator]() {
      const { name, ...callOptions } = parseIntegrationCredentialListOptions(options);
      const fetchPage = async (after: string | undefined) => {
        const { value } = await http({
          operation,
          method: "get",
          path: "/api/v2/integrations/credentials/listing",
          query: { pageSize, ...ifDefined("after", after) },
          returns: credentialsWire,
          options: callOptions,
        });
        return { items: value.entities.map(readCredential), next: readCursor(value.nextUri) };
      };
      for await (const credential of paginate(fetchPage, ({ id }) => id, { vendor, operation }))
        if (name === undefined || credential.name === name) yield credential;
    },
  };
}

export async function createIntegrationCredential(
  { http }: Connection,
  name: string,
  credentials: IntegrationCredentials,
  options?: CallOptions,
): Promise<GenesysIntegrationCredential> {
  const operation = operations.createIntegrationCredential;
  return sendCreate(
    http,
    parseName(name, operation),
    parseIntegrationCredentials(credentials, operation),
    parseCallOptions(options, operation),
  );
}

async function sendCreate(
  http: Http<paths>,
  name: string,
  credentials: IntegrationCredentials,
  options: CallOptions | undefined,
): Promise<GenesysIntegrationCredential> {
  const secrets = secretsOf(credentials);
  try {
    const { value } = await http({
      operation: operations.createIntegrationCredential,
      method: "post",
      path: "/api/v2/integrations/credentials",
      json: writeCredential(name, credentials),
      returns: createdCredentialWire,
      secrets,
      ...unsaved(credentials),
      options,
    });
    return readCredential({ id: value.id, name, type: { name: typeOf(credentials) } });
  } catch (error) {
    throw withUnknownOutcomeHint(
      error,
      `an integration credential named ${showName(name, secrets)} may exist; find it with listIntegrationCredentials({ name })`,
    );
  }
}

/** Replaces the credentials in an existing integration credential. Its name does not change. */
export async function updateIntegrationCredential(
  { http, timeoutMs }: Connection,
  id: string,
  credentials: IntegrationCredentials,
  options?: CallOptions,
): Promise<GenesysIntegrationCredential> {
  const operation = operations.updateIntegrationCredential;
  const credentialId = parseId(id, operation);
  const parsed = parseIntegrationCredentials(credentials, operation);
  return sendUpdate(http, credentialId, parsed, startDeadline(parseCallOptions(options, operation), timeoutMs).remaining);
}

async function sendUpdate(
  http: Http<paths>,
  credentialId: string,
  credentials: IntegrationCredentials,
  remaining: () => CallOptions | undefined,
): Promise<GenesysIntegrationCredential> {
  const operation = operations.updateIntegrationCredential;
  const type = typeOf(credentials);
  const { name } = await getCredentialOfType(http, credentialId, type, operation, remaining());
  const { value } = await http({
    operation,
    method: "put",
    path: credentialPath,
    params: { credentialId },
    json: writeCredential(name ?? "", credentials),
    returns: credentialWithId(credentialId),
    secrets: secretsOf(credentials),
    ...unsaved(credentials),
    options: remaining(),
  });
  return readCredential({ name, type: { name: type }, ...value });
}

export async function deleteIntegrationCredential(
  { http, timeoutMs }: Connection,
  id: string,
  options?: GenesysDeleteIntegrationCredentialOptions,
): Promise<void> {
  const operation = operations.deleteIntegrationCredential;
  const credentialId = parseId(id, operation);
  const { type = credentialType, ...callOptions } = parseDeleteIntegrationCredentialOptions(options);
  const deadline = startDeadline(callOptions, timeoutMs);
  await getCredentialOfType(http, credentialId, type, operation, deadline.remaining());
  await ignoreNotFoundAfterRetry(
    http({
      operation,
      method: "delete",
      path: credentialPath,
      params: { credentialId },
      returnsNothing: true,
      options: deadline.remaining(),
    }),
  );
}

function typeOf(credentials: IntegrationCredentials): string {
  return "type" in credentials ? credentials.type : credentialType;
}

function secretsOf(credentials: IntegrationCredentials): string[] {
  return "type" in credentials ? Object.values(credentials.fields) : [credentials.clientSecret];
}

// A client's credentials are attached to an error with an unknown outcome.
function unsaved(credentials: IntegrationCredentials): { readonly credentials?: ClientCredentials } {
  return "type" in credentials ? {} : { credentials };
}

// A wrong id must not overwrite or delete an integration credential of another type.
async function getCredentialOfType(
  http: Http<paths>,
  credentialId: string,
  type: string,
  operation: string,
  options: CallOptions | undefined,
): Promise<ReadCredential> {
  const { value } = await http({
    operation: operations.getIntegrationCredential,
    method: "get",
    path: credentialPath,
    params: { credentialId },
    returns: credentialWithId(credentialId),
    options,
  });
  const message = `integration credential ${credentialId} is not of type ${type}`;
  if (value.type?.name !== type) throw inputError(operation, "id", message);
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
      if (target.id !== undefined) await getCredentialOfType(http, target.id, credentialType, context.operation, callOptions);
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
