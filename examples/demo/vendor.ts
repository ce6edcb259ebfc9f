import type { CallOptions, ClientCredentials, CreateResult, OAuthClient, OAuthClientManager } from "oauth-clients";
import type { Report } from "./report.js";
import type { Counted } from "./stage.js";
import type { Cell, Column } from "./table.js";

/** What `create` gives back at one vendor or another. */
export interface Created<out Client extends OAuthClient> extends CreateResult<Client> {
  readonly credentials?: ClientCredentials;
}

/** A client of this run, with what is known of it here alone. */
export interface Made<out Client extends OAuthClient, out Input> extends Created<Client> {
  readonly asked: Input;
}

/** What the steps that all vendors share need to know of one. */
export interface Vendor<Client extends OAuthClient, Input> {
  /** Every vendor's clients can be given another name. */
  readonly manager: OAuthClientManager<Client, Input, { readonly name: string }, Created<Client>>;
  /** Makes a client, where that takes more than the manager's `create`. */
  readonly create?: (input: Input, options: CallOptions) => Promise<Created<Client>>;
  /** Lists clients, where the server can be asked for those of this run alone. */
  readonly list?: (options: CallOptions) => AsyncIterable<Client>;
  /** The client that was asked for, with the mark of this run. */
  readonly mark: (asked: Input) => Input;
  readonly isMarked: (client: Client) => boolean;
  /** What the client is called here. */
  readonly label: (asked: Input) => string;
  /** Fields that do not come back as they were sent: secrets, and what the server adds to. */
  readonly notCompared: readonly string[];
  /** Whether such a client gets a secret from the server. */
  readonly hasSecret: (asked: Input) => boolean;
  /** Whether a client that can still be read counts as deleted. */
  readonly isGone?: (client: Client) => boolean;
  readonly columns: readonly Column[];
  readonly row: (made: Made<Client, Input>) => readonly Cell[];
}

/** What the steps of one demonstration share. */
export interface Run<Client extends OAuthClient, Input, Actor extends Vendor<Client, Input> = Vendor<Client, Input>> {
  readonly vendor: Actor;
  readonly report: Report;
  readonly signal: AbortSignal;
  /** The ids to delete, whatever happens. */
  readonly ids: Set<string>;
  /** What else is to be taken away, by what it is called in messages. */
  readonly others: Map<string, (options: CallOptions) => Promise<unknown>>;
  /** What has been done so far. */
  readonly counts: Record<Counted, number>;
  /** What has been made and deleted besides clients, by its noun. */
  readonly besides: Map<string, number>;
  /** Whether a client may exist whose id was never heard. */
  uncertain: boolean;
}
