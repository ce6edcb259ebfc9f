import type { Simulator } from "../core/simulator.js";
import type { OryRateLimits } from "./gateway.js";
import type { OryVersion } from "./versions.js";

/** The operations that the simulator answers, by the ids of Ory's own description where it has one. */
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

/** Hydra's two ports. At Ory Network both are one address. */
export type OryOrigin = "admin" | "public";

/** What both ways to run the simulator have in common. */
export interface OryCommonSimulatorOptions {
  /**
   * What a client gets that names no scope.
   * @default "offline_access offline openid"
   */
  readonly defaultScope?: string;
  /**
   * Grants all scopes of the client to a token request that names none.
   * @default false
   */
  readonly defaultGrantAllowedScope?: boolean;
  /**
   * Whether a scope of the client such as `files.*` covers `files.read`, or only itself.
   * @default "wildcard"
   */
  readonly scopeStrategy?: "wildcard" | "exact";
  /**
   * Lifetime of access tokens of clients that have none of their own, in milliseconds.
   * @default 3600000
   */
  readonly accessTokenLifespanMs?: number;
  /**
   * Lets clients register themselves at the public address (RFC 7591).
   * @default false, and then every such call is answered with 404
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

/** A Hydra of one's own, with an admin port and a public port. */
export interface OryHydraSimulatorOptions extends OryCommonSimulatorOptions {
  /**
   * Where the admin port is to be found by those who use `fetch` or `handlers`.
   * @default "http://127.0.0.1:4445"
   */
  readonly adminUrl?: string;
  /**
   * Where the public port is to be found by those who use `fetch` or `handlers`. It is the issuer of tokens.
   * @default "http://127.0.0.1:4444"
   */
  readonly publicUrl?: string;
  /** The bearer token that a gateway before the admin port asks for. Absent: nobody is asked, as with Hydra itself. */
  readonly adminApiKey?: string;
  /**
   * Which Hydra to imitate.
   * @default "master"
   */
  readonly version?: OryVersion;
  readonly network?: never;
}

/** A project of Ory Network. */
export interface OryNetworkSimulatorOptions extends OryCommonSimulatorOptions {
  /** The project to simulate. */
  readonly network: {
    /** The project's slug: it is served at `https://{project}.projects.oryapis.com`. */
    readonly project: string;
    /** The project API key that every `/admin` path asks for. */
    readonly apiKey: string;
    /**
     * Holds callers to the limits of a plan, or to some of one's own.
     * @default no limits, so that tests need not be slow
     */
    readonly rateLimits?: OryRateLimits;
  };
  readonly adminUrl?: never;
  readonly publicUrl?: never;
  readonly adminApiKey?: never;
  readonly version?: never;
}

/** How to simulate Ory. */
export type OrySimulatorOptions = OryHydraSimulatorOptions | OryNetworkSimulatorOptions;

/** A client as `GET` shows it. Never has a secret. */
export interface OrySimulatedClient {
  /** OAuth's `client_id`. */
  readonly client_id: string;
  /** Empty when the client has none. */
  readonly client_name: string;
  /** The one method by which the client may authenticate. */
  readonly token_endpoint_auth_method: string;
  /** What tokens may be asked for, separated by spaces. */
  readonly scope: string;
  readonly [member: string]: unknown;
}

/** What no answer of the API tells about a client. */
export interface OryClientState {
  /** How many older secrets still work. */
  readonly rotatedSecrets: number;
  /** How many tokens are valid at this moment. */
  readonly activeTokens: number;
  /** Whether the registration access token of the create answer still works. */
  readonly registrationTokenValid: boolean;
}

/** A simulated Ory Hydra or Ory Network project. */
export interface OrySimulator extends Simulator<OryOperationId, OryOrigin> {
  /** Where the simulator believes to be served: what to configure a client with when `fetch` or `handlers` is used. */
  readonly urls: Readonly<Record<OryOrigin, string>>;
  /** What is stored, in ascending order of the id. */
  readonly clients: readonly OrySimulatedClient[];
  /** What no answer tells about a client. Undefined when there is none. */
  readonly inspect: (clientId: string) => OryClientState | undefined;
}

/**
 * The two addresses of the simulated server.
 *
 * @throws {TypeError} an option cannot work
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
