import { describe, expect, test } from "vitest";
import type { ClientAuthenticationParameters } from "../../src/core/credentials.js";
import { authenticate } from "../../src/token/form.js";
import { everyView, rejection, secret } from "./recorder.js";

const context = { clientId: "client-1", tokenEndpoint: "https://auth.example/token" };
const make = (parameters: ClientAuthenticationParameters, operation?: string) =>
  authenticate(
    new URLSearchParams({ token: "a" }),
    { method: "custom", authenticate: async () => parameters },
    context,
    operation,
  );

describe("authenticate: client authentication in a form", () => {
  test("rules 3, 10 and 15: authenticate reports every duplicate parameter, invalid header and second method, without values", async () => {
    const authenticated = { parameters: { token: secret, client_secret: secret }, headers: { Authorization: `${secret}\n` } };
    const error = await rejection(make({ ...authenticated, secrets: [] }, "revoke token"));
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

  test("authenticate returns a POST request with parameters and headers, and the method with its encoding", async () => {
    const authenticated = { parameters: { client_id: "client-1" }, headers: { "X-Proof": "a" }, secrets: [secret] };
    expect(await make(authenticated)).toEqual({
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
