import type { ClientCredentials } from "./credentials.js";
import type { OAuthClientsError } from "./errors.js";

/** What every call takes besides its subject. */
export interface CallOptions {
  /** Ends the call. The call then rejects with the signal's own reason. */
  readonly signal?: AbortSignal;
  /**
   * Deadline of the whole call with all its repeats, in milliseconds.
   * @default the manager's `timeoutMs`
   */
  readonly timeoutMs?: number;
}

/** A client that a list could not read. */
export interface UnreadableClient {
  /** The vendor's id of the client, where it is known. */
  readonly id?: string;
  /** Why the client could not be read. */
  readonly error: OAuthClientsError;
}

/** What every call of `list` takes. */
export interface ListOptions extends CallOptions {
  /**
   * Called with each client that cannot be read, because its document does not match the vendor's documented schema or its own read
   * failed. The list then goes on without it.
   * @default one such client ends the list with its error
   */
  readonly onUnreadable?: (client: UnreadableClient) => void;
}

/** What all vendors' clients have in common. Never holds a secret, so it can be logged. */
export interface OAuthClient {
  /** The vendor that keeps the client. Tells the members of a union of clients apart. */
  readonly vendor: string;
  /** The vendor's handle for the client: what `get`, `update` and `delete` take. Opaque. */
  readonly id: string;
  /** The name for people. Not unique at any vendor. Empty when the client has none. */
  readonly name: string;
  /** When the client was made, where the vendor says so. */
  readonly createdAt?: Date;
}

/** What `create` gives back. */
export interface CreateResult<out Client extends OAuthClient> {
  /** The client as the vendor keeps it. */
  readonly client: Client;
}

/** What `create` gives back when the client has a secret. */
export interface CreateResultWithSecret<out Client extends OAuthClient> extends CreateResult<Client> {
  /** Store them now: most vendors never show the secret again. */
  readonly credentials: ClientCredentials;
}

/**
 * What every vendor's manager can do.
 *
 * A manager of one vendor is assignable to the bare `OAuthClientManager`, with which clients of any vendor can be read and
 * deleted. Creating needs the vendor's own type, since no input fits every vendor: on the bare interface `Input` is `never`.
 */
export interface OAuthClientManager<
  out Client extends OAuthClient = OAuthClient,
  in Input = never,
  in Changes = never,
  out Created extends CreateResult<OAuthClient> = CreateResult<OAuthClient>,
  out Deleted = unknown,
> {
  /** The vendor's name. Tells the members of a union of managers apart. */
  readonly vendor: Client["vendor"];
  /**
   * Returns the account, organization or server that the manager's credentials belong to, as stable text. Two managers of the same
   * account return the same text.
   */
  readonly account: (options?: CallOptions) => Promise<string>;
  /**
   * Makes a client. It is never repeated blindly: only a refusal for too many requests, or a failure that proves that nothing
   * was sent, leads to another try. An error with `outcome: "unknown"` means that a client may exist.
   */
  readonly create: (input: Input, options?: CallOptions) => Promise<Created>;
  /** Reads one client. Rejects with a `NotFoundError` when there is none. */
  readonly get: (id: string, options?: CallOptions) => Promise<Client>;
  /**
   * All clients, page by page as the loop goes on. Each loop over the result asks the vendor anew. The deadline is that of each
   * request, since the loop's own work takes time too.
   */
  readonly list: (options?: ListOptions) => AsyncIterable<Client>;
  /** Changes what is named and nothing else. Fields that this library does not know are kept. */
  readonly update: (id: string, changes: Changes, options?: CallOptions) => Promise<Client>;
  /**
   * Removes the client. Rejects with a `NotFoundError` when there is none. What it resolves to is for vendors that have something to
   * say about it, such as when the client will be gone.
   */
  readonly delete: (id: string, options?: CallOptions) => Promise<Deleted>;
}
