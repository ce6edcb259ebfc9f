import { describe, expect, test } from "vitest";
import type { ClientAuthenticationParameters } from "../../src/core/credentials.js";
import { authenticate } from "../../src/token/form.js";
import { everyView, rejection, secret } from "./recorder.js";

const context = { clientId: "client-1", tokenEndpoint: "https://auth.example/token" };
const make = (applied: ClientAuthenticationParameters, operation?: string) =>
  authenticate(
    new URLSearchParams({ token: "a" }),
    { method: "custom", authenticate: async () => applied },
    context,
    operation,
  );

describe("authenticate", () => {
  test("rules 3, 10 and 15: names everything that would replace, split or double, what was asked, and no value", async () => {
    const applied = { parameters: { token: secret, client_secret: secret }, headers: { Authorization: `${secret}\n` } };
    const error = await rejection(make({ ...applied, secrets: [] }, "revoke token"));
    expect(error).toMatchObject({
      code: "invalid_configuration",
      operation: "revoke token",
      issues: [
        { path: "clientAuthentication.parameters.token" },
        { path: "clientAuthentication.headers.Authorization" },
        { path: "clientAuthentication" },
      ],
    });
    expect(everyView(error)).not.toContain(secret);
  });

  test("makes a POST with both, and tells the method with the spelling", async () => {
    const applied = { parameters: { client_id: "client-1" }, headers: { "X-Proof": "a" }, secrets: [secret] };
    expect(await make(applied)).toEqual({
      init: {
        method: "POST",
        headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded", "x-proof": "a" },
        body: "token=a&client_id=client-1",
      },
      method: "custom",
      secrets: [secret],
    });
    expect((await make({ secrets: [], encodingHint: "raw" })).method).toBe("custom, raw");
  });
});
