import type { FaultOptions } from "../core/faults.js";
import type { Simulator } from "../core/simulator.js";
import type {
  GenesysSimulatedDivision,
  GenesysSimulatedGrant,
  GenesysSimulatedOrganization,
  GenesysSimulatedRole,
} from "./organization.js";
import { baseUrlsOf } from "./regions.js";

/** The operations that the simulator answers, by the names of the vendor's SDKs. */
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

/** The client-credentials client that exists before the first request. */
export interface GenesysSimulatedAdministrator {
  /**
   * The id it logs in with.
   * @default "11111111-1111-4111-8111-111111111111"
   */
  readonly clientId?: string;
  /**
   * The secret it logs in with.
   * @default "administrator-secret"
   */
  readonly clientSecret?: string;
  /**
   * What it holds, and so may do and hand out.
   * @default every role in all divisions
   */
  readonly grants?: readonly GenesysSimulatedGrant[];
  /**
   * Whether it is among the clients that can be listed, read, changed and deleted, as it is at the vendor.
   * @default false, so that an organization begins without clients
   */
  readonly listed?: boolean;
}

/**
 * How clients are listed. `whole`: all of them in one answer, whose envelope counts pages all the same. `repeated`: the envelope
 * links pages, and each of them has all clients. `pages`: the envelope links pages, and each of them has its part.
 */
export type GenesysListing = "whole" | "repeated" | "pages";

/** How to simulate Genesys Cloud. */
export interface GenesysSimulatorOptions {
  /**
   * The AWS key or the domain of a region.
   * @default "us-east-1"
   */
  readonly region?: string;
  /**
   * Where the API is served. With the same address for `loginUrl`, `listen()` takes one port for both, as the gateway setting
   * of the vendor's SDKs needs.
   * @default the api host of the region
   */
  readonly apiUrl?: string;
  /**
   * Where tokens are issued.
   * @default the login host of the region
   */
  readonly loginUrl?: string;
  /**
   * Whose region it is.
   * @default one that is named Acme
   */
  readonly organization?: { readonly id?: string; readonly name?: string };
  /**
   * Roles beside `admin`, which allows everything, `employee`, which allows nothing, and `SCIM Integration`.
   * @default []
   */
  readonly roles?: readonly GenesysSimulatedRole[];
  /**
   * The division that is there from the beginning.
   * @default one that is named Home
   */
  readonly homeDivision?: Partial<GenesysSimulatedDivision>;
  /**
   * Divisions beside the home division.
   * @default []
   */
  readonly divisions?: readonly GenesysSimulatedDivision[];
  /** Who can call before there are other clients. */
  readonly administrator?: GenesysSimulatedAdministrator;
  /**
   * How clients are listed.
   * @default "whole"
   */
  readonly listing?: GenesysListing;
  /**
   * Leaves `authorizedGrantType` out of listed clients, as until February 2026.
   * @default false
   */
  readonly listsWithoutGrantType?: boolean;
  /**
   * How long reads and lists of clients do not see what was written, in milliseconds.
   * @default 0
   */
  readonly replicationLagMs?: number;
  /**
   * The state of a client whose deletion is scheduled, that is, of one older than 30 days.
   * @default "deleted"
   */
  readonly scheduledState?: "deleted" | "inactive";
  /**
   * Refuses new clients with the implicit grant, as the vendor does step by step.
   * @default false
   */
  readonly refusesImplicitGrant?: boolean;
  /**
   * A field that has to be in every new client-credentials client, as the list of allowed addresses is announced to be.
   * @default none
   */
  readonly requiredField?: string;
  /**
   * How many clients the organization may have.
   * @default as many as there are
   */
  readonly maximumClients?: number;
  /**
   * The status with which the login host refuses unknown credentials.
   * @default 400
   */
  readonly invalidClientStatus?: 400 | 401;
  /**
   * The status with which the API refuses to grant what the caller does not hold.
   * @default 403
   */
  readonly missingGrantStatus?: 400 | 403;
  /**
   * After how long without use a token ends, in milliseconds. With HIPAA it is 15 minutes.
   * @default never
   */
  readonly idleTimeoutMs?: number;
  /**
   * Counts the requests of every token and tells so in `inin-ratelimit-*`. `{}` stands for 300 in a minute.
   * @default no limit and no header fields
   */
  readonly rateLimit?: {
    /**
     * Requests of one token in a minute.
     * @default 300
     */
    readonly perMinute?: number;
  };
  /**
   * Counts the token requests of every client.
   * @default no limit
   */
  readonly loginRateLimit?: {
    /** How many the login host lets pass in a minute. */
    readonly perMinute: number;
  };
  /**
   * The time that it lives in.
   * @default a clock that runs with the machine's and can be moved forward
   */
  readonly now?: () => number;
}

/** A client as `GET` shows it. Never has a secret. */
export interface GenesysSimulatedClient {
  /** A UUID, which is also the OAuth `client_id`. */
  readonly id: string;
  /** What people call it. Need not be unique. */
  readonly name: string;
  readonly [field: string]: unknown;
}

/** Credentials of an integration as `GET` shows them. */
export interface GenesysSimulatedCredential {
  /** A UUID. */
  readonly id: string;
  /** What people call them. */
  readonly name: string;
  readonly [field: string]: unknown;
}

/** What no answer of the API tells about a client. */
export interface GenesysClientState {
  /** How many tokens are valid at this moment. */
  readonly activeTokens: number;
  /** Whether this is its secret. */
  readonly holdsSecret: (secret: string) => boolean;
}

/** What no answer of the API tells about credentials of an integration. */
export interface GenesysCredentialState {
  /** Whether this is the secret in them. */
  readonly holdsSecret: (secret: string) => boolean;
}

/** A client that was made elsewhere: in the web interface, by the vendor's support, or by a version to come. */
export interface GenesysInsertedClient {
  /**
   * The id, which is also the OAuth `client_id`.
   * @default a new UUID
   */
  readonly id?: string;
  /**
   * The secret to log in with.
   * @default one that nobody knows
   */
  readonly secret?: string;
  /**
   * Shown as they are, without any check, unknown ones too. `undefined` leaves a field out of answers. `dateCreated` decides
   * about the age of the client, `state: "disabled"` ends its tokens.
   */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A refusal in the shape of the host that gives it, instead of the next answer. */
export interface GenesysErrorResponse extends FaultOptions {
  /** HTTP status, 200 to 599. */
  readonly status: number;
  /** `code` of the API, `error` of the login host. */
  readonly code?: string;
  /** What is wrong. */
  readonly message?: string;
  /** What `Retry-After` says. Absent: no such field. */
  readonly retryAfterSeconds?: number;
}

/** A simulated Genesys Cloud. */
export interface GenesysSimulator extends Simulator<GenesysOperationId, GenesysOrigin> {
  /** Where the simulator believes to be served: what to configure a client with when `fetch` or `handlers` is used. */
  readonly urls: Readonly<Record<GenesysOrigin, string>>;
  /** Roles and divisions, with their ids. */
  readonly organization: GenesysSimulatedOrganization;
  /** What is stored, oldest first. Without the administrator, unless that is listed. */
  readonly clients: readonly GenesysSimulatedClient[];
  /** The credentials of integrations, oldest first, secrets made unreadable. */
  readonly credentials: readonly GenesysSimulatedCredential[];
  /** What no answer tells about a client. Undefined when there is none. */
  readonly inspect: (clientId: string) => GenesysClientState | undefined;
  /** What no answer tells about credentials of an integration. Undefined when there are none. */
  readonly inspectCredential: (credentialId: string) => GenesysCredentialState | undefined;
  /**
   * Stores a client without any check, and returns its id.
   *
   * @throws {TypeError} the id is taken
   */
  readonly insert: (client: GenesysInsertedClient) => string;
  /**
   * Disables a client as the vendor's support does: its tokens end, and no others are made.
   *
   * @throws {TypeError} there is no such client
   */
  readonly disable: (clientId: string) => void;
  /** Ends tokens long before their time, as idle timeouts do: those of one client, or all. */
  readonly endTokens: (clientId?: string) => void;
  /** Refuses the next request in the shape of the host that it goes to. */
  readonly respondWithErrorNext: (operationId: GenesysOperationId, refusal: GenesysErrorResponse) => void;
  /** Throttles the next request as that host does: 429 and `Retry-After` at the API, 400 and neither at the login host. */
  readonly throttleNext: (
    operationId: GenesysOperationId,
    timing?: Pick<FaultOptions, "times"> & { readonly retryAfterSeconds?: number },
  ) => void;
}

/**
 * Checks the options that are numbers or credentials.
 *
 * @throws {TypeError} an option cannot work
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
    ...(isRegional ? { GENESYSCLOUD_REGION: region } : {}),
    GENESYSCLOUD_OAUTHCLIENT_ID: administrator.clientId ?? defaultAdministrator.clientId,
    GENESYSCLOUD_OAUTHCLIENT_SECRET: administrator.clientSecret ?? defaultAdministrator.clientSecret,
  };
}
