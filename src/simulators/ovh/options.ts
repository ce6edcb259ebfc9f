import type { Simulator } from "../core/simulator.js";
import type { OvhReadOnlyMembers } from "./bodies.js";
import type { OvhErrorShape } from "./errors.js";
import type { OvhPermissionsGroup } from "./permission-groups.js";
import { type OvhRegion, regions } from "./regions.js";

/** The operations that the simulator answers, by the ids of this library's description of the API. */
export type OvhOperationId =
  | "getTime"
  | "getAuthenticationDetails"
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
  | "requestToken";

/** The API without a version, and the token endpoint, each on a host of its own. */
export type OvhOrigin = "api" | "token";

/** A route that a consumer key was validated for. */
export interface OvhAccessRule {
  /** HTTP method, upper case. */
  readonly method: string;
  /** Path below `/1.0`, `/me/api/oauth2/client`; with `/v2` in front for version 2. `*` stands for any text. */
  readonly path: string;
}

/** What a consumer key is worth. */
export type OvhConsumerKeyState = "validated" | "pendingValidation" | "refused" | "expired";

/** An application key with its secret and one consumer key. Acts for the account itself. */
export interface OvhApplicationKey {
  /** Names the application. */
  readonly applicationKey: string;
  /** Goes into signatures and is never sent. */
  readonly applicationSecret: string;
  /** Names the customer who has let the application in. */
  readonly consumerKey: string;
  /**
   * Whether the customer has let the application in.
   * @default "validated"
   */
  readonly state?: OvhConsumerKeyState;
  /** When the consumer key ends, by the server's clock. Never, when absent. */
  readonly expiresAt?: Date;
  /** The routes that it was validated for. All, when absent. */
  readonly accessRules?: readonly OvhAccessRule[];
}

/** A service account that may do everything. */
export interface OvhRootServiceAccount {
  /** OAuth's `client_id`. */
  readonly clientId: string;
  /** OAuth's `client_secret`. */
  readonly clientSecret: string;
}

/** A bearer token that exists from the start. Acts for the account itself. */
export interface OvhReadyAccessToken {
  /** What stands behind `Bearer`. */
  readonly accessToken: string;
  /** When it ends, by the server's clock. Never, when absent. */
  readonly expiresAt?: Date;
}

/** How to simulate OVHcloud. */
export interface OvhSimulatorOptions {
  /**
   * Which region to imitate. It decides on both addresses, on the URNs and on how ids begin.
   * @default "eu"
   */
  readonly region?: OvhRegion;
  /**
   * Where the API is to be found by those who use `fetch` or `handlers`, without a version.
   * @default that of the region, such as "https://eu.api.ovh.com"
   */
  readonly apiUrl?: string;
  /**
   * Where tokens are to be had by those who use `fetch` or `handlers`: the whole address of the endpoint.
   * @default that of the region, such as "https://www.ovh.com/auth/oauth2/token"
   */
  readonly tokenEndpoint?: string;
  /**
   * The name of the account, as URNs have it.
   * @default "zz99999-ovh"
   */
  readonly account?: string;
  /**
   * The keys that sign calls for the account itself.
   * @default one, when nobody else is let in: "application-key", "application-secret" and "consumer-key"
   */
  readonly applicationKeys?: readonly OvhApplicationKey[];
  /** A service account from outside the account's clients: it is not listed, cannot be changed or deleted, and may do everything. */
  readonly serviceAccount?: OvhRootServiceAccount;
  /** Bearer tokens that exist from the start. */
  readonly accessTokens?: readonly OvhReadyAccessToken[];
  /**
   * The web hosting plans that exist.
   * @default ["xxxxxxx.cluster001.hosting.ovh.net"], the one of the vendor's guide
   */
  readonly webHostings?: readonly string[];
  /**
   * The groups of permissions that policies can name, beside the vendor's `globalAdmin`.
   * @default none
   */
  readonly permissionsGroups?: readonly OvhPermissionsGroup[];
  /**
   * The generation of error bodies.
   * @default "current"
   */
  readonly errorShape?: OvhErrorShape;
  /**
   * What becomes of members that only the vendor sets, such as `flow` in an update. What the real API does is not known.
   * @default "refuse"
   */
  readonly readOnlyMembers?: OvhReadOnlyMembers;
  /**
   * How far the server's clock is ahead of `clock`, in milliseconds. Negative when it is behind.
   * @default 0
   */
  readonly clockSkewMs?: number;
  /**
   * How far the timestamp of a signature may be away from the server's clock, in milliseconds. A minute is known to be too much.
   * @default 30000
   */
  readonly timestampToleranceMs?: number;
  /**
   * Lifetime of access tokens, in milliseconds.
   * @default 3600000
   */
  readonly accessTokenLifespanMs?: number;
  /**
   * How many a page of version 2 has when nothing is asked for. The vendor's own figures are not known.
   * @default 20
   */
  readonly pageSize?: number;
  /**
   * How many a page of version 2 has at most.
   * @default 100
   */
  readonly largestPageSize?: number;
  /**
   * The time to live in.
   * @default a clock that runs with the machine's and can be moved forward
   */
  readonly now?: () => number;
}

/** A client as `GET` shows it. Never has a secret. */
export interface OvhSimulatedClient {
  /** OAuth's `client_id`. Begins with the region and a dot, such as `EU.`. */
  readonly clientId: string;
  /** Not unique. */
  readonly name: string;
  /** What it is for. */
  readonly description: string;
  /** The one flow it may use. */
  readonly flow: "AUTHORIZATION_CODE" | "CLIENT_CREDENTIALS";
  /** Empty for `CLIENT_CREDENTIALS`. */
  readonly callbackUrls: readonly string[];
  /** The URN by which policies name it. Null for `AUTHORIZATION_CODE`. */
  readonly identity: string | null;
  /** RFC 3339, in UTC. */
  readonly createdAt: string;
}

/** A policy as `GET` shows it. */
export interface OvhSimulatedPolicy {
  /** A UUID. */
  readonly id: string;
  /** Unique. */
  readonly name: string;
  /** Whom it is for. */
  readonly identities: readonly string[];
  /** What it is about. */
  readonly resources: readonly { readonly urn: string }[];
  readonly [member: string]: unknown;
}

/** What no answer of the API tells about a client. */
export interface OvhClientState {
  /** How many tokens are valid at this moment. */
  readonly activeTokens: number;
}

/** A simulated account at OVHcloud, in one region. */
export interface OvhSimulator extends Simulator<OvhOperationId, OvhOrigin> {
  /** Where the simulator believes to be served: what to configure a client with when `fetch` or `handlers` is used. */
  readonly urls: Readonly<Record<OvhOrigin, string>>;
  /** The clients that are stored, in the order of creation. */
  readonly clients: readonly OvhSimulatedClient[];
  /** The policies that are stored, in the order of creation. */
  readonly policies: readonly OvhSimulatedPolicy[];
  /** What no answer tells about a client. Undefined when there is none. */
  readonly inspect: (clientId: string) => OvhClientState | undefined;
}

/**
 * The two addresses of the simulated region.
 *
 * @throws {TypeError} an option cannot work
 */
export function baseUrlsOf({ region = "eu", apiUrl, tokenEndpoint }: OvhSimulatorOptions): Readonly<Record<OvhOrigin, string>> {
  if (!Object.hasOwn(regions, region)) throw new TypeError("simulateOvh: region is not one of eu, ca, us");
  const baseUrls = {
    api: address("apiUrl", apiUrl ?? regions[region].api),
    token: address("tokenEndpoint", tokenEndpoint ?? regions[region].token),
  };
  if (/\/(?:1\.0|v\d+)$/.test(baseUrls.api))
    throw new TypeError("simulateOvh: apiUrl has a version, which belongs to the paths");
  if (baseUrls.api === baseUrls.token) throw new TypeError("simulateOvh: tokenEndpoint is the same as apiUrl");
  return baseUrls;
}

/**
 * The keys to let in: the given ones, or one for everybody when nobody else is let in.
 *
 * @throws {TypeError} a name or secret is missing or empty, two keys contradict each other, or a number cannot work
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
  const letsNobodyIn = applicationKeys.length === 0 && !serviceAccount && accessTokens.length === 0;
  return letsNobodyIn ? [everybody] : applicationKeys;
}

const everybody: OvhApplicationKey = {
  applicationKey: "application-key",
  applicationSecret: "application-secret",
  consumerKey: "consumer-key",
};

function filled(name: string, value: string): void {
  if (typeof value !== "string" || value === "") throw new TypeError(`simulateOvh: ${name} is empty`);
}

function address(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "" || url.username !== "") {
    throw new TypeError(`simulateOvh: ${name} is not an http or https URL without query and fragment`);
  }
  return url.href.replace(/\/+$/, "");
}

/**
 * The variables of `ovhOptionsFromEnv`, with the first application key, the first access token or the service account. That function reads
 * no variable for the token endpoint: outside of a region, a service account needs `tokenEndpoint` as an option.
 */
export function environmentOf(
  options: OvhSimulatorOptions,
  { api }: Readonly<Record<OvhOrigin, string>>,
): Readonly<Record<string, string>> {
  const { region = "eu", serviceAccount } = options;
  const endpoint = { OVH_ENDPOINT: api === regions[region].api ? `ovh-${region}` : api };
  const [key] = checkOptions(options);
  if (key)
    return {
      ...endpoint,
      OVH_APPLICATION_KEY: key.applicationKey,
      OVH_APPLICATION_SECRET: key.applicationSecret,
      OVH_CONSUMER_KEY: key.consumerKey,
    };
  const [token] = options.accessTokens ?? [];
  if (token) return { ...endpoint, OVH_ACCESS_TOKEN: token.accessToken };
  return { ...endpoint, OVH_CLIENT_ID: serviceAccount?.clientId ?? "", OVH_CLIENT_SECRET: serviceAccount?.clientSecret ?? "" };
}
