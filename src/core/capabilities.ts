import type { ClientCredentials, TokenRequest } from "./credentials.js";
import type { CallOptions, CreateResult, OAuthClient, OAuthClientManager } from "./manager.js";
import type { SecretOptions } from "./secret-sink.js";

/** What became of the secret that was replaced. */
export type PreviousSecret = "still-valid" | "revoked";

/** What `rotateSecret` gives back. */
export interface RotateSecretResult<out Previous extends PreviousSecret = PreviousSecret> {
  /** The new credentials. Store them now: the secret is not shown again. */
  readonly credentials: ClientCredentials;
  /** Whether the old secret still works. */
  readonly previousSecret: Previous;
}

/** The vendor can replace a client's secret. */
export interface SecretRotation<out Previous extends PreviousSecret = PreviousSecret> {
  /** Replaces the client's secret and returns the new one. Not repeated blindly, like `create`. */
  readonly rotateSecret: (id: string, options?: SecretOptions) => Promise<RotateSecretResult<Previous>>;
}

/** What to ask a token for. */
export interface TokenParameters {
  /** Scopes to ask for. Absent: whatever the server gives by default, which at some vendors is none. */
  readonly scopes?: readonly string[];
  /** Audience or audiences to ask for. */
  readonly audience?: string | readonly string[];
}

/** The vendor's clients can get tokens with their credentials (RFC 6749 section 4.4). */
export interface TokenRequests {
  /** Says how to ask for a token with these credentials. Pure: sends nothing. */
  readonly tokenRequest: (credentials: ClientCredentials, wanted?: TokenParameters) => TokenRequest;
}

/** A client that exists already, and the secret that its owner kept. */
export interface ClientReference {
  /** The vendor's handle for the client. */
  readonly id: string;
  /** The secret, where somebody kept it. The vendor does not show it again. */
  readonly clientSecret?: string;
}

/** How to import. */
export interface ImportOptions extends CallOptions {
  /**
   * Prove the secret by asking the vendor for a token with it. The token is not kept.
   * @default false
   */
  readonly verifySecret?: boolean;
}

/** What `import` gives back. */
export interface ImportResult<out Client extends OAuthClient> extends CreateResult<Client> {
  /** The credentials, when the reference had a secret. */
  readonly credentials?: ClientCredentials;
  /** Whether the vendor has just accepted that secret. */
  readonly secretVerified: boolean;
}

/** A client that exists can be taken under management, as Terraform's import does. */
export interface ClientImport<out Client extends OAuthClient> {
  /** Reads the client and joins it with the secret that was kept. Changes nothing at the vendor. */
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
