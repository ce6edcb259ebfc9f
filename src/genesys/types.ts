import type { ClientImport, RotateSecretResult, SecretRotation, TokenRequests } from "../core/capabilities.js";
import type { ClientCredentials, TokenRequest } from "../core/credentials.js";
import type { CallOptions, CreateResult, CreateResultWithSecret, OAuthClient, OAuthClientManager } from "../core/manager.js";
import type { TransportOptions } from "../core/options.js";
import type { SecretOptions } from "../core/secret-sink.js";
import type { GenesysDomain, GenesysRegion } from "./endpoints.js";
import type {
  GenesysClientChanges,
  GenesysClientInput,
  GenesysClientStatus,
  GenesysGrantType,
  GenesysRole,
  GenesysSecretClientInput,
} from "./fields.js";

export type { GenesysDomain, GenesysRegion } from "./endpoints.js";
export type {
  GenesysAuthorizationCodeInput,
  GenesysClientChanges,
  GenesysClientCredentialsInput,
  GenesysClientFields,
  GenesysClientInput,
  GenesysClientStatus,
  GenesysGrantType,
  GenesysImplicitInput,
  GenesysPasswordInput,
  GenesysRole,
  GenesysRoleById,
  GenesysRoleByName,
  GenesysRoleInput,
  GenesysSamlBearerInput,
  GenesysSecretClientInput,
  JsonValue,
} from "./fields.js";

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
