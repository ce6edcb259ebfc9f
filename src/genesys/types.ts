import type { ClientImport, RotateSecretResult, SecretRotation, TokenRequests } from "../core/capabilities.js";
import type { ClientCredentials, TokenRequest } from "../core/credentials.js";
import type {
  CallOptions,
  CreateResult,
  CreateResultWithSecret,
  ListOptions,
  OAuthClient,
  OAuthClientManager,
} from "../core/manager.js";
import type { TransportOptions } from "../core/options.js";
import type { SecretOptions } from "../core/secret-sink.js";
import type { Expected, NotAllowed, Open } from "../core/values.js";
import type { GenesysDomain, GenesysRegion } from "./endpoints.js";

export type { GenesysDomain, GenesysRegion } from "./endpoints.js";

/** A client as Genesys Cloud stores it. It has no secret, so it can be logged. */
export interface GenesysClient extends OAuthClient {
  readonly vendor: "genesys";
  /** A UUID, which is also the `client_id`. */
  readonly id: string;
  /** OAuth's `client_id`. Equal to `id`. */
  readonly clientId: string;
  /** Absent where a list omits it, as Genesys Cloud did until February 2026. `get` returns it. */
  readonly grantType?: GenesysGrantType;
  /** The purpose of the client. */
  readonly description?: string;
  /** How long its access tokens are valid, in milliseconds. */
  readonly accessTokenValidityMs?: number;
  /** Redirect URIs. */
  readonly redirectUris: readonly string[];
  /** Scopes of its tokens. Empty for `client_credentials`. */
  readonly scopes: readonly string[];
  /** Roles, each in a division. Empty for every grant except `client_credentials`. */
  readonly roles: readonly GenesysRole[];
  /** Whether the client gets tokens. */
  readonly state?: GenesysClientStatus;
  /** When Genesys Cloud will remove the client. */
  readonly deletesAt?: Date;
  /** When the client was last changed. */
  readonly updatedAt?: Date;
  /** The id of the user or client that created the client. */
  readonly createdBy?: string;
  /** The id of the user or client that changed it last. */
  readonly updatedBy?: string;
}

/**
 * An integration credential of type `pureCloudOAuthClient` that also receives the credentials, for integrations within Genesys Cloud:
 * a new one by its name, or an existing one by its id, whose credentials are replaced.
 */
export type GenesysIntegrationTarget = GenesysNewIntegrationTarget | GenesysExistingIntegrationTarget;

/** A new integration credential. */
export interface GenesysNewIntegrationTarget {
  /** The name of the new integration credential. Not unique. */
  readonly name: string;
  readonly id?: NotAllowed<"id: give either name, for a new integration credential, or id, for an existing one">;
}

/** An existing integration credential. */
export interface GenesysExistingIntegrationTarget {
  /** The id of the existing integration credential. */
  readonly id: string;
  readonly name?: NotAllowed<"name: give either name, for a new integration credential, or id, for an existing one">;
}

/** Options of `create` and `rotateSecret`. */
export interface GenesysSecretOptions extends SecretOptions {
  /**
   * Writes the credentials to an integration credential in the same call, after `secretSink`. If that write fails, the call rejects
   * with a `SecretStorageError`, whose `unsavedCredentials()` returns the credentials.
   */
  readonly integrationCredential?: GenesysIntegrationTarget;
}

/** Credentials that integrations use. Genesys Cloud does not return their secret fields. */
export interface GenesysIntegrationCredential {
  /** A UUID. */
  readonly id: string;
  /** The display name. Not unique. */
  readonly name?: string;
  /** The type: `pureCloudOAuthClient` for the credentials of an OAuth client. */
  readonly type?: GenesysCredentialType;
}

/** The type of an integration credential. An organization can have further types. */
export type GenesysCredentialType = Open<"pureCloudOAuthClient" | "basicAuth" | "userDefinedOAuth">;

/** The fields of an integration credential of any type. */
export interface GenesysCredentialFields {
  /** The type, for example `basicAuth` or `userDefinedOAuth`. */
  readonly type: GenesysCredentialType;
  /** The fields by name, for example `userName` and `password`. No value is part of an error message. */
  readonly fields: Readonly<Record<string, string>>;
}

/** Options of `listIntegrationCredentials`. */
export interface GenesysIntegrationCredentialListOptions extends CallOptions {
  /** Only integration credentials with exactly this name. Names are not unique. */
  readonly name?: string;
}

/** Options of `deleteIntegrationCredential`. */
export interface GenesysDeleteIntegrationCredentialOptions extends CallOptions {
  /**
   * The type of the integration credential. One of another type is not deleted, so that a wrong id does no damage.
   * @default "pureCloudOAuthClient"
   */
  readonly type?: GenesysCredentialType;
}

/** Result of `create`. */
export interface GenesysCreateResult extends CreateResult<GenesysClient> {
  /** Absent for a client of grant `implicit` without a secret. */
  readonly credentials?: ClientCredentials;
  /** The id of the integration credential that has the credentials, if the call named one. */
  readonly integrationCredentialId?: string;
}

/** Result of `rotateSecret`. */
export interface GenesysRotateSecretResult extends RotateSecretResult<"revoked"> {
  /** The id of the integration credential that has the credentials, if the call named one. */
  readonly integrationCredentialId?: string;
}

/** Result of `delete`. */
export interface GenesysDeleteResult {
  /**
   * When Genesys Cloud will remove the client, which is inactive and can be restored until then: clients older than 30 days are kept
   * for seven more. Absent: the client is removed, or its date is unknown.
   */
  readonly scheduledFor?: Date;
}

/** Options of every Genesys Cloud manager. */
export interface GenesysCommonOptions extends TransportOptions {
  /**
   * The region, by its AWS name (`eu-central-1`) or by its domain (`mypurecloud.de`). Environment: `GENESYSCLOUD_REGION`.
   * @default "us-east-1", unless `apiUrl` and `loginUrl` are given
   */
  readonly region?: Expected<
    "region: an AWS region or a domain of Genesys Cloud; for another host set apiUrl and loginUrl",
    GenesysRegion | GenesysDomain
  >;
  /** Base URL of the API, for a gateway or a test. Without `region`, `loginUrl` is required too. */
  readonly apiUrl?: string;
  /** Base URL of the login host, for a gateway or a test. Without `region`, `apiUrl` is required too. */
  readonly loginUrl?: string;
  /**
   * Compares the roles of a client with the roles of the manager's own credentials, before the client is created or its roles are
   * changed. Genesys Cloud refuses roles that the caller does not have; this check names the role.
   * @default true
   */
  readonly verifyRoles?: boolean;
}

/** Options of a manager that requests its tokens with its own client. */
export interface GenesysCredentialsOptions extends GenesysCommonOptions {
  /** The id of the client, of grant `client_credentials`. Environment: `GENESYSCLOUD_OAUTHCLIENT_ID`. */
  readonly clientId: string;
  /** Its secret. Environment: `GENESYSCLOUD_OAUTHCLIENT_SECRET`. */
  readonly clientSecret: string;
  readonly accessToken?: NotAllowed<"accessToken: cannot be combined with clientId; choose one authentication method">;
}

/** Options of a manager with a given access token, for example a user's. The manager does not renew it. */
export interface GenesysTokenOptions extends GenesysCommonOptions {
  /** An access token. Environment: `GENESYSCLOUD_ACCESS_TOKEN`. */
  readonly accessToken: string;
  readonly clientId?: NotAllowed<"clientId: cannot be combined with accessToken; choose one authentication method">;
  readonly clientSecret?: NotAllowed<"clientSecret: cannot be combined with accessToken; choose one authentication method">;
}

/** Options of `createGenesysManager`. */
export type GenesysOptions = GenesysCredentialsOptions | GenesysTokenOptions;

/**
 * A manager of the OAuth clients of one organization.
 *
 * The manager's own credentials need the permissions `oauth:client:add`, `edit`, `view` and `delete`, every role that they give to
 * clients, `authorization:role:view` for roles by name, and `integrations:integration:add`, `edit`, `view` and `delete` for
 * integration credentials.
 */
export interface GenesysManager
  extends OAuthClientManager<GenesysClient, GenesysClientInput, GenesysClientChanges, GenesysCreateResult, GenesysDeleteResult>,
    SecretRotation<"revoked">,
    TokenRequests,
    ClientImport<GenesysClient> {
  /** Reads the id of the organization that the manager's credentials belong to, a UUID. */
  readonly account: (options?: CallOptions) => Promise<string>;
  /**
   * Creates a client. Genesys Cloud chooses its id and its secret, and returns the secret in this response only.
   *
   * An error with `outcome: "unknown"` means that a client may exist whose secret is lost. Names are not unique, so it cannot be
   * identified with certainty; the message describes the client to look for in `list`.
   *
   * @throws {ValidationError} the input is invalid, the name of a role is unknown, or the manager's own credentials do not have a
   * role; no client was created
   * @throws {SecretStorageError} writing the secret to `secretSink` or `integrationCredential` failed
   * @see https://developer.genesys.cloud/api/rest/v2/oauth/#post-api-v2-oauth-clients
   */
  readonly create: {
    (
      input: GenesysSecretClientInput,
      options?: GenesysSecretOptions,
    ): Promise<GenesysCreateResult & CreateResultWithSecret<GenesysClient>>;
    (input: GenesysClientInput, options?: GenesysSecretOptions): Promise<GenesysCreateResult>;
  };
  /** Reads one client. */
  readonly get: (id: string, options?: GenesysReadOptions) => Promise<GenesysClient>;
  /** All clients of the organization, each once. Genesys Cloud returns them in one response; if it links further pages, they are read. */
  readonly list: (options?: GenesysListOptions) => AsyncIterable<GenesysClient>;
  /**
   * Changes the given fields only: reads the client, merges, and replaces it as a whole. Fields that this library does not model are
   * preserved, and so is the secret. A concurrent change by another caller can be lost. Empty changes are not sent: the client is
   * read.
   *
   * @throws {ValidationError} the changes are invalid, or the manager's own credentials do not have a role; nothing was changed
   * @throws {NotFoundError} no client has this id
   */
  readonly update: (id: string, changes: GenesysClientChanges, options?: CallOptions) => Promise<GenesysClient>;
  /**
   * Deletes the client: sets its state to inactive, which Genesys Cloud requires, and deletes it. A scheduled deletion counts as
   * success. If only the first step succeeds, the error's message says so.
   *
   * @throws {NotFoundError} no client has this id
   */
  readonly delete: (id: string, options?: CallOptions) => Promise<GenesysDeleteResult>;
  /**
   * Replaces the client's secret.
   *
   * Genesys Cloud documents no grace period: the old secret is invalid as soon as the new one exists. For a rotation without an
   * interruption, create a second client, reconfigure its users, and delete the first client.
   *
   * An error with `outcome: "unknown"` means that the old secret may be invalid and the new one lost. Rotate again to get a valid
   * one.
   *
   * @throws {NotFoundError} no client has this id
   * @throws {SecretStorageError} writing the secret to `secretSink` or `integrationCredential` failed
   */
  readonly rotateSecret: (id: string, options?: GenesysSecretOptions) => Promise<GenesysRotateSecretResult>;
  /**
   * Creates a token request with these credentials. It sends nothing. The client's roles alone decide what the token allows: scopes
   * and an audience are not supported.
   *
   * @throws {ValidationError} a caller typed as `TokenRequests` passes scopes or an audience
   */
  readonly tokenRequest: (credentials: ClientCredentials) => TokenRequest;
  /** All integration credentials of the organization, without their fields. With `name`: those with this name. */
  readonly listIntegrationCredentials: (
    options?: GenesysIntegrationCredentialListOptions,
  ) => AsyncIterable<GenesysIntegrationCredential>;
  /**
   * Creates an integration credential: of type `pureCloudOAuthClient` from a client's credentials, or of another type from its fields.
   * Like `create`, it is never blindly repeated. After an error with `outcome: "unknown"`, find it with
   * `listIntegrationCredentials({ name })`.
   * @throws {ValidationError} the name is empty, or the credentials are incomplete
   */
  readonly createIntegrationCredential: (
    name: string,
    credentials: ClientCredentials | GenesysCredentialFields,
    options?: CallOptions,
  ) => Promise<GenesysIntegrationCredential>;
  /**
   * Replaces the credentials in an integration credential. Its name does not change.
   * @throws {ValidationError} the integration credential has another type than the credentials; nothing was changed
   * @throws {NotFoundError} no integration credential has this id
   */
  readonly updateIntegrationCredential: (
    id: string,
    credentials: ClientCredentials | GenesysCredentialFields,
    options?: CallOptions,
  ) => Promise<GenesysIntegrationCredential>;
  /**
   * Deletes an integration credential. The client whose credentials it contains does not change.
   * @throws {ValidationError} the integration credential has another type; nothing was deleted
   * @throws {NotFoundError} no integration credential has this id
   */
  readonly deleteIntegrationCredential: (id: string, options?: GenesysDeleteIntegrationCredentialOptions) => Promise<void>;
}

/** Any JSON value. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue };

/** Grant types of new clients (IANA names). */
export type KnownGrantType = GenesysClientInput["grantType"];

/**
 * The grant type of a client (IANA names). Genesys Cloud's own names are `CLIENT-CREDENTIALS`, `CODE`, `SAML2-BEARER`, `PASSWORD` and
 * `TOKEN`.
 */
export type GenesysGrantType = Open<KnownGrantType>;

/**
 * The state of a client. `active`: it gets tokens. `inactive`: it gets none, and its deletion may be scheduled. `disabled`: set by
 * Genesys' support; its existing tokens are invalid. `deleted`: it can still be read for some days.
 */
export type GenesysClientStatus = Open<"active" | "inactive" | "disabled" | "deleted">;

/** A role in a division, as Genesys Cloud stores it. */
export interface GenesysRole {
  /** The id of the role, a UUID. */
  readonly roleId: string;
  /** The id of a division, or `*` for all divisions. */
  readonly divisionId: string;
  /** The name of the role. Only with `roleNames`, and absent for a role that no longer exists. */
  readonly roleName?: string;
  /** The name of the division. Only with `roleNames`, and absent for `*`. */
  readonly divisionName?: string;
}

/** Options of `get` and `list`. */
export interface GenesysReadOptions extends CallOptions {
  /**
   * Reads the names of roles and divisions too, with two or more further requests. Requires the permission `authorization:role:view`.
   * @default false
   */
  readonly roleNames?: boolean;
}

/** Options of `list`. */
export interface GenesysListOptions extends GenesysReadOptions, ListOptions {}

/** A role of a client, by its id. */
export interface GenesysRoleById {
  /** The id of the role, a UUID. */
  readonly roleId: string;
  readonly roleName?: NotAllowed<"roleName: cannot be combined with roleId; give one of the two">;
  /**
   * The id of the division in which the client has the role, or `*` for all divisions.
   * @default the home division, whose id is read once
   */
  readonly divisionId?: string;
  /** The exact name of the division, instead of `divisionId`. */
  readonly divisionName?: string;
}

/** A role of a client, by its exact name. Requires the permission `authorization:role:view`. */
export interface GenesysRoleByName {
  /** The name of the role. Case and spaces matter. */
  readonly roleName: string;
  readonly roleId?: NotAllowed<"roleId: cannot be combined with roleName; give one of the two">;
  /**
   * The id of the division in which the client has the role, or `*` for all divisions.
   * @default the home division, whose id is read once
   */
  readonly divisionId?: string;
  /** The exact name of the division, instead of `divisionId`. */
  readonly divisionName?: string;
}

/** A role of a client. */
export type GenesysRoleInput = GenesysRoleById | GenesysRoleByName;

/** Fields of every client. */
export interface GenesysClientFields {
  /** The display name. Not unique. */
  readonly name: string;
  /** The purpose of the client. */
  readonly description?: string;
  /**
   * How long its access tokens are valid, in milliseconds: whole seconds, from 5 minutes to 48 hours.
   * @default 86_400_000, which is 24 hours
   */
  readonly accessTokenValidityMs?: number;
  /**
   * Declares a client of Genesys Cloud SCIM (Identity Management). Only the tokens of such clients may be valid for more than 48
   * hours, up to 450 days. This field is not sent.
   * @default false
   */
  readonly forScim?: boolean;
  /**
   * Whether the client gets tokens.
   * @default "active"
   */
  readonly state?: "active" | "inactive";
  /**
   * Further members of the request body, with Genesys Cloud's names, for members that this library does not model yet. Genesys
   * announced an allow-list of IP addresses for `client_credentials`. Members with their own field here are refused.
   */
  readonly additionalFields?: Readonly<Record<string, JsonValue>>;
}

/** A client that gets tokens for itself (RFC 6749 section 4.4). Its roles decide what its tokens allow. */
export interface GenesysClientCredentialsInput extends GenesysClientFields {
  /** Genesys Cloud's name is `CLIENT-CREDENTIALS`. */
  readonly grantType: "client_credentials";
  /** Roles, each in a division. The manager's own credentials must have every one of them. */
  readonly roles: readonly [GenesysRoleInput, ...GenesysRoleInput[]];
  readonly scopes?: NotAllowed<"scopes: not allowed for client_credentials; give roles instead">;
  readonly redirectUris?: NotAllowed<"redirectUris: not allowed for client_credentials, which has no redirect">;
}

/** Fields of every client that acts for users. */
export interface GenesysUserClientFields extends GenesysClientFields {
  /** Scopes of its tokens, for example `users:readonly`. */
  readonly scopes: readonly [string, ...string[]];
  /** Redirect URIs. A loopback address without a port allows every port. */
  readonly redirectUris?: readonly string[];
  readonly roles?: NotAllowed<"roles: only client_credentials has roles; give scopes instead">;
}

/** A client of an application with user login (RFC 6749 section 4.1), with PKCE or a secret. */
export interface GenesysAuthorizationCodeInput extends GenesysUserClientFields {
  /** Genesys Cloud's name is `CODE`. */
  readonly grantType: "authorization_code";
}

/** A client that exchanges SAML 2 assertions for tokens (RFC 7522). */
export interface GenesysSamlBearerInput extends GenesysUserClientFields {
  /** Genesys Cloud's name is `SAML2-BEARER`. */
  readonly grantType: "urn:ietf:params:oauth:grant-type:saml2-bearer";
}

/** A client that sends users' passwords (RFC 6749 section 4.3). Genesys Cloud's admin pages do not offer it. */
export interface GenesysPasswordInput extends GenesysUserClientFields {
  /** Genesys Cloud's name is `PASSWORD`. */
  readonly grantType: "password";
}

/**
 * A client of the implicit grant, without a secret (RFC 6749 section 4.2).
 *
 * @deprecated Genesys Cloud removes this grant: new clients cannot be created since spring 2026, and existing ones stop between March
 * and May 2027. Use `authorization_code` with PKCE.
 */
export interface GenesysImplicitInput extends GenesysUserClientFields {
  /**
   * Genesys Cloud's name is `TOKEN`.
   * @deprecated Use `authorization_code` with PKCE.
   */
  readonly grantType: "implicit";
}

/** A client with a secret. */
export type GenesysSecretClientInput =
  | GenesysClientCredentialsInput
  | GenesysAuthorizationCodeInput
  | GenesysSamlBearerInput
  | GenesysPasswordInput;

/** Input of `create`. */
export type GenesysClientInput = GenesysSecretClientInput | GenesysImplicitInput;

/** A validated input of `create`. */
export interface ParsedClientInput extends GenesysClientFields {
  readonly grantType: KnownGrantType;
  readonly redirectUris?: readonly string[];
  readonly scopes?: readonly string[];
  readonly roles?: readonly ParsedRole[];
}

/** A validated role: `roleId` or `roleName` is present. */
export interface ParsedRole {
  readonly roleId?: string;
  readonly roleName?: string;
  readonly divisionId?: string;
  readonly divisionName?: string;
}

/** Validated options of `create` and `rotateSecret`. */
export type ParsedSecretOptions = SecretOptions & { readonly integrationCredential?: ParsedIntegrationTarget };

/** A validated integration credential: an existing one or a new one. */
export type ParsedIntegrationTarget =
  | { readonly id: string; readonly name?: never }
  | { readonly name: string; readonly id?: never };

/** Validated changes. */
export type ParsedChanges = Omit<GenesysClientChanges, "roles"> & { readonly roles?: readonly ParsedRole[] };

/**
 * Changes of `update`. An absent or `undefined` field does not change. A list replaces the stored list, and `[]` clears it. Another
 * grant type requires its own fields: `client_credentials` requires `roles`, every other one requires `scopes` and empty `roles`.
 */
export interface GenesysClientChanges {
  /** The display name. */
  readonly name?: string;
  /** `null` clears it. */
  readonly description?: string | null;
  /** The grant type can be changed. */
  readonly grantType?: KnownGrantType;
  /** In milliseconds, as for `create`. `null`: Genesys Cloud's default. */
  readonly accessTokenValidityMs?: number | null;
  /** Allows a validity of more than 48 hours, as for `create`. */
  readonly forScim?: boolean;
  /** Replaces all redirect URIs. */
  readonly redirectUris?: readonly string[];
  /** Replaces all scopes. */
  readonly scopes?: readonly string[];
  /** Replaces all roles. The manager's own credentials must have every one of them. */
  readonly roles?: readonly GenesysRoleInput[];
  /** Whether `active` cancels a scheduled deletion is not documented. Genesys' admin pages restore such a client. */
  readonly state?: "active" | "inactive";
  /** Further members of the request body, as for `create`. */
  readonly additionalFields?: Readonly<Record<string, JsonValue>>;
}
