import type { components } from "../../openapi/tfe.js";
import type { FaultOptions } from "../core/faults.js";
import type { Simulator } from "../core/simulator.js";
import type { TfeErrorShape } from "./errors.js";

/** The operations that the simulator answers, by the ids of the vendor's own description where it has one. */
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
  | "discover";

/** Everything is served at one address. */
export type TfeOrigin = "host";

/** An organization that exists before the first request. */
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
   * Whether its plan has VCS connections. Without, everything about clients and tokens is answered with 404.
   * @default true
   */
  readonly vcsIntegrations?: boolean;
  /**
   * Whether its plan lets clients use agent pools.
   * @default true
   */
  readonly privateVcs?: boolean;
}

/** An API token that exists before the first request. */
export interface TfeSimulatedToken {
  /** The text after `Bearer `. */
  readonly token: string;
  /**
   * The organizations whose VCS settings it may manage. All others are answered with 404, as if they were not there.
   * @default every organization
   */
  readonly organizations?: readonly string[];
  /**
   * Whose token it is: rate limits are counted by user.
   * @default a user of its own
   */
  readonly user?: string;
}

/** What callers are held to. */
export interface TfeRateLimit {
  /**
   * Requests of one user in a second. All requests without a valid token are counted as one user's.
   * @default 30
   */
  readonly perSecond?: number;
  /**
   * How many OAuth tokens one user may delete in a minute.
   * @default 10
   */
  readonly tokenDeletionsPerMinute?: number;
}

/** The header fields by which installations tell what they are. */
export type TfeVersionHeader = "TFP-API-Version" | "TFP-AppName" | "X-TFE-Version" | "X-TFE-Current-Version";

/** How to simulate Terraform Enterprise or HCP Terraform. */
export interface TfeSimulatorOptions {
  /**
   * Where it is served, with or without `/api/v2` at the end.
   * @default "https://app.terraform.io"
   */
  readonly baseUrl?: string;
  /**
   * The organizations there are, with what they have.
   * @default one, named `acme`
   */
  readonly organizations?: readonly TfeSimulatedOrganization[];
  /**
   * The API tokens that are valid.
   * @default every bearer token is valid and may manage everything; a request without one is refused all the same
   */
  readonly tokens?: readonly TfeSimulatedToken[];
  /**
   * Entries of a page whose size the request does not name.
   * @default 20
   */
  readonly pageSize?: number;
  /**
   * Most entries of a page. Who asks for more gets this many.
   * @default 100
   */
  readonly maximumPageSize?: number;
  /**
   * Answers lists as installations before November 2021 do: whole, whatever page is asked for, without `meta` and `links`.
   * @default false
   */
  readonly withoutMeta?: boolean;
  /**
   * Leaves `total-pages`, `total-count` and the link to the last page out, as some endpoints do.
   * @default false
   */
  readonly withoutTotals?: boolean;
  /**
   * Answers `DELETE /organizations/{organization}/oauth-clients/{id}` of 2018 too.
   * @default false
   */
  readonly oldDeletePath?: boolean;
  /**
   * Writes the `related` link of a client's tokens as installations of 2018 do: it leads nowhere.
   * @default false
   */
  readonly oldRelatedLinks?: boolean;
  /**
   * The version header fields. `TFP-API-Version` is in every answer, the others are in that of ping.
   * @default those of HCP Terraform: TFP-API-Version 2.6 and TFP-AppName
   */
  readonly versions?: Partial<Readonly<Record<TfeVersionHeader, string>>>;
  /**
   * Counts requests and tells so in `X-RateLimit-*`. `{}` stands for the limits of HCP Terraform.
   * @default no limits and no header fields, as where an administrator has switched them off
   */
  readonly rateLimit?: TfeRateLimit;
  /**
   * The shape of the simulator's own refusals.
   * @default "objects"
   */
  readonly errorShape?: TfeErrorShape;
  /**
   * The time by which instants are written and requests are counted.
   * @default a clock that runs with the machine's and can be moved forward
   */
  readonly now?: () => number;
}

/** A client as `GET` shows it. */
export type TfeSimulatedClient = {
  readonly id: string;
  readonly type: "oauth-clients";
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly relationships: Readonly<Record<string, unknown>>;
};

/** What is sent and never answered. */
export type TfeWriteOnlyMember = "secret" | "private-key" | "oauth-token-string" | "ssh-key";

/** What no answer of the API tells about a client. */
export interface TfeClientState {
  /** Whether something is stored. */
  readonly has: (member: TfeWriteOnlyMember) => boolean;
  /** Whether exactly this is stored. */
  readonly holds: (member: TfeWriteOnlyMember, value: string) => boolean;
}

/** A client that was made elsewhere: in the web interface, or by a version to come. */
export interface TfeInsertedClient {
  /**
   * The name of the organization that it belongs to.
   * @default the first organization
   */
  readonly organization?: string;
  /**
   * Stored without any check, unknown ones too. `undefined` leaves an attribute out of answers, as older installations do.
   * `oauth-token-string` gives the client a token.
   */
  readonly attributes: Readonly<Record<string, unknown>>;
  /**
   * The ids of its projects, whether the organization has these or not.
   * @default []
   */
  readonly projects?: readonly string[];
  /**
   * The id of its agent pool, whether the organization has it or not.
   * @default none
   */
  readonly agentPool?: string;
}

/** A refusal in one of the vendor's shapes, to be given instead of the next answer. */
export interface TfeErrorResponse extends FaultOptions {
  /** HTTP status, 200 to 599. */
  readonly status: number;
  /** What is wrong. */
  readonly detail?: string;
  /** Where in the request, `/data/attributes/name`. */
  readonly pointer?: string;
  /**
   * How it is written.
   * @default that of the option `errorShape`
   */
  readonly shape?: TfeErrorShape;
  /** What `X-RateLimit-Reset` says, in seconds, fraction and all. Absent: no such field. */
  readonly resetSeconds?: number;
}

/** A simulated Terraform Enterprise installation, or HCP Terraform. */
export interface TfeSimulator extends Simulator<TfeOperationId, TfeOrigin> {
  /** Where the simulator believes to be served, without `/api/v2`. */
  readonly urls: Readonly<Record<TfeOrigin, string>>;
  /** What is stored, oldest first. */
  readonly clients: readonly TfeSimulatedClient[];
  /** What no answer tells about a client. Undefined when there is none. */
  readonly inspect: (clientId: string) => TfeClientState | undefined;
  /**
   * Stores a client without any check, and returns its id.
   *
   * @throws {TypeError} there is no such organization
   */
  readonly insert: (client: TfeInsertedClient) => string;
  /** Refuses the next request in one of the vendor's shapes. */
  readonly respondWithErrorNext: (operationId: TfeOperationId, refusal: TfeErrorResponse) => void;
}

/** The eleven kinds of VCS provider. */
export type ServiceProvider = components["schemas"]["serviceProvider"];

/**
 * The address of the simulated installation.
 *
 * @throws {TypeError} an option cannot work
 */
export function baseUrlOf({ baseUrl = "https://app.terraform.io" }: TfeSimulatorOptions): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "" || url.username !== "") {
    throw new TypeError("simulateTfe: baseUrl is not an http or https URL without query and fragment");
  }
  return url.href.replace(/\/+$/, "").replace(/\/api\/v2$/, "");
}

/**
 * Checks the options that are numbers or tokens.
 *
 * @throws {TypeError} an option cannot work
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

/** The organization there is when none is named. */
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
