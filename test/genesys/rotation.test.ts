import { NetworkError, NotFoundError, ServerError, UnexpectedResponseError } from "oauth-clients";
import { requestToken } from "oauth-clients/token";
import { describe, expect, test } from "vitest";
import { rejection } from "../contract/subject.js";
import { answering, missingId, roleId, stage } from "./stage.js";

const worker = { grantType: "client_credentials", name: "worker", roles: [{ roleId }] } as const;

describe("an unknown outcome says that the secret may be lost, and what settles it", () => {
  test.each([
    ["no answer", new Error("cut"), NetworkError],
    ["a fault of the server", { status: 500 }, ServerError],
    ["a yes without a secret", { json: { id: missingId } }, UnexpectedResponseError],
  ])("%s", async (_, answer, type) => {
    const { manager, sent } = answering([answer]);
    const error = await rejection(manager.rotateSecret(missingId));
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ outcome: "unknown", operation: "rotate secret" });
    expect(String(error)).toContain(`the old secret of client ${missingId} may be invalid`);
    expect(sent.map(({ method, path, json }) => [method, path, json])).toEqual([
      ["POST", `/api/v2/oauth/clients/${missingId}/secret`, ""],
    ]);
  });
});

test("a rotation of nothing is a NotFoundError", async () => {
  const error = await rejection(stage().manager.rotateSecret(missingId));
  expect(error).toBeInstanceOf(NotFoundError);
  expect(error).toMatchObject({ outcome: "not_applied" });
});

test("a rotation ends the old secret at once, and the new one works", async () => {
  const { manager, simulator } = stage();
  const { client, credentials: old } = await manager.create(worker);
  const { credentials, previousSecret } = await manager.rotateSecret(client.id);
  expect(previousSecret).toBe("revoked");
  expect(credentials.clientId).toBe(client.id);
  expect(simulator.inspect(client.id)?.holdsSecret(credentials.clientSecret)).toBe(true);
  expect(simulator.inspect(client.id)?.holdsSecret(old.clientSecret)).toBe(false);
  const fetch = (url: string, init: RequestInit) => simulator.fetch(url, init);
  expect((await requestToken(manager.tokenRequest(credentials), { fetch })).value).toMatch(/./);
  expect(await rejection(requestToken(manager.tokenRequest(old), { fetch }))).toMatchObject({ error: "invalid_client" });
});
