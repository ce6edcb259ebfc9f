import type { Simulator } from "../core/simulator.js";
import type { OryRateLimits } from "./gateway.js";
import type { OryVersion } from "./versions.js";

/** The simulated operations, by the ids of Ory's API description. */
export type OryOperationId =
  | "listOAuth2Clients"
  | "createOAuth2Client"
  | "getOAuth2Client"
  | "setOAuth2Client"
  | "patchOAuth2Client"
  | "deleteOAuth2Client"
  | "setOAuth2ClientLifespans"
  | "rotateOAuth2ClientSecret"
  | "deleteRotatedOAuth2ClientSecrets"
  | "introspectOAuth2Token"
  | "deleteOAuth2Token"
  | "oauth2TokenExchange"
  | "revokeOAuth2Token"
  | "createOidcDynamicClient"
  | "getOidcDynamicClient"
  | "setOidcDynamicClient"
  | "deleteOidcDynamicClient"
  | "discoverOidcConfiguration"
  | "discoverServerMetadata"
  | "discoverJsonWebKeys"
  | "isAlive"
  | "isReady"
  | "getVersion";

/** The two ports of Hydra. Ory Network has one base URL for both. */
export type OryOrigin = "admin" | "public";

/** The options for Hydra and for Ory Network. */
export interface OryCommonSimulatorOptions {
  /**
   * The scope of a client without one.
   * @default "offline_access offline openid"
   */
  readonly defaultScope?: string;
  /**
   * Grant all scopes of the client to a token request without `scope`.
   * @default false
   */
  readonly defaultGrantAllowedScope?: boolean;
  /**
   * Whether token requests can have the parameter `resource` (RFC 8707). A resource has to be covered by the audience of the client, and is
   * in the audience of the token. Otherwise the parameter is ignored.
   * @default false
   */
  readonly resourceIndicators?: boolean;
  /**
   * Whether the scope `files.*` of a client matches `files.read`, or only `files.*`.
   * @default "wildcard"
   */
  readonly scopeStrategy?: "wildcard" | "exact";
  /**
   * Default lifetime of access tokens, in milliseconds.
   * @default 3600000
   */
  readonly accessTokenLifespanMs?: number;
  /**
   * Enable dynamic client registration on the public port (RFC 7591).
   * @default false: every request gets 404
   */
  readonly dynamicClientRegistration?: boolean;
  /**
   * The strategy for access tokens of clients without one.
   * @default "opaque"
   */
  readonly accessTokenStrategy?: "opaque" | "jwt";
  /**
   * The subject types that the server supports.
   * @default ["public"]
   */
  readonly subjectTypes?: readonly ("public" | "pairwise")[];
  /**
   * Every n-th write of a client gets 400 and is not applied, as writes do under concurrent load.
   * @default no write
   */
  readonly writeConflictInterval?: number;
  /**
   * `POST .../secrets/rotate` uses the `client_secret` of its content, as servers of November 2026 do. Otherwise the content is ignored.
   * @default false
   */
  readonly rotationAcceptsSecret?: boolean;
  /**
   * The current time, in milliseconds since 1970.
   * @default Date.now
   */
  readonly now?: () => number;
}

/** A self-hosted Hydra. */
export interface OryHydraSimulatorOptions extends OryCommonSimulatorOptions {
  /**
   * Base URL of the admin port for `fetch` and `handlers`.
   * @default "http://127.0.0.1:4445"
   */
  readonly adminUrl?: string;
  /**
   * Base URL of the public port for `fetch` and `handlers`. It is also the issuer.
   * @default "http://127.0.0.1:4444"
   */
  readonly publicUrl?: string;
  /** The bearer token of a gateway in front of the admin port. Omitted: no token is needed, as with Hydra itself. */
  readonly adminApiKey?: string;
  /**
   * The version of Hydra.
   * @default "master"
   */
  readonly version?: OryVersion;
  readonly network?: never;
}

/** A project of Ory Network. */
export interface OryNetworkSimulatorOptions extends OryCommonSimulatorOptions {
  /** The project to simulate. */
  readonly network: {
    /** The project slug. The base URL is `https://{project}.projects.oryapis.com`. */
    readonly project: string;
    /** The project API key for every path below `/admin`. */
    readonly apiKey: string;
    /**
     * The rate limits of a plan, or other rate limits.
     * @default no limits
     */
    readonly rateLimits?: OryRateLimits;
  };
  readonly adminUrl?: never;
  readonly publicUrl?: never;
  readonly adminApiKey?: never;
  readonly version?: never;
}

/** The options of `simulateOry`. */
export type OrySimulatorOptions = OryHydraSimulatorOptions | OryNetworkSimulatorOptions;

/** A client as `GET` returns it, without a secret. */
export interface OrySimulatedClient {
  /** OAuth's `client_id`. */
  readonly client_id: string;
  /** Empty when the client has none. */
  readonly client_name: string;
  /** The authentication method at the token endpoint. */
  readonly token_endpoint_auth_method: string;
  /** The allowed scopes, separated by spaces. */
  readonly scope: string;
  readonly [member: string]: unknown;
}

/** The state of a client that no response has. */
export interface OryClientState {
  /** The number of rotated secrets that are still valid. */
  readonly rotatedSecrets: number;
  /** The number of valid tokens. */
  readonly activeTokens: number;
  /** Whether the registration access token is still valid. */
  readonly registrationTokenValid: boolean;
}

/** A simulated Ory Hydra or Ory Network project. */
export interface OrySimulator extends Simulator<OryOperationId, OryOrigin> {
  /** The base URLs for `fetch` and `handlers`. */
  readonly urls: Readonly<Record<OryOrigin, string>>;
  /** The stored clients, in ascending order of their ids. */
  readonly clients: readonly OrySimulatedClient[];
  /** Returns the state of a client that no response has. Undefined for an unknown client. */
  readonly inspect: (clientId: string) => OryClientState | undefined;
}

/**
 * Returns the base URLs of the simulated server.
 *
 * @throws {TypeError} an option is invalid
 */
export function baseUrlsOf({
  network,
  adminUrl,
  publicUrl,
  adminApiKey,
}: OrySimulatorOptions): Readonly<Record<OryOrigin, string>> {
  if (adminApiKey === "" || network?.apiKey === "") throw new TypeError("simulateOry: the API key is empty");
  if (network) {
    if (!/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(network.project))
      throw new TypeError("simulateOry: network.project is not a slug");
    const address = `https://${network.project}.projects.oryapis.com`;
    return { admin: address, public: address };
  }
  return {
    admin: address("adminUrl", adminUrl ?? "http://127.0.0.1:4445"),
    public: address("publicUrl", publicUrl ?? "http://127.0.0.1:4444"),
  };
}

function address(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "" || url.username !== "") {
    throw new TypeError(`simulateOry: ${name} is not an http or https URL without query and fragment`);
  }
  return url.href.replace(/\/+$/, "");
}

/** The variables of `oryOptionsFromEnv`. A project of Ory Network that listens on this machine is reached by its base URLs. */
export function environmentOf(
  { network, adminApiKey }: OrySimulatorOptions,
  { admin, public: publicUrl }: Readonly<Record<OryOrigin, string>>,
): Readonly<Record<string, string>> {
  const apiKey = network?.apiKey ?? adminApiKey;
  const key = apiKey === undefined ? {} : { ORY_PROJECT_API_KEY: apiKey };
  if (network && new URL(admin).hostname.startsWith(`${network.project}.`))
    return { ORY_PROJECT_SLUG: network.project, ...key };
  return { ORY_ADMIN_URL: admin, ORY_PUBLIC_URL: publicUrl, ...key };
}
