import { type ClientCredentials, NetworkError, NotFoundError, SecretStorageError, ValidationError } from "oauth-clients";
import { describe, expect, test } from "vitest";
import { expectSecrecy } from "../contract/secrecy.js";
import { rejection } from "../contract/subject.js";
import { answering, missingId, stage } from "./stage.js";

const desk = { grantType: "authorization_code", name: "desk", scopes: ["users"] } as const;
const credentials = { clientId: missingId, clientSecret: "a canary+secret/=" };
const foreign = { json: { id: "c1", name: "mail", type: { name: "basicAuth" } } };

describe("an integration credential of another type is left alone", () => {
  test.each<[string, (manager: ReturnType<typeof answering>["manager"]) => Promise<unknown>]>([
    ["by an update", (manager) => manager.updateIntegrationCredential("c1", credentials)],
    ["by a delete", (manager) => manager.deleteIntegrationCredential("c1")],
  ])("%s", async (_, call) => {
    const { manager, sent } = answering([foreign]);
    const error = await rejection(call(manager));
    expect(error).toBeInstanceOf(ValidationError);
    expect(String(error)).toContain("not of type pureCloudOAuthClient");
    expect(sent.map(({ method }) => method)).toEqual(["GET"]);
  });

  test("by a rotation, which then does not happen", async () => {
    const { manager, sent } = answering([foreign]);
    const error = await rejection(manager.rotateSecret(missingId, { integrationCredential: { id: "c1" } }));
    expect(error).toBeInstanceOf(SecretStorageError);
    expect(error).toMatchObject({ outcome: "not_applied" });
    expect(String(error)).toContain("not of type pureCloudOAuthClient");
    expect(sent.map(({ method }) => method)).toEqual(["GET"]);
  });
});

describe("an integration credential of its own call", () => {
  test("is not there for update and delete", async () => {
    const { manager } = stage();
    for (const call of [
      manager.updateIntegrationCredential(missingId, credentials),
      manager.deleteIntegrationCredential(missingId),
    ])
      expect(await rejection(call)).toBeInstanceOf(NotFoundError);
  });

  test("may have the new secret after an update whose answer is lost, and the error has the credentials", async () => {
    const own = { json: { id: "c1", name: "billing", type: { name: "pureCloudOAuthClient" } } };
    const { manager } = answering([own, new Error("cut")]);
    const error = (await rejection(manager.updateIntegrationCredential("c1", credentials))) as NetworkError;
    expect(error).toMatchObject({ code: "network", outcome: "unknown" });
    expect(error.unsavedCredentials()).toEqual(credentials);
    expectSecrecy(error, [credentials.clientSecret]);
  });

  test("may exist after a create whose answer is lost, and the error says under which name", async () => {
    const { manager, sent } = answering([new Error("cut")]);
    const error = (await rejection(manager.createIntegrationCredential("billing", credentials))) as NetworkError;
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ outcome: "unknown" });
    expect(error.message).toContain('an integration credential named "billing" may exist');
    expect(error.unsavedCredentials()).toEqual(credentials);
    expectSecrecy(error, [credentials.clientSecret]);
    expect(sent).toHaveLength(1);
  });

  test.each<[string, (manager: ReturnType<typeof answering>["manager"]) => Promise<unknown>]>([
    ["create", (manager) => manager.createIntegrationCredential("billing", credentials)],
    ["update", (manager) => manager.updateIntegrationCredential("c1", credentials)],
  ])("does not show its secret when Genesys Cloud repeats it in the refusal of an %s", async (verb, call) => {
    const own = { json: { id: "c1", name: "billing", type: { name: "pureCloudOAuthClient" } } };
    const message = `bad field ${credentials.clientSecret} (${encodeURIComponent(credentials.clientSecret)})`;
    const refusal = { status: 400, json: { code: "bad.request", message } };
    const { manager } = answering(verb === "update" ? [own, refusal] : [refusal]);
    const error = (await rejection(call(manager))) as Error;
    expect(error.message).toContain("bad field [secret] ([secret])");
    expectSecrecy(error, [credentials.clientSecret]);
  });

  test("is made, updated under its name, and deleted", async () => {
    const { manager, simulator } = stage();
    const made = await manager.createIntegrationCredential("billing", credentials);
    expect(made).toEqual({ id: expect.any(String), name: "billing" });
    expect(simulator.inspectCredential(made.id)?.holdsSecret(credentials.clientSecret)).toBe(true);
    const fresh = { ...credentials, clientSecret: "another canary" };
    expect(await manager.updateIntegrationCredential(made.id, fresh)).toEqual(made);
    expect(simulator.inspectCredential(made.id)?.holdsSecret(fresh.clientSecret)).toBe(true);
    expect(simulator.credentials).toHaveLength(1);
    simulator.dropConnection("deleteIntegrationsCredential", { when: "after" });
    await manager.deleteIntegrationCredential(made.id);
    expect(simulator.credentials).toHaveLength(0);
  });
});

describe("in the same call as a create or a rotation", () => {
  test("a failure is no success, and the secret is not lost", async () => {
    const { manager, simulator } = stage();
    simulator.respondWithErrorNext("postIntegrationsCredentials", {
      status: 403,
      code: "missing.permissions",
      message: "integrations",
    });
    const seen: ClientCredentials[] = [];
    const secretSink = (issued: ClientCredentials) => void seen.push(issued);
    const error = (await rejection(
      manager.create(desk, { secretSink, integrationCredential: { name: "billing" } }),
    )) as SecretStorageError;
    expect(error).toBeInstanceOf(SecretStorageError);
    const [client] = simulator.clients;
    expect(error).toMatchObject({ outcome: "applied", vendor: "genesys", operation: "create client", clientId: client?.id });
    expect(error.message).toContain("integrations");
    const kept = error.unsavedCredentials();
    expect(kept).toEqual(seen[0]);
    expect(simulator.inspect(kept?.clientId ?? "")?.holdsSecret(kept?.clientSecret ?? "")).toBe(true);
    expectSecrecy(error, [kept?.clientSecret ?? ""]);
    await manager.createIntegrationCredential("billing", kept as ClientCredentials);
    expect(simulator.credentials).toHaveLength(1);
  });

  test("a failure of the rotation's update offers the new secret", async () => {
    const { manager, simulator } = stage();
    const { client } = await manager.create(desk);
    const { id } = await manager.createIntegrationCredential("billing", credentials);
    simulator.failNext("putIntegrationsCredential", { status: 400 });
    const error = (await rejection(manager.rotateSecret(client.id, { integrationCredential: { id } }))) as SecretStorageError;
    expect(error).toMatchObject({ code: "secret_storage_failed", outcome: "applied", clientId: client.id });
    expect(simulator.inspect(client.id)?.holdsSecret(error.unsavedCredentials()?.clientSecret ?? "")).toBe(true);
  });

  test("nothing is stored here when the caller's own place has failed", async () => {
    const { manager, simulator } = stage();
    const secretSink = () => Promise.reject(new Error("full"));
    const error = await rejection(manager.create(desk, { secretSink, integrationCredential: { name: "billing" } }));
    expect(error).toMatchObject({ code: "secret_storage_failed", outcome: "applied" });
    expect(simulator.credentials).toHaveLength(0);
  });

  test("a missing one is noticed before the secret is replaced", async () => {
    const { manager, simulator, asked } = stage();
    const { client, credentials } = await manager.create(desk);
    const error = await rejection(manager.rotateSecret(client.id, { integrationCredential: { id: missingId } }));
    expect(error).toMatchObject({ code: "secret_storage_failed", outcome: "not_applied" });
    expect(asked()).not.toContain("postOauthClientSecret");
    expect(simulator.inspect(client.id)?.holdsSecret(credentials.clientSecret)).toBe(true);
  });

  test("a signal that fires once the secret exists does not come between", async () => {
    const { manager, simulator } = stage();
    const controller = new AbortController();
    const secretSink = () => controller.abort();
    const options = { secretSink, signal: controller.signal, timeoutMs: 5_000, integrationCredential: { name: "billing" } };
    const { integrationCredentialId } = await manager.create(desk, options);
    expect(simulator.credentials.map(({ id }) => id)).toEqual([integrationCredentialId]);
  });

  test("a new one is made, and an existing one gets the new secret", async () => {
    const { manager, simulator } = stage();
    const { client, credentials, integrationCredentialId } = await manager.create(desk, {
      integrationCredential: { name: "billing" },
    });
    const id = integrationCredentialId ?? "";
    expect(simulator.credentials).toEqual([expect.objectContaining({ id, name: "billing" })]);
    expect(simulator.inspectCredential(id)?.holdsSecret(credentials.clientSecret)).toBe(true);
    const rotated = await manager.rotateSecret(client.id, { integrationCredential: { id } });
    expect(rotated).toEqual({ credentials: rotated.credentials, previousSecret: "revoked", integrationCredentialId: id });
    expect(simulator.inspectCredential(id)?.holdsSecret(rotated.credentials.clientSecret)).toBe(true);
  });

  test("none is made where none is asked for", async () => {
    const { manager, simulator } = stage();
    expect(await manager.create(desk)).not.toHaveProperty("integrationCredentialId");
    expect(simulator.credentials).toHaveLength(0);
  });
});
