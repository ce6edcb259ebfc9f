import type { TokenParameters } from "../core/capabilities.js";
import type { SecretAuthMethod } from "../core/credentials.js";
import type { CallOptions } from "../core/manager.js";
import type { ClientProvider, DeclaredClient, DocumentStore, FieldDifference, SecretInput, SecretStore } from "./types.js";

// ---- configuration -----------------------------------------------------------------------------------------------------

/** What the functions of a configuration receive. */
export interface ConfigurationContext<Environment extends string = string> {
  /** The environment of this run. */
  readonly environment: Environment;
  /** Environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A client that was declared before and is not any more. */
export interface RemovedClient {
  /** `forget`: the client stays at the vendor, unmanaged. `delete`: it is deleted, where `apply` is told so by its key. */
  readonly action: "forget" | "delete";
  /** The client's store. `delete` also removes the secret from it. Absent: the stored secret stays where it is. */
  readonly secretStore?: SecretStore;
}

/** A setting, or a function that makes it for an environment. */
export type PerEnvironment<Environment extends string, Setting> =
  | Setting
  | ((context: ConfigurationContext<Environment>) => Setting | Promise<Setting>);

/** The clients of a project. */
export interface ProjectConfiguration<Environment extends string = string> {
  /** The project. Part of every marker: unique among the projects that share an account. */
  readonly project: string;
  /** All environments, each with its accounts by provider name. */
  readonly environments: Readonly<Record<Environment, { readonly accounts: Readonly<Record<string, string>> }>>;
  /** The project's journal, for clients whose secret is in no readable store. */
  readonly journal?: PerEnvironment<Environment, DocumentStore>;
  /** The declared clients, by key. */
  readonly clients: (
    context: ConfigurationContext<Environment>,
  ) => Readonly<Record<string, DeclaredClient>> | Promise<Readonly<Record<string, DeclaredClient>>>;
  /** Clients that are no longer declared, by key. */
  readonly removed?: PerEnvironment<Environment, Readonly<Record<string, "forget" | "delete" | RemovedClient>>>;
  /** Providers that no declared client uses any more, for `removed`. */
  readonly providers?: PerEnvironment<Environment, readonly ClientProvider[]>;
  /** Limits of a run. */
  readonly settings?: RunSettings;
}

/** Limits of a run. */
export interface RunSettings {
  /** Clients that are worked on at the same time. The limits of the managers hold in addition. @default 16 */
  readonly concurrency?: number;
  /**
   * How long another run's open intent must be unchanged before this run takes it over, in milliseconds. Longer than the longest
   * create.
   * @default 90_000
   */
  readonly settleMs?: number;
}

/** The configuration of one environment. */
export interface Configuration {
  /** The project. */
  readonly project: string;
  /** The environment. */
  readonly environment: string;
  /** The accounts by provider name. */
  readonly accounts: Readonly<Record<string, string>>;
  /** The project's journal. */
  readonly journal?: DocumentStore;
  /** The declared clients, by key. */
  readonly clients: Readonly<Record<string, DeclaredClient>>;
  /** Clients that are no longer declared, by key. */
  readonly removed: Readonly<Record<string, RemovedClient>>;
  /** Every provider. */
  readonly providers: readonly ClientProvider[];
  /** Limits of a run. */
  readonly settings: RunSettings;
}

// ---- plan --------------------------------------------------------------------------------------------------------------

/** Why a client needs the decision of a person. */
export type StopReason =
  | "account_differs"
  | "journal_of_another_client"
  | "marked_client_without_journal"
  | "client_missing"
  | "secret_missing"
  | "store_holds_another_client"
  | "several_clients"
  | "client_with_same_name"
  | "adopted_client_missing"
  | "cannot_change_in_place"
  | "undeclared"
  | "delete_not_allowed"
  | "delete_begun"
  | "own_client"
  | "apply_first"
  | "rotation_not_finished"
  | "rotation_interrupted"
  | "rotation_kind_changed"
  | "overlap_not_over"
  | "newer_secret_exists"
  | "verification_failed";

/** What a person can do about a client that needs a decision. */
export interface Choice {
  /** The library function, or the change of the configuration: `resolve`, `configuration`. */
  readonly action: "resolve" | "configuration" | "rotate";
  /** For `resolve`: the resolution. */
  readonly resolution?: "trust" | "reissue" | "take";
  /** The id that the resolution names. */
  readonly id?: string;
  /** What it does. */
  readonly text: string;
}

interface PlannedClient<Kind extends string> {
  /** What `apply` will do. */
  readonly action: Kind;
  /** The client's key. */
  readonly key: string;
  /** The provider's name. */
  readonly provider: string;
  /** The vendor. */
  readonly vendor: string;
  /** The vendor's id of the client, where it is known. */
  readonly id?: string;
  /** Facts beyond the action: effects of a change, fields that cannot be compared. */
  readonly notes: readonly string[];
}

/** What `apply` will do for one client. */
export type PlannedAction =
  | (PlannedClient<"create"> & { readonly fields: Readonly<Record<string, unknown>>; readonly secretStore?: string })
  | (PlannedClient<"update"> & { readonly id: string; readonly differences: readonly FieldDifference[] })
  | (PlannedClient<"adopt"> & { readonly id: string })
  | (PlannedClient<"recover"> & { readonly how: "promote" | "reissue" | "recreate" | "close" | "discard" })
  | (PlannedClient<"delete"> & { readonly id?: string })
  | PlannedClient<"forget">
  | (PlannedClient<"stop"> & { readonly reason: StopReason; readonly message: string; readonly choices: readonly Choice[] })
  | PlannedClient<"busy">
  | PlannedClient<"none">;

/** A rotation that is due or not finished. */
export interface RotationNote {
  /** The client's key. */
  readonly key: string;
  /** `due`: older than its policy allows. `unfinished`: the previous secret is still valid. `interrupted`: an intent is open. */
  readonly state: "due" | "unfinished" | "interrupted";
  /** For people. */
  readonly text: string;
}

/** What `apply` would do. Holds no secret. */
export interface Plan {
  /** Name and version of the format. */
  readonly format: "oauth-clients/plan/1";
  /** The project. */
  readonly project: string;
  /** The environment. */
  readonly environment: string;
  /** When the plan was made, RFC 3339. */
  readonly createdAt: string;
  /** A hash of the actions. Two plans with the same digest do the same. */
  readonly digest: string;
  /** One action per client. */
  readonly actions: readonly PlannedAction[];
  /** Rotations that are due or not finished. */
  readonly rotations: readonly RotationNote[];
}

// ---- runs --------------------------------------------------------------------------------------------------------------

/** Options of every run. */
export interface RunOptions extends CallOptions {
  /** Keys of the clients to work on. Absent: all. */
  readonly only?: readonly string[];
  /** Receives progress. An exception in it does not stop the run. */
  readonly onEvent?: (event: RunEvent) => void;
  /** Ends the run after the step in progress. `signal` ends it at once. */
  readonly stopSignal?: AbortSignal;
}

/** Options of `apply`. */
export interface ApplyOptions extends RunOptions {
  /** A plan. `apply` does only what it contains. */
  readonly plan?: Plan;
  /** Keys of removed clients that may be deleted. */
  readonly allowDelete?: readonly string[];
  /** Whether the first failure ends the run. @default false */
  readonly stopOnError?: boolean;
}

/** Options of `rotate`. */
export interface RotateOptions extends RunOptions {
  /** `begin`: issue, verify and promote a new secret. `finish`: end the old one. @default "begin" */
  readonly stage?: "begin" | "finish";
  /** Only clients whose rotation is due. With `autoFinish` in the policy, also finishes rotations whose overlap has ended. */
  readonly due?: boolean;
}

/** Options of `destroy`. */
export interface DestroyOptions extends RunOptions {
  /** The name of the project. */
  readonly confirm: string;
  /** Whether the first failure ends the run. @default false */
  readonly stopOnError?: boolean;
}

/** Options of `list`. */
export interface ListOptions extends RunOptions {
  /** Adds the clients of the accounts that have no marker and are not declared. Their `key` is their name. @default false */
  readonly unmanaged?: boolean;
}

/** Options of `requestClientToken`. Without parameters, those of `verifyWith` are used. */
export interface ClientTokenOptions extends RunOptions, TokenParameters {}

/** What a person decided about a client. */
export interface Resolution {
  /** `trust`: the stored secret is right. `take`: the client belongs to this key. `reissue`: issue another secret. */
  readonly as: "trust" | "take" | "reissue";
  /** The vendor's id of the client. */
  readonly id: string;
}

/** A client that exists at the vendor. */
export interface ImportReference {
  /** The vendor's id. */
  readonly id: string;
  /** The client's secret, where it is known. It goes to the declared store. */
  readonly clientSecret?: SecretInput;
  /** How the client authenticates, where it is not the vendor's default. */
  readonly tokenEndpointAuthMethod?: SecretAuthMethod;
}

/** Options of `importClient`. */
export interface ImportClientOptions extends RunOptions {
  /** Whether a token request verifies the secret before it is stored. @default true */
  readonly verifySecret?: boolean;
}

/** What consumers of a client need besides its secret. */
export interface ClientOutput {
  /** The vendor's id. Absent: the client is not created. */
  readonly id?: string;
  /** Where the secret is. */
  readonly secretStore?: string;
  /** Values of the vendor: `tokenEndpoint`, `oauthTokenId`. */
  readonly values: Readonly<Record<string, string>>;
}

/** A step of a run, for progress. */
export type RunStep =
  | "observe"
  | "wait"
  | "claim"
  | "create"
  | "stage"
  | "verify"
  | "promote"
  | "close"
  | "update"
  | "adopt"
  | "rotate"
  | "bind"
  | "finish"
  | "delete"
  | "forget";

/** Progress of a run. Holds no secret. */
export type RunEvent =
  | { readonly type: "run"; readonly state: "started" | "finished"; readonly total: number }
  | { readonly type: "step"; readonly key: string; readonly step: RunStep; readonly state: "started" | "done" | "failed" }
  | { readonly type: "client"; readonly key: string; readonly result: ClientResult };

/** What became of one client. */
export type ClientResult =
  | {
      readonly key: string;
      readonly status: "done";
      readonly steps: readonly RunStep[];
      readonly id?: string;
      readonly notes: readonly string[];
    }
  | { readonly key: string; readonly status: "unchanged"; readonly id?: string; readonly notes: readonly string[] }
  | {
      readonly key: string;
      readonly status: "stopped";
      readonly reason: StopReason;
      readonly message: string;
      readonly choices: readonly Choice[];
    }
  | { readonly key: string; readonly status: "not_in_plan"; readonly message: string }
  | { readonly key: string; readonly status: "busy"; readonly message: string }
  | { readonly key: string; readonly status: "skipped"; readonly message: string }
  /** `changed`: whether something was changed before the failure. Another run continues from there. */
  | {
      readonly key: string;
      readonly status: "failed";
      readonly error: unknown;
      readonly message: string;
      readonly changed: boolean;
    }
  /** A secret was issued, no store has it, and it could not be revoked. */
  | {
      readonly key: string;
      readonly status: "secret_not_stored";
      readonly error: unknown;
      readonly message: string;
      readonly id: string;
    };

/** The result of a run. */
export interface RunResult {
  /** Whether every client is `done` or `unchanged`. */
  readonly ok: boolean;
  /** One result per client. */
  readonly clients: readonly ClientResult[];
}

/** A managed client, as `list` shows it. */
export interface ListedClient {
  /** The client's key. */
  readonly key: string;
  /** The provider's name. */
  readonly provider: string;
  /** The vendor. */
  readonly vendor: string;
  /** The vendor's id. */
  readonly id?: string;
  /** Where the secret is. */
  readonly secretStore?: string;
  /** When the current secret was issued. */
  readonly issuedAt?: Date;
  /** When its rotation is due. */
  readonly rotationDueAt?: Date;
  /** Whether it is declared, and whether something is in progress. */
  readonly state: "managed" | "in_progress" | "overlapping" | "not_created" | "undeclared" | "unmanaged";
}
