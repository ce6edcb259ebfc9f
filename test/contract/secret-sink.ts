import {
  type ClientCredentials,
  type CreateResult,
  canRotateSecret,
  type OAuthClient,
  type SecretOptions,
  SecretStorageError,
} from "oauth-clients";
import { describe, expect, test } from "vitest";
import { expectSecrecy } from "./secrecy.js";
import { type ContractSubject, rejection } from "./subject.js";

/** What every vendor owes that issues secrets: they are handed over at once, and never lost. */
export function describeDelivery<
  Id extends string,
  Client extends OAuthClient,
  Input,
  Changes,
  Created extends CreateResult<Client> & { readonly credentials?: ClientCredentials },
>(vendor: string, subject: ContractSubject<Id, Client, Input, Changes, Created>): void {
  function begin() {
    const { simulator, connect } = subject.start();
    const manager = connect({ fetch: simulator.fetch, retry: { maxRetries: 0 } });
    const count = () => simulator.requests.filter(({ operationId }) => operationId === subject.operations.create).length;
    // By name, since the bare interface promises less than a vendor that issues secrets.
    const create = manager.create as (input: Input, options?: SecretOptions) => Promise<Created>;
    return { simulator, manager, create, count };
  }

  describe(`${vendor} hands secrets over`, () => {
    test("not at all when the place is not ready: nothing is sent", async () => {
      const { create, count, simulator } = begin();
      const prepare = () => Promise.reject(new Error("read-only"));
      const error = await rejection(create(subject.input(1), { secretSink: { check: prepare, write: () => {} } }));
      expect(error).toBeInstanceOf(SecretStorageError);
      expect(error).toMatchObject({ outcome: "not_applied", vendor });
      expect(count()).toBe(0);
      expect(simulator.clients).toHaveLength(0);
    });

    test("of a create, and offers them when they could not be stored", async () => {
      const { create, simulator } = begin();
      const seen: ClientCredentials[] = [];
      const error = (await rejection(
        create(subject.input(1), {
          secretSink: (credentials) => {
            seen.push(credentials);
            throw new Error(`cannot write ${credentials.clientSecret}`);
          },
        }),
      )) as SecretStorageError;
      expect(error).toBeInstanceOf(SecretStorageError);
      expect(error).toMatchObject({ outcome: "applied", vendor });
      expect(error.unsavedCredentials()).toEqual(seen[0]);
      expect(error.unsavedCredentials()?.clientSecret.length).toBeGreaterThan(5);
      expectSecrecy(error, [error.unsavedCredentials()?.clientSecret ?? ""]);
      expect(simulator.clients).toHaveLength(1);
    });

    test("of a create, before the call resolves", async () => {
      const { create } = begin();
      const seen: unknown[] = [];
      const { client, credentials } = await create(subject.input(1), { secretSink: (...given) => void seen.push(given) });
      expect(seen).toEqual([[credentials, expect.objectContaining({ vendor, id: client.id, name: client.name })]]);
    });

    test("of a rotation, where there is one", async () => {
      const { manager, create } = begin();
      if (!canRotateSecret(manager)) return;
      const { client, credentials: old } = await create(subject.input(1));
      const seen: ClientCredentials[] = [];
      const { credentials } = await manager.rotateSecret(client.id, { secretSink: (given) => void seen.push(given) });
      expect(seen).toEqual([credentials]);
      expect(credentials.clientSecret).not.toBe(old?.clientSecret);
      const failing = () => Promise.reject(new Error("full"));
      const error = (await rejection(manager.rotateSecret(client.id, { secretSink: failing }))) as SecretStorageError;
      expect(error).toMatchObject({ code: "secret_storage_failed", outcome: "applied", clientId: client.id });
      expect(error.unsavedCredentials()?.clientSecret).not.toBe(credentials.clientSecret);
      expect(error.unsavedCredentials()?.clientId).toBe(credentials.clientId);
    });
  });
}
