import type { ClientCredentials } from "./credentials.js";
import type { OAuthClientsError } from "./errors.js";

/** The options of every call. */
export interface CallOptions {
  /**
   * Ends the call. The call then rejects with the signal's reason, or with an `AbortedError` when it creates a client or rotates a secret
   * and its request was sent already.
   */
  readonly signal?: AbortSignal;
  /**
   * Deadline of the whole call with all its retries, in milliseconds.
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

/** The options of every `list`. */
export interface ListOptions extends CallOptions {
  /**
   * Called with each client that cannot be read, because its document does not match the vendor's documented schema or its own read
   * failed. The list then goes on without it.
   * @default one such client ends the list with its error
   */
  readonly onUnreadable?: (client: UnreadableClient) => void;
}

/** The fields that the clients of all vendors have. They contain no secret, so a client can be logged. */
export interface OAuthClient {
  /** The vendor of the client. It discriminates a union of clients. */
  readonly vendor: string;
  /** The vendor's id of the client, for `get`, `update` and `delete`. Opaque. */
  readonly id: string;
  /** The display name. No vendor requires unique names. Empty when the client has none. */
  readonly name: string;
  /** When the client was created, if the vendor states it. */
  readonly createdAt?: Date;
}

/** The result of `create`. */
export interface CreateResult<out Client extends OAuthClient> {
  /** The client as the vendor stored it. */
  readonly client: Client;
}

/** The result of `create` for a client with a secret. */
export interface CreateResultWithSecret<out Client extends OAuthClient> extends CreateResult<Client> {
  /** Store them: most vendors do not show the secret again. */
  readonly credentials: ClientCredentials;
}

/**
 * The operations that every vendor's manager has.
 *
 * A manager of one vendor is assignable to the bare `OAuthClientManager`, which can read and delete clients of any vendor. `create` needs
 * the vendor's own type, because no input is valid for every vendor: on the bare interface `Input` is `never`.
 */
export interface OAuthClientManager<
  out Client extends OAuthClient = OAuthClient,
  in Input = never,
  in Changes = never,
  out Created extends CreateResult<OAuthClient> = CreateResult<OAuthClient>,
  out Deleted = unknown,
> {
  /** The vendor's name. It discriminates a union of managers. */
  readonly vendor: Client["vendor"];
  /**
   * Returns the account, organization or server that the manager's credentials belong to, as stable text. Two managers of the same
   * account return the same text.
   */
  readonly account: (options?: CallOptions) => Promise<string>;
  /**
   * Creates a client. It is retried only after a 429 response and after failures that prove that the request was not sent. An error with
   * `outcome: "unknown"` means that a client may exist.
   */
  readonly create: (input: Input, options?: CallOptions) => Promise<Created>;
  /** Reads one client. Rejects with a `NotFoundError` when it does not exist. */
  readonly get: (id: string, options?: CallOptions) => Promise<Client>;
  /**
   * Lists all clients, one page after another as the loop proceeds. Each loop over the result starts with the first page. The deadline
   * applies to each request, because the loop's body takes time too.
   */
  readonly list: (options?: ListOptions) => AsyncIterable<Client>;
  /** Changes the named fields only. Fields that this library does not support keep their values. */
  readonly update: (id: string, changes: Changes, options?: CallOptions) => Promise<Client>;
  /**
   * Deletes the client. Rejects with a `NotFoundError` when it does not exist. The result has details of some vendors, for example the
   * time of a delayed deletion.
   */
  readonly delete: (id: string, options?: CallOptions) => Promise<Deleted>;
}
