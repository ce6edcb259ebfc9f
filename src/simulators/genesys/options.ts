import type { FaultOptions } from "../core/faults.js";
import type { Simulator } from "../core/simulator.js";
import type {
  GenesysSimulatedDivision,
  GenesysSimulatedGrant,
  GenesysSimulatedOrganization,
  GenesysSimulatedRole,
} from "./organization.js";
import { baseUrlsOf } from "./regions.js";

/** The simulated operations, by the names of the vendor's SDKs. */
export type GenesysOperationId =
  | "postOauthToken"
  | "getOauthClients"
  | "postOauthClients"
  | "getOauthClient"
  | "putOauthClient"
  | "deleteOauthClient"
  | "postOauthClientSecret"
  | "getAuthorizationDivisions"
  | "getAuthorizationDivisionsHome"
  | "getAuthorizationRoles"
  | "getAuthorizationSubjectsMe"
  | "postIntegrationsCredentials"
  | "getIntegrationsCredentialsListing"
  | "getIntegrationsCredential"
  | "putIntegrationsCredential"
  | "deleteIntegrationsCredential"
  | "getTokensMe"
  | "headTokensMe"
  | "deleteTokensMe"
  | "getOrganizationsMe"
  | "getAuthorizationProducts";

/** The two hosts of a region. */
export type GenesysOrigin = "api" | "login";

/** The client with which callers log in first. */
export interface GenesysSimulatedAdministrator {
  /**
   * The client id.
   * @default "11111111-1111-4111-8111-111111111111"
   */
  readonly clientId?: string;
  /**
   * The client secret.
   * @default "administrator-secret"
   */
  readonly clientSecret?: string;
  /**
   * The roles that it holds and can grant.
   * @default every role in all divisions
   */
  readonly grants?: readonly GenesysSimulatedGrant[];
  /**
   * Whether the client can be listed, read, changed and deleted, as at the vendor.
   * @default false
   */
  readonly listed?: boolean;
}

/**
 * The form of client lists. `whole`: one response with all clients and page counts. `repeated`: linked pages, each with all clients.
 * `pages`: linked pages, each with its own clients.
 */
export type GenesysListing = "whole" | "repeated" | "pages";

/** The options of `simulateGenesys`. */
export interface GenesysSimulatorOptions {
  /**
   * The AWS key or the domain of a region.
   * @default "us-east-1"
   */
  readonly region?: string;
  /**
   * Base URL of the API. With the same value for `loginUrl`, `listen()` uses one port for both, which the gateway setting of the vendor's
   * SDKs needs.
   * @default the API host of the region
   */
  readonly apiUrl?: string;
  /**
   * Base URL of the login host.
   * @default the login host of the region
   */
  readonly loginUrl?: string;
  /**
   * The organization.
   * @default an organization with the name Acme
   */
  readonly organization?: { readonly id?: string; readonly name?: string };
  /**
   * Roles besides `admin`, which has every permission, `employee`, which has none, and `SCIM Integration`.
   * @default []
   */
  readonly roles?: readonly GenesysSimulatedRole[];
  /**
   * The home division.
   * @default a division with the name Home
   */
  readonly homeDivision?: Partial<GenesysSimulatedDivision>;
  /**
   * Divisions besides the home division.
   * @default []
   */
  readonly divisions?: readonly GenesysSimulatedDivision[];
  /** The client with which callers log in first. */
  readonly administrator?: GenesysSimulatedAdministrator;
  /**
   * The form of client lists.
   * @default "whole"
   */
  readonly listing?: GenesysListing;
  /**
   * Listed clients have no `authorizedGrantType`, as until February 2026.
   * @default false
   */
  readonly listsWithoutGrantType?: boolean;
  /**
   * The replication lag of reads and lists, in milliseconds.
   * @default 0
   */
  readonly replicationLagMs?: number;
  /**
   * The state of a client with a scheduled deletion.
   * @default "deleted"
   */
  readonly scheduledState?: "deleted" | "inactive";
  /**
   * Allow new clients with the implicit grant. The vendor has ended it for new clients in spring 2026.
   * @default false
   */
  readonly allowsImplicitGrant?: boolean;
  /**
   * Accept integration credentials with an empty secret.
   * @default false
   */
  readonly allowsEmptyCredentialSecret?: boolean;
  /**
   * A field that every new client-credentials client needs.
   * @default none
   */
  readonly requiredField?: string;
  /**
   * The maximum number of clients.
   * @default no limit
   */
  readonly maximumClients?: number;
  /**
   * The status of the login host for invalid credentials.
   * @default 400
   */
  readonly invalidClientStatus?: 400 | 401;
  /**
   * The status of the API for a grant of a role that the caller does not hold.
   * @default 403
   */
  readonly missingGrantStatus?: 400 | 403;
  /**
   * The idle time after which a token expires, in milliseconds. With HIPAA it is 15 minutes.
   * @default never
   */
  readonly idleTimeoutMs?: number;
  /**
   * The rate limit of each token, with `inin-ratelimit-*` header fields. `{}` selects 300 requests per minute.
   * @default no limit and no header fields
   */
  readonly rateLimit?: {
    /**
     * Requests of one token per minute.
     * @default 300
     */
    readonly perMinute?: number;
  };
  /**
   * The rate limit of each client at the login host.
   * @default no limit
   */
  readonly loginRateLimit?: {
    /** Token requests per minute. */
    readonly perMinute: number;
  };
  /**
   * The current time, in milliseconds since 1970.
   * @default Date.now
   */
  readonly now?: () => number;
}

/** A client as `GET` returns it, without a secret. */
export interface GenesysSimulatedClient {
  /** A UUID, which is also the OAuth `client_id`. */
  readonly id: string;
  /** The name, which is not unique. */
  readonly name: string;
  readonly [field: string]: unknown;
}

/** Credentials of an integration as `GET` returns them. */
export interface GenesysSimulatedCredential {
  /** A UUID. */
  readonly id: string;
  /** The name. */
  readonly name: string;
  readonly [field: string]: unknown;
}

/** The state of a client that no response has. */
export interface GenesysClientState {
  /** The number of valid tokens. */
  readonly activeTokens: number;
  /** Whether the client has this secret. */
  readonly holdsSecret: (secret: string) => boolean;
}

/** The state of integration credentials that no response has. */
export interface GenesysCredentialState {
  /** Whether the credentials have this secret. */
  readonly holdsSecret: (secret: string) => boolean;
}

/** A client that was not created by the API. */
export interface GenesysInsertedClient {
  /**
   * The id, which is also the OAuth `client_id`.
   * @default a new UUID
   */
  readonly id?: string;
  /**
   * The secret.
   * @default a random text
   */
  readonly secret?: string;
  /**
   * The fields, without validation. `undefined` removes a field from responses. `dateCreated` determines the age of the client,
   * `state: "disabled"` ends its tokens.
   */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** An error response that replaces the next response. */
export interface GenesysErrorResponse extends FaultOptions {
  /** HTTP status, 200 to 599. */
  readonly status: number;
  /** `code` of the API, `error` of the login host. */
  readonly code?: string;
  /** The error message. */
  readonly message?: string;
  /** The value of `Retry-After`. Omitted: no header field. */
  readonly retryAfterSeconds?: number;
}

/** A simulated Genesys Cloud. */
export interface GenesysSimulator extends Simulator<GenesysOperationId, GenesysOrigin> {
  /** The base URLs for `fetch` and `handlers`. */
  readonly urls: Readonly<Record<GenesysOrigin, string>>;
  /** Roles and divisions, with their ids. */
  readonly organization: GenesysSimulatedOrganization;
  /** The stored clients, oldest first. The administrator is included only when it is listed. */
  readonly clients: readonly GenesysSimulatedClient[];
  /** The integration credentials, oldest first, with masked secrets. */
  readonly credentials: readonly GenesysSimulatedCredential[];
  /** Returns the state of a client that no response has. Undefined for an unknown client. */
  readonly inspect: (clientId: string) => GenesysClientState | undefined;
  /** Returns the state of integration credentials that no response has. Undefined for unknown credentials. */
  readonly inspectCredential: (credentialId: string) => GenesysCredentialState | undefined;
  /**
   * Stores a client without validation and returns its id.
   *
   * @throws {TypeError} the id exists already
   */
  readonly insert: (client: GenesysInsertedClient) => string;
  /**
   * Disables a client, as the vendor's support does. Its tokens become invalid.
   *
   * @throws {TypeError} the client does not exist
   */
  readonly disable: (clientId: string) => void;
  /** Revokes the tokens of one client, or all tokens. */
  readonly endTokens: (clientId?: string) => void;
  /** Responds to the next request with an error of its host. */
  readonly respondWithErrorNext: (operationId: GenesysOperationId, refusal: GenesysErrorResponse) => void;
  /** Responds to the next request with a rate limit error: 429 with `Retry-After` at the API, 400 without it at the login host. */
  readonly throttleNext: (
    operationId: GenesysOperationId,
    timing?: Pick<FaultOptions, "times"> & { readonly retryAfterSeconds?: number },
  ) => void;
}

/**
 * Validates the options.
 *
 * @throws {TypeError} an option is invalid
 */
export function checkOptions({
  administrator = {},
  rateLimit,
  loginRateLimit,
  maximumClients,
  ...options
}: GenesysSimulatorOptions): void {
  const counts = {
    maximumClients,
    "rateLimit.perMinute": rateLimit?.perMinute,
    "loginRateLimit.perMinute": loginRateLimit?.perMinute,
  };
  for (const [name, count] of Object.entries(counts)) {
    if (count !== undefined && (!Number.isInteger(count) || count < 1))
      throw new TypeError(`simulateGenesys: ${name} is not a whole number from 1 up`);
  }
  const { replicationLagMs = 0, idleTimeoutMs = 1 } = options;
  if (!(replicationLagMs >= 0 && replicationLagMs < Number.POSITIVE_INFINITY))
    throw new TypeError("simulateGenesys: replicationLagMs is not a number of milliseconds from 0 up");
  if (!(idleTimeoutMs > 0)) throw new TypeError("simulateGenesys: idleTimeoutMs is not a number of milliseconds above 0");
  if (administrator.clientId !== undefined && !/^[^\s:]+$/.test(administrator.clientId))
    throw new TypeError("simulateGenesys: administrator.clientId is empty, or has white space or a colon");
  if (administrator.clientSecret === "") throw new TypeError("simulateGenesys: administrator.clientSecret is empty");
}

/** The credentials of the administrator when the options name none. */
export const defaultAdministrator = {
  clientId: "11111111-1111-4111-8111-111111111111",
  clientSecret: "administrator-secret",
} as const;

/**
 * The variables of `genesysOptionsFromEnv`. That function reads no variable for base URLs: outside of a region, `apiUrl` and `loginUrl`
 * have to be added to its result.
 */
export function environmentOf(
  { administrator = {}, ...options }: GenesysSimulatorOptions,
  urls: Readonly<Record<GenesysOrigin, string>>,
): Readonly<Record<string, string>> {
  const { region = "us-east-1" } = options;
  const regional = baseUrlsOf({ region });
  const isRegional = urls.api === regional.api && urls.login === regional.login;
  return {
    ...(isRegional ? { GENESYSCLOUD_REGION: region } : { GENESYSCLOUD_API_URL: urls.api, GENESYSCLOUD_LOGIN_URL: urls.login }),
    GENESYSCLOUD_OAUTHCLIENT_ID: administrator.clientId ?? defaultAdministrator.clientId,
    GENESYSCLOUD_OAUTHCLIENT_SECRET: administrator.clientSecret ?? defaultAdministrator.clientSecret,
  };
}
