import type { CallOptions, CreateResult, OAuthClient, OAuthClientManager, TransportOptions } from "oauth-clients";
import type { Faults, RecordedRequest } from "oauth-clients/testing";
import { expectConsistentOutcome } from "./outcome.js";

/** The part of a simulator that the contract uses. */
export interface ContractSimulator<Id extends string> extends Faults<Id> {
  readonly fetch: typeof fetch;
  readonly requests: readonly RecordedRequest<Id>[];
  /** The clients that exist at the vendor. */
  readonly clients: readonly unknown[];
}

/** The description of a vendor that the contract tests take. */
export interface ContractSubject<
  Id extends string,
  Client extends OAuthClient,
  Input,
  Changes,
  Created extends CreateResult<OAuthClient> = CreateResult<OAuthClient>,
> {
  /** Creates a simulator, and a function that creates managers for it. */
  readonly start: () => {
    readonly simulator: ContractSimulator<Id>;
    readonly connect: (transport: TransportOptions) => OAuthClientManager<Client, Input, Changes, Created>;
    /** Every secret in the options of the manager. */
    readonly secrets: readonly string[];
  };
  /** Operation ids of the simulator. `write` is the request that changes the client in `update`. */
  readonly operations: { readonly create: Id; readonly read: Id; readonly list: Id; readonly write: Id; readonly remove: Id };
  /** A valid input, different for each number. */
  readonly input: (number: number) => Input;
  /** An invalid input, and the path that the error must name. */
  readonly badInput: { readonly input: Input; readonly path: string };
  /** A valid change, and the client after it. */
  readonly changes: Changes;
  readonly changed: (client: Client) => Client;
  /** Fields that may differ between two reads of the same client, such as times. Comparisons omit them. */
  readonly volatile?: readonly (keyof Client)[];
  /** The library generates the secrets of clients. */
  readonly generatesSecrets?: true;
  /** `update` uses a method (PATCH) that is not retried when its outcome is unknown. */
  readonly updatesOnce?: true;
  /** A well-formed id of a client that does not exist. */
  readonly missingId: string;
  /** A number of clients that needs several pages. */
  readonly severalPages: number;
  /** The vendor returns the whole list in one response, whatever its length. */
  readonly unpaged?: true;
  /** The error body of the vendor with this text in it. */
  readonly echo: (text: string) => unknown;
}

/** The shared methods of a manager by name, for tests that call each of them. */
export const calls = {
  create: (manager, subject, options) => manager.create(subject.input(1), options),
  get: (manager, subject, options) => manager.get(subject.missingId, options),
  list: async (manager, _, options) => {
    for await (const _client of manager.list(options));
  },
  update: (manager, subject, options) => manager.update(subject.missingId, subject.changes, options),
  delete: (manager, subject, options) => manager.delete(subject.missingId, options),
} satisfies Record<
  string,
  <Id extends string, Client extends OAuthClient, Input, Changes>(
    manager: OAuthClientManager<Client, Input, Changes>,
    subject: ContractSubject<Id, Client, Input, Changes>,
    options?: CallOptions,
  ) => Promise<unknown>
>;

/** The rejection reason of a promise. Fails when the promise resolves, or when the message of an error contradicts its outcome. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (reason) {
    expectConsistentOutcome(reason);
    return reason;
  }
  throw new Error(`expected a rejection, got ${typeof value}`);
}
