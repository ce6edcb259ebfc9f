import type { ClientImport, RotateSecretResult, SecretRotation, TokenParameters, TokenRequests } from "../core/capabilities.js";
import type { ClientCredentials, SecretAuthMethod, TokenRequest } from "../core/credentials.js";
import type {
  CallOptions,
  CreateResult,
  CreateResultWithSecret,
  ListOptions,
  OAuthClient,
  OAuthClientManager,
} from "../core/manager.js";
import type { SecretOptions } from "../core/secret-sink.js";
import type { NotAllowed, Open } from "../core/values.js";

/** A client as Ory stores it. It has no secret, so it can be logged. */
export interface OryClient extends OAuthClient, OryClientFields {
  readonly vendor: "ory";
  /** The client's id at Ory: its `client_id`. */
  readonly id: string;
  /** OAuth's `client_id`. Equal to `id`. */
  readonly clientId: string;
  /** Empty: Ory treats it as `["authorization_code"]`. */
  readonly grantTypes: NonNullable<OryClientFields["grantTypes"]>;
  /** Empty: Ory treats it as `["code"]`. */
  readonly responseTypes: NonNullable<OryClientFields["responseTypes"]>;
  readonly scopes: readonly string[];
  readonly audience: readonly string[];
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  readonly allowedCorsOrigins: readonly string[];
  readonly contacts: readonly string[];
  readonly requestUris: readonly string[];
  readonly lifespans: NonNullable<OryClientFields["lifespans"]>;
  /** When the client was last changed. */
  readonly updatedAt?: Date;
}

/** The fields that every input of `create` has. Authentication and keys differ by kind of client. */
export interface OryClientInputFields extends Omit<OryClientFields, "tokenEndpointAuthMethod" | "jwks" | "jwksUri"> {
  /**
   * OAuth's `client_id`: up to 255 printable ASCII characters without a slash. Cannot be changed later. Hydra 2.0 and 2.1 reject
   * it.
   * @default a random UUID
   */
  readonly clientId?: string;
}

/** A client that authenticates with a secret. This is the default. */
export interface OrySecretClientInput extends OryClientInputFields {
  /**
   * The only method that the token endpoint accepts from this client.
   * @default "client_secret_basic"
   */
  readonly tokenEndpointAuthMethod?: SecretAuthMethod;
  /**
   * At least 6 printable ASCII characters.
   * @default 256 random bits
   */
  readonly clientSecret?: string;
  /** Public keys. Cannot be combined with `jwksUri`. */
  readonly jwks?: OryJwks;
  /** Not allowed with `jwks`. */
  readonly jwksUri?: NotAllowed<"jwksUri cannot be combined with jwks: set one of them">;
}

/** A client that authenticates with a secret, and whose public keys are read from a URL. */
export interface OrySecretClientJwksUriInput extends Omit<OrySecretClientInput, "jwks" | "jwksUri"> {
  /** URL of the public keys. Cannot be combined with `jwks`. */
  readonly jwksUri: string;
  /** Not allowed with `jwksUri`. */
  readonly jwks?: NotAllowed<"jwks cannot be combined with jwksUri: set one of them">;
}

/** A client that authenticates with a private key, and whose public keys are part of the client. */
export interface OryKeyClientInput extends OryClientInputFields {
  /**
   * The client authenticates with a JWT that it signs (RFC 7523). Ory requires the URL of its token endpoint as the audience:
   * `legacyAudience` of `privateKeyJwt`.
   */
  readonly tokenEndpointAuthMethod: "private_key_jwt";
  /** Ory stores a secret for this client as well, which the token endpoint rejects while the method is `private_key_jwt`. */
  readonly clientSecret?: string;
  /** Public keys. Required unless `jwksUri` is set. */
  readonly jwks: OryJwks;
  /** Not allowed with `jwks`. */
  readonly jwksUri?: NotAllowed<"jwksUri cannot be combined with jwks: set one of them">;
}

/** A client that authenticates with a private key, and whose public keys are read from a URL. */
export interface OryKeyClientJwksUriInput extends Omit<OryKeyClientInput, "jwks" | "jwksUri"> {
  /** URL of the public keys. Required unless `jwks` is set. */
  readonly jwksUri: string;
  /** Not allowed with `jwksUri`. */
  readonly jwks?: NotAllowed<"jwks cannot be combined with jwksUri: set one of them">;
}

/** A client without authentication, such as a single-page or native application with PKCE. */
export interface OryPublicClientInput extends OryClientInputFields {
  /** The client has no secret. It cannot use the `client_credentials` grant. */
  readonly tokenEndpointAuthMethod: "none";
  /** Not allowed: the client has no secret. */
  readonly clientSecret?: NotAllowed<"a client with tokenEndpointAuthMethod none has no secret: remove clientSecret">;
  /** Public keys. Cannot be combined with `jwksUri`. */
  readonly jwks?: OryJwks;
  /** Not allowed with `jwks`. */
  readonly jwksUri?: NotAllowed<"jwksUri cannot be combined with jwks: set one of them">;
}

/** A client without authentication, whose public keys are read from a URL. */
export interface OryPublicClientJwksUriInput extends Omit<OryPublicClientInput, "jwks" | "jwksUri"> {
  /** URL of the public keys. Cannot be combined with `jwks`. */
  readonly jwksUri: string;
  /** Not allowed with `jwksUri`. */
  readonly jwks?: NotAllowed<"jwks cannot be combined with jwksUri: set one of them">;
}

/** The input of `create`. */
export type OryClientInput =
  | OrySecretClientInput
  | OrySecretClientJwksUriInput
  | OryKeyClientInput
  | OryKeyClientJwksUriInput
  | OryPublicClientInput
  | OryPublicClientJwksUriInput;

type ClearableFields = {
  readonly [Field in keyof Omit<OryClientFields, "name" | "lifespans">]?: OryClientFields[Field] | null;
};

/**
 * The changes of `update`. An absent or `undefined` field keeps its value; `null` resets it to Ory's default. `clientId` cannot be
 * changed; use `rotateSecret` for secrets. Lifespans are merged one by one. `jwks` removes a stored `jwksUri`, and `jwksUri` removes
 * stored `jwks`, because Ory accepts only one of them.
 */
export interface OryClientChanges extends ClearableFields {
  /** The name for people. */
  readonly name?: string;
  /** Lifespans to change. `null` resets one to the server's setting. */
  readonly lifespans?: { readonly [Name in keyof OryLifespans]?: number | null };
}

/** Access to the client's own registration (RFC 7592), where the server has dynamic client registration enabled. */
export interface OryRegistration {
  /** The registration access token, a secret. Every later update of the client invalidates it, and every patch, except on Hydra 2.3. */
  readonly accessToken: string;
  /** The client configuration endpoint, where the registration is read, replaced and deleted (RFC 7592 section 2). */
  readonly clientUri: string;
}

/** The result of `create`. */
export interface OryCreateResult extends CreateResult<OryClient> {
  /** Absent for a client with the method `none`. */
  readonly credentials?: ClientCredentials;
  /** Ory returns it only in the response to the create request. Absent when that response was lost. */
  readonly registration?: OryRegistration;
}

/** The options of `list`. The filters match exactly; a client has to match all of them. */
export interface OryListOptions extends ListOptions {
  /** Only clients with exactly this name. */
  readonly name?: string;
  /** Only clients with exactly this owner. */
  readonly owner?: string;
  /**
   * Clients per request, from 1 to 500.
   * @default 500, Ory's maximum
   */
  readonly pageSize?: number;
}

/** The options of `rotateSecret`. */
export interface OryRotateSecretOptions extends SecretOptions {
  /**
   * `required`: reject the rotation, before any change, when the server cannot keep the old secret valid.
   * @default absent: such a server replaces the secret, and the old one is invalid at once
   */
  readonly overlap?: "required";
}

/** One operation of a JSON Patch (RFC 6902). Ory supports these three. */
export type OryPatchOperation =
  | { readonly op: "add" | "replace"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string };

/** The result of `introspect` (RFC 7662 section 2.2). */
export type OryIntrospection =
  | { readonly active: false }
  | {
      readonly active: true;
      readonly clientId?: string;
      readonly subject?: string;
      readonly scopes: readonly string[];
      readonly audience: readonly string[];
      readonly issuer?: string;
      readonly issuedAt?: Date;
      readonly notBefore?: Date;
      readonly expiresAt?: Date;
      /** `Bearer`. */
      readonly tokenType?: string;
      /** `access_token` or `refresh_token`. */
      readonly tokenUse?: string;
      readonly username?: string;
      /** Fields that the consent application or a hook has added. */
      readonly additionalFields?: Readonly<Record<string, unknown>>;
    };

/** The options of `introspect`. */
export interface OryIntrospectOptions extends CallOptions {
  /** Scopes that the token must have to be active. */
  readonly scopes?: readonly string[];
}

/** The manager of an Ory Network project's or a Hydra's clients. */
export interface OryManager
  extends OAuthClientManager<OryClient, OryClientInput, OryClientChanges, OryCreateResult, void>,
    SecretRotation,
    TokenRequests,
    ClientImport<OryClient> {
  /**
   * Returns what identifies the account: the slug of an Ory Network project, or the base URL of the admin API. Sends no request.
   */
  readonly account: (options?: CallOptions) => Promise<string>;
  /**
   * Creates a client.
   *
   * This library generates the id and the secret, unless the input or `credentialsFrom` says otherwise. When the response is lost,
   * the manager reads the client: if this call created it, the call resolves normally. That can take 10 seconds beyond the call's
   * deadline. If the reads prove nothing, the error's `outcome` is `unknown` and its `unsavedCredentials()` returns the credentials
   * that were sent. After a connection that broke, an absent client proves nothing: the request can still arrive.
   *
   * A client with a `clientId` that the caller chose can be another caller's: the call resolves only when the public API accepts the
   * secret that this call generated. Without such a secret, or without `publicUrl`, the outcome is `unknown`.
   *
   * A `signal` that aborts after the request was sent rejects with an `AbortedError` with the credentials that were sent. It ends the reads
   * too: then `get` shows later whether the client was created.
   *
   * @throws {ValidationError} the input is invalid; nothing was sent
   * @throws {ConflictError} a client has this `clientId`
   * @throws {SecretStorageError} the `secretSink` failed
   */
  readonly create: {
    (
      input: OrySecretClientInput | OrySecretClientJwksUriInput,
      options?: SecretOptions,
    ): Promise<OryCreateResult & CreateResultWithSecret<OryClient>>;
    (input: OryClientInput, options?: SecretOptions): Promise<OryCreateResult>;
  };
  /** Lists all clients in the order of their ids, or those that match the filters. */
  readonly list: (options?: OryListOptions) => AsyncIterable<OryClient>;
  /**
   * Changes the given fields only: reads the client, merges the changes, and replaces it. Fields that this library does not know are
   * kept, and so is the secret. A change by another caller between the two requests is lost.
   *
   * Ory invalidates the client's registration access token with every update (ory/hydra issue 4093).
   *
   * @throws {ValidationError} the changes are invalid, alone or for this client; nothing was changed
   * @throws {NotFoundError} no client has this id
   */
  readonly update: (id: string, changes: OryClientChanges, options?: CallOptions) => Promise<OryClient>;
  /**
   * Changes single fields by JSON Patch (RFC 6902), with Ory's field names: `/client_name`, `/metadata/team`.
   *
   * Ory sends 500 for a patch that it cannot apply, and for its own failures. Both become a `ValidationError` with the outcome
   * `unknown`. Like `update`, a patch invalidates the registration access token, except on Hydra 2.3.
   *
   * Hydra up to 2.3 ignores `remove`, and `null` except in lists, `jwks` and `metadata`. It rejects every patch of a client with
   * `jwksUri`. Use `update` for both.
   *
   * @throws {ValidationError} the patch is invalid; `/client_id` cannot be changed, and `/jwks` accepts public keys only
   * @throws {NotFoundError} no client has this id
   */
  readonly patch: (id: string, operations: readonly OryPatchOperation[], options?: CallOptions) => Promise<OryClient>;
  /**
   * Replaces all thirteen lifespans and no other field. A lifespan that is left out is reset to the server's setting.
   *
   * Hydra up to 2.3 rejects it for a client with `jwksUri`; use `update` there.
   */
  readonly setLifespans: (id: string, lifespans: OryLifespans, options?: CallOptions) => Promise<OryClient>;
  /** Deletes all access tokens of the client. The client itself is kept. Resolves for an unknown client too. */
  readonly deleteTokens: (id: string, options?: CallOptions) => Promise<void>;
  /**
   * Replaces the client's secret.
   *
   * Ory Network, and Hydra after 26.2, keep up to five old secrets valid until `deleteRotatedSecrets`. Older versions of Hydra have no
   * rotation: there this library generates a new secret and replaces the old one, which is invalid at once; `previousSecret` is
   * `revoked`.
   *
   * This library generates the new secret and sends it, unless `credentialsFrom` is `server`. A server that ignores it generates one.
   * After a lost response the call resolves when the server accepts the generated secret, which requires `publicUrl`. Otherwise the
   * outcome is `unknown`: rotate again. Each lost rotation adds an old secret, and Ory keeps five: after six lost rotations the secret
   * in use is invalid. The error says so from the second on.
   *
   * @throws {NotFoundError} no client has this id
   * @throws {ResponseError} the client does not authenticate with a secret
   * @throws {ValidationError} on a Hydra without rotation: the client does not authenticate with a secret, or `overlap` is `required`
   * @throws {SecretStorageError} the `secretSink` failed
   */
  readonly rotateSecret: (id: string, options?: OryRotateSecretOptions) => Promise<RotateSecretResult>;
  /**
   * Deletes every secret but the newest. After a lost rotation the newest secret is unknown, and the secret in use is an old one: this
   * call would then leave the client without a usable secret. Call it only after a rotation that has returned its secret.
   *
   * A Hydra without rotation has no other secrets, so the call only reads the client there.
   *
   * @throws {NotFoundError} no client has this id
   * @throws {ResponseError} the client does not authenticate with a secret
   * @throws {ValidationError} the client does not authenticate with a secret (on a Hydra without rotation)
   */
  readonly deleteRotatedSecrets: (id: string, options?: CallOptions) => Promise<OryClient>;
  /**
   * Creates the token request for these credentials. Ory accepts only the authentication method that the client is registered with:
   * `credentials.tokenEndpointAuthMethod`, which `create`, `rotateSecret` and `import` set. Ory grants no scopes and no audience that
   * the request does not ask for.
   *
   * @throws {ValidationError} the credentials are invalid
   * @throws {ConfigurationError} the manager has no `publicUrl`, or a header cannot carry the secret
   */
  readonly tokenRequest: (credentials: ClientCredentials, params?: TokenParameters) => TokenRequest;
  /** Introspects a token (RFC 7662). The result for an unknown or expired token is `{ active: false }`, not an error. */
  readonly introspect: (token: string, options?: OryIntrospectOptions) => Promise<OryIntrospection>;
  /**
   * Revokes a token (RFC 7009), authenticated as the client that the token was issued to. Resolves for an unknown token too.
   * @throws {ValidationError} the token is missing, or the credentials are invalid
   * @throws {AuthenticationError} the server rejects the credentials
   * @throws {ConfigurationError} the manager has no `publicUrl`
   */
  readonly revoke: (token: string, credentials: ClientCredentials, options?: CallOptions) => Promise<void>;
}

/** A value that JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** An object that JSON can hold. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** Grant types that Ory documents. */
export type OryGrantType = Open<
  | "authorization_code"
  | "client_credentials"
  | "implicit"
  | "refresh_token"
  | "urn:ietf:params:oauth:grant-type:device_code"
  | "urn:ietf:params:oauth:grant-type:jwt-bearer"
>;

/** Response types that Ory documents. */
export type OryResponseType = Open<
  "code" | "token" | "id_token" | "token id_token" | "code token" | "code id_token" | "code token id_token"
>;

/** A client authentication method at the token endpoint (IANA name). */
export type OryAuthMethod = Open<"client_secret_basic" | "client_secret_post" | "private_key_jwt" | "none">;

/** A set of public keys (RFC 7517 section 5). */
export interface OryJwks {
  /** One JWK each (RFC 7517 section 4), public members only. */
  readonly keys: readonly JsonObject[];
}

/**
 * Lifespans of issued codes and tokens, in whole milliseconds. Absent: the server's setting. Ory formats durations in several ways
 * (it returns `720h` as `720h0m0s`); numbers can be compared. Hydra up to 2.3 ignores the lifespans of the device authorization
 * grant, which it does not support.
 */
export interface OryLifespans {
  /** Access tokens of the authorization code grant. */
  readonly authorizationCodeGrantAccessTokenMs?: number;
  /** ID tokens of the authorization code grant. */
  readonly authorizationCodeGrantIdTokenMs?: number;
  /** Refresh tokens of the authorization code grant. */
  readonly authorizationCodeGrantRefreshTokenMs?: number;
  /** Access tokens of the client credentials grant. */
  readonly clientCredentialsGrantAccessTokenMs?: number;
  /** Access tokens of the device authorization grant. */
  readonly deviceAuthorizationGrantAccessTokenMs?: number;
  /** ID tokens of the device authorization grant. */
  readonly deviceAuthorizationGrantIdTokenMs?: number;
  /** Refresh tokens of the device authorization grant. */
  readonly deviceAuthorizationGrantRefreshTokenMs?: number;
  /** Access tokens of the implicit grant. */
  readonly implicitGrantAccessTokenMs?: number;
  /** ID tokens of the implicit grant. */
  readonly implicitGrantIdTokenMs?: number;
  /** Access tokens of the JWT bearer grant. */
  readonly jwtBearerGrantAccessTokenMs?: number;
  /** Access tokens of the refresh token grant. */
  readonly refreshTokenGrantAccessTokenMs?: number;
  /** ID tokens of the refresh token grant. */
  readonly refreshTokenGrantIdTokenMs?: number;
  /** Refresh tokens of the refresh token grant. */
  readonly refreshTokenGrantRefreshTokenMs?: number;
}

/** All fields of a client that can be set (RFC 7591 section 2, OpenID Connect Registration, and Ory's own). */
export interface OryClientFields {
  /** The name for people. Ory's `client_name`. */
  readonly name: string;
  /**
   * The grant types that the client may use. Ory does not validate the names.
   * @default empty, which Ory treats as `["authorization_code"]`
   */
  readonly grantTypes?: readonly OryGrantType[];
  /**
   * The response types of the authorization endpoint. Ory does not validate the names.
   * @default empty, which Ory treats as `["code"]`
   */
  readonly responseTypes?: readonly OryResponseType[];
  /**
   * Scopes that the client may request. Ory's `scope`, as an array. An empty array cannot be stored: Ory replaces it by its default.
   * @default the server's, `offline_access offline openid` unless configured otherwise
   */
  readonly scopes?: readonly string[];
  /** Audiences that the client may request: URLs. */
  readonly audience?: readonly string[];
  /** Exact URIs without a fragment. Ory stores any scheme, but requires `https:` or a loopback address when one is used. */
  readonly redirectUris?: readonly string[];
  /** Each must have the scheme, host and port of one of `redirectUris`. */
  readonly postLogoutRedirectUris?: readonly string[];
  /** Loaded by the browser when a session ends (OpenID Connect Front-Channel Logout). */
  readonly frontchannelLogoutUri?: string;
  /**
   * Whether that URI requires the issuer and the session id in its query.
   * @default false
   */
  readonly frontchannelLogoutSessionRequired?: boolean;
  /** Called by the server when a session ends (OpenID Connect Back-Channel Logout). */
  readonly backchannelLogoutUri?: string;
  /**
   * Whether the logout token that is sent there must contain the session id.
   * @default false
   */
  readonly backchannelLogoutSessionRequired?: boolean;
  /** Origins that may send requests from a browser: scheme, host and port. */
  readonly allowedCorsOrigins?: readonly string[];
  /** Contacts of the responsible people, such as e-mail addresses. */
  readonly contacts?: readonly string[];
  /** Free text; `list` can filter by it. */
  readonly owner?: string;
  /** The home page of the client, for the consent screen: `http:` or `https:`. */
  readonly clientUri?: string;
  /** The logo of the client, for the consent screen: `http:` or `https:`. */
  readonly logoUri?: string;
  /** The privacy policy, for the consent screen: `http:` or `https:`. */
  readonly policyUri?: string;
  /** The terms of service, for the consent screen: `http:` or `https:`. */
  readonly tosUri?: string;
  /** Custom data. */
  readonly metadata?: JsonObject;
  /**
   * The only method that the token endpoint accepts from this client.
   * @default "client_secret_basic"
   */
  readonly tokenEndpointAuthMethod?: OryAuthMethod;
  /**
   * For `private_key_jwt`: RS, PS or ES with 256, 384 or 512.
   * @default absent, which Ory treats as `RS256`
   */
  readonly tokenEndpointAuthSigningAlg?: string;
  /** Public keys. Private members are rejected, and removed from clients that are read. Cannot be combined with `jwksUri`. */
  readonly jwks?: OryJwks;
  /** URL of the public keys. Cannot be combined with `jwks`. */
  readonly jwksUri?: string;
  /**
   * Whether all clients get the same subject for a user (`public`) or each client another one (`pairwise`).
   * @default "public"
   */
  readonly subjectType?: "public" | "pairwise" | (string & Record<never, never>);
  /** An `https:` URL, which Ory reads during the call. Its content is an array of all redirect URIs. */
  readonly sectorIdentifierUri?: string;
  /** URLs from which request objects may be read (OpenID Connect Core section 6.2). */
  readonly requestUris?: readonly string[];
  /** The algorithm (JWA) that request objects must be signed with. */
  readonly requestObjectSigningAlg?: string;
  /**
   * The algorithm (JWA) that userinfo responses are signed with.
   * @default "none"
   */
  readonly userinfoSignedResponseAlg?: "none" | "RS256" | (string & Record<never, never>);
  /**
   * Whether access tokens are JWTs or opaque.
   * @default the server's setting
   */
  readonly accessTokenStrategy?: "jwt" | "opaque" | (string & Record<never, never>);
  /**
   * Whether the consent screen is skipped, for first-party clients.
   * @default false
   */
  readonly skipConsent?: boolean;
  /**
   * Whether the confirmation of a logout that this client starts is skipped.
   * @default false
   */
  readonly skipLogoutConsent?: boolean;
  /** Lifespans that differ from the server's settings. */
  readonly lifespans?: OryLifespans;
}
