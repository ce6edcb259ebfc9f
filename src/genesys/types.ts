import type { ClientImport, RotateSecretResult, SecretRotation, TokenRequests } from "../core/capabilities.js";
import type { ClientCredentials, TokenRequest } from "../core/credentials.js";
import type { CallOptions, CreateResult, CreateResultWithSecret, OAuthClient, OAuthClientManager } from "../core/manager.js";
import type { TransportOptions } from "../core/options.js";
import type { SecretOptions } from "../core/secret-sink.js";
import type { Open } from "../core/values.js";
import type { GenesysDomain, GenesysRegion } from "./endpoints.js";

export type { GenesysDomain, GenesysRegion } from "./endpoints.js";
/** A client as Genesys Cloud keeps it. Holds no secret, so it can be logged. */
export interface GenesysClient extends OAuthClient {
  readonly vendor: "genesys";
  /** A UUID. At Genesys Cloud the handle is the `client_id`. */
  readonly id: string;
  /** OAuth's `client_id`. The same as `id`. */
  readonly clientId: string;
  /** Absent where a list leaves it out, as they did until February 2026; `get` tells it. */
  readonly grantType?: GenesysGrantType;
  /** What the client is for. */
  readonly description?: string;
  /** How long its access tokens are valid, in milliseconds. */
  readonly accessTokenValidityMs?: number;
  /** Where people may be sent back to. */
  readonly redirectUris: readonly string[];
  /** What tokens are good for. Empty for `client_credentials`. */
  readonly scopes: readonly string[];
  /** Roles, each in a division. Empty for every grant but `client_credentials`. */
  readonly roles: readonly GenesysRole[];
  /** Whether the client gets tokens. */
  readonly state?: GenesysClientStatus;
  /** When the client is going to be removed. */
  readonly deletesAt?: Date;
  /** When the client was last changed. */
  readonly updatedAt?: Date;
  /** The id of who made the client. */
  readonly createdBy?: string;
  /** The id of who last changed it. */
  readonly updatedBy?: string;
}

/**
 * Where the credentials also go within Genesys Cloud: into a credential of type `pureCloudOAuthClient`, for integrations to use. A
 * new one by its name, or an existing one by its id, which gets these credentials in place of those it has.
 */
export type GenesysIntegrationTarget =
  | {
      /** The name of a new integration credential. Not unique. */
      readonly name: string;
      readonly id?: never;
    }
  | {
      /** The id of an integration credential that exists. */
      readonly id: string;
      readonly name?: never;
    };

/** What `create` and `rotateSecret` take. */
export interface GenesysSecretOptions extends SecretOptions {
  /**
   * Puts the credentials into an integration credential in the same call, after `secretSink`. When that fails, the call rejects with a
   * `SecretStorageError`, whose `unsavedCredentials()` has the credentials.
   */
  readonly integrationCredential?: GenesysIntegrationTarget;
}

/** Credentials that integrations use. Genesys Cloud does not show their fields again. */
export interface GenesysIntegrationCredential {
  /** A UUID. */
  readonly id: string;
  /** The name for people. */
  readonly name?: string;
}

interface Integrated {
  /** The id of the integration credential that has the credentials, when the call was asked for one. */
  readonly integrationCredentialId?: string;
}

/** What `create` gives back. */
export interface GenesysCreateResult extends CreateResult<GenesysClient>, Integrated {
  /** Absent where a client of grant `implicit` was given no secret. */
  readonly credentials?: ClientCredentials;
}

/** What `rotateSecret` gives back. */
export interface GenesysRotateSecretResult extends RotateSecretResult<"revoked">, Integrated {}

/** What `delete` gives back. */
export interface GenesysDeleteResult {
  /**
   * When Genesys Cloud removes the client, which is inactive and can be restored until then: clients older than 30 days stay for
   * seven more. Absent: it is gone, or Genesys Cloud did not say.
   */
  readonly scheduledFor?: Date;
}

/** What every Genesys Cloud manager takes. */
export interface GenesysCommonOptions extends TransportOptions {
  /**
   * The region, by its AWS name (`eu-central-1`) or by its domain (`mypurecloud.de`). Environment: `GENESYSCLOUD_REGION`.
   * @default "us-east-1", unless `apiUrl` and `loginUrl` are given
   */
  readonly region?: GenesysRegion | GenesysDomain;
  /** Where the API is, for a gateway or a test. Without a region `loginUrl` has to be given too. */
  readonly apiUrl?: string;
  /** Where tokens are given, for a gateway or a test. Without a region `apiUrl` has to be given too. */
  readonly loginUrl?: string;
  /**
   * Compares the roles that a client is to have with those of the manager's own credentials, before it is created or its roles are
   * changed. Genesys Cloud refuses roles that the caller does not hold; the comparison says which one it is.
   * @default true
   */
  readonly verifyRoles?: boolean;
}

/** Options for a manager that gets its tokens with a client of its own. */
export interface GenesysCredentialsOptions extends GenesysCommonOptions {
  /** The id of the client, of grant `client_credentials`. Environment: `GENESYSCLOUD_OAUTHCLIENT_ID`. */
  readonly clientId: string;
  /** Its secret. Environment: `GENESYSCLOUD_OAUTHCLIENT_SECRET`. */
  readonly clientSecret: string;
  readonly accessToken?: never;
}

/** Options for a manager that is given a token, such as a person's. It is not renewed. */
export interface GenesysTokenOptions extends GenesysCommonOptions {
  /** An access token. Environment: `GENESYSCLOUD_ACCESS_TOKEN`. */
  readonly accessToken: string;
  readonly clientId?: never;
  readonly clientSecret?: never;
}

/** What `createGenesysManager` takes. */
export type GenesysOptions = GenesysCredentialsOptions | GenesysTokenOptions;

/**
 * The header of the manager is its table of capabilities.
 *
 * The manager's own credentials need the permissions `oauth:client:add`, `edit`, `view` and `delete`, every role that they are to
 * give to others, `authorization:role:view` for roles by name, and `integrations:integration:add`, `edit`, `view` and `delete` for
 * integration credentials.
 */
export interface GenesysManager
  extends OAuthClientManager<GenesysClient, GenesysClientInput, GenesysClientChanges, GenesysCreateResult, GenesysDeleteResult>,
    SecretRotation<"revoked">,
    TokenRequests,
    ClientImport<GenesysClient> {
  /**
   * Makes a client. Its id and secret are Genesys Cloud's, which shows the secret here and never again.
   *
   * An error with `outcome: "unknown"` means that a client may exist. Nothing tells it from another for certain, since names are
   * not unique; the message says what to look for in `list`.
   *
   * @throws {ValidationError} the input cannot work, a role does not exist, or the manager's own credentials do not hold one; no client
   * was made
   * @throws {SecretStorageError} the secret could not be stored where `secretSink` or `integrationCredential` says
   * @see https://developer.genesys.cloud/api/rest/v2/oauth/#post-api-v2-oauth-clients
   */
  readonly create: {
    (
      input: GenesysSecretClientInput,
      options?: GenesysSecretOptions,
    ): Promise<GenesysCreateResult & CreateResultWithSecret<GenesysClient>>;
    (input: GenesysClientInput, options?: GenesysSecretOptions): Promise<GenesysCreateResult>;
  };
  /** All clients of the organization, each once. Genesys Cloud gives them in one answer; should it link further pages, they are read. */
  readonly list: (options?: CallOptions) => AsyncIterable<GenesysClient>;
  /**
   * Changes what is named and nothing else: reads the client, merges, and replaces it as a whole. What this library does not know
   * is kept, and so is the secret. There is no protection against somebody else's change in between. Changes that name nothing are
   * not sent: the client is read.
   *
   * @throws {ValidationError} the changes cannot work, or the manager's own credentials do not hold a role; nothing was changed
   * @throws {NotFoundError} no client has this id
   */
  readonly update: (id: string, changes: GenesysClientChanges, options?: CallOptions) => Promise<GenesysClient>;
  /**
   * Removes the client: makes it inactive, which Genesys Cloud insists on, and deletes it. One that Genesys Cloud only schedules to
   * be deleted counts as deleted. When only the first half succeeds, the error says so.
   *
   * @throws {NotFoundError} no client has this id
   */
  readonly delete: (id: string, options?: CallOptions) => Promise<GenesysDeleteResult>;
  /**
   * Replaces the client's secret.
   *
   * Genesys Cloud documents no time of grace: whoever still holds the old secret is locked out until given the new one. For a change
   * without a gap, make a second client, move over, and delete the first.
   *
   * An error with `outcome: "unknown"` means that the old secret may be dead and the new one lost; rotating again settles it.
   *
   * @throws {NotFoundError} no client has this id
   * @throws {SecretStorageError} the secret could not be stored where `secretSink` or `integrationCredential` says
   */
  readonly rotateSecret: (id: string, options?: GenesysSecretOptions) => Promise<GenesysRotateSecretResult>;
  /**
   * Says how to ask for a token with these credentials. What the token is good for is up to the client's roles: scopes and an
   * audience cannot be asked for.
   *
   * @throws {ValidationError} scopes or an audience are asked for, by way of the bare `TokenRequests`
   */
  readonly tokenRequest: (credentials: ClientCredentials) => TokenRequest;
  /**
   * Puts credentials into a new integration credential of type `pureCloudOAuthClient`. Not repeated blindly, like `create`.
   * @throws {ValidationError} the name is empty, or the credentials are incomplete
   */
  readonly createIntegrationCredential: (
    name: string,
    credentials: ClientCredentials,
    options?: CallOptions,
  ) => Promise<GenesysIntegrationCredential>;
  /**
   * Puts credentials into an integration credential in place of those that it has. Its name stays.
   * @throws {ValidationError} it is of another type than `pureCloudOAuthClient`; nothing was changed
   * @throws {NotFoundError} no integration credential has this id
   */
  readonly updateIntegrationCredential: (
    id: string,
    credentials: ClientCredentials,
    options?: CallOptions,
  ) => Promise<GenesysIntegrationCredential>;
  /**
   * Removes an integration credential. The client whose credentials it has stays as it is.
   * @throws {ValidationError} it is of another type than `pureCloudOAuthClient`; nothing was removed
   * @throws {NotFoundError} no integration credential has this id
   */
  readonly deleteIntegrationCredential: (id: string, options?: CallOptions) => Promise<void>;
}

/** A value that JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue };

/** Grant types that a client can be made for (IANA names). */
export type KnownGrantType = GenesysClientInput["grantType"];

/**
 * How a client gets its tokens (IANA names). Genesys Cloud writes `CLIENT-CREDENTIALS`, `CODE`, `SAML2-BEARER`, `PASSWORD` and
 * `TOKEN`.
 */
export type GenesysGrantType = Open<KnownGrantType>;

/**
 * What becomes of a client. `active`: gets tokens. `inactive`: gets none, and may be about to be deleted. `disabled`: set by
 * Genesys' support, tokens that it had are void. `deleted`: still readable for a while.
 */
export type GenesysClientStatus = Open<"active" | "inactive" | "disabled" | "deleted">;

/** A role in a division, as it is stored. */
export interface GenesysRole {
  /** The id of the role, a UUID. */
  readonly roleId: string;
  /** The id of a division, or `*` for all of them. */
  readonly divisionId: string;
}

interface Division {
  /**
   * The id of the division that the role is given in, or `*` for all of them.
   * @default the home division, whose id is asked for once
   */
  readonly divisionId?: string;
}

/** A role to give to a client, by its id. */
export interface GenesysRoleById extends Division {
  /** The id of the role, a UUID. */
  readonly roleId: string;
  readonly roleName?: never;
}

/** A role to give to a client, by its exact name. Takes the permission `authorization:role:view`. */
export interface GenesysRoleByName extends Division {
  /** The name of the role, with its capitals and blanks. */
  readonly roleName: string;
  readonly roleId?: never;
}

/** A role to give to a client. */
export type GenesysRoleInput = GenesysRoleById | GenesysRoleByName;

/** What all clients can have. */
export interface GenesysClientFields {
  /** The name for people. Not unique. */
  readonly name: string;
  /** What the client is for. */
  readonly description?: string;
  /**
   * How long its access tokens are valid, in milliseconds: whole seconds, from 5 minutes to 48 hours.
   * @default 86_400_000, which is 24 hours
   */
  readonly accessTokenValidityMs?: number;
  /**
   * Says that the client is for Genesys Cloud SCIM (Identity Management). Only such clients may have tokens that are valid for more
   * than 48 hours, up to 450 days. Not sent.
   * @default false
   */
  readonly forScim?: boolean;
  /**
   * Whether the client gets tokens.
   * @default "active"
   */
  readonly state?: "active" | "inactive";
  /**
   * Further fields of the body, in Genesys Cloud's own spelling, for those that this library does not know yet. An allow-list of IP
   * addresses is announced for `client_credentials`. Members that have a field of their own here are refused.
   */
  readonly additionalFields?: Readonly<Record<string, JsonValue>>;
}

/** A client that gets tokens for itself (RFC 6749 section 4.4). What it may do is up to its roles. */
export interface GenesysClientCredentialsInput extends GenesysClientFields {
  /** Genesys Cloud writes `CLIENT-CREDENTIALS`. */
  readonly grantType: "client_credentials";
  /** Roles, each in a division. The manager's own credentials have to hold every one of them. */
  readonly roles: readonly [GenesysRoleInput, ...GenesysRoleInput[]];
  readonly scopes?: never;
  readonly redirectUris?: never;
}

interface UserFields extends GenesysClientFields {
  /** What tokens are good for, such as `users:readonly`. */
  readonly scopes: readonly [string, ...string[]];
  readonly roles?: never;
}

interface RedirectedFields extends UserFields {
  /** Where people may be sent back to. At a loopback address any port will do when none is named. */
  readonly redirectUris?: readonly string[];
}

/** A client for applications that people log in to (RFC 6749 section 4.1), with PKCE or a secret. */
export interface GenesysAuthorizationCodeInput extends RedirectedFields {
  /** Genesys Cloud writes `CODE`. */
  readonly grantType: "authorization_code";
}

/** A client that trades SAML 2 assertions for tokens (RFC 7522). */
export interface GenesysSamlBearerInput extends RedirectedFields {
  /** Genesys Cloud writes `SAML2-BEARER`. */
  readonly grantType: "urn:ietf:params:oauth:grant-type:saml2-bearer";
}

/** A client that is given people's passwords (RFC 6749 section 4.3). Genesys Cloud's own pages do not offer it. */
export interface GenesysPasswordInput extends RedirectedFields {
  /** Genesys Cloud writes `PASSWORD`. */
  readonly grantType: "password";
}

/**
 * A client of browsers that works without a secret (RFC 6749 section 4.2), which Genesys Cloud calls `TOKEN`.
 *
 * @deprecated Genesys Cloud is taking it away: since spring 2026 no new ones are made, and existing ones are to stop a year later.
 * `authorization_code` with PKCE takes its place.
 */
export interface GenesysImplicitInput extends RedirectedFields {
  /** Genesys Cloud writes `TOKEN`. */
  readonly grantType: "implicit";
}

/** A client that has a secret. */
export type GenesysSecretClientInput =
  | GenesysClientCredentialsInput
  | GenesysAuthorizationCodeInput
  | GenesysSamlBearerInput
  | GenesysPasswordInput;

/** What `create` takes. */
export type GenesysClientInput = GenesysSecretClientInput | GenesysImplicitInput;

/**
 * What `update` takes. A field that is absent or `undefined` stays as it is. Lists are replaced as a whole, and `[]` clears one.
 * Another grant type comes with what it needs: `client_credentials` with `roles`, every other with `scopes` and empty `roles`.
 */
export interface GenesysClientChanges {
  /** The name for people. */
  readonly name?: string;
  /** `null` clears it. */
  readonly description?: string | null;
  /** Can be changed, unlike at other vendors. */
  readonly grantType?: KnownGrantType;
  /** In milliseconds, as for `create`. `null`: Genesys Cloud's default. */
  readonly accessTokenValidityMs?: number | null;
  /** Allows a validity of more than 48 hours, as for `create`. */
  readonly forScim?: boolean;
  /** Replaces them all. */
  readonly redirectUris?: readonly string[];
  /** Replaces them all. */
  readonly scopes?: readonly string[];
  /** Replaces them all. The manager's own credentials have to hold every one of them. */
  readonly roles?: readonly GenesysRoleInput[];
  /** What `active` does to a client whose deletion is scheduled is not documented. Genesys' own pages restore such a client. */
  readonly state?: "active" | "inactive";
  /** Further fields of the body, as for `create`. */
  readonly additionalFields?: Readonly<Record<string, JsonValue>>;
}
