import { ConfigurationError, NotFoundError, TokenEndpointError, ValidationError } from "oauth-clients";
import { createOvhManager } from "oauth-clients/ovh";
import { simulateOvh } from "oauth-clients/testing";
import { describe, expect, test } from "vitest";
import { rejection } from "../contract/subject.js";
import { clientBody, managerWithResponses, recorder } from "./responses.js";

const account = { clientId: "EU.00aa00aa00aa00aa", clientSecret: "root-secret-canary" };

function setup() {
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

describe("import rejects", () => {
  test.each(["EU.00aa|canary|more", "|canary", "EU.00aa|", "EU.00aa|canary\n"])(
    "the reference %j, which the error does not contain",
    async (reference) => {
      const { manager, simulator } = setup();
      const error = await rejection(manager.import(reference));
      expect(error).toSatisfy((value) => value instanceof ValidationError || value instanceof NotFoundError);
      expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain("canary");
      expect(JSON.stringify(simulator.requests)).not.toContain("canary");
    },
  );

  test("verifySecret without a secret", async () => {
    const { manager, simulator } = setup();
    const error = await rejection(manager.import("EU.00aa", { verifySecret: true }));
    expect(error).toMatchObject({ name: "ValidationError", issues: [{ path: "clientSecret" }] });
    expect(simulator.requests).toEqual([]);
  });

  test("verifySecret without a token endpoint, before it sends a request", async () => {
    const { manager, sent } = managerWithResponses([{}], { apiUrl: "https://proxy.acme.test" });
    const error = await rejection(manager.import("EU.00aa|canary", { verifySecret: true }));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(sent).toHaveLength(0);
  });

  test("an unknown client", async () => {
    expect(await rejection(setup().manager.import("EU.ffff|canary"))).toBeInstanceOf(NotFoundError);
  });

  test("verifySecret for an authorization_code client, which cannot request a token", async () => {
    const { manager } = setup();
    const { client, credentials } = await manager.create(web);
    const error = await rejection(manager.import(`${client.id}|${credentials.clientSecret}`, { verifySecret: true }));
    expect(error).toMatchObject({ name: "ValidationError", issues: [{ path: "verifySecret" }] });
    expect(String(error)).toContain("authorization_code");
    expect(String(error)).not.toContain(credentials.clientSecret);
  });

  test("a secret that the token endpoint rejects", async () => {
    const { manager } = setup();
    const { client } = await manager.create(service);
    const error = await rejection(manager.import(`${client.id}|wrong-canary`, { verifySecret: true }));
    expect(error).toBeInstanceOf(TokenEndpointError);
    expect(error).toMatchObject({ error: "invalid_client" });
    expect(String(error)).not.toContain("canary");
  });
});

describe("import returns", () => {
  test("a client without credentials for its id alone", async () => {
    const { manager } = setup();
    const { client } = await manager.create(service);
    expect(await manager.import(client.id)).toEqual({ client, secretVerified: false });
  });

  test("the given secret without verification, and reads only the client", async () => {
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

  test("an authorization_code client with its secret", async () => {
    const { manager } = setup();
    const { client, credentials } = await manager.create(web);
    const { id } = client;
    const imported = await manager.import({ id, clientSecret: credentials.clientSecret });
    expect(imported).toEqual({ client, credentials, secretVerified: false });
  });

  test("a secret that a token request has verified", async () => {
    const { manager, simulator } = setup();
    const { client, credentials } = await manager.create(service);
    const reference = `${client.id}|${credentials.clientSecret}`;
    expect(await manager.import(reference, { verifySecret: true })).toEqual({ client, credentials, secretVerified: true });
    expect(simulator.inspect(client.id)?.activeTokens).toBe(1);
  });

  test.each<[string, (simulator: ReturnType<typeof setup>["simulator"]) => void]>([
    ["a broken connection", (simulator) => simulator.dropConnection("requestToken", { when: "after" })],
    ["a 503", (simulator) => simulator.failNext("requestToken", { status: 503 })],
  ])("a verified secret after %s, because the token request is retried like a read", async (_, fail) => {
    const { manager, simulator } = setup();
    const { client, credentials } = await manager.create(service);
    fail(simulator);
    const reference = `${client.id}|${credentials.clientSecret}`;
    expect(await manager.import(reference, { verifySecret: true })).toMatchObject({ secretVerified: true });
    expect(simulator.inspect(client.id)?.activeTokens).toBeGreaterThan(0);
  });

  test("an error with the outcome not_applied after all retries", async () => {
    const { manager, simulator } = setup();
    const { client, credentials } = await manager.create(service);
    simulator.dropConnection("requestToken", { when: "after", times: 11 });
    const reference = `${client.id}|${credentials.clientSecret}`;
    const error = await rejection(manager.import(reference, { verifySecret: true }));
    expect(error).toMatchObject({ name: "NetworkError", outcome: "not_applied", operation: "import client" });
  });

  test("an error when its single deadline is exceeded", async () => {
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
