import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import {
  NetworkError,
  NotFoundError,
  type OAuthClientsError,
  ResponseError,
  UnexpectedResponseError,
  ValidationError,
} from "../../src/core/errors.js";
import { requestToken } from "../../src/token/index.js";
import { advanceTime, stopTime } from "../time.js";
import { json, limitIn, managerWithResponses, publicKey, rejection, type Setup, setup } from "./setup.js";

const input = { name: "billing", grantTypes: ["client_credentials"] } as const;
const old = { version: "26.2" } as const;

async function works(
  { manager, simulator }: Setup,
  credentials: { clientId: string; clientSecret: string } | undefined,
): Promise<boolean> {
  return requestToken(manager.tokenRequest(credentials!), { fetch: simulator.fetch }).then(
    () => true,
    () => false,
  );
}

describe.each([
  ["a server with rotation", {}],
  ["a server without rotation", old],
])("%s", (_, world) => {
  test("rejects an unknown client with a NotFoundError", async () => {
    const { manager } = setup(world);
    for (const [call, operation] of [
      [manager.rotateSecret, "rotate secret"],
      [manager.deleteRotatedSecrets, "delete rotated secrets"],
    ] as const) {
      const error = await rejection(call("missing"));
      expect(error).toBeInstanceOf(NotFoundError);
      expect(error).toMatchObject({ operation });
    }
  });

  test.each([
    ["a public client", { name: "spa", tokenEndpointAuthMethod: "none" }],
    ["a client with keys", { ...input, tokenEndpointAuthMethod: "private_key_jwt", jwks: { keys: [publicKey] } }],
  ] as const)("rejects %s and changes nothing", async (_, other) => {
    const at = setup(world);
    const { client } = await at.manager.create(other);
    for (const call of [at.manager.rotateSecret, at.manager.deleteRotatedSecrets]) {
      const error = await rejection<OAuthClientsError>(call(client.id));
      expect(error instanceof ValidationError || (error instanceof ResponseError && error.status === 400)).toBe(true);
      expect(error.outcome).toBe("not_applied");
    }
    expect(at.calls()).not.toContain(`PUT /admin/clients/${client.id}`);
  });

  test.each(["", ".", ".."])("rejects the id %j before any request", async (id) => {
    const { manager, sent } = setup(world);
    expect(await rejection(manager.rotateSecret(id))).toBeInstanceOf(ValidationError);
    expect(await rejection(manager.deleteRotatedSecrets(id))).toBeInstanceOf(ValidationError);
    expect(sent).toHaveLength(0);
  });

  test.each(["client_secret_basic", "client_secret_post"] as const)(
    "returns a valid secret for %s",
    async (tokenEndpointAuthMethod) => {
      const at = setup(world);
      const { client } = await at.manager.create({ ...input, tokenEndpointAuthMethod });
      const { credentials } = await at.manager.rotateSecret(client.id);
      expect(credentials).toMatchObject({ clientId: client.id, tokenEndpointAuthMethod });
      expect(await works(at, credentials)).toBe(true);
    },
  );

  test("changes no other field", async () => {
    const at = setup(world);
    const { client } = await at.manager.create({
      ...input,
      metadata: { team: "billing" },
      owner: "acme",
      jwksUri: "https://a.test/jwks",
    });
    await at.manager.rotateSecret(client.id);
    const { updatedAt: _new, ...after } = await at.manager.get(client.id);
    const { updatedAt: _old, ...before } = client;
    expect(after).toEqual(before);
  });
});

describe("rotation on a server with rotation", () => {
  test("keeps the old secret valid after a lost response, and is not retried", async () => {
    const at = setup();
    const { client, credentials } = await at.manager.create(input);
    at.simulator.dropConnection("rotateOAuth2ClientSecret", { when: "after" });
    const error = await rejection<NetworkError>(at.manager.rotateSecret(client.id));
    expect(error).toBeInstanceOf(NetworkError);
    expect(error.outcome).toBe("unknown");
    expect(at.calls().filter((call) => call.endsWith("/secrets/rotate"))).toHaveLength(1);
    expect(await works(at, credentials)).toBe(true);
  });

  test("rejects a response without a secret", async () => {
    const { manager } = managerWithResponses((request) =>
      request.method === "POST" ? json({ client_id: "a" }) : json({}, 500),
    );
    const error = await rejection<UnexpectedResponseError>(manager.rotateSecret("a"));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error.outcome).toBe("unknown");
  });

  test("does not replace the secret by PUT after a server error", async () => {
    const at = setup();
    const { client } = await at.manager.create(input);
    at.simulator.failNext("rotateOAuth2ClientSecret", { status: 500 });
    expect(await rejection(at.manager.rotateSecret(client.id))).toMatchObject({ code: "server_error", outcome: "unknown" });
    expect(at.calls()).not.toContain(`PUT /admin/clients/${client.id}`);
  });

  test("returns the secret although other members of the response are invalid", async () => {
    const { manager } = managerWithResponses(() =>
      json({ client_secret: "server-made", token_endpoint_auth_method: 7, contacts: "x" }),
    );
    expect((await manager.rotateSecret("a")).credentials).toMatchObject({ clientId: "a", clientSecret: "server-made" });
  });

  test("keeps the old and the new secret valid until the old ones are deleted", async () => {
    const at = setup();
    const { client, credentials: first } = await at.manager.create(input);
    const second = await at.manager.rotateSecret(client.id);
    const third = await at.manager.rotateSecret(client.id);
    expect([second.previousSecret, third.previousSecret]).toEqual(["still-valid", "still-valid"]);
    expect(second.credentials.clientSecret).not.toBe(third.credentials.clientSecret);
    for (const credentials of [first, second.credentials, third.credentials]) expect(await works(at, credentials)).toBe(true);
    expect(at.simulator.inspect(client.id)?.rotatedSecrets).toBe(2);

    const forgotten = await at.manager.deleteRotatedSecrets(client.id);
    expect(forgotten.id).toBe(client.id);
    expect(await works(at, first)).toBe(false);
    expect(await works(at, second.credentials)).toBe(false);
    expect(await works(at, third.credentials)).toBe(true);
  });
});

describe("rotation on a server without rotation", () => {
  test("rejects with the new credentials when every response is lost", async () => {
    const at = setup(old);
    const { client } = await at.manager.create(input);
    at.simulator.dropConnection("setOAuth2Client", { when: "after", times: 9 });
    const error = await rejection<NetworkError>(at.manager.rotateSecret(client.id));
    expect(error).toBeInstanceOf(NetworkError);
    expect(error.outcome).toBe("unknown");
    const unsaved = error.unsavedCredentials();
    expect(await works(at, unsaved)).toBe(true);
    expect(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)).not.toContain(unsaved?.clientSecret);
  });

  test("resolves after one lost response with the same secret", async () => {
    const at = setup(old);
    const { client } = await at.manager.create(input);
    at.simulator.failNext("setOAuth2Client", { status: 503, when: "after" });
    expect(await works(at, (await at.manager.rotateSecret(client.id)).credentials)).toBe(true);
    const puts = at.sent.filter(({ method }) => method === "PUT");
    expect(puts).toHaveLength(2);
    expect(puts[0]!.body).toBe(puts[1]!.body);
  });

  test("changes nothing after an error response, which has no unsaved credentials", async () => {
    const at = setup(old);
    const { client, credentials } = await at.manager.create(input);
    at.simulator.failNext("setOAuth2Client", { status: 403 });
    const error = await rejection<OAuthClientsError>(at.manager.rotateSecret(client.id));
    expect(error.outcome).toBe("not_applied");
    expect(error.unsavedCredentials()).toBeUndefined();
    expect(await works(at, credentials)).toBe(true);
  });

  test.each(["after", "before"] as const)("rejects an HTML page with the new credentials (%s)", async (after) => {
    const at = setup(old);
    const { client, credentials } = await at.manager.create(input);
    at.simulator.respondWithHtmlNext("setOAuth2Client", { status: 200, when: after });
    const error = await rejection<UnexpectedResponseError>(at.manager.rotateSecret(client.id));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error.outcome).toBe("unknown");
    expect(await works(at, error.unsavedCredentials())).toBe(after === "after");
    expect(await works(at, credentials)).toBe(after === "before");
  });

  test("resolves although other members of the response are invalid", async () => {
    const { manager } = managerWithResponses((request) =>
      request.method === "POST"
        ? json({}, 404)
        : json({
            version: "v26.2.0",
            client_id: "a",
            ...(request.method === "PUT" ? { contacts: 7 } : {}),
          }),
    );
    expect((await manager.rotateSecret("a")).previousSecret).toBe("revoked");
  });

  test("redacts the new secret when the response repeats it", async () => {
    let chosen = "";
    const { manager } = managerWithResponses(async (request) => {
      if (request.method === "GET")
        return json({ version: "v2.3.0", client_id: "a", token_endpoint_auth_method: "client_secret_post" });
      if (request.method !== "PUT") return json({}, 404);
      chosen = String(((await request.json()) as { client_secret: string }).client_secret);
      return json({ error: "invalid_client_metadata", error_description: `cannot store ${chosen}` }, 400);
    });
    const error = await rejection<OAuthClientsError>(manager.rotateSecret("a"));
    expect(chosen).not.toBe("");
    expect(error.message).toContain("cannot store [secret]");
    expect(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)).not.toContain(chosen);
  });

  test.each([
    ["its deadline", {}, { timeoutMs: 300 }],
    ["the manager's deadline", { timeoutMs: 300 }, {}],
  ])("does not exceed %s", async (_, options, call) => {
    stopTime();
    const at = setup(old, options);
    const { client } = await at.manager.create(input);
    at.simulator.delayNext("getOAuth2Client", 120);
    at.simulator.delayNext("setOAuth2Client", 5_000, { times: 3 });
    const rotating = rejection<OAuthClientsError>(at.manager.rotateSecret(client.id, call));
    await advanceTime(() => at.hasReceived("getOAuth2Client"), 120);
    await advanceTime(() => at.hasReceived("setOAuth2Client"), 180);
    const error = await rotating;
    expect(error).toMatchObject({ code: "timeout", outcome: "unknown" });
    expect(error.unsavedCredentials()?.clientId).toBe(client.id);
    expect(limitIn(error)).toBe(180);
  });

  test("is detected by status 405 as well as by 404", async () => {
    const at = setup(old);
    const { client } = await at.manager.create(input);
    at.simulator.failNext("rotateOAuth2ClientSecret", { status: 405 });
    expect((await at.manager.rotateSecret(client.id)).previousSecret).toBe("revoked");
  });

  test("sets a generated secret with credentialsFrom: server, too", async () => {
    const at = setup(old, { credentialsFrom: "server" });
    const { client, credentials } = await at.manager.create(input);
    const rotated = await at.manager.rotateSecret(client.id);
    expect(rotated.credentials.clientSecret).toMatch(/^[\w-]{43}$/);
    expect(await works(at, rotated.credentials)).toBe(true);
    expect(await works(at, credentials)).toBe(false);
  });

  test("rejects an abort of the PUT with the credentials that were sent", async () => {
    const at = setup(old);
    const { client } = await at.manager.create(input);
    const controller = new AbortController();
    at.intercept(async (request, forward) => {
      const response = await forward();
      if (request.method !== "PUT") return response;
      controller.abort(new Error("enough"));
      return new Promise(() => undefined);
    });
    const error = await rejection<OAuthClientsError>(at.manager.rotateSecret(client.id, { signal: controller.signal }));
    expect(error).toMatchObject({ code: "aborted", outcome: "unknown" });
    at.intercept(undefined);
    expect(await works(at, error.unsavedCredentials())).toBe(true);
  });

  test("invalidates the old secret at once, and previousSecret says so", async () => {
    const at = setup(old);
    const { client, credentials } = await at.manager.create(input);
    const rotated = await at.manager.rotateSecret(client.id);
    expect(rotated.previousSecret).toBe("revoked");
    expect(rotated.credentials.clientSecret).toMatch(/^[\w-]{43}$/);
    expect(await works(at, credentials)).toBe(false);
    expect(await works(at, rotated.credentials)).toBe(true);
  });

  test("uses the default method for a client without a method", async () => {
    const { manager } = managerWithResponses((request) =>
      request.method === "POST" ? json({}, 404) : json({ version: "v25.4.0", client_id: "a" }),
    );
    const { credentials } = await manager.rotateSecret("a");
    expect(credentials.tokenEndpointAuthMethod).toBe("client_secret_basic");
  });

  test("changes nothing after an abort during the read, and rejects with the signal's reason", async () => {
    const at = setup(old);
    const { client, credentials } = await at.manager.create(input);
    const controller = new AbortController();
    const reason = new Error("enough");
    at.intercept((request, forward) => {
      if (request.method === "GET") controller.abort(reason);
      return forward();
    });
    expect(await rejection(at.manager.rotateSecret(client.id, { signal: controller.signal }))).toBe(reason);
    expect(at.calls()).not.toContain(`PUT /admin/clients/${client.id}`);
    expect(await works(at, credentials)).toBe(true);
  });

  test("has no rotated secrets to delete, and deleteRotatedSecrets returns the client", async () => {
    const at = setup(old);
    const { client, credentials } = await at.manager.create(input);
    expect(await at.manager.deleteRotatedSecrets(client.id)).toEqual(await at.manager.get(client.id));
    expect(await works(at, credentials)).toBe(true);
  });
});

describe("a rotation that the server has applied", () => {
  test.each<[string, (abort: () => void) => Promise<Response>]>([
    [
      "aborted",
      (abort) => {
        abort();
        return new Promise(() => undefined);
      },
    ],
    ["server_error", async () => new Response("<html>not found</html>", { status: 404 })],
  ])("rejects with the code %s and the credentials that were sent", async (code, respond) => {
    const at = setup({ rotationAcceptsSecret: true });
    const { client } = await at.manager.create(input);
    const controller = new AbortController();
    at.intercept(async (request, forward) => {
      const response = await forward();
      return request.url.endsWith("/rotate") ? respond(() => controller.abort(new Error("enough"))) : response;
    });
    const error = await rejection<OAuthClientsError>(at.manager.rotateSecret(client.id, { signal: controller.signal }));
    expect(error).toMatchObject({ code, outcome: "unknown" });
    at.intercept(undefined);
    expect(await works(at, error.unsavedCredentials())).toBe(true);
  });
});
