import type { components } from "../../openapi/tfe.js";
import type { FaultOptions } from "../core/faults.js";
import type { Simulator } from "../core/simulator.js";
import type { TfeErrorShape } from "./errors.js";

/** The simulated operations, by the ids of the vendor's API description. */
export type TfeOperationId =
  | "listOAuthClients"
  | "createOAuthClientForOrganization"
  | "getOAuthClient"
  | "updateOAuthClient"
  | "destroyOAuthClient"
  | "destroyOAuthClientOfOrganization"
  | "attachOAuthClientToProjects"
  | "detachOAuthClientFromProjects"
  | "listOauthTokensForOauthClient"
  | "listOauthTokensForOrganization"
  | "getOauthToken"
  | "updateOauthToken"
  | "deleteOauthToken"
  | "ping"
  | "getEntitlementSet"
  | "getProject"
  | "discover";

/** The single base URL. */
export type TfeOrigin = "host";

/** An organization. */
export interface TfeSimulatedOrganization {
  /** The name, which is also the id. */
  readonly name: string;
  /**
   * The ids of its projects, `prj-...`.
   * @default []
   */
  readonly projects?: readonly string[];
  /**
   * The ids of its agent pools, `apool-...`.
   * @default []
   */
  readonly agentPools?: readonly string[];
  /**
   * Whether its plan has VCS connections. Otherwise every request for clients and tokens gets 404.
   * @default true
   */
  readonly vcsIntegrations?: boolean;
  /**
   * Whether its plan has agent pools for clients.
   * @default true
   */
  readonly privateVcs?: boolean;
}

/** An API token. */
export interface TfeSimulatedToken {
  /** The token itself. */
  readonly token: string;
  /**
   * The organizations whose VCS settings it can manage. All others get 404.
   * @default every organization
   */
  readonly organizations?: readonly string[];
  /**
   * The owner of the token. Rate limits are counted by user.
   * @default a separate user
   */
  readonly user?: string;
}

/** The rate limits. */
export interface TfeRateLimit {
  /**
   * Requests of one user per second. Requests without a valid token count as those of one user.
   * @default 30
   */
  readonly perSecond?: number;
  /**
   * OAuth token deletions of one user per minute.
   * @default 10
   */
  readonly tokenDeletionsPerMinute?: number;
}

/** The header fields with the version of an installation. */
export type TfeVersionHeader = "TFP-API-Version" | "TFP-AppName" | "X-TFE-Version" | "X-TFE-Current-Version";

/** The options of `simulateTfe`. */
export interface TfeSimulatorOptions {
  /**
   * The base URL, with or without `/api/v2` at the end.
   * @default "https://app.terraform.io"
   */
  readonly baseUrl?: string;
  /**
   * The organizations.
   * @default one organization, `acme`
   */
  readonly organizations?: readonly TfeSimulatedOrganization[];
  /**
   * The valid API tokens.
   * @default every bearer token is valid and can manage every organization
   */
  readonly tokens?: readonly TfeSimulatedToken[];
  /**
   * The default page size.
   * @default 20
   */
  readonly pageSize?: number;
  /**
   * The maximum page size. A larger size selects the maximum.
   * @default 100
   */
  readonly maximumPageSize?: number;
  /**
   * Lists are not paginated and have no `meta` and `links`, as in installations before November 2021.
   * @default false
   */
  readonly withoutMeta?: boolean;
  /**
   * Lists have no `total-pages`, no `total-count` and no link to the last page, as at some endpoints.
   * @default false
   */
  readonly withoutTotals?: boolean;
  /**
   * Support `DELETE /organizations/{organization}/oauth-clients/{id}` of 2018.
   * @default false
   */
  readonly oldDeletePath?: boolean;
  /**
   * The `related` link of a client's tokens is invalid, as in installations of 2018.
   * @default false
   */
  readonly oldRelatedLinks?: boolean;
  /**
   * The version header fields. `TFP-API-Version` is in every response, the others are in the response to ping.
   * @default those of HCP Terraform: TFP-API-Version 2.6 and TFP-AppName
   */
  readonly versions?: Partial<Readonly<Record<TfeVersionHeader, string>>>;
  /**
   * The rate limits, with `X-RateLimit-*` header fields. `{}` selects the limits of HCP Terraform.
   * @default no limits and no header fields
   */
  readonly rateLimit?: TfeRateLimit;
  /**
   * The shape of error responses.
   * @default "objects"
   */
  readonly errorShape?: TfeErrorShape;
  /**
   * The current time, in milliseconds since 1970.
   * @default Date.now
   */
  readonly now?: () => number;
}

/** A client as `GET` returns it. */
export type TfeSimulatedClient = {
  readonly id: string;
  readonly type: "oauth-clients";
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly relationships: Readonly<Record<string, unknown>>;
};

/** The write-only attributes. */
export type TfeWriteOnlyMember = "secret" | "private-key" | "oauth-token-string" | "ssh-key";

/** The state of a client that no response has. */
export interface TfeClientState {
  /** Whether a value is stored. */
  readonly has: (member: TfeWriteOnlyMember) => boolean;
  /** Whether this value is stored. */
  readonly holds: (member: TfeWriteOnlyMember, value: string) => boolean;
}

/** A client that was not created by the API. */
export interface TfeInsertedClient {
  /**
   * The organization of the client.
   * @default the first organization
   */
  readonly organization?: string;
  /**
   * The attributes, without validation. `undefined` removes an attribute from responses, as in older installations.
   * `oauth-token-string` creates a token.
   */
  readonly attributes: Readonly<Record<string, unknown>>;
  /**
   * The ids of its projects, without validation.
   * @default []
   */
  readonly projects?: readonly string[];
  /**
   * The id of its agent pool, without validation.
   * @default none
   */
  readonly agentPool?: string;
}

/** An error response that replaces the next response. */
export interface TfeErrorResponse extends FaultOptions {
  /** HTTP status, 200 to 599. */
  readonly status: number;
  /** The error message. */
  readonly detail?: string;
  /** JSON pointer in the request, `/data/attributes/name`. */
  readonly pointer?: string;
  /**
   * The shape.
   * @default the option `errorShape`
   */
  readonly shape?: TfeErrorShape;
  /** The value of `X-RateLimit-Reset`, in seconds with a fraction. Omitted: no header field. */
  readonly resetSeconds?: number;
}

/** A simulated Terraform Enterprise installation, or HCP Terraform. */
export interface TfeSimulator extends Simulator<TfeOperationId, TfeOrigin> {
  /** The base URL for `fetch` and `handlers`, without `/api/v2`. */
  readonly urls: Readonly<Record<TfeOrigin, string>>;
  /** The stored clients, oldest first. */
  readonly clients: readonly TfeSimulatedClient[];
  /** Returns the state of a client that no response has. Undefined for an unknown client. */
  readonly inspect: (clientId: string) => TfeClientState | undefined;
  /**
   * Stores a client without validation and returns its id.
   *
   * @throws {TypeError} the organization is unknown
   */
  readonly insert: (client: TfeInsertedClient) => string;
  /** Responds to the next request with an error. */
  readonly respondWithErrorNext: (operationId: TfeOperationId, refusal: TfeErrorResponse) => void;
}

/** The VCS providers. */
export type ServiceProvider = components["schemas"]["serviceProvider"];

/**
 * Returns the base URL of the simulated installation.
 *
 * @throws {TypeError} an option is invalid
 */
export function baseUrlOf({ baseUrl = "https://app.terraform.io" }: TfeSimulatorOptions): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "" || url.username !== "") {
    throw new TypeError("simulateTfe: baseUrl is not an http or https URL without query and fragment");
  }
  return url.href.replace(/\/+$/, "").replace(/\/api\/v2$/, "");
}

/**
 * Validates the options.
 *
 * @throws {TypeError} an option is invalid
 */
export function checkOptions({ tokens, organizations, rateLimit, ...options }: TfeSimulatorOptions): void {
  const counts = {
    pageSize: options.pageSize,
    maximumPageSize: options.maximumPageSize,
    "rateLimit.perSecond": rateLimit?.perSecond,
    "rateLimit.tokenDeletionsPerMinute": rateLimit?.tokenDeletionsPerMinute,
  };
  for (const [name, count] of Object.entries(counts)) {
    if (count !== undefined && (!Number.isInteger(count) || count < 1))
      throw new TypeError(`simulateTfe: ${name} is not a whole number from 1 up`);
  }
  const names = organizations?.map(({ name }) => name) ?? [defaultOrganization];
  if (names.length === 0 || names.some((name) => !/^[^/\s]+$/.test(name)) || new Set(names).size < names.length)
    throw new TypeError("simulateTfe: organizations needs at least one, with different names without slash and white space");
  for (const { token, organizations: allowed } of tokens ?? []) {
    if (!/^\S+$/.test(token)) throw new TypeError("simulateTfe: tokens has one that is empty or has white space");
    const unknown = allowed?.find((name) => !names.includes(name));
    if (unknown !== undefined) throw new TypeError(`simulateTfe: tokens names the unknown organization "${unknown}"`);
  }
}

/** The default organization. */
export const defaultOrganization = "acme";

/** The variables of `tfeOptionsFromEnv`, with the first token and the first organization. */
export function environmentOf(
  { tokens, organizations }: TfeSimulatorOptions,
  { host }: Readonly<Record<TfeOrigin, string>>,
): Readonly<Record<string, string>> {
  const [token] = tokens ?? [];
  return {
    TFE_ADDRESS: host,
    TFE_TOKEN: token?.token ?? "simulated.atlasv1.token",
    TFE_ORGANIZATION: token?.organizations?.[0] ?? organizations?.[0]?.name ?? defaultOrganization,
  };
}
