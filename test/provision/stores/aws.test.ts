import { inspect } from "node:util";
import { ConfigurationError } from "oauth-clients";
import { describe, expect, test } from "vitest";
import { VersionConflictError } from "../../../src/provision/errors.js";
import { type AwsStoreOptions, awsStore } from "../../../src/provision/stores/aws.js";
import type { AwsSecretsManager } from "../../../src/provision/stores/aws-client.js";
import { awsDocuments } from "../../../src/provision/stores/aws-documents.js";
import { StoreError } from "../../../src/provision/stores/errors.js";
import { rejection } from "./folder.js";
import { awsError, simulateSecretsManager } from "./secrets-manager.js";
import { canary, context, describeDocumentStore, describeSecretStore, record } from "./subject.js";

const name = "prod/nightly-report";

function setup(options: Partial<AwsStoreOptions> = {}) {
  const aws = simulateSecretsManager();
  const store = awsStore(aws.client, { name, ...options });
  return { aws, store, check: async () => store.check?.(context), open: () => awsStore(aws.client, { name }) };
}

describe("awsStore", () => {
  test.each([
    [undefined, { name }, "client"],
    [{ send: () => {} }, { name }, "client"],
    [simulateSecretsManager().client, { name: "" }, "name"],
    [simulateSecretsManager().client, { name: "a b" }, "name"],
    [simulateSecretsManager().client, { name: "a".repeat(401) }, "name"],
    [simulateSecretsManager().client, { name, keys: { clientId: "" } }, "keys"],
  ])("refuses the client %j with the options %j at once, and names the field", (client, options, field) => {
    const create = () => awsStore(client as AwsSecretsManager, options);
    expect(create).toThrow(ConfigurationError);
    expect(create).toThrow(`awsStore: ${field}: expected`);
  });

  test("is not ready where the secret is scheduled for deletion", async () => {
    const { aws, check } = setup();
    aws.secrets.set(name, { versions: [], deleted: new Date() });
    const error = await rejection(check());
    expect(error).toBeInstanceOf(StoreError);
    expect(error.message).toContain("is scheduled for deletion. Nothing was written. Restore the secret");
  });

  test.each([
    ['{"PASSWORD":"c4n4ry"}', "has other fields (PASSWORD)"],
    ["c4n4ry", "is not a JSON object"],
  ])("is not ready where the secret holds %j", async (text, message) => {
    const { aws, check } = setup();
    aws.secrets.set(name, { versions: [{ id: "1", text, labels: new Set(["AWSCURRENT"]) }] });
    const error = await rejection(check());
    expect(error.message).toContain(message);
    expect(error.message).not.toContain("c4n4ry");
  });

  test.each(["describeSecret", "createSecret"])(
    "is not ready without the permission for %s, and says what is missing",
    async (method) => {
      const { aws, check } = setup();
      aws.deny(method);
      const error = await rejection(check());
      expect(error).toMatchObject({ outcome: "not_applied" });
      expect(error.message).toContain("AccessDeniedException, 400). Nothing was written. Add the permission");
    },
  );

  test("does not show the first staged secret to consumers, also where a person created the secret without a value", async () => {
    for (const prepared of [false, true]) {
      const { aws, store, check } = setup();
      if (prepared) aws.secrets.set(name, { versions: [] });
      await check();
      await store.stage(record());
      expect(aws.current(name)).toEqual({});
      expect(await store.status()).toEqual({ next: { clientId: "client-1", attemptId: "attempt-1" } });
    }
  });

  test("stages a secret also when the secret was removed after the check", async () => {
    const { aws, store } = setup();
    await store.stage(record());
    expect(aws.current(name)).toEqual({});
    expect(await store.read?.("next")).toEqual(record());
  });

  test.each([
    ["a lost response", Object.assign(new Error("socket hang up"), { code: "ECONNRESET" }), "unknown"],
    ["an internal error", awsError("InternalServiceError", 500), "unknown"],
    ["a refused connection", Object.assign(new Error("connect"), { code: "ECONNREFUSED" }), "not_applied"],
    ["throttling", awsError("ThrottlingException", 400), "not_applied"],
    ["an object that is not an error", "boom" as unknown as Error, "unknown"],
  ])("says after %s whether AWS may have written", async (_, fault, outcome) => {
    const { aws, store, check } = setup();
    await check();
    aws.client.putSecretValue = () => Promise.reject(fault);
    const error = await rejection(store.stage(record()));
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toMatchObject({ outcome, store: "aws", operation: "write secret" });
  });

  test("shows no secret of an error that repeats the request", async () => {
    const { aws, store, check } = setup();
    await check();
    aws.fail(
      "putSecretValue",
      awsError("ValidationException", 400, `Value '${JSON.stringify({ CLIENT_SECRET: `${canary}1` })}' at 'secretString'`),
    );
    const error = await rejection(store.stage(record()));
    expect(error.message).toContain("at 'secretString'");
    expect(inspect(error, { depth: 12 })).not.toContain("c4n4ry");
  });

  test("ends a write at the deadline, with an unknown outcome", async () => {
    const { aws, store, check } = setup();
    await check();
    aws.fail("putSecretValue", "hang");
    const error = await rejection(store.stage(record(), { timeoutMs: 20 }));
    expect(error).toMatchObject({ outcome: "unknown" });
    expect(error.message).toContain("no response before the deadline (TimeoutError). The store may have written it.");
  });

  test("ends with the reason of the signal", async () => {
    const { aws, store } = setup();
    const reason = new Error("enough");
    expect(await rejection(store.stage(record(), { signal: AbortSignal.abort(reason) }))).toBe(reason);
    const controller = new AbortController();
    aws.fail("describeSecret", "hang");
    const call = store.status({ signal: controller.signal });
    controller.abort(reason);
    expect(await rejection(call)).toBe(reason);
  });

  test("rejects a status that cannot be read, and never takes it for an empty store", async () => {
    for (const method of ["describeSecret", "getSecretValue"] as const) {
      const { aws, store, check } = setup();
      await check();
      await store.stage(record());
      aws.fail(method, awsError("InternalServiceError", 500));
      expect(await rejection(store.status())).toMatchObject({ outcome: "not_applied" });
    }
  });

  test("resolves when the response of a promotion, or of the removal of a label, was lost", async () => {
    const { aws, store, check } = setup();
    await check();
    await store.stage(record());
    aws.fail("updateSecretVersionStage", "lost");
    await store.promote("attempt-1");
    aws.fail("updateSecretVersionStage", "lost");
    await store.unstage();
    expect(await store.status()).toEqual({ current: { clientId: "client-1" } });
  });

  test("rejects a promotion that did not arrive", async () => {
    const { aws, store, check } = setup();
    await check();
    await store.stage(record());
    aws.fail("updateSecretVersionStage", Object.assign(new Error("reset"), { code: "ECONNRESET" }));
    expect(await rejection(store.promote("attempt-1"))).toMatchObject({ outcome: "unknown" });
    expect(aws.current(name)).toEqual({});
  });

  test("reports slots and the attempt without a permission to read secrets", async () => {
    const { aws, store, check, open } = setup();
    await check();
    await store.stage(record());
    await store.promote("attempt-1");
    await store.stage(record(2));
    aws.deny("getSecretValue");
    expect(await open().status()).toEqual({ current: {}, next: { attemptId: "attempt-2" } });
  });

  test("keeps the authentication method of a secret although its value does not have it", async () => {
    const { aws, store, check } = setup();
    await check();
    const credentials = { ...record().credentials, tokenEndpointAuthMethod: "client_secret_post" } as const;
    await store.stage({ ...record(), credentials });
    expect((await store.read?.("next"))?.credentials).toEqual(credentials);
    await store.promote("attempt-1");
    expect((await store.read?.("current"))?.credentials).toEqual(credentials);
    expect(Object.keys(aws.current(name))).toEqual(["CLIENT_ID", "CLIENT_SECRET"]);
  });

  test("uses ids of versions that AWS accepts", async () => {
    const { aws, store, check } = setup();
    await check();
    for (const attemptId of ["a", "0123456789ab", crypto.randomUUID(), "x".repeat(100)])
      await store.stage({ ...record(), attemptId });
    await store.write(record().credentials, context);
    await store.journal.write({}, undefined);
    for (const { input } of aws.calls) {
      if (input.ClientRequestToken !== undefined) expect(input.ClientRequestToken).toMatch(/^[\w-]{32,64}$/);
    }
  });

  describe("behaves as a secret store", () => {
    describeSecretStore(async () => {
      const { store, open } = setup();
      return { store, other: open() };
    });
  });
});

describe("the journal in AWS", () => {
  test("resolves when the response of a write was lost", async () => {
    const { aws, store } = setup();
    const first = await store.journal.write({ id: 1 }, undefined);
    aws.fail("updateSecretVersionStage", "lost");
    const second = await store.journal.write({ id: 2 }, first);
    expect(await store.journal.read()).toEqual({ document: { id: 2 }, version: second });
  });

  test.each(["putSecretValue", "updateSecretVersionStage"] as const)(
    "rejects a write whose %s did not arrive",
    async (method) => {
      const { aws, store } = setup();
      const first = await store.journal.write({ id: 1 }, undefined);
      aws.fail(method, Object.assign(new Error("reset"), { code: "ECONNRESET" }));
      expect(await rejection(store.journal.write({ id: 2 }, first))).toMatchObject({ outcome: "unknown" });
      expect((await store.journal.read())?.document).toEqual({ id: 1 });
      await store.journal.write({ id: 2 }, first);
    },
  );

  test("says of a lost create that the document may exist", async () => {
    const { aws, store } = setup();
    aws.fail("createSecret", "lost");
    expect(await rejection(store.journal.write({ id: 1 }, undefined))).toMatchObject({ outcome: "unknown" });
  });

  test("creates a document again whose removal was interrupted", async () => {
    const { aws, store } = setup();
    const first = await store.journal.write({ id: 1 }, undefined);
    aws.fail("deleteSecret", awsError("InternalServiceError", 500));
    await rejection(store.journal.remove(first));
    expect(await store.journal.read()).toBeUndefined();
    expect(await rejection(store.journal.write({ id: 2 }, first))).toBeInstanceOf(VersionConflictError);
    await store.journal.write({ id: 2 }, undefined);
    expect((await store.journal.read())?.document).toEqual({ id: 2 });
  });

  test("leaves no more than two versions with labels, however many writers lose", async () => {
    const { aws, store } = setup();
    const first = await store.journal.write({ id: 1 }, undefined);
    await store.journal.write({ id: 2 }, first);
    for (let round = 0; round < 5; round++) await rejection(store.journal.write({ id: 3 }, first));
    const labelled = aws.secrets.get(`${name}.journal`)?.versions.filter(({ labels }) => labels.size > 0);
    expect(labelled?.length).toBeLessThanOrEqual(3);
  });
});

describe("awsDocuments", () => {
  test("lists no secrets whose names only look alike", async () => {
    const aws = simulateSecretsManager();
    const store = awsDocuments(aws.client, { prefix: "journals" });
    await store.document("a/b/c").write({ id: 1 }, undefined);
    for (const other of ["JOURNALS/a", "journals-2/a", "journals/empty"])
      await aws.client.createSecret({ Name: other, SecretString: "{}", ClientRequestToken: crypto.randomUUID() });
    expect(await store.keys()).toEqual(["a/b/c"]);
  });

  test("rejects a listing that repeats a page", async () => {
    const aws = simulateSecretsManager();
    aws.client.listSecrets = async () => ({ SecretList: [], NextToken: "1" });
    expect((await rejection(awsDocuments(aws.client, { prefix: "journals" }).keys())).message).toContain("repeats a page");
  });

  describeDocumentStore(async () => {
    const aws = simulateSecretsManager();
    const open = () => awsDocuments(aws.client, { prefix: "oauth-clients" });
    return { store: open(), other: open() };
  });
});
