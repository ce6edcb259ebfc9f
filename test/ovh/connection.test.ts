import { AuthenticationError } from "oauth-clients";
import { createOvhManager } from "oauth-clients/ovh";
import { simulateOvh } from "oauth-clients/testing";
import { describe, expect, test } from "vitest";
import { rejection } from "../contract/subject.js";
import { clientBody, recorder } from "./responses.js";

const account = { clientId: "EU.00aa00aa00aa00aa", clientSecret: "root-secret-canary" };
const tokenResponse = (value: string) => ({
  json: { access_token: value, token_type: "Bearer", expires_in: 3599, scope: "all" },
});

describe("a manager with a service account", () => {
  test("reports a wrong client secret as an AuthenticationError with the code of the token endpoint", async () => {
    const { fetch } = simulateOvh({ serviceAccount: account });
    const manager = createOvhManager({ ...account, clientSecret: "wrong-canary", fetch });
    const error = await rejection(manager.delete("EU.11bb"));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ vendorCode: "invalid_client", vendor: "ovh", operation: "delete client" });
    expect(String(error)).toContain("Check clientId, clientSecret and region");
    expect(error).toMatchObject({ outcome: "not_applied" });
    expect(String(error)).not.toContain("canary");
  });

  test("requests one new token after a rejected token, and no third one", async () => {
    const refused = { status: 401, json: { class: "Client::Unauthorized", message: "no" } };
    const { fetch, sent } = recorder([tokenResponse("one"), refused, tokenResponse("two"), refused]);
    const error = await rejection(createOvhManager({ ...account, fetch }).get("EU.11bb"));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(sent.map(({ headers }) => headers.get("authorization"))).toEqual([null, "Bearer one", null, "Bearer two"]);
  });

  test("requests a new token once when a token is rejected long before its expiry", async () => {
    const refused = { status: 401, json: { class: "Client::Unauthorized", message: "no" } };
    const { fetch, sent } = recorder([
      tokenResponse("one"),
      refused,
      tokenResponse("two"),
      { json: { clientId: "EU.11bb", clientSecret: "s" } },
    ]);
    await createOvhManager({ ...account, fetch }).create({ flow: "client_credentials", name: "a", description: "b" });
    expect(sent.slice(0, 4).map(({ method, path }) => `${method} ${path}`)).toEqual([
      "POST /auth/oauth2/token",
      "POST /v1/me/api/oauth2/client",
      "POST /auth/oauth2/token",
      "POST /v1/me/api/oauth2/client",
    ]);
  });

  test("requests its token with the scope all and the secret in the content, once for all calls", async () => {
    const { fetch, sent } = recorder([tokenResponse("one"), { json: clientBody("EU.11bb") }]);
    const manager = createOvhManager({ ...account, fetch });
    await Promise.all([manager.get("EU.11bb"), manager.get("EU.11bb"), manager.get("EU.11bb")]);
    expect(sent).toHaveLength(4);
    expect(sent[0]?.url).toBe("https://www.ovh.com/auth/oauth2/token");
    expect(Object.fromEntries(new URLSearchParams(sent[0]?.text))).toEqual({
      grant_type: "client_credentials",
      scope: "all",
      client_id: account.clientId,
      client_secret: account.clientSecret,
    });
    for (const { headers } of sent.slice(1)) {
      expect(headers.get("authorization")).toBe("Bearer one");
      expect([...headers.keys()].filter((name) => name.startsWith("x-ovh"))).toEqual([]);
    }
  });

  test("gets an error for a service account of another region", async () => {
    const { fetch } = simulateOvh({ serviceAccount: account });
    const elsewhere = createOvhManager({ ...account, region: "ca", fetch, retry: { maxRetries: 0 } });
    expect(await rejection(elsewhere.get("EU.11bb"))).toMatchObject({ outcome: "not_applied", vendor: "ovh" });
  });
});

test("a given access token is sent unchanged, and its rejection is final", async () => {
  const { fetch, sent } = recorder([{ status: 401, json: { class: "Client::Unauthorized", message: "no" } }]);
  const manager = createOvhManager({ accessToken: "ready-canary", fetch });
  expect(await rejection(manager.get("EU.11bb"))).toBeInstanceOf(AuthenticationError);
  expect(sent.map(({ headers }) => headers.get("authorization"))).toEqual(["Bearer ready-canary"]);
});

test.each(["pendingValidation", "refused", "expired"] as const)("a consumer key in the state %s is rejected", async (state) => {
  const keys = { applicationKey: "ak", applicationSecret: "as-canary", consumerKey: "ck-canary" };
  const { fetch } = simulateOvh({ applicationKeys: [{ ...keys, state }] });
  const error = await rejection(createOvhManager({ ...keys, fetch }).get("EU.11bb"));
  expect(error).toMatchObject({ name: "AuthenticationError", outcome: "not_applied" });
  expect(String(error)).not.toContain("canary");
});
