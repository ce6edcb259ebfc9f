import { NetworkError, NotFoundError, ServerError, TimeoutError, UnexpectedResponseError } from "oauth-clients";
import type { GenesysSecretClientInput } from "oauth-clients/genesys";
import { describe, expect, test } from "vitest";
import { rejection } from "../contract/subject.js";
import { setup, wireClient, withResponses } from "./setup.js";

const input: GenesysSecretClientInput = { grantType: "authorization_code", name: "desk\u001b[2J", scopes: ["users"] };
const secret = "s3cr3t-canary";

describe("an error of create with an unknown outcome describes the client to look for", () => {
  test.each([
    ["no response", new Error("cut"), NetworkError],
    ["a server error", { status: 502 }, ServerError],
    ["a gateway timeout", { status: 504 }, ServerError],
    ["a 2xx response without JSON", { status: 200 }, UnexpectedResponseError],
    ["a 2xx response without an id", { json: { secret } }, UnexpectedResponseError],
  ])("a create with %s has an unknown outcome and describes the client", async (_, response, type) => {
    const { manager, sent } = withResponses([response]);
    const error = await rejection(manager.create(input));
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ outcome: "unknown", vendor: "genesys", operation: "create client" });
    expect(sent.filter(({ method }) => method === "POST")).toHaveLength(1);
    const { message, stack } = error as Error;
    for (const mark of [
      "names are not unique",
      "authorization_code",
      '"desk [2J"',
      "created since 20",
      "rotateSecret",
      "delete",
    ])
      expect(message).toContain(mark);
    expect(stack).toContain(message);
    expect(message).not.toContain("canary");
  });

  test("a create whose deadline passes describes the client", async () => {
    const { manager } = withResponses([{}], { fetch: () => new Promise(() => {}), timeoutMs: 30 });
    const error = await rejection(manager.create(input));
    expect(error).toBeInstanceOf(TimeoutError);
    expect(String(error)).toContain("created since");
  });
});

describe("create reads the list after a lost response", () => {
  const lost = { ...input, name: "desk" } as const;

  test("a client that the list shows after a while is named in the error, whose outcome remains unknown", async () => {
    const { manager, simulator, operations } = setup();
    simulator.dropConnection("postOauthClients", { when: "after" });
    simulator.failNext("getOauthClients", { status: 200, body: { entities: [], total: 0 } });
    const error = await rejection(manager.create(lost));
    const [client] = simulator.clients;
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ outcome: "unknown", operation: "create client" });
    expect(String(error)).toContain(`The call may have created client ${client?.id} (authorization_code, named "desk"`);
    expect(operations().filter((name) => name === "getOauthClients")).toHaveLength(2);
    expect(simulator.clients).toHaveLength(1);
  });

  test("a list without the client is read three times, and the error says when to look again", async () => {
    const { manager, simulator, operations } = setup({}, { retry: { initialDelayMs: 1, maxRetries: 5 } });
    simulator.dropConnection("postOauthClients", { when: "before" });
    const error = await rejection(manager.create(lost));
    expect(error).toMatchObject({ outcome: "unknown" });
    expect(String(error)).toContain("Look again after 10 seconds");
    expect(operations().filter((name) => name === "getOauthClients")).toHaveLength(3);
  });

  test("a client with another name, grant type or creation time is not named", async () => {
    const { manager, simulator } = setup();
    await manager.create({ ...lost, name: "other" });
    await manager.create({ ...lost, grantType: "password" });
    simulator.insert({
      fields: { name: "desk", authorizedGrantType: "CODE", scope: ["users"], dateCreated: "2026-01-01T00:00:00.000Z" },
    });
    simulator.dropConnection("postOauthClients", { when: "before" });
    expect(String(await rejection(manager.create(lost)))).toContain("list() shows none yet");
  });

  test("a list that cannot be read does not hide the first error", async () => {
    const { manager, simulator } = setup();
    simulator.dropConnection("postOauthClients", { when: "after" });
    simulator.failNext("getOauthClients", { status: 403, times: 9 });
    const error = await rejection(manager.create(lost));
    expect(error).toBeInstanceOf(NetworkError);
    expect(String(error)).toContain("list() shows none yet");
  });

  test("the caller's signal ends the reads of the list, and the first error is thrown", async () => {
    const reason = new Error("enough");
    const controller = new AbortController();
    const { manager, simulator } = setup({}, { retry: { initialDelayMs: 60_000 } });
    simulator.dropConnection("postOauthClients", { when: "after" });
    const creating = rejection(manager.create(lost, { signal: controller.signal }));
    setTimeout(() => controller.abort(reason), 50);
    const error = await creating;
    expect(error).toMatchObject({ code: "network", outcome: "unknown" });
    expect(String(error)).toContain("rotateSecret sets another one");
  });

  test("the list is not read when the deadline is too short for its delay", async () => {
    const { manager, simulator, operations } = setup({}, { retry: { initialDelayMs: 60_000 }, timeoutMs: 30_000 });
    simulator.dropConnection("postOauthClients", { when: "after" });
    const error = await rejection(manager.create(lost));
    expect(error).toMatchObject({ code: "network", outcome: "unknown" });
    expect(operations()).not.toContain("getOauthClients");
  });

  test("a rejected create reads no list", async () => {
    const { manager, simulator, operations } = setup();
    simulator.failNext("postOauthClients", { status: 400 });
    expect(await rejection(manager.create(lost))).toMatchObject({ outcome: "not_applied" });
    expect(operations()).not.toContain("getOauthClients");
  });
});

describe("a create with a known outcome", () => {
  test("a rejected create has the outcome not_applied and the vendor's code and message", async () => {
    const json = { message: "Client roles are missing.", code: "missing.client.roles", contextId: "c1" };
    const { manager } = withResponses([{ status: 404, json }]);
    const error = await rejection(manager.create(input));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ outcome: "not_applied", vendorCode: "missing.client.roles", requestId: "c1" });
    expect((error as Error).message).toBe(
      "genesys create client: Client roles are missing (404, request c1). The change was not applied.",
    );
  });

  test("a response without a secret is an error that names the client's id", async () => {
    const { manager } = withResponses([{ json: wireClient }]);
    const error = await rejection(manager.create(input));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error).toMatchObject({ outcome: "applied" });
    expect((error as Error).message).toBe(
      `genesys create client: client ${wireClient.id} exists, and the response has no secret; rotateSecret sets one`,
    );
  });

  test("the caller's signal ends a create with an error that describes the client", async () => {
    const reason = new Error("enough");
    const controller = new AbortController();
    const { manager } = withResponses([{}], { fetch: () => new Promise(() => controller.abort(reason)) });
    const error = await rejection(manager.create(input, { signal: controller.signal }));
    expect(error).toMatchObject({ code: "aborted", outcome: "unknown", cause: reason });
    expect(String(error)).toMatch(/list\(\) can lag behind .* Its secret is lost: rotateSecret sets another one/);
  });
});

describe("create", () => {
  test("a client of grant implicit is created without a secret", async () => {
    const { manager } = withResponses([{ json: { ...wireClient, authorizedGrantType: "TOKEN" } }]);
    const created = await manager.create({ ...input, grantType: "implicit" });
    expect(created).not.toHaveProperty("credentials");
    expect(created.client.grantType).toBe("implicit");
  });

  test("a response with invalid other members still returns the secret", async () => {
    const { manager } = withResponses([{ json: { id: "c1", secret, scope: 7, roleDivisions: "none", dateCreated: {} } }]);
    const { client, credentials } = await manager.create(input);
    expect(credentials).toEqual({ clientId: "c1", clientSecret: secret });
    expect(client).toMatchObject({ id: "c1", name: input.name, grantType: "authorization_code", scopes: ["users"] });
  });

  test("a response with status 201 is a success", async () => {
    const { manager } = withResponses([{ status: 201, json: { ...wireClient, secret } }]);
    const { client, credentials } = await manager.create(input);
    expect(credentials).toEqual({ clientId: wireClient.id, clientSecret: secret });
    expect(JSON.stringify(client)).not.toContain(secret);
  });
});
