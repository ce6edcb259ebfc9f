import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import {
  ConfigurationError,
  NotFoundError,
  ServerError,
  TimeoutError,
  TokenEndpointError,
  ValidationError,
} from "../../src/core/errors.js";
import { advanceTime, stopTime } from "../time.js";
import { limitIn, publicKey, rejection, setup, setupNetwork, setupWithoutPublic } from "./setup.js";

const input = { name: "billing", grantTypes: ["client_credentials"] } as const;
const wrong = "wrong-secret-0123456789";

describe("import rejects", () => {
  test.each<[string, unknown, unknown, string]>([
    ["no id", {}, undefined, "id"],
    ["an empty id", "", undefined, "id"],
    ["verifySecret without a secret", "a", { verifySecret: true }, "clientSecret"],
    ["verifySecret as a string", { id: "a", clientSecret: wrong }, { verifySecret: "true" }, "verifySecret"],
    ["a misspelled secret", { id: "a", secret: wrong }, undefined, "secret"],
  ])("%s before any request", async (_, reference, options, path) => {
    const { manager, sent } = setup();
    const error = await rejection<ValidationError>(manager.import(reference as string, options as { verifySecret: boolean }));
    expect(error).toBeInstanceOf(ValidationError);
    expect(error.issues.map((issue) => issue.path)).toContain(path);
    expect(sent).toHaveLength(0);
  });

  test("verifySecret without a public API before any request", async () => {
    const { manager, sent } = setupWithoutPublic();
    const error = await rejection(manager.import({ id: "a", clientSecret: wrong }, { verifySecret: true }));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toContain("publicUrl");
    expect(sent).toHaveLength(0);
  });

  test("an unknown client", async () => {
    const error = await rejection(setup().manager.import("missing"));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ operation: "import client" });
  });

  test("a secret of a client that has none", async () => {
    const { manager } = setup();
    const { client } = await manager.create({ name: "spa", tokenEndpointAuthMethod: "none" });
    for (const verifySecret of [true, false]) {
      const error = await rejection<ValidationError>(manager.import({ id: client.id, clientSecret: wrong }, { verifySecret }));
      expect(error).toBeInstanceOf(ValidationError);
      expect(error.issues).toEqual([{ path: "clientSecret", message: "a client with the method none has no secret" }]);
    }
  });

  test("verifySecret for a client with keys", async () => {
    const { manager, calls } = setup();
    const { client } = await manager.create({
      ...input,
      tokenEndpointAuthMethod: "private_key_jwt",
      jwks: { keys: [publicKey] },
    });
    const error = await rejection<ValidationError>(
      manager.import({ id: client.id, clientSecret: wrong }, { verifySecret: true }),
    );
    const message = "not possible: the client's method is private_key_jwt";
    expect(error.issues).toEqual([{ path: "verifySecret", message }]);
    expect(calls()).not.toContain("POST /oauth2/token");
  });

  test.each(["client_secret_basic", "client_secret_post"] as const)(
    "a wrong secret, which the error does not contain (%s)",
    async (method) => {
      const { manager } = setup();
      const { client } = await manager.create({ ...input, tokenEndpointAuthMethod: method });
      const error = await rejection<TokenEndpointError>(
        manager.import({ id: client.id, clientSecret: wrong }, { verifySecret: true }),
      );
      expect(error).toBeInstanceOf(TokenEndpointError);
      expect(error).toMatchObject({ error: "invalid_client", status: 401, outcome: "not_applied" });
      expect(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)).not.toContain(wrong);
    },
  );

  test("when the secret cannot be verified after all retries", async () => {
    const { manager, simulator } = setup({}, { retry: { maxRetries: 2, initialDelayMs: 1 } });
    const { client, credentials } = await manager.create(input);
    simulator.respondWithHtmlNext("oauth2TokenExchange", { status: 502, times: 3 });
    const reference = { id: client.id, clientSecret: credentials.clientSecret };
    const error = await rejection(manager.import(reference, { verifySecret: true }));
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({ outcome: "not_applied", operation: "import client" });
    expect(simulator.requests.filter(({ operationId }) => operationId === "oauth2TokenExchange")).toHaveLength(3);
  });

  test("with the outcome not_applied when the response to the token request is lost", async () => {
    const { manager, simulator } = setup({}, { retry: { maxRetries: 0 } });
    const { client, credentials } = await manager.create(input);
    simulator.dropConnection("oauth2TokenExchange", { when: "after" });
    const reference = { id: client.id, clientSecret: credentials.clientSecret };
    const error = await rejection(manager.import(reference, { verifySecret: true }));
    expect(error).toMatchObject({ code: "network", outcome: "not_applied", vendor: "ory" });
  });

  test.each([
    ["its deadline", {}, { timeoutMs: 300 }],
    ["the manager's deadline", { timeoutMs: 300 }, {}],
  ])("when all requests together exceed %s", async (_, own, call) => {
    stopTime();
    const { manager, simulator, hasReceived } = setup({}, own);
    const { client, credentials } = await manager.create(input);
    simulator.delayNext("getOAuth2Client", 120);
    simulator.delayNext("oauth2TokenExchange", 5_000);
    const reference = { id: client.id, clientSecret: credentials.clientSecret };
    const importing = rejection(manager.import(reference, { verifySecret: true, ...call }));
    await advanceTime(() => hasReceived("getOAuth2Client"), 120);
    await advanceTime(() => hasReceived("oauth2TokenExchange"), 180);
    const error = await importing;
    expect(error).toBeInstanceOf(TimeoutError);
    expect(limitIn(error)).toBe(180);
  });

  test("with the reason of the caller's signal", async () => {
    const { manager, intercept } = setup();
    const { client, credentials } = await manager.create(input);
    const controller = new AbortController();
    const reason = new Error("enough");
    intercept((request, forward) => {
      if (request.method === "GET") return forward();
      controller.abort(reason);
      return new Promise(() => undefined);
    });
    const reference = { id: client.id, clientSecret: credentials.clientSecret };
    expect(await rejection(manager.import(reference, { verifySecret: true, signal: controller.signal }))).toBe(reason);
  });
});

describe("import returns", () => {
  test.each<[string, (simulator: ReturnType<typeof setup>["simulator"]) => void]>([
    ["a lost connection", (simulator) => simulator.dropConnection("oauth2TokenExchange", { when: "after" })],
    ["a 503", (simulator) => simulator.failNext("oauth2TokenExchange", { status: 503 })],
    ["a 429", (simulator) => simulator.failNext("oauth2TokenExchange", { status: 429 })],
  ])("a verified secret after %s, because the token request is retried like a read", async (_, fail) => {
    const { manager, simulator } = setup();
    const { client, credentials } = await manager.create(input);
    fail(simulator);
    const reference = { id: client.id, clientSecret: credentials.clientSecret };
    expect(await manager.import(reference, { verifySecret: true })).toMatchObject({ secretVerified: true });
    expect(simulator.requests.filter(({ operationId }) => operationId === "oauth2TokenExchange")).toHaveLength(2);
  });

  test.each(["text", "an object"])("the client alone for a reference as %s", async (kind) => {
    const { manager, calls } = setup();
    const { client } = await manager.create(input);
    const imported = await manager.import(kind === "text" ? client.id : { id: client.id });
    expect(imported).toEqual({ client: await manager.get(client.id), secretVerified: false });
    expect(imported).not.toHaveProperty("credentials");
    expect(calls().slice(1)).toEqual([`GET /admin/clients/${client.id}`, `GET /admin/clients/${client.id}`]);
  });

  test("the client and the given secret without a public API", async () => {
    const { manager } = setupWithoutPublic();
    const { client, credentials } = await manager.create(input);
    expect(await manager.import(client.id)).toEqual({ client, secretVerified: false });
    const reference = { id: client.id, clientSecret: credentials.clientSecret };
    expect(await manager.import(reference)).toEqual({ client, credentials, secretVerified: false });
    expect(await manager.import(reference, { verifySecret: false })).toMatchObject({ secretVerified: false });
  });

  test("the given secret unchanged, without verification by default", async () => {
    const { manager } = setup();
    const { client } = await manager.create({ ...input, tokenEndpointAuthMethod: "client_secret_post" });
    const imported = await manager.import({ id: client.id, clientSecret: wrong });
    expect(imported.credentials).toEqual({
      clientId: client.id,
      clientSecret: wrong,
      tokenEndpointAuthMethod: "client_secret_post",
    });
    expect(imported.secretVerified).toBe(false);
    expect(inspect(imported.client, { depth: 9 })).not.toContain(wrong);
  });

  test("the unverified secret of a client with keys", async () => {
    const { manager } = setup();
    const { client } = await manager.create({
      ...input,
      tokenEndpointAuthMethod: "private_key_jwt",
      jwks: { keys: [publicKey] },
    });
    expect((await manager.import({ id: client.id, clientSecret: wrong })).credentials).toEqual({
      clientId: client.id,
      clientSecret: wrong,
    });
  });

  test.each(["client_secret_basic", "client_secret_post"] as const)(
    "a verified secret for %s",
    async (tokenEndpointAuthMethod) => {
      for (const { manager } of [setup(), setupNetwork()]) {
        const { client, credentials } = await manager.create({ ...input, tokenEndpointAuthMethod });
        const imported = await manager.import(
          { id: client.id, clientSecret: credentials.clientSecret },
          { verifySecret: true },
        );
        expect(imported).toEqual({ client: await manager.get(client.id), credentials, secretVerified: true });
      }
    },
  );

  test("a verified secret of a client without the grant type client_credentials", async () => {
    const { manager } = setup();
    const { client, credentials } = await manager.create({ name: "web", grantTypes: ["authorization_code"] });
    const reference = { id: client.id, clientSecret: credentials.clientSecret };
    expect((await manager.import(reference, { verifySecret: true })).secretVerified).toBe(true);
    const error = await rejection(manager.import({ id: client.id, clientSecret: wrong }, { verifySecret: true }));
    expect(error).toMatchObject({ error: "invalid_client" });
  });

  test("and calls fetch with a URL and an init object", async () => {
    const seen: unknown[][] = [];
    const at = setup();
    const { client, credentials } = await at.manager.create(input);
    const { createOryManager } = await import("../../src/ory/manager.js");
    const manager = createOryManager({
      adminUrl: at.simulator.urls.admin,
      publicUrl: at.simulator.urls.public,
      fetch: (url, init) => {
        seen.push([url, init]);
        return at.simulator.fetch(url, init);
      },
    });
    await manager.import({ id: client.id, clientSecret: credentials.clientSecret }, { verifySecret: true });
    expect(seen).toHaveLength(2);
    for (const args of seen) expect(args).toEqual([expect.any(String), expect.objectContaining({ redirect: "manual" })]);
  });
});
