import { ConfigurationError, NotFoundError, TokenEndpointError, ValidationError } from "oauth-clients";
import { createOvhManager } from "oauth-clients/ovh";
import { simulateOvh } from "oauth-clients/testing";
import { describe, expect, test } from "vitest";
import { rejection } from "../contract/subject.js";
import { clientBody, managerWithResponses, recorder } from "./responses.js";

const account = { clientId: "EU.00aa00aa00aa00aa", clientSecret: "root-secret-canary" };

function begin() {
  const simulator = simulateOvh({ serviceAccount: account });
  return { simulator, manager: createOvhManager({ ...account, fetch: simulator.fetch, retry: { initialDelayMs: 1 } }) };
}

const service = { flow: "client_credentials", name: "billing", description: "exporter" } as const;
const web = {
  flow: "authorization_code",
  name: "web",
  description: "shop",
  callbackUrls: ["https://shop.acme.test/cb"],
} as const;

describe("an import is refused", () => {
  test.each(["EU.00aa|canary|more", "|canary", "EU.00aa|", "EU.00aa|canary\n"])(
    "for %j, which is not repeated",
    async (reference) => {
      const { manager, simulator } = begin();
      const error = await rejection(manager.import(reference));
      expect(error).toSatisfy((value) => value instanceof ValidationError || value instanceof NotFoundError);
      expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain("canary");
      expect(JSON.stringify(simulator.requests)).not.toContain("canary");
    },
  );

  test("where there is nothing to prove", async () => {
    const { manager, simulator } = begin();
    const error = await rejection(manager.import("EU.00aa", { verifySecret: true }));
    expect(error).toMatchObject({ name: "ValidationError", issues: [{ path: "clientSecret" }] });
    expect(simulator.requests).toEqual([]);
  });

  test("where the token endpoint is not known, before anything is sent", async () => {
    const { manager, sent } = managerWithResponses([{}], { apiUrl: "https://proxy.acme.test" });
    const error = await rejection(manager.import("EU.00aa|canary", { verifySecret: true }));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(sent).toHaveLength(0);
  });

  test("where a client is not there", async () => {
    expect(await rejection(begin().manager.import("EU.ffff|canary"))).toBeInstanceOf(NotFoundError);
  });

  test("when the secret of an authorization_code client is to be verified, which is not possible", async () => {
    const { manager } = begin();
    const { client, credentials } = await manager.create(web);
    const error = await rejection(manager.import(`${client.id}|${credentials.clientSecret}`, { verifySecret: true }));
    expect(error).toMatchObject({ name: "ValidationError", issues: [{ path: "verifySecret" }] });
    expect(String(error)).toContain("authorization_code");
    expect(String(error)).not.toContain(credentials.clientSecret);
  });

  test("where the secret is not accepted", async () => {
    const { manager } = begin();
    const { client } = await manager.create(service);
    const error = await rejection(manager.import(`${client.id}|wrong-canary`, { verifySecret: true }));
    expect(error).toBeInstanceOf(TokenEndpointError);
    expect(error).toMatchObject({ error: "invalid_client" });
    expect(String(error)).not.toContain("canary");
  });
});

describe("a client is imported", () => {
  test("by its id alone", async () => {
    const { manager } = begin();
    const { client } = await manager.create(service);
    expect(await manager.import(client.id)).toEqual({ client, secretVerified: false });
  });

  test("with an unproven secret, for which nothing but the client is read", async () => {
    const { manager, sent } = managerWithResponses([{ json: clientBody("0f0f0f0f0f0f0f0f") }]);
    const { credentials, secretVerified } = await manager.import("0f0f0f0f0f0f0f0f|stored-secret");
    expect(sent.map(({ path }) => path)).toEqual(["/v1/me/api/oauth2/client/0f0f0f0f0f0f0f0f"]);
    expect(secretVerified).toBe(false);
    expect(credentials).toEqual({
      clientId: "0f0f0f0f0f0f0f0f",
      clientSecret: "stored-secret",
      tokenEndpointAuthMethod: "client_secret_post",
    });
  });

  test("of people's, with its secret", async () => {
    const { manager } = begin();
    const { client, credentials } = await manager.create(web);
    const { id } = client;
    const imported = await manager.import({ id, clientSecret: credentials.clientSecret });
    expect(imported).toEqual({ client, credentials, secretVerified: false });
  });

  test("with a proven secret, by a token request for everything", async () => {
    const { manager, simulator } = begin();
    const { client, credentials } = await manager.create(service);
    const reference = `${client.id}|${credentials.clientSecret}`;
    expect(await manager.import(reference, { verifySecret: true })).toEqual({ client, credentials, secretVerified: true });
    expect(simulator.inspect(client.id)?.activeTokens).toBe(1);
  });

  test.each<[string, (simulator: ReturnType<typeof begin>["simulator"]) => void]>([
    ["a broken connection", (simulator) => simulator.dropConnection("requestToken", { when: "after" })],
    ["a 503", (simulator) => simulator.failNext("requestToken", { status: 503 })],
  ])("with a verified secret after %s, because the token request is repeated like a read", async (_, fail) => {
    const { manager, simulator } = begin();
    const { client, credentials } = await manager.create(service);
    fail(simulator);
    const reference = `${client.id}|${credentials.clientSecret}`;
    expect(await manager.import(reference, { verifySecret: true })).toMatchObject({ secretVerified: true });
    expect(simulator.inspect(client.id)?.activeTokens).toBeGreaterThan(0);
  });

  test("an error with the outcome not_applied after all retries", async () => {
    const { manager, simulator } = begin();
    const { client, credentials } = await manager.create(service);
    simulator.dropConnection("requestToken", { when: "after", times: 11 });
    const reference = `${client.id}|${credentials.clientSecret}`;
    const error = await rejection(manager.import(reference, { verifySecret: true }));
    expect(error).toMatchObject({ name: "NetworkError", outcome: "not_applied", operation: "import client" });
  });

  test("within one deadline", async () => {
    const { fetch, sent } = recorder([{ json: clientBody("EU.00aa") }, new Error("cut")]);
    const slow: typeof globalThis.fetch = async (request, init) => {
      if (new URL(request as string).hostname === "www.ovh.com") return new Promise(() => {});
      return fetch(request, init);
    };
    const manager = createOvhManager({ accessToken: "ready", fetch: slow });
    const error = await rejection(manager.import("EU.00aa|canary", { verifySecret: true, timeoutMs: 60 }));
    expect(error).toMatchObject({ name: "TimeoutError" });
    expect(sent).toHaveLength(1);
  });
});
