import {
  type ClientCredentials,
  type CreateResult,
  canRotateSecret,
  type OAuthClient,
  type PendingSecret,
  type SecretOptions,
  type SecretSinkContext,
  SecretStorageError,
} from "oauth-clients";
import { describe, expect, test } from "vitest";
import { expectSecrecy } from "./secrecy.js";
import { type ContractSubject, rejection } from "./subject.js";

/** Every vendor that issues secrets writes them to the secret sink before the call resolves, and never loses one. */
export function describeSecretSink<
  Id extends string,
  Client extends OAuthClient,
  Input,
  Changes,
  Created extends CreateResult<Client> & { readonly credentials?: ClientCredentials },
>(vendor: string, subject: ContractSubject<Id, Client, Input, Changes, Created>): void {
  function setup() {
    const { simulator, connect } = subject.start();
    const manager = connect({ fetch: simulator.fetch, retry: { maxRetries: 0 } });
    const count = () => simulator.requests.filter(({ operationId }) => operationId === subject.operations.create).length;
    // The bare interface has no `secretSink` option, hence the cast.
    const create = manager.create as (input: Input, options?: SecretOptions) => Promise<Created>;
    return { simulator, manager, create, count };
  }

  describe(`${vendor} contract: secret sink`, () => {
    test("create sends no request when the check of the sink fails", async () => {
      const { create, count, simulator } = setup();
      const check = () => Promise.reject(new Error("read-only"));
      const error = await rejection(create(subject.input(1), { secretSink: { check, write: () => {} } }));
      expect(error).toBeInstanceOf(SecretStorageError);
      expect(error).toMatchObject({ outcome: "not_applied", vendor });
      expect(count()).toBe(0);
      expect(simulator.clients).toHaveLength(0);
    });

    test("create rejects with the unsaved credentials when the sink cannot write them", async () => {
      const { create, simulator } = setup();
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

    test("create writes the credentials to the sink before it resolves", async () => {
      const { create } = setup();
      const seen: unknown[] = [];
      const { client, credentials } = await create(subject.input(1), { secretSink: (...args) => void seen.push(args) });
      expect(seen).toEqual([[credentials, expect.objectContaining({ vendor, id: client.id, name: client.name })]]);
    });

    test("create and rotateSecret write a pending secret, with the data to find the client, before the request", async () => {
      const { manager, create, count } = setup();
      const seen: [string, string | undefined, SecretSinkContext, number][] = [];
      const secretSink = {
        writePending: (pending: PendingSecret, context: SecretSinkContext) =>
          void seen.push(["pending", pending.credentials?.clientSecret, context, count()]),
        write: ({ clientSecret }: ClientCredentials, context: SecretSinkContext) =>
          void seen.push(["write", clientSecret, context, count()]),
      };
      const { client } = await create(subject.input(1), { secretSink });
      const [pending, written] = seen;
      expect(pending).toMatchObject(["pending", subject.generatesSecrets ? written?.[1] : undefined, { vendor }, 0]);
      expect(pending?.[2]).toMatchObject({ name: client.name, account: expect.stringMatching(/./) });
      expect(written?.[2].attemptId).toBe(pending?.[2].attemptId);
      if (!canRotateSecret(manager)) return;
      seen.length = 0;
      await manager.rotateSecret(client.id, { secretSink });
      expect(seen[0]).toMatchObject([
        "pending",
        subject.generatesSecrets ? expect.any(String) : undefined,
        { id: client.id },
        1,
      ]);
      expect(seen.at(-1)?.[0]).toBe("write");
    });

    test("rotateSecret writes the credentials to the sink, and rejects with them when it cannot", async () => {
      const { manager, create } = setup();
      if (!canRotateSecret(manager)) return;
      const { client, credentials: old } = await create(subject.input(1));
      const seen: ClientCredentials[] = [];
      const { credentials } = await manager.rotateSecret(client.id, { secretSink: (written) => void seen.push(written) });
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
