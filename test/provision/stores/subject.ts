import { expect, test } from "vitest";
import { VersionConflictError } from "../../../src/provision/errors.js";
import type { DocumentStore, SecretRecord, SecretStore, VersionedDocument } from "../../../src/provision/types.js";
import { rejection } from "./folder.js";

export const canary = "c4n4ry-s3cret-'\"<&>+/%$ ";

/** A secret of an attempt. The secret has characters that formats and shells treat specially. */
export function record(attempt = 1, clientId = "client-1"): SecretRecord {
  return {
    credentials: { clientId, clientSecret: `${canary}${attempt}` },
    attemptId: `attempt-${attempt}`,
    issuedAt: `2026-02-0${attempt}T04:05:06.000Z`,
  };
}

export const context = { vendor: "acme", operation: "create client" };

/** What a secret store must do, whatever it is made of. */
export function describeSecretStore(
  start: () => Promise<{ readonly store: SecretStore; readonly other: SecretStore }>,
  consumerReads: (store: SecretStore) => Promise<unknown> = async (store) => (await store.read?.("current"))?.credentials,
): void {
  test("refuses to promote when no secret is staged", async () => {
    const { store } = await start();
    expect(await rejection(store.promote("attempt-1"))).toBeInstanceOf(VersionConflictError);
    expect(await store.status()).toEqual({});
  });

  test("refuses to promote the secret of another attempt, and leaves the current secret unchanged", async () => {
    const { store } = await start();
    await store.check?.(context);
    await store.stage(record(1));
    await store.promote("attempt-1");
    await store.stage(record(2));
    const error = await rejection(store.promote("attempt-1"));
    expect(error).toBeInstanceOf(VersionConflictError);
    expect(error.message).not.toContain("c4n4ry");
    expect((await store.read?.("current"))?.credentials).toEqual(record(1).credentials);
  });

  test("has no secret before one is staged", async () => {
    const { store } = await start();
    await store.check?.(context);
    expect(await store.status()).toEqual({});
    expect(await store.read?.("current")).toBeUndefined();
    expect(await store.read?.("next")).toBeUndefined();
    await store.unstage();
    await store.remove();
  });

  test("stages a secret that consumers do not read", async () => {
    const { store, other } = await start();
    await store.check?.(context);
    await store.stage(record(1));
    expect(await consumerReads(store)).toBeUndefined();
    expect(await other.status()).toEqual({ next: { clientId: "client-1", attemptId: "attempt-1" } });
    expect(await other.read?.("next")).toEqual(record(1));
  });

  test("stages a pending secret of a manager, and replaces it by the secret in use when that is written", async () => {
    const { store, other } = await start();
    const { credentials, attemptId, issuedAt } = record(1);
    const call = { ...context, attemptId };
    await store.check?.(call);
    await store.writePending?.({ since: issuedAt }, call);
    expect(await store.status()).toEqual({});
    await store.writePending?.({ credentials, since: issuedAt }, call);
    expect(await consumerReads(store)).toBeUndefined();
    expect(await other.read?.("next")).toEqual(record(1));
    await store.removePending?.({ ...context, attemptId: "attempt-2" });
    expect(await other.read?.("next")).toEqual(record(1));
    await store.write(credentials, call);
    expect(await consumerReads(store)).toEqual(credentials);
    expect((await store.status()).next).toBeUndefined();
  });

  test("removes the pending secret of a call that was not applied", async () => {
    const { store } = await start();
    const { credentials, attemptId, issuedAt } = record(1);
    await store.check?.(context);
    await store.writePending?.({ credentials, since: issuedAt }, { ...context, attemptId });
    await store.removePending?.({ ...context, attemptId });
    expect(await store.status()).toEqual({});
  });

  test("replaces a staged secret, also one of the same attempt", async () => {
    const { store } = await start();
    await store.check?.(context);
    await store.stage(record(1));
    await store.stage({ ...record(1), credentials: { clientId: "client-1", clientSecret: "second-secret" } });
    expect((await store.read?.("next"))?.credentials.clientSecret).toBe("second-secret");
    await store.stage(record(2));
    expect(await store.status()).toEqual({ next: { clientId: "client-1", attemptId: "attempt-2" } });
  });

  test("promotes a staged secret, repeats that after a crash, and then empties the slot", async () => {
    const { store, other } = await start();
    await store.check?.(context);
    await store.stage(record(1));
    await store.promote("attempt-1");
    await other.promote("attempt-1");
    expect(await consumerReads(store)).toEqual(record(1).credentials);
    expect(await store.status()).toMatchObject({ current: { clientId: "client-1" }, next: { attemptId: "attempt-1" } });
    await store.unstage();
    await store.unstage();
    expect(await other.status()).toEqual({ current: { clientId: "client-1" } });
    expect(await store.read?.("next")).toBeUndefined();
  });

  test("keeps the current secret while the next one is staged, and replaces it by a promotion", async () => {
    const { store } = await start();
    await store.check?.(context);
    await store.stage(record(1));
    await store.promote("attempt-1");
    await store.unstage();
    await store.check?.(context);
    await store.stage(record(2, "client-2"));
    expect(await consumerReads(store)).toEqual(record(1).credentials);
    await store.promote("attempt-2");
    expect(await consumerReads(store)).toEqual(record(2, "client-2").credentials);
  });

  test("stores a secret as the sink of a create and of a rotation", async () => {
    const { store } = await start();
    await store.check?.(context);
    await store.write(record(1).credentials, { ...context, id: "client-1" });
    await store.write(record(2).credentials, { ...context, id: "client-1" });
    expect(await consumerReads(store)).toEqual(record(2).credentials);
    expect(await store.status()).toEqual({ current: { clientId: "client-1" } });
  });

  test("removes both slots, and keeps the journal", async () => {
    const { store } = await start();
    await store.check?.(context);
    await store.journal.write({ id: "client-1" }, undefined);
    await store.stage(record(1));
    await store.promote("attempt-1");
    await store.remove();
    await store.remove();
    expect(await store.status()).toEqual({});
    expect(await consumerReads(store)).toBeUndefined();
    expect((await store.journal.read())?.document).toEqual({ id: "client-1" });
    await store.check?.(context);
    await store.stage(record(2));
    expect(await store.status()).toEqual({ next: { clientId: "client-1", attemptId: "attempt-2" } });
  });

  test("names its location without a secret", async () => {
    const { store } = await start();
    await store.check?.(context);
    await store.stage(record(1));
    expect(store.location).not.toContain("c4n4ry");
    expect(store.journal.location).toContain(store.location);
  });

  describeDocument(async () => {
    const { store, other } = await start();
    return { document: store.journal, other: other.journal };
  });
}

/** What a versioned document must do. */
export function describeDocument(
  start: () => Promise<{ readonly document: VersionedDocument; readonly other: VersionedDocument }>,
): void {
  test("refuses to create a document that exists", async () => {
    const { document, other } = await start();
    await document.write({ id: 1 }, undefined);
    expect(await rejection(other.write({ id: 2 }, undefined))).toBeInstanceOf(VersionConflictError);
    expect((await document.read())?.document).toEqual({ id: 1 });
  });

  test("refuses to replace or remove a version that is not the stored one", async () => {
    const { document, other } = await start();
    const first = await document.write({ id: 1 }, undefined);
    const second = await other.write({ id: 2 }, first);
    expect(second).not.toBe(first);
    expect(await rejection(document.write({ id: 3 }, first))).toBeInstanceOf(VersionConflictError);
    expect(await rejection(document.remove(first))).toBeInstanceOf(VersionConflictError);
    expect(await document.read()).toMatchObject({ document: { id: 2 }, version: second });
  });

  test("refuses to replace a document that was removed", async () => {
    const { document } = await start();
    const first = await document.write({ id: 1 }, undefined);
    await document.remove(first);
    expect(await rejection(document.write({ id: 2 }, first))).toBeInstanceOf(VersionConflictError);
    expect(await document.read()).toBeUndefined();
  });

  test("never returns to a version, also when a document is removed and created again", async () => {
    const { document } = await start();
    const versions: string[] = [];
    for (let round = 0; round < 3; round++) {
      versions.push(await document.write({ id: 1 }, undefined));
      versions.push(await document.write({ id: 1 }, versions.at(-1)));
      await document.remove(versions.at(-1)!);
      await document.remove(versions.at(-1)!);
    }
    expect(new Set(versions).size).toBe(versions.length);
  });

  test("lets one of many writers replace a version", async () => {
    const { document, other } = await start();
    const first = await document.write({ id: 0 }, undefined);
    const attempts = Array.from({ length: 8 }, (_, index) => (index % 2 ? document : other).write({ id: index + 1 }, first));
    const results = await Promise.allSettled(attempts);
    const winners = results.filter(({ status }) => status === "fulfilled") as PromiseFulfilledResult<string>[];
    expect(winners).toHaveLength(1);
    for (const result of results) if (result.status === "rejected") expect(result.reason).toBeInstanceOf(VersionConflictError);
    expect((await document.read())?.version).toBe(winners[0]?.value);
  });

  test("returns what was written, with its version", async () => {
    const { document, other } = await start();
    expect(await document.read()).toBeUndefined();
    const content = { text: "ä \u0000 \n ' \" __", list: [1, null, { deep: true }], empty: {} };
    const version = await document.write(content, undefined);
    expect(await other.read()).toMatchObject({ document: content, version });
  });
}

/** What a store of documents must do. */
export function describeDocumentStore(
  start: () => Promise<{ readonly store: DocumentStore; readonly other: DocumentStore }>,
): void {
  const key = "acme/prod/report";
  test("has no keys at first, and then the keys of all documents that exist", async () => {
    const { store, other } = await start();
    expect(await store.keys()).toEqual([]);
    const version = await store.document(key).write({ id: 1 }, undefined);
    await other.document("acme/prod/other").write({ id: 2 }, undefined);
    await store.document("acme/staging/report").write({ id: 3 }, undefined);
    expect([...(await store.keys())].sort()).toEqual(["acme/prod/other", key, "acme/staging/report"]);
    expect((await other.document(key).read())?.document).toEqual({ id: 1 });
    await other.document(key).remove(version);
    expect([...(await store.keys())].sort()).toEqual(["acme/prod/other", "acme/staging/report"]);
  });

  describeDocument(async () => {
    const { store, other } = await start();
    return { document: store.document(key), other: other.document(key) };
  });
}
