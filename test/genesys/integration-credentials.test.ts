import {
  type ClientCredentials,
  collect,
  NetworkError,
  NotFoundError,
  SecretStorageError,
  UnexpectedResponseError,
  ValidationError,
} from "oauth-clients";
import { describe, expect, test } from "vitest";
import { expectSecrecy } from "../contract/secrecy.js";
import { rejection } from "../contract/subject.js";
import { missingId, setup, withResponses } from "./setup.js";

const desk = { grantType: "authorization_code", name: "desk", scopes: ["users"] } as const;
const credentials = { clientId: missingId, clientSecret: "a canary+secret/=" };
const foreign = { json: { id: "c1", name: "mail", type: { name: "basicAuth" } } };

describe("an integration credential of another type", () => {
  test.each<[string, (manager: ReturnType<typeof withResponses>["manager"]) => Promise<unknown>]>([
    ["is not updated", (manager) => manager.updateIntegrationCredential("c1", credentials)],
    ["is not deleted", (manager) => manager.deleteIntegrationCredential("c1")],
  ])("by the manager: it %s", async (_, call) => {
    const { manager, sent } = withResponses([foreign]);
    const error = await rejection(call(manager));
    expect(error).toBeInstanceOf(ValidationError);
    expect(String(error)).toContain("not of type pureCloudOAuthClient");
    expect(sent.map(({ method }) => method)).toEqual(["GET"]);
  });

  test("rejects a rotation before any write", async () => {
    const { manager, sent } = withResponses([foreign]);
    const error = await rejection(manager.rotateSecret(missingId, { integrationCredential: { id: "c1" } }));
    expect(error).toBeInstanceOf(SecretStorageError);
    expect(error).toMatchObject({ outcome: "not_applied" });
    expect(String(error)).toContain("not of type pureCloudOAuthClient");
    expect(sent.map(({ method }) => method)).toEqual(["GET"]);
  });
});

describe("methods for integration credentials", () => {
  test("reject an update and a delete of a missing integration credential with a NotFoundError", async () => {
    const { manager } = setup();
    for (const call of [
      manager.updateIntegrationCredential(missingId, credentials),
      manager.deleteIntegrationCredential(missingId),
    ])
      expect(await rejection(call)).toBeInstanceOf(NotFoundError);
  });

  test("reject an update with a lost response with an unknown outcome and an error that contains the credentials", async () => {
    const own = { json: { id: "c1", name: "billing", type: { name: "pureCloudOAuthClient" } } };
    const { manager } = withResponses([own, new Error("cut")]);
    const error = (await rejection(manager.updateIntegrationCredential("c1", credentials))) as NetworkError;
    expect(error).toMatchObject({ code: "network", outcome: "unknown" });
    expect(error.unsavedCredentials()).toEqual(credentials);
    expectSecrecy(error, [credentials.clientSecret]);
  });

  test("reject a create with a lost response with an unknown outcome and an error that names the integration credential", async () => {
    const { manager, sent } = withResponses([new Error("cut")]);
    const error = (await rejection(manager.createIntegrationCredential("billing", credentials))) as NetworkError;
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ outcome: "unknown" });
    expect(error.message).toContain('An integration credential named "billing" may exist');
    expect(error.unsavedCredentials()).toEqual(credentials);
    expectSecrecy(error, [credentials.clientSecret]);
    expect(sent).toHaveLength(1);
  });

  test.each<[string, (manager: ReturnType<typeof withResponses>["manager"]) => Promise<unknown>]>([
    ["create", (manager) => manager.createIntegrationCredential("billing", credentials)],
    ["update", (manager) => manager.updateIntegrationCredential("c1", credentials)],
  ])("redact the secret in the error of an %s whose response repeats it", async (verb, call) => {
    const own = { json: { id: "c1", name: "billing", type: { name: "pureCloudOAuthClient" } } };
    const message = `bad field ${credentials.clientSecret} (${encodeURIComponent(credentials.clientSecret)})`;
    const refusal = { status: 400, json: { code: "bad.request", message } };
    const { manager } = withResponses(verb === "update" ? [own, refusal] : [refusal]);
    const error = (await rejection(call(manager))) as Error;
    expect(error.message).toContain("bad field [secret] ([secret])");
    expectSecrecy(error, [credentials.clientSecret]);
  });

  test("create, update and delete an integration credential", async () => {
    const { manager, simulator } = setup();
    const made = await manager.createIntegrationCredential("billing", credentials);
    expect(made).toEqual({ id: expect.any(String), name: "billing", type: "pureCloudOAuthClient" });
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

describe("listIntegrationCredentials", () => {
  test("rejects a next link without a cursor", async () => {
    const nextUri = "/api/v2/integrations/credentials/listing?pageSize=200";
    const { manager } = withResponses([{ json: { entities: [], nextUri } }]);
    const error = await rejection(collect(manager.listIntegrationCredentials()));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(String(error)).toContain("the link to its next page has no cursor");
  });

  test("reads all pages, and yields each credential once and without its fields", async () => {
    const entity = (id: string) => ({ id, name: `name of ${id}`, type: { name: "basicAuth" } });
    const nextUri = "/api/v2/integrations/credentials/listing?pageSize=200&after=c1";
    const { manager, sent } = withResponses([
      { json: { entities: [entity("a")], nextUri } },
      { json: { entities: [entity("a"), entity("b")] } },
    ]);
    expect(await collect(manager.listIntegrationCredentials())).toEqual([
      { id: "a", name: "name of a", type: "basicAuth" },
      { id: "b", name: "name of b", type: "basicAuth" },
    ]);
    expect(sent.map(({ path }) => path)).toEqual([
      "/api/v2/integrations/credentials/listing?pageSize=200",
      "/api/v2/integrations/credentials/listing?pageSize=200&after=c1",
    ]);
  });

  test("finds all credentials of a name after a create whose response was lost", async () => {
    const { manager, simulator } = setup();
    await manager.createIntegrationCredential("other", credentials);
    simulator.dropConnection("postIntegrationsCredentials", { when: "after" });
    const error = await rejection(manager.createIntegrationCredential("billing", credentials));
    expect(error).toMatchObject({ outcome: "unknown" });
    expect(String(error)).toContain("find it with listIntegrationCredentials({ name })");
    const found = await collect(manager.listIntegrationCredentials({ name: "billing" }));
    expect(found).toEqual([{ id: simulator.credentials[1]?.id, name: "billing", type: "pureCloudOAuthClient" }]);
  });

  test("continues after a page without a credential of the name", async () => {
    const page = (after: string) => ({
      json: { entities: [{ id: after, name: "other" }], nextUri: `/x?after=${after}` },
    });
    const { manager } = withResponses([
      page("1"),
      page("2"),
      page("3"),
      { json: { entities: [{ id: "4", name: "billing" }] } },
    ]);
    expect(await collect(manager.listIntegrationCredentials({ name: "billing" }))).toEqual([{ id: "4", name: "billing" }]);
  });
});

describe("integration credentials of other types", () => {
  const basic = { type: "basicAuth", fields: { userName: "robot", password: "a canary password" } } as const;

  test.each([
    [{ type: "", fields: {} }, "credentials.type"],
    [{ type: "basicAuth" }, "credentials.fields"],
    [{ type: "basicAuth", fields: { userName: "" } }, "credentials.fields.userName"],
    [{ ...basic, clientId: "a" }, "credentials.clientId"],
  ])("reject invalid fields before any request: %o", async (fields, path) => {
    const { manager, sent } = setup();
    const error = await rejection(manager.createIntegrationCredential("mail", fields as never));
    expect((error as ValidationError).issues.map((issue) => issue.path)).toEqual([path]);
    expect(sent).toHaveLength(0);
  });

  test("are created, updated and deleted with their type", async () => {
    const { manager, simulator } = setup();
    const created = await manager.createIntegrationCredential("mail", basic);
    expect(created).toEqual({ id: expect.any(String), name: "mail", type: "basicAuth" });
    const fields = { ...basic.fields, password: "another canary" };
    expect(await manager.updateIntegrationCredential(created.id, { ...basic, fields })).toEqual(created);
    expect(simulator.inspectCredential(created.id)?.holdsSecret("another canary")).toBe(true);
    await manager.deleteIntegrationCredential(created.id, { type: "basicAuth" });
    expect(simulator.credentials).toHaveLength(0);
  });

  test("are neither updated nor deleted with another type than the given one", async () => {
    const { manager, simulator } = setup();
    const { id } = await manager.createIntegrationCredential("billing", credentials);
    for (const call of [
      manager.updateIntegrationCredential(id, basic),
      manager.deleteIntegrationCredential(id, { type: "basicAuth" }),
    ]) {
      const error = await rejection(call);
      expect(error).toBeInstanceOf(ValidationError);
      expect(String(error)).toContain("not of type basicAuth");
    }
    expect(simulator.inspectCredential(id)?.holdsSecret(credentials.clientSecret)).toBe(true);
  });

  test("have no field value in an error message", async () => {
    const message = `bad ${basic.fields.password} for ${basic.fields.userName}`;
    const { manager } = withResponses([{ status: 400, json: { code: "bad.request", message } }]);
    const error = (await rejection(manager.createIntegrationCredential("mail", basic))) as Error;
    expect(error.message).toContain("bad [secret] for [secret]");
    expectSecrecy(error, [basic.fields.password]);
  });
});

test.each<[string, (manager: ReturnType<typeof withResponses>["manager"]) => Promise<unknown>]>([
  ["updateIntegrationCredential", (manager) => manager.updateIntegrationCredential("c1", credentials)],
  ["rotateSecret", (manager) => manager.rotateSecret(missingId, { integrationCredential: { id: "c1" } })],
])("%s rejects an HTML page and another id in the response to the write of the integration credential", async (name, call) => {
  const own = { json: { id: "c1", name: "billing", type: { name: "pureCloudOAuthClient" } } };
  const rotated = name === "rotateSecret" ? [own, { json: { id: missingId, secret: "s3cr3t-canary" } }] : [];
  for (const response of [{ status: 200 }, { json: { id: "c2" } }]) {
    const { manager } = withResponses([...rotated, own, response]);
    const error = (await rejection(call(manager))) as SecretStorageError;
    if (name === "rotateSecret") expect(error.unsavedCredentials()).toMatchObject({ clientSecret: "s3cr3t-canary" });
    else expect(error).toMatchObject({ code: "unexpected_response", outcome: "unknown" });
  }
});

describe("integrationCredential of create and rotateSecret", () => {
  test("rejects when the creation of the credential fails, with the client's secret in the error", async () => {
    const { manager, simulator } = setup();
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

  test("rejects when the update of the credential fails, with the new secret in the error", async () => {
    const { manager, simulator } = setup();
    const { client } = await manager.create(desk);
    const { id } = await manager.createIntegrationCredential("billing", credentials);
    simulator.failNext("putIntegrationsCredential", { status: 400 });
    const error = (await rejection(manager.rotateSecret(client.id, { integrationCredential: { id } }))) as SecretStorageError;
    expect(error).toMatchObject({ code: "secret_storage_failed", outcome: "applied", clientId: client.id });
    expect(simulator.inspect(client.id)?.holdsSecret(error.unsavedCredentials()?.clientSecret ?? "")).toBe(true);
  });

  test("creates no credential when the caller's secret sink fails", async () => {
    const { manager, simulator } = setup();
    const secretSink = () => Promise.reject(new Error("full"));
    const error = await rejection(manager.create(desk, { secretSink, integrationCredential: { name: "billing" } }));
    expect(error).toMatchObject({ code: "secret_storage_failed", outcome: "applied" });
    expect(simulator.credentials).toHaveLength(0);
  });

  test("is checked before the secret is rotated", async () => {
    const { manager, simulator, operations } = setup();
    const { client, credentials } = await manager.create(desk);
    const error = await rejection(manager.rotateSecret(client.id, { integrationCredential: { id: missingId } }));
    expect(error).toMatchObject({ code: "secret_storage_failed", outcome: "not_applied" });
    expect(operations()).not.toContain("postOauthClientSecret");
    expect(simulator.inspect(client.id)?.holdsSecret(credentials.clientSecret)).toBe(true);
  });

  test("is created even when the signal is aborted after the secret was issued", async () => {
    const { manager, simulator } = setup();
    const controller = new AbortController();
    const secretSink = () => controller.abort();
    const options = { secretSink, signal: controller.signal, timeoutMs: 5_000, integrationCredential: { name: "billing" } };
    const { integrationCredentialId } = await manager.create(desk, options);
    expect(simulator.credentials.map(({ id }) => id)).toEqual([integrationCredentialId]);
  });

  test("is created by create and updated by rotateSecret", async () => {
    const { manager, simulator } = setup();
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

  test("is not created without the option", async () => {
    const { manager, simulator } = setup();
    expect(await manager.create(desk)).not.toHaveProperty("integrationCredentialId");
    expect(simulator.credentials).toHaveLength(0);
  });
});
