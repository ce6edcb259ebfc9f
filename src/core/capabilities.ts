import type { ClientCredentials, TokenRequest } from "./credentials.js";
import type { CallOptions, CreateResult, OAuthClient, OAuthClientManager } from "./manager.js";
import type { SecretOptions } from "./secret-sink.js";

/** Whether the previous secret works after a rotation. */
export type PreviousSecret = "still-valid" | "revoked";

/** The result of `rotateSecret`. */
export interface RotateSecretResult<out Previous extends PreviousSecret = PreviousSecret> {
  /** The new credentials. Store them: the vendor does not show the secret again. */
  readonly credentials: ClientCredentials;
  /** Whether the previous secret still works. */
  readonly previousSecret: Previous;
}

/** The vendor can replace a client's secret. */
export interface SecretRotation<out Previous extends PreviousSecret = PreviousSecret> {
  /** Replaces the client's secret and returns the new one. It is retried like `create`: only when the first attempt was certainly not applied. */
  readonly rotateSecret: (id: string, options?: SecretOptions) => Promise<RotateSecretResult<Previous>>;
}

/** The parameters of a token request. */
export interface TokenParameters {
  /** The requested scopes. Absent: the server's default, which can be no scope at all. */
  readonly scopes?: readonly string[];
  /** The requested audiences. */
  readonly audience?: string | readonly string[];
  /** The requested resources, one `resource` parameter each: absolute URIs without a fragment (RFC 8707 section 2). */
  readonly resource?: string | readonly string[];
}

/** The vendor's clients can request tokens with their credentials (RFC 6749 section 4.4). */
export interface TokenRequests {
  /** Returns the token request for these credentials. It sends nothing. */
  readonly tokenRequest: (credentials: ClientCredentials, params?: TokenParameters) => TokenRequest;
}

/** An existing client and, optionally, its secret. */
export interface ClientReference {
  /** The vendor's id of the client. */
  readonly id: string;
  /** The secret, when it is known. The vendor does not show it again. */
  readonly clientSecret?: string;
}

/** The options of `import`. */
export interface ImportOptions extends CallOptions {
  /**
   * Verify the secret by a token request. The token is discarded.
   * @default false
   */
  readonly verifySecret?: boolean;
}

/** The result of `import`. */
export interface ImportResult<out Client extends OAuthClient> extends CreateResult<Client> {
  /** The credentials, when the reference had a secret. */
  readonly credentials?: ClientCredentials;
  /** Whether the vendor accepted the secret during this call. */
  readonly secretVerified: boolean;
}

/** Existing clients can be imported, as with Terraform's `import`. */
export interface ClientImport<out Client extends OAuthClient> {
  /** Reads the client and returns it with the credentials of the reference. It changes nothing at the vendor. */
  readonly import: (reference: string | ClientReference, options?: ImportOptions) => Promise<ImportResult<Client>>;
}

type AnyManager = Pick<OAuthClientManager, "vendor">;

/** Whether this manager's vendor can replace secrets. Narrows the type. */
export function canRotateSecret<M extends AnyManager>(manager: M): manager is M & SecretRotation {
  return typeof (manager as Partial<SecretRotation>).rotateSecret === "function";
}

/** Whether this manager's clients can get tokens. Narrows the type. */
export function canRequestTokens<M extends AnyManager>(manager: M): manager is M & TokenRequests {
  return typeof (manager as Partial<TokenRequests>).tokenRequest === "function";
}

/** Whether clients that exist can be imported into this manager. Narrows the type. */
export function canImport<M extends AnyManager>(manager: M): manager is M & ClientImport<OAuthClient> {
  return typeof (manager as Partial<ClientImport<OAuthClient>>).import === "function";
}
