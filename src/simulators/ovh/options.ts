import type { Simulator } from "../core/simulator.js";
import type { OvhReadOnlyMembers } from "./bodies.js";
import type { OvhErrorShape } from "./errors.js";
import type { OvhPermissionsGroup } from "./permission-groups.js";
import { type OvhRegion, regions } from "./regions.js";

/** The simulated operations, by the ids of this library's API description. */
export type OvhOperationId =
  | "getTime"
  | "getAuthenticationDetails"
  | "getAccount"
  | "listOAuth2Clients"
  | "createOAuth2Client"
  | "getOAuth2Client"
  | "updateOAuth2Client"
  | "deleteOAuth2Client"
  | "getWebHosting"
  | "listPolicies"
  | "createPolicy"
  | "getPolicy"
  | "updatePolicy"
  | "deletePolicy"
  | "listActions"
  | "listPermissionsGroups"
  | "getPermissionsGroup"
  | "listResources"
  | "checkAuthorization"
  | "requestToken";

/** The API without a version, and the token endpoint. */
export type OvhOrigin = "api" | "token";

/** A route of a consumer key. */
export interface OvhAccessRule {
  /** HTTP method, upper case. */
  readonly method: string;
  /** Path below `/1.0`, `/me/api/oauth2/client`; with `/v2` in front for version 2. `*` matches any text. */
  readonly path: string;
}

/** The state of a consumer key. */
export type OvhConsumerKeyState = "validated" | "pendingValidation" | "refused" | "expired";

/** An application key with its secret and one consumer key. It authenticates the account itself. */
export interface OvhApplicationKey {
  /** The application key. */
  readonly applicationKey: string;
  /** The secret for signatures, which is not sent. */
  readonly applicationSecret: string;
  /** The consumer key. */
  readonly consumerKey: string;
  /**
   * Whether the customer has validated the consumer key.
   * @default "validated"
   */
  readonly state?: OvhConsumerKeyState;
  /** Expiry by the server's time. Omitted: never. */
  readonly expiresAt?: Date;
  /** The routes of the consumer key. Omitted: all routes. */
  readonly accessRules?: readonly OvhAccessRule[];
}

/** A service account without restrictions. */
export interface OvhRootServiceAccount {
  /** OAuth's `client_id`. */
  readonly clientId: string;
  /** OAuth's `client_secret`. */
  readonly clientSecret: string;
}

/** An existing bearer token. It authenticates the account itself. */
export interface OvhReadyAccessToken {
  /** The token itself. */
  readonly accessToken: string;
  /** Expiry by the server's time. Omitted: never. */
  readonly expiresAt?: Date;
}

/** The options of `simulateOvh`. */
export interface OvhSimulatorOptions {
  /**
   * The region. It determines the base URLs, the URNs and the prefix of ids.
   * @default "eu"
   */
  readonly region?: OvhRegion;
  /**
   * Base URL of the API for `fetch` and `handlers`, without a version.
   * @default that of the region, such as "https://eu.api.ovh.com"
   */
  readonly apiUrl?: string;
  /**
   * URL of the token endpoint for `fetch` and `handlers`.
   * @default that of the region, such as "https://www.ovh.com/auth/oauth2/token"
   */
  readonly tokenEndpoint?: string;
  /**
   * The name of the account in URNs.
   * @default "zz99999-ovh"
   */
  readonly account?: string;
  /**
   * The application keys.
   * @default without other credentials one key: "application-key", "application-secret" and "consumer-key"
   */
  readonly applicationKeys?: readonly OvhApplicationKey[];
  /** A service account without restrictions. It is not one of the clients, so it is not listed and cannot be changed. */
  readonly serviceAccount?: OvhRootServiceAccount;
  /** Existing bearer tokens. */
  readonly accessTokens?: readonly OvhReadyAccessToken[];
  /**
   * The web hosting plans.
   * @default ["xxxxxxx.cluster001.hosting.ovh.net"], the one of the vendor's guide
   */
  readonly webHostings?: readonly string[];
  /**
   * The permissions groups besides `globalAdmin` of the vendor.
   * @default none
   */
  readonly permissionsGroups?: readonly OvhPermissionsGroup[];
  /**
   * The shape of error responses.
   * @default "current"
   */
  readonly errorShape?: OvhErrorShape;
  /**
   * The handling of read-only members, such as `flow` in an update. The vendor's behaviour is not documented.
   * @default "refuse"
   */
  readonly readOnlyMembers?: OvhReadOnlyMembers;
  /**
   * The difference between the server's time and `now`, in milliseconds. It can be negative.
   * @default 0
   */
  readonly clockSkewMs?: number;
  /**
   * The maximum difference between the timestamp of a signature and the server's time, in milliseconds. The vendor rejects a minute.
   * @default 30000
   */
  readonly timestampToleranceMs?: number;
  /**
   * Lifetime of access tokens, in milliseconds.
   * @default 3600000
   */
  readonly accessTokenLifespanMs?: number;
  /**
   * The default page size of version 2. The vendor's value is not documented.
   * @default 20
   */
  readonly pageSize?: number;
  /**
   * The maximum page size of version 2.
   * @default 100
   */
  readonly largestPageSize?: number;
  /**
   * The current time, in milliseconds since 1970.
   * @default Date.now
   */
  readonly now?: () => number;
}

/** A client as `GET` returns it, without a secret. */
export interface OvhSimulatedClient {
  /** OAuth's `client_id`. Begins with the region and a dot, such as `EU.`. */
  readonly clientId: string;
  /** Not unique. */
  readonly name: string;
  /** The description. */
  readonly description: string;
  /** The flow. */
  readonly flow: "AUTHORIZATION_CODE" | "CLIENT_CREDENTIALS";
  /** Empty for `CLIENT_CREDENTIALS`. */
  readonly callbackUrls: readonly string[];
  /** The URN in policies. Null for `AUTHORIZATION_CODE`. */
  readonly identity: string | null;
  /** RFC 3339, in UTC. */
  readonly createdAt: string;
}

/** A policy as `GET` returns it. */
export interface OvhSimulatedPolicy {
  /** A UUID. */
  readonly id: string;
  /** Unique. */
  readonly name: string;
  /** The identities. */
  readonly identities: readonly string[];
  /** The resources. */
  readonly resources: readonly { readonly urn: string }[];
  readonly [member: string]: unknown;
}

/** The state of a client that no response has. */
export interface OvhClientState {
  /** The number of valid tokens. */
  readonly activeTokens: number;
}

/** A simulated account at OVHcloud, in one region. */
export interface OvhSimulator extends Simulator<OvhOperationId, OvhOrigin> {
  /** The base URLs for `fetch` and `handlers`. */
  readonly urls: Readonly<Record<OvhOrigin, string>>;
  /** The stored clients, in the order of creation. */
  readonly clients: readonly OvhSimulatedClient[];
  /** The stored policies, in the order of creation. */
  readonly policies: readonly OvhSimulatedPolicy[];
  /** Returns the state of a client that no response has. Undefined for an unknown client. */
  readonly inspect: (clientId: string) => OvhClientState | undefined;
}

/**
 * Validates the options and returns the application keys: the given ones, or a default key without other credentials.
 *
 * @throws {TypeError} an option is invalid
 */
export function checkOptions(options: OvhSimulatorOptions): readonly OvhApplicationKey[] {
  const { account = "zz99999-ovh", serviceAccount, accessTokens = [], applicationKeys = [] } = options;
  if (!/^[A-Za-z0-9][\w.-]*$/.test(account)) throw new TypeError("simulateOvh: account is not a name as URNs have it");
  if (serviceAccount) {
    filled("serviceAccount.clientId", serviceAccount.clientId);
    filled("serviceAccount.clientSecret", serviceAccount.clientSecret);
  }
  for (const [index, { accessToken }] of accessTokens.entries()) filled(`accessTokens[${index}].accessToken`, accessToken);
  for (const [index, key] of applicationKeys.entries()) {
    for (const name of ["applicationKey", "applicationSecret", "consumerKey"] as const)
      filled(`applicationKeys[${index}].${name}`, key[name]);
    const before = applicationKeys.slice(0, index);
    if (before.some(({ consumerKey }) => consumerKey === key.consumerKey))
      throw new TypeError(`simulateOvh: applicationKeys[${index}].consumerKey is taken`);
    if (
      before.some((other) => other.applicationKey === key.applicationKey && other.applicationSecret !== key.applicationSecret)
    )
      throw new TypeError(
        `simulateOvh: applicationKeys[${index}].applicationSecret is not that of the same application before`,
      );
  }
  const numbers = ["timestampToleranceMs", "accessTokenLifespanMs", "pageSize", "largestPageSize"] as const;
  for (const name of numbers) {
    const value = options[name] ?? 1;
    if (!Number.isInteger(value) || value < 1) throw new TypeError(`simulateOvh: ${name} is not a whole number from 1 up`);
  }
  if (!Number.isInteger(options.clockSkewMs ?? 0)) throw new TypeError("simulateOvh: clockSkewMs is not a whole number");
  const hasNoCredentials = applicationKeys.length === 0 && !serviceAccount && accessTokens.length === 0;
  return hasNoCredentials ? [defaultKey] : applicationKeys;
}

const defaultKey: OvhApplicationKey = {
  applicationKey: "application-key",
  applicationSecret: "application-secret",
  consumerKey: "consumer-key",
};

function filled(name: string, value: string): void {
  if (typeof value !== "string" || value === "") throw new TypeError(`simulateOvh: ${name} is empty`);
}

/**
 * The variables of `ovhOptionsFromEnv`, with the first application key, the first access token or the service account. That function reads
 * no variable for the token endpoint: outside of a region, a service account needs `tokenEndpoint` as an option.
 */
export function environmentOf(
  options: OvhSimulatorOptions,
  { api, token }: Readonly<Record<OvhOrigin, string>>,
): Readonly<Record<string, string>> {
  const { region = "eu", serviceAccount } = options;
  const endpoint =
    api === regions[region].api ? { OVH_ENDPOINT: `ovh-${region}` } : { OVH_ENDPOINT: api, OVH_TOKEN_ENDPOINT: token };
  const [key] = checkOptions(options);
  if (key)
    return {
      ...endpoint,
      OVH_APPLICATION_KEY: key.applicationKey,
      OVH_APPLICATION_SECRET: key.applicationSecret,
      OVH_CONSUMER_KEY: key.consumerKey,
    };
  const [issued] = options.accessTokens ?? [];
  if (issued) return { ...endpoint, OVH_ACCESS_TOKEN: issued.accessToken };
  return { ...endpoint, OVH_CLIENT_ID: serviceAccount?.clientId ?? "", OVH_CLIENT_SECRET: serviceAccount?.clientSecret ?? "" };
}
