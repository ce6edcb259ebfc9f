import { createRecorder } from "../core/request-log.js";
import { createSimulator, extendSimulator } from "../core/simulator.js";
import { createSimulatedTime } from "../core/time.js";
import { createClientStore } from "./clients.js";
import { renderClient } from "./documents.js";
import { type ErrorResponse, login, platform, throttledLogin, tooManyRequests } from "./errors.js";
import { correlationHeader, createGateway } from "./gateway.js";
import { createCredentialStore, renderCredential } from "./integration-credentials.js";
import { createOperations, unmatched } from "./operations.js";
import {
  checkOptions,
  defaultAdministrator,
  environmentOf,
  type GenesysErrorResponse,
  type GenesysInsertedClient,
  type GenesysOperationId,
  type GenesysOrigin,
  type GenesysSimulatedClient,
  type GenesysSimulatedCredential,
  type GenesysSimulator,
  type GenesysSimulatorOptions,
} from "./options.js";
import { createOrganization, everyDivision, type GenesysSimulatedOrganization, resolveGrants } from "./organization.js";
import { baseUrlsOf } from "./regions.js";
import { createTokenEndpoint } from "./tokens.js";

export type {
  GenesysClientState,
  GenesysCredentialState,
  GenesysErrorResponse,
  GenesysInsertedClient,
  GenesysListing,
  GenesysOperationId,
  GenesysOrigin,
  GenesysSimulatedAdministrator,
  GenesysSimulatedClient,
  GenesysSimulatedCredential,
  GenesysSimulator,
  GenesysSimulatorOptions,
} from "./options.js";
export type {
  GenesysSimulatedDivision,
  GenesysSimulatedGrant,
  GenesysSimulatedOrganization,
  GenesysSimulatedRole,
} from "./organization.js";

/**
 * Simulates a region of Genesys Cloud, as the vendor's SDKs, Terraform provider and announcements describe it.
 *
 * The simulator stores clients and integration credentials, issues tokens, and validates requests, permissions and roles. Only the responses
 * to a creation and to a secret renewal have the secret. A deleted client that is older than 30 days stays readable for seven days.
 *
 * To log in: send the credentials of `administrator` with Basic authentication and `grant_type=client_credentials` to
 * `POST {urls.login}/oauth/token`, and the token as a bearer token to the API. `env()` returns the variables for `genesysOptionsFromEnv`.
 *
 * Where the vendor's behaviour is not documented, the simulator is strict: grant types have a dash; `PUT` clears omitted fields; a secret
 * renewal ends the old secret and all tokens, and needs the roles of the client; tokens of an inactive client stay valid; the deletion of an
 * active client and the change of a client with a scheduled deletion get 400; a second deletion gets 404; credentials in the form of a token
 * request are ignored. A creation gets 200, a deletion 204 or 202. Operations that are not simulated get 501.
 *
 * @throws {TypeError} an option is invalid
 * @example
 * ```ts
 * import { createGenesysManager, genesysOptionsFromEnv } from "oauth-clients/genesys";
 * import { simulateGenesys } from "oauth-clients/testing";
 *
 * const simulator = simulateGenesys();
 * const genesys = createGenesysManager({ ...genesysOptionsFromEnv(simulator.env()), fetch: simulator.fetch });
 * ```
 */
export function simulateGenesys(options: GenesysSimulatorOptions = {}): GenesysSimulator {
  checkOptions(options);
  const time = createSimulatedTime(options.now);
  const { now } = time;
  const baseUrls = baseUrlsOf(options);
  const organization = createOrganization(options);
  const store = createClientStore({ ...options, now });
  const credentials = createCredentialStore(now, options);
  const tokenEndpoint = createTokenEndpoint({ ...options, now, store });
  store.insert(administratorOf(options, organization));

  const redactor = createRecorder();
  const simulator = createSimulator<GenesysOperationId, GenesysOrigin>({
    name: "simulateGenesys",
    baseUrls,
    env: (urls) => environmentOf(options, urls),
    operations: createOperations({ ...options, organization, store, credentials, tokenEndpoint }),
    unmatched,
    middleware: createGateway(tokenEndpoint, options.rateLimit, now),
    time,
  });
  const respondWith = (operationId: GenesysOperationId, { status, write, headers }: ErrorResponse, timing: object = {}) => {
    const correlationId = crypto.randomUUID();
    const fields = { ...headers, [correlationHeader]: correlationId };
    simulator.failNext(operationId, { ...timing, status, body: write(correlationId), headers: fields });
  };
  return extendSimulator(simulator, {
    urls: baseUrls,
    organization,
    get clients(): readonly GenesysSimulatedClient[] {
      return store.all().map((client) => redactor.redact(renderClient(client)) as GenesysSimulatedClient);
    },
    get credentials(): readonly GenesysSimulatedCredential[] {
      return credentials.all().map((credential) => ({ ...renderCredential(credential) }));
    },
    inspect(clientId: string) {
      if (!store.find(clientId)) return undefined;
      const holdsSecret = (secret: string) => store.find(clientId)?.secret === secret;
      return { activeTokens: tokenEndpoint.countActive(clientId), holdsSecret };
    },
    inspectCredential(credentialId: string) {
      const find = () => credentials.find(credentialId);
      return find() && { holdsSecret: (secret: string) => Object.values(find()?.fields ?? {}).includes(secret) };
    },
    insert: (client: GenesysInsertedClient) => store.insert(client).id,
    disable: store.disable,
    endTokens: tokenEndpoint.endAll,
    respondWithErrorNext(operationId: GenesysOperationId, response: GenesysErrorResponse) {
      const { status, code, message, retryAfterSeconds, ...timing } = response;
      respondWith(operationId, errorOf(operationId, response), timing);
    },
    throttleNext(operationId: GenesysOperationId, { retryAfterSeconds = 1, ...timing } = {}) {
      const response = operationId === "postOauthToken" ? throttledLogin() : tooManyRequests(retryAfterSeconds);
      respondWith(operationId, response, timing);
    },
  });
}

/** The error of one of the hosts. */
function errorOf(
  operationId: GenesysOperationId,
  { status, code, message = "The request was rejected.", retryAfterSeconds }: GenesysErrorResponse,
): ErrorResponse {
  const headers = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
  return operationId === "postOauthToken"
    ? login(status, code ?? "invalid_request", message, headers)
    : platform(status, { code: code ?? "general.error", message }, headers);
}

/** The client of the option `administrator`, with all roles by default. */
function administratorOf({ administrator = {} }: GenesysSimulatorOptions, organization: GenesysSimulatedOrganization) {
  const { clientId, clientSecret } = defaultAdministrator;
  const { clientId: id = clientId, clientSecret: secret = clientSecret, grants, listed } = administrator;
  const allRoles = organization.roles.map(({ id }) => ({ roleId: id, divisionId: everyDivision }));
  const roleDivisions = grants ? resolveGrants(organization, grants) : allRoles;
  return { id, secret, hidden: !listed, fields: { name: "administrator", roleDivisions } };
}
