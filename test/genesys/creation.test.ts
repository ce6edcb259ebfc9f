import { NetworkError, NotFoundError, ServerError, TimeoutError, UnexpectedResponseError } from "oauth-clients";
import type { GenesysSecretClientInput } from "oauth-clients/genesys";
import { describe, expect, test } from "vitest";
import { rejection } from "../contract/subject.js";
import { answering, wireClient } from "./stage.js";

const input: GenesysSecretClientInput = { grantType: "authorization_code", name: "desk\u001b[2J", scopes: ["users"] };
const secret = "s3cr3t-canary";

describe("an unknown outcome says that it cannot be settled, and what to look for", () => {
  test.each([
    ["no answer", new Error("cut"), NetworkError],
    ["a fault of the server", { status: 502 }, ServerError],
    ["a timeout of a gateway", { status: 504 }, ServerError],
    ["a yes that is no JSON", { status: 200 }, UnexpectedResponseError],
    ["a yes without an id", { json: { secret } }, UnexpectedResponseError],
  ])("%s", async (_, answer, type) => {
    const { manager, sent } = answering([answer]);
    const error = await rejection(manager.create(input));
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ outcome: "unknown", vendor: "genesys", operation: "create client" });
    expect(sent).toHaveLength(1);
    const { message, stack } = error as Error;
    for (const mark of ["names are not unique", "CODE", '"desk [2J"', "created since 20", "rotateSecret", "delete"])
      expect(message).toContain(mark);
    expect(stack).toContain(message);
    expect(message).not.toContain("canary");
  });

  test("a deadline", async () => {
    const { manager } = answering([{}], { fetch: () => new Promise(() => {}), timeoutMs: 30 });
    const error = await rejection(manager.create(input));
    expect(error).toBeInstanceOf(TimeoutError);
    expect(String(error)).toContain("created since");
  });
});

describe("a known outcome is told as it is", () => {
  test("a refusal", async () => {
    const json = { message: "Client roles are missing.", code: "missing.client.roles", contextId: "c1" };
    const { manager } = answering([{ status: 404, json }]);
    const error = await rejection(manager.create(input));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ outcome: "not_applied", vendorCode: "missing.client.roles", requestId: "c1" });
    expect((error as Error).message).toBe('genesys refused "create client" (404): Client roles are missing. [request c1]');
  });

  test("a client whose secret is not in the answer, by its id", async () => {
    const { manager } = answering([{ json: wireClient }]);
    const error = await rejection(manager.create(input));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error).toMatchObject({ outcome: "applied" });
    expect((error as Error).message).toBe(
      `genesys create client: client ${wireClient.id} exists, and the response has no secret; rotateSecret sets one`,
    );
  });

  test("the reason of the caller's signal", async () => {
    const reason = new Error("enough");
    const controller = new AbortController();
    const { manager } = answering([{}], { fetch: () => new Promise(() => controller.abort(reason)) });
    expect(await rejection(manager.create(input, { signal: controller.signal }))).toBe(reason);
  });
});

describe("a client is made", () => {
  test("of grant implicit without a secret", async () => {
    const { manager } = answering([{ json: { ...wireClient, authorizedGrantType: "TOKEN" } }]);
    const created = await manager.create({ ...input, grantType: "implicit" });
    expect(created).not.toHaveProperty("credentials");
    expect(created.client.grantType).toBe("implicit");
  });

  test("with its secret, however odd the rest of the answer is", async () => {
    const { manager } = answering([{ json: { id: "c1", secret, scope: 7, roleDivisions: "none", dateCreated: {} } }]);
    const { client, credentials } = await manager.create(input);
    expect(credentials).toEqual({ clientId: "c1", clientSecret: secret });
    expect(client).toMatchObject({ id: "c1", name: input.name, grantType: "authorization_code", scopes: ["users"] });
  });

  test("with status 201 as with 200", async () => {
    const { manager } = answering([{ status: 201, json: { ...wireClient, secret } }]);
    const { client, credentials } = await manager.create(input);
    expect(credentials).toEqual({ clientId: wireClient.id, clientSecret: secret });
    expect(JSON.stringify(client)).not.toContain(secret);
  });
});
