// The AWS store with the real SDK, on moto.
import { randomUUID } from "node:crypto";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { afterAll, describe, expect, inject, test } from "vitest";
import { awsStore } from "../../src/provision/stores/aws.js";
import { awsDocuments } from "../../src/provision/stores/aws-documents.js";
import { rejection } from "../provision/stores/folder.js";
import { context, describeDocumentStore, describeSecretStore, record } from "../provision/stores/subject.js";

const connect = (endpoint: string) =>
  new SecretsManager({
    endpoint,
    region: "eu-west-1",
    maxAttempts: 1,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
const client = connect(inject("awsEndpoint"));
afterAll(() => client.destroy());

describe("the AWS SDK on moto", () => {
  test("reports an unreachable service with the outcome not_applied", async () => {
    const nowhere = connect("http://127.0.0.1:9");
    const error = await rejection(awsStore(nowhere, { name: "a" }).stage(record()));
    expect(error).toMatchObject({ outcome: "not_applied" });
    expect(error.message).toContain("ECONNREFUSED");
    nowhere.destroy();
  });

  test("rejects when the deadline is exceeded", async () => {
    const error = await rejection(awsStore(client, { name: randomUUID() }).status({ timeoutMs: 1 }));
    expect(error.message).toContain("no response before the deadline");
  });

  test("moves the version stages as the AWS documentation describes a rotation", async () => {
    const name = `prod/${randomUUID()}`;
    const store = awsStore(client, { name });
    await store.check?.(context);
    await store.stage(record(1));
    await store.promote("attempt-1");
    await store.unstage();
    await store.stage(record(2));
    const stages = async () =>
      Object.values((await client.describeSecret({ SecretId: name })).VersionIdsToStages ?? {}).filter(
        (labels) => labels.length > 0,
      );
    expect((await stages()).map(String).sort()).toEqual(["AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"]);
    await store.promote("attempt-2");
    // Without a version stage, moto returns the version that was the first to be current.
    const { SecretString } = await client.getSecretValue({ SecretId: name, VersionStage: "AWSCURRENT" });
    expect(JSON.parse(SecretString ?? "")).toEqual({
      CLIENT_ID: "client-1",
      CLIENT_SECRET: record(2).credentials.clientSecret,
    });
  });

  describe("conforms to the contract of a secret store", () => {
    describeSecretStore(async () => {
      const name = `prod/${randomUUID()}`;
      return { store: awsStore(client, { name }), other: awsStore(client, { name }) };
    });
  });

  describe("conforms to the contract of a document store", () => {
    describeDocumentStore(async () => {
      const prefix = randomUUID();
      return { store: awsDocuments(client, { prefix }), other: awsDocuments(client, { prefix }) };
    });
  });
});
