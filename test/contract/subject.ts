import type { CallOptions, CreateResult, OAuthClient, OAuthClientManager, TransportOptions } from "oauth-clients";
import type { Faults, RecordedRequest } from "oauth-clients/testing";

/** As much of a simulator as the contract needs. */
export interface ContractSimulator<Id extends string> extends Faults<Id> {
  readonly fetch: typeof fetch;
  readonly requests: readonly RecordedRequest<Id>[];
  /** What the vendor has stored. */
  readonly clients: readonly unknown[];
}

/** What a vendor says once to be held to the contract. */
export interface ContractSubject<
  Id extends string,
  Client extends OAuthClient,
  Input,
  Changes,
  Created extends CreateResult<OAuthClient> = CreateResult<OAuthClient>,
> {
  /** Makes a new simulator, and what makes managers for it. */
  readonly start: () => {
    readonly simulator: ContractSimulator<Id>;
    readonly connect: (transport: TransportOptions) => OAuthClientManager<Client, Input, Changes, Created>;
    /** Every secret that the manager is given. */
    readonly secrets: readonly string[];
  };
  /** Operation ids of the simulator. `write` is the request with which `update` writes. */
  readonly operations: { readonly create: Id; readonly read: Id; readonly list: Id; readonly write: Id; readonly remove: Id };
  /** A good input, another for every number. */
  readonly input: (number: number) => Input;
  /** An input at fault, and the path that the error has to name. */
  readonly badInput: { readonly input: Input; readonly path: string };
  /** A change, and how the client looks with it and nothing else changed. */
  readonly changes: Changes;
  readonly changed: (client: Client) => Client;
  /** What may differ between two looks at the same client, such as times. Left out of comparisons. */
  readonly volatile?: readonly (keyof Client)[];
  /** Says that `update` writes with a method (PATCH) that is not repeated when its outcome is unknown. */
  readonly updatesOnce?: true;
  /** Well-formed, and nobody's. */
  readonly missingId: string;
  /** So many clients need several pages. */
  readonly severalPages: number;
  /** Says that the vendor answers the whole list at once, however long it is. */
  readonly unpaged?: true;
  /** How the vendor writes an error with this text in it. */
  readonly echo: (text: string) => unknown;
}

/** Calls of a manager by name, for tests that go through all of them. */
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

/** What a promise was rejected with. Fails when it was not. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (reason) {
    return reason;
  }
  throw new Error(`expected a rejection, got ${typeof value}`);
}
