import { describe, expect, it } from "vitest";
import type { AppliedAuthentication } from "../../src/core/credentials.js";
import { authenticate } from "../../src/token/form.js";
import { everyView, rejection, secret } from "./recorder.js";

const context = { clientId: "client-1", tokenUrl: "https://auth.example/token" };
const make = (applied: AppliedAuthentication, operation?: string) =>
  authenticate(new URLSearchParams({ token: "a" }), { method: "custom", apply: async () => applied }, context, operation);

describe("authenticate", () => {
  it("rules 3, 10 and 15: names everything that would replace, split or double, what was asked, and no value", async () => {
    const applied = { parameters: { token: secret, client_secret: secret }, headers: { Authorization: `${secret}\n` } };
    const error = await rejection(make({ ...applied, secrets: [] }, "revoke token"));
    expect(error).toMatchObject({
      code: "invalid_configuration",
      operation: "revoke token",
      issues: [
        { path: "authentication.parameters.token" },
        { path: "authentication.headers.Authorization" },
        { path: "authentication" },
      ],
    });
    expect(everyView(error)).not.toContain(secret);
  });

  it("makes a POST with both, and tells the method with the spelling", async () => {
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
    expect((await make({ secrets: [], spelling: "raw" })).method).toBe("custom, raw");
  });
});
