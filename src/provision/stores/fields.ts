import type { ClientCredentials } from "../../core/credentials.js";
import type { ValidationIssue } from "../../core/errors.js";
import { optionsError } from "../../core/outcome.js";
import { isObject } from "../../core/values.js";
import type { SecretRecord } from "../types.js";

/** The names under which consumers find the credentials. Nothing else is in their document. */
export interface SecretKeys {
  /**
   * The name of the client id.
   * @default "CLIENT_ID"
   */
  readonly clientId?: string;
  /**
   * The name of the client secret.
   * @default "CLIENT_SECRET"
   */
  readonly clientSecret?: string;
  /**
   * The name of the authentication method, `client_secret_basic` or `client_secret_post`.
   * @default the method is not stored
   */
  readonly tokenEndpointAuthMethod?: string;
}

/** Fields of a document, by name. */
export type Fields = Readonly<Record<string, unknown>>;

/** Translates credentials to the document that consumers read, and back. */
export interface ConsumerDocument {
  /** The names in the document. */
  readonly names: readonly string[];
  /** Makes the document. It cannot fail. */
  readonly write: (credentials: ClientCredentials) => Readonly<Record<string, string>>;
  /** Reads a document. `undefined`: it has no credentials. */
  readonly read: (fields: Fields) => ClientCredentials | undefined;
  /** Names in a document that this store did not write. To replace the document would lose them. */
  readonly foreign: (fields: Fields) => readonly string[];
}

/**
 * Makes the translation for the configured names.
 * @throws {ConfigurationError} a name is not a variable name, or two are equal
 */
export function consumerDocument(factory: string, keys: SecretKeys = {}): ConsumerDocument {
  const { clientId = "CLIENT_ID", clientSecret = "CLIENT_SECRET", tokenEndpointAuthMethod } = keys;
  const names = [clientId, clientSecret, ...(tokenEndpointAuthMethod === undefined ? [] : [tokenEndpointAuthMethod])];
  requireValid(factory, [
    ...names.flatMap((name) =>
      /^[A-Za-z_][\w.-]*$/.test(name) ? [] : [{ path: "keys", message: "expected names of letters, digits, _, . and -" }],
    ),
    ...(new Set(names).size === names.length ? [] : [{ path: "keys", message: "expected different names" }]),
  ]);
  return {
    names,
    write: (credentials) => ({
      [clientId]: credentials.clientId,
      [clientSecret]: credentials.clientSecret,
      ...(tokenEndpointAuthMethod === undefined
        ? {}
        : { [tokenEndpointAuthMethod]: credentials.tokenEndpointAuthMethod ?? "client_secret_basic" }),
    }),
    read: (fields) =>
      toCredentials({
        clientId: fields[clientId],
        clientSecret: fields[clientSecret],
        tokenEndpointAuthMethod: tokenEndpointAuthMethod === undefined ? undefined : fields[tokenEndpointAuthMethod],
      }),
    foreign: (fields) => Object.keys(fields).filter((name) => !names.includes(name)),
  };
}

/** The document of the slot `next`. */
export function writeRecord({ credentials, attemptId, issuedAt }: SecretRecord): Fields {
  const { clientId, clientSecret, tokenEndpointAuthMethod } = credentials;
  return { clientId, clientSecret, ...(tokenEndpointAuthMethod ? { tokenEndpointAuthMethod } : {}), attemptId, issuedAt };
}

/** Reads the document of the slot `next`. `undefined`: it is not one. */
export function readRecord(fields: Fields): SecretRecord | undefined {
  const credentials = toCredentials(fields);
  const { attemptId, issuedAt } = fields;
  if (!credentials || typeof attemptId !== "string" || typeof issuedAt !== "string") return undefined;
  return { credentials, attemptId, issuedAt };
}

function toCredentials({ clientId, clientSecret, tokenEndpointAuthMethod: method }: Fields): ClientCredentials | undefined {
  if (typeof clientId !== "string" || typeof clientSecret !== "string") return undefined;
  const known = method === "client_secret_basic" || method === "client_secret_post";
  return { clientId, clientSecret, ...(known ? { tokenEndpointAuthMethod: method } : {}) };
}

/** Reads a JSON object. `undefined` for any other text. */
export function parseFields(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    // The platform's message quotes the text, which can be a secret.
    return undefined;
  }
}

/** @throws {ConfigurationError} with every issue, when there is one */
export function requireValid(factory: string, issues: readonly ValidationIssue[]): void {
  if (issues.length === 0) return;
  throw optionsError({ operation: factory }, issues);
}
