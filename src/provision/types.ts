import type { TokenParameters } from "../core/capabilities.js";
import type { ClientCredentials } from "../core/credentials.js";
import type { ValidationIssue } from "../core/errors.js";
import type { CallOptions, OAuthClient } from "../core/manager.js";
import type { SecretOptions, SecretSink } from "../core/secret-sink.js";

// ---- documents and secret stores ---------------------------------------------------------------------------------------

/** A value that JSON can hold. */
export type JsonDocument = Readonly<Record<string, unknown>>;

/** One version of a document, as a store returns it. */
export interface StoredDocument {
  /** The document's content. */
  readonly document: JsonDocument;
  /** The store's name for this version. Opaque. */
  readonly version: string;
  /**
   * How long this version has existed in milliseconds, by the store's own clock (both times from the store). Absent where a store
   * has no clock of its own.
   */
  readonly ageMs?: number;
}

/** One JSON document that changes by compare-and-set. It never holds a secret. */
export interface VersionedDocument {
  /** Where the document is, for people: `vault secret/prod/nightly-report.journal`. Never a secret. */
  readonly location: string;
  /** Reads the document. `undefined` only when the store confirms that it does not exist. */
  readonly read: (options?: CallOptions) => Promise<StoredDocument | undefined>;
  /**
   * Writes the document and resolves to the new version when the write is durable.
   *
   * @param version - the version to replace. `undefined`: the document must not exist
   * @throws {VersionConflictError} the document has another version; nothing was written
   */
  readonly write: (document: JsonDocument, version: string | undefined, options?: CallOptions) => Promise<string>;
  /**
   * Removes the document. A document that does not exist is not an error.
   * @throws {VersionConflictError} the document has another version; nothing was removed
   */
  readonly remove: (version: string, options?: CallOptions) => Promise<void>;
}

/** A store of small JSON documents, for the journal of a project. */
export interface DocumentStore {
  /** Where the documents are, for people. Never a secret. */
  readonly location: string;
  /** The document of a key. Sends nothing. Keys have the form `project/environment/client`. */
  readonly document: (key: string) => VersionedDocument;
  /** The keys of all documents that exist. */
  readonly keys: (options?: CallOptions) => Promise<readonly string[]>;
}

/** A secret with the facts that identify it. */
export interface SecretRecord {
  /** The credentials as the vendor issued them. */
  readonly credentials: ClientCredentials;
  /** Id of the attempt that issued the secret. The journal holds the same id. */
  readonly attemptId: string;
  /** When the secret was issued, RFC 3339. */
  readonly issuedAt: string;
}

/** `current` is what consumers read. `next` is a staged secret that no consumer reads. */
export type SecretSlot = "current" | "next";

/** Facts about a slot, without its secret. */
export interface SecretSlotStatus {
  /** The client id in the slot. Absent where the store cannot tell without a read of the secret. */
  readonly clientId?: string;
  /** The attempt id in the slot. Always absent for `current`, whose document holds the configured keys only. */
  readonly attemptId?: string;
}

/** Facts about a secret store. A slot that is empty is absent. */
export interface SecretStoreStatus {
  /** The document that consumers read. */
  readonly current?: SecretSlotStatus;
  /** The staged secret. */
  readonly next?: SecretSlotStatus;
}

/**
 * A store for the secret of one client. Consumers read one document with the configured keys (`CLIENT_ID`, `CLIENT_SECRET`). It changes
 * only by `promote` and `write`. A staged secret and the journal are documents beside it.
 */
export interface SecretStore extends SecretSink {
  /** Where the secret is, for people: `vault secret/prod/nightly-report`. Never a secret. */
  readonly location: string;
  /** The journal of the client, a document beside the secret. */
  readonly journal: VersionedDocument;
  /** Stores a secret in the slot `next`, and replaces a secret that is there. Resolves when the write is durable. */
  readonly stage: (secret: SecretRecord, options?: CallOptions) => Promise<void>;
  /**
   * Copies the staged secret to `current`. The slot `next` keeps its secret until `unstage`, so that a run that ended before the
   * journal was written can repeat it.
   *
   * @param attemptId - the attempt whose secret must be staged
   * @throws {VersionConflictError} the slot `next` is empty or holds the secret of another attempt; `current` is unchanged
   */
  readonly promote: (attemptId: string, options?: CallOptions) => Promise<void>;
  /** Empties `next`. An empty slot is not an error. */
  readonly unstage: (options?: CallOptions) => Promise<void>;
  /** Reports which slots are filled, where possible without permission to read secrets. */
  readonly status: (options?: CallOptions) => Promise<SecretStoreStatus>;
  /**
   * Reads a secret. `undefined`: the slot is empty. The record of `current` may have an empty `attemptId` and `issuedAt`. Absent where
   * a store never returns secrets.
   */
  readonly read?: (slot: SecretSlot, options?: CallOptions) => Promise<SecretRecord | undefined>;
  /** Removes both slots. The journal stays. */
  readonly remove: (options?: CallOptions) => Promise<void>;
}

/** A secret that a configuration passes to a vendor. The configuration holds its source only, so it can be printed. */
export interface SecretInput {
  /** The source, for people: `env GITHUB_PAT`. */
  readonly source: string;
  /** A change of the version sends the secret again. The vendor never returns it, so its value cannot be compared. @default 1 */
  readonly version: number;
  /** Reads the secret. Called immediately before it is sent. */
  readonly read: (options?: CallOptions) => Promise<string>;
}

// ---- journal -----------------------------------------------------------------------------------------------------------

/** What identifies a managed client. The client carries it at the vendor, where the vendor has a place for it. */
export interface Marker {
  /** The project of the configuration. */
  readonly project: string;
  /** The environment of the configuration. */
  readonly environment: string;
  /** The client's key in the configuration. */
  readonly key: string;
  /** Id of the latest attempt to create the client or to rotate its secret. */
  readonly attemptId: string;
}

/** An operation that was begun and whose end is not recorded yet. */
export interface Intent {
  /** The operation. */
  readonly operation: "create" | "rotate" | "finish" | "delete";
  /** Random id of the attempt. */
  readonly attemptId: string;
  /** When the intent was written, RFC 3339. For people: no decision compares it with a clock. */
  readonly since: string;
}

/** A client or a secret that a rotation replaced and that is still valid. */
export interface PreviousSecret {
  /** The vendor's id of the client that the secret belongs to. */
  readonly clientId: string;
  /** The attempt that issued the secret. Absent where it is not known. */
  readonly attemptId?: string;
  /** When the secret was replaced, RFC 3339. */
  readonly replacedAt: string;
}

/** What the journal records about one client. Never a secret. */
export interface JournalEntry {
  /** Name and version of the format. */
  readonly format: "oauth-clients/journal/1";
  /** The project of the configuration. */
  readonly project: string;
  /** The environment of the configuration. */
  readonly environment: string;
  /** The client's key. */
  readonly key: string;
  /** The name of the provider in the configuration. */
  readonly provider: string;
  /** The account that the client belongs to. */
  readonly account: string;
  /** The vendor's id of the client whose secret is current. Absent until the client is created and its secret is stored. */
  readonly clientId?: string;
  /** The attempt that issued the current secret. Absent for a client that was taken over. */
  readonly attemptId?: string;
  /** When the current secret was issued, RFC 3339. */
  readonly issuedAt?: string;
  /** Operations whose end is not recorded. */
  readonly intents: readonly Intent[];
  /** What `rotate --finish` ends. */
  readonly previous?: PreviousSecret;
  /** Versions of the fields that the vendor never returns. */
  readonly inputVersions?: Readonly<Record<string, string>>;
  /** The fields that were declared at the last apply. */
  readonly fields?: readonly string[];
}

/** A difference between a declared field and the client at the vendor. */
export interface FieldDifference {
  /** The field. `marker`: the client's marker. */
  readonly field: string;
  /** The vendor's value. Absent where the vendor never returns it. */
  readonly actual?: unknown;
  /** The declared value. Absent for secrets. */
  readonly declared?: unknown;
  /** `replace`: no update of this client can have that value. */
  readonly change: "update" | "replace";
  /** An effect of the change beyond the field. */
  readonly warning?: string;
}

// ---- declarations ------------------------------------------------------------------------------------------------------

/** A duration: `90d`, `24h`, `30m`, `10s`. */
export type Duration = `${number}${"s" | "m" | "h" | "d"}`;

/**
 * How a vendor replaces the secret of a client. `overlap`: the old secret stays valid until finish. `immediate`: the old secret is
 * invalid at once. `second-client`: a new client replaces the old one.
 */
export type RotationKind = "overlap" | "immediate" | "second-client";

/** How a declared client is managed, for clients without a stored secret. */
export interface ClientPolicy {
  /** Id of a client that exists at the vendor and that this declaration takes over. `apply` then never creates one. */
  readonly adopt?: string;
  /** The key that this client had before. */
  readonly formerly?: string;
  /**
   * Whether the marker may be written to a text that people read (the description).
   * @default true
   */
  readonly marker?: boolean;
}

/** How the secret of a declared client is rotated. */
export interface RotationPolicy<Kind extends RotationKind = RotationKind> {
  /** How the secret is replaced. @default the vendor's way without downtime */
  readonly by?: Kind;
  /** Age of a secret at which a rotation is due. Absent: never. */
  readonly every?: Duration;
  /** How long the old secret stays valid after a rotation. `finish` refuses before. @default "24h" */
  readonly overlap?: Duration;
  /** Whether `rotate --due` also finishes a rotation whose overlap has ended. @default false */
  readonly autoFinish?: boolean;
}

/** How a declared client with a secret is managed. */
export interface SecretPolicy<Kind extends RotationKind = RotationKind, Parameters = unknown> extends ClientPolicy {
  /** Where the secret goes. */
  readonly secretStore: SecretStore | SecretSink | SecretSink["write"];
  /** What to request a token for when a secret is verified. `false`: this client's secret cannot be verified by a token. */
  readonly verifyWith?: Parameters | false;
  /** How the secret is rotated. */
  readonly rotation?: RotationPolicy<Kind>;
}

/** A client whose secret this project does not manage: only an existing client, taken over by its id. */
export interface UnmanagedSecretPolicy extends ClientPolicy {
  /** Id of the client at the vendor. */
  readonly adopt: string;
  /** The secret is stored elsewhere. */
  readonly secret: "unmanaged";
}

/** Every policy option, for the engine. */
export type AnyClientPolicy = ClientPolicy & Partial<SecretPolicy> & { readonly secret?: "unmanaged" };

// ---- providers ---------------------------------------------------------------------------------------------------------

/** A client as the vendor has it. */
export interface ObservedClient {
  /** The client. */
  readonly client: OAuthClient;
  /** The marker that the client carries. */
  readonly marker?: Marker;
}

/** One vendor account. */
export interface ClientProvider {
  /** The name in the configuration's `accounts`. @default the vendor */
  readonly name: string;
  /** The vendor. */
  readonly vendor: string;
  /** Checks the options of the manager. Sends nothing. */
  readonly check: () => readonly ValidationIssue[];
  /** Identifies the account that the credentials belong to. */
  readonly account: (options?: CallOptions) => Promise<string>;
  /** The client id that the manager itself uses. It is never changed. */
  readonly ownClientId: () => string | undefined;
  /** All clients of the account. A listing that is incomplete rejects. */
  readonly list: (options?: CallOptions) => AsyncIterable<ObservedClient>;
  /** Reads one client. `undefined` only when the vendor confirms that it does not exist. */
  readonly get: (id: string, options?: CallOptions) => Promise<ObservedClient | undefined>;
  /** Deletes a client and what the provider created for it. A client that does not exist is not an error. */
  readonly delete: (id: string, options?: CallOptions) => Promise<void>;
  /** Removes the marker from a client and changes nothing else. */
  readonly unmark: (id: string, options?: CallOptions) => Promise<void>;
  /** Where the marker is: deterministic client id and metadata, text that people read, or nowhere (the name identifies). */
  readonly identifiedBy: "id" | "text" | "name";
}

/** How the engine rotates the secret of a client. */
export interface Rotation {
  /** The kind that is in effect. */
  readonly kind: RotationKind;
  /** `overlap`, `immediate`: issues a new secret. The marker is updated first. */
  readonly begin?: (id: string, marker: Marker, options: SecretOptions) => Promise<void>;
  /** `second-client`: gives the new client what the old one has outside of the client itself. Can be repeated. */
  readonly bind?: (from: string, to: string, options?: CallOptions) => Promise<void>;
  /** What to do after the new secret is current, for example to update an integration credential. Can be repeated. */
  readonly promoted?: (credentials: ClientCredentials, options?: CallOptions) => Promise<void>;
  /** `overlap`: ends the old secret. `second-client`: deletes the old client. Refuses when the new one is incomplete. */
  readonly finish?: (from: string, to: string, options?: CallOptions) => Promise<void>;
}

/** An access token of a declared client. */
export interface ClientToken {
  /** The text after `Bearer ` in the `authorization` header. */
  readonly value: string;
  /** The end of its lifetime by the clock of this machine. Absent where the response has none. */
  readonly expiresAt?: Date;
  /** The granted scopes. */
  readonly scopes: readonly string[];
}

/** One declared client. The provider's `client` creates it and closes over the types of the vendor. */
export interface DeclaredClient {
  /** The account that the client belongs to. */
  readonly provider: ClientProvider;
  /** How the client is managed. */
  readonly policy: AnyClientPolicy;
  /** The declaration without secrets, for plans. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Whether the vendor issues a secret for this client. */
  readonly hasSecret: boolean;
  /** Validates the declaration. Sends nothing. */
  readonly check: () => readonly ValidationIssue[];
  /** The client id that is derived from the marker, at vendors where the caller chooses it. */
  readonly idOf?: (marker: Pick<Marker, "project" | "environment" | "key">) => string;
  /** Vendors without a marker: whether a client has the name and the address of this declaration. */
  readonly matches?: (client: OAuthClient) => boolean;
  /** Compares the declared fields, and only these, with the client. */
  readonly compare: (
    observed: ObservedClient,
    entry: JournalEntry | undefined,
    options?: CallOptions,
  ) => Promise<readonly FieldDifference[]>;
  /** Creates the client with its secret and marker. The options have the secret sink. Resolves to the vendor's id. */
  readonly create: (marker: Marker, options: SecretOptions) => Promise<string>;
  /** Sends the differences, and restores the marker. */
  readonly update: (
    id: string,
    differences: readonly FieldDifference[],
    marker: Marker | undefined,
    options?: CallOptions,
  ) => Promise<void>;
  /** Versions of the fields that the vendor never returns, for the journal. */
  readonly inputVersions: () => Readonly<Record<string, string>>;
  /** Requests a token with the credentials. Rejects when they do not work. Absent: a token cannot verify this client's secret. */
  readonly verify?: (credentials: ClientCredentials, options?: CallOptions) => Promise<void>;
  /** Requests a token for other programs. Absent: the client cannot request one with its secret alone. */
  readonly requestToken?: (
    credentials: ClientCredentials,
    params: TokenParameters | undefined,
    options?: CallOptions,
  ) => Promise<ClientToken>;
  /** Absent: the client has no secret that can be issued again. */
  readonly rotation?: Rotation;
  /** Values of the client that consumers need: `tokenEndpoint`, `oauthTokenId`. Never a secret. */
  readonly output?: (client: OAuthClient) => Readonly<Record<string, string>>;
}
