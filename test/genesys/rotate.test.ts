import { NetworkError, NotFoundError, ServerError, UnexpectedResponseError } from "oauth-clients";
import { requestToken } from "oauth-clients/token";
import { describe, expect, test } from "vitest";
import { rejection } from "../contract/subject.js";
import { missingId, roleId, setup, withResponses } from "./setup.js";

const worker = { grantType: "client_credentials", name: "worker", roles: [{ roleId }] } as const;

describe("an error of rotateSecret with an unknown outcome", () => {
  test.each([
    ["no response", new Error("cut"), NetworkError],
    ["a server error", { status: 500 }, ServerError],
    ["a 2xx response without a secret", { json: { id: missingId } }, UnexpectedResponseError],
  ])("says after %s that the secret may be invalid", async (_, response, type) => {
    const { manager, sent } = withResponses([response]);
    const error = await rejection(manager.rotateSecret(missingId));
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ outcome: "unknown", operation: "rotate secret" });
    expect(String(error)).toContain(`The old secret of client ${missingId} may be invalid`);
    expect(sent.map(({ method, path, json }) => [method, path, json])).toEqual([
      ["POST", `/api/v2/oauth/clients/${missingId}/secret`, ""],
    ]);
  });
});

test("rotateSecret rejects with a NotFoundError for a missing client", async () => {
  const error = await rejection(setup().manager.rotateSecret(missingId));
  expect(error).toBeInstanceOf(NotFoundError);
  expect(error).toMatchObject({ outcome: "not_applied" });
});

test("rotateSecret invalidates the old secret at once, and the new one is valid", async () => {
  const { manager, simulator } = setup();
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
