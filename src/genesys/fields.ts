import type { Open } from "../core/values.js";
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
