import { describe, expect, test } from "vitest";
import {
  ConflictError,
  NetworkError,
  NotFoundError,
  type OAuthClientsError,
  ServerError,
  UnexpectedResponseError,
  ValidationError,
} from "../../src/core/errors.js";
import type { OryManager } from "../../src/ory/types.js";
import { requestToken } from "../../src/token/index.js";
import { stopTime } from "../time.js";
import {
  breakConnection,
  json,
  managerWithResponses,
  publicKey,
  rejection,
  type Setup,
  setup,
  setupWithoutPublic,
} from "./setup.js";

const input = { name: "billing", grantTypes: ["client_credentials"] } as const;

/** The default 404 of a gateway that is written in Go. */
const gatewayNotFound = () => new Response("404 page not found\n", { status: 404 });

async function works(at: Setup, credentials: { clientId: string; clientSecret: string } | undefined): Promise<boolean> {
  return requestToken(at.manager.tokenRequest(credentials!), { fetch: at.simulator.fetch }).then(
    () => true,
    () => false,
  );
}

describe("a response with the document of another client is rejected", () => {
  const other = { client_id: "b", client_name: "other", owner: "other" };

  test.each<[string, (manager: OryManager) => Promise<unknown>, string]>([
    ["get", (manager) => manager.get("a"), "not_applied"],
    ["update", (manager) => manager.update("a", { name: "new" }), "not_applied"],
    ["import", (manager) => manager.import("a"), "not_applied"],
    ["patch", (manager) => manager.patch("a", [{ op: "remove", path: "/owner" }]), "unknown"],
    ["setLifespans", (manager) => manager.setLifespans("a", {}), "unknown"],
    ["deleteRotatedSecrets", (manager) => manager.deleteRotatedSecrets("a"), "unknown"],
  ])("by %s, and nothing is written after a read", async (_, call, outcome) => {
    const { manager, sent } = managerWithResponses(() => json(other));
    const error = await rejection<UnexpectedResponseError>(call(manager));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error).toMatchObject({ outcome, issues: [{ path: "client_id" }], vendor: "ory", operation: expect.any(String) });
    expect(sent).toHaveLength(1);
  });

  test("by update, with an unknown outcome when the PUT has it", async () => {
    const { manager } = managerWithResponses((request) => json(request.method === "PUT" ? other : { client_id: "a" }));
    expect(await rejection(manager.update("a", { name: "new" }))).toMatchObject({ outcome: "unknown" });
  });

  test("by rotateSecret, without the secret of the other client", async () => {
    const { manager } = managerWithResponses((request) =>
      request.url.endsWith("/rotate") ? json({ ...other, client_secret: "secret-of-b" }) : json({}, 500),
    );
    const error = await rejection<OAuthClientsError>(manager.rotateSecret("a"));
    expect(error).toMatchObject({ outcome: "unknown", name: "UnexpectedResponseError" });
    expect(error.unsavedCredentials()?.clientSecret).not.toBe("secret-of-b");
  });
});

describe("an HTML page with status 200 of a gateway", () => {
  const credentials = { clientId: "a", clientSecret: "abcdef" };
  test.each<[string, (manager: OryManager) => Promise<unknown>]>([
    ["delete", (manager) => manager.delete("a")],
    ["deleteTokens", (manager) => manager.deleteTokens("a")],
    ["revoke", (manager) => manager.revoke("token", credentials)],
  ])("rejects %s with an unknown outcome", async (_, call) => {
    const { manager } = managerWithResponses(() => new Response("<html>Welcome</html>"));
    const error = await rejection(call(manager));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error).toMatchObject({ outcome: "unknown" });
  });

  test("or a JSON document rejects delete with an unknown outcome", async () => {
    const { manager } = managerWithResponses(() => json({ status: "ok" }));
    const error = await rejection(manager.delete("a"));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error).toMatchObject({ outcome: "unknown" });
  });

  test("does not reconcile a lost rotation", async () => {
    const at = setup();
    const { client } = await at.manager.create(input);
    at.simulator.dropConnection("rotateOAuth2ClientSecret", { when: "before" });
    at.intercept((request, forward) => (request.url.endsWith("/revoke") ? new Response("<html>") : forward()));
    expect(await rejection(at.manager.rotateSecret(client.id))).toMatchObject({ outcome: "unknown" });
  });
});

describe("a 404 of a gateway", () => {
  test("after a 503 leaves the outcome of delete unknown", async () => {
    const at = setup();
    const { client } = await at.manager.create(input);
    let count = 0;
    at.intercept(() => (count++ === 0 ? new Response(null, { status: 503 }) : gatewayNotFound()));
    const error = await rejection(at.manager.delete(client.id));
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({ status: 404, outcome: "unknown" });
    expect(at.simulator.clients).toHaveLength(1);
  });

  test("differs from Ory's own 404, which resolves delete after a 503", async () => {
    const at = setup();
    const { client } = await at.manager.create(input);
    at.simulator.failNext("deleteOAuth2Client", { status: 503, when: "after" });
    expect(await at.manager.delete(client.id)).toBeUndefined();
  });

  test("leaves the outcome of a lost create unknown, with the credentials", async () => {
    const at = setup();
    at.simulator.failNext("createOAuth2Client", { status: 500, when: "after" });
    at.intercept((request, forward) => (request.method === "GET" ? gatewayNotFound() : forward()));
    const error = await rejection<OAuthClientsError>(at.manager.create(input));
    expect(error.outcome).toBe("unknown");
    expect(await works(at, error.unsavedCredentials())).toBe(true);
  });

  test.each([
    ["404", gatewayNotFound],
    ["405", () => new Response("Method Not Allowed\n", { status: 405 })],
  ])("with status %s does not make rotateSecret replace the secret", async (_, page) => {
    const at = setup();
    const { client, credentials } = await at.manager.create(input);
    at.intercept((request, forward) => (request.url.endsWith("/secrets/rotate") ? page() : forward()));
    const error = await rejection<OAuthClientsError>(at.manager.rotateSecret(client.id));
    expect(error.outcome).toBe("unknown");
    expect(error.message).toContain("a gateway may have sent this response");
    expect(at.calls()).not.toContain(`PUT /admin/clients/${client.id}`);
    expect(await works(at, credentials)).toBe(true);
  });

  test("does not resolve deleteRotatedSecrets", async () => {
    const at = setup();
    const { client, credentials } = await at.manager.create(input);
    await at.manager.rotateSecret(client.id);
    at.intercept((request, forward) => (request.method === "DELETE" ? gatewayNotFound() : forward()));
    expect(await rejection(at.manager.deleteRotatedSecrets(client.id))).toMatchObject({ outcome: "unknown" });
    expect(await works(at, credentials)).toBe(true);
  });

  /** A server whose rotation endpoint responds with 404, and which has this version. */
  const withVersion = (version: () => Response) =>
    managerWithResponses((request) => {
      if (request.url.endsWith("/version")) return version();
      return request.url.endsWith("/secrets/rotate") ? gatewayNotFound() : json({ client_id: "a" });
    });

  test.each(["v26.2.0", "26.2.1", "v26.0.0", "v25.4.0", "v25.10.3", "2.3.0", "v1.11.8"])(
    "replaces the secret on a server of the version %s, which has no rotation",
    async (version) => {
      const { manager } = withVersion(() => json({ version }));
      expect((await manager.rotateSecret("a")).previousSecret).toBe("revoked");
    },
  );

  test.each(["v26.3.0", "v26.20.0", "v27.0.0", "v27.1.0", "v100.2.0", "master", "", "x26.2.0", "v26", "v.2"])(
    "does not replace the secret on a server of the version %j",
    async (version) => {
      const { manager, sent } = withVersion(() => json({ version }));
      const error = await rejection<ServerError>(manager.rotateSecret("a"));
      expect(error).toBeInstanceOf(ServerError);
      expect(error).toMatchObject({ vendor: "ory", operation: "rotate secret", status: 502, outcome: "unknown" });
      expect(error.message).toBe(
        "ory rotate secret: a gateway may have sent this response: the version of the server does not confirm that it has no secret rotation (404). The change may have been applied. Check adminUrl and the gateway, and try again.",
      );
      expect(sent.map(({ method }) => method)).not.toContain("PUT");
    },
  );

  test.each([
    ["an error response", () => json({}, 500), "server_error"],
    ["a page", () => new Response("<html>"), "server_error"],
    ["a lost connection", breakConnection, "network"],
  ])("does not replace the secret when the version request ends with %s", async (_, version, code) => {
    const { manager, sent } = withVersion(version);
    for (const call of [manager.rotateSecret, manager.deleteRotatedSecrets])
      expect(await rejection(call("a"))).toMatchObject({ code, outcome: "unknown" });
    expect(sent.map(({ method }) => method)).not.toContain("PUT");
    const error = await rejection<OAuthClientsError>(manager.rotateSecret("a"));
    expect(error.unsavedCredentials()).toEqual({ clientId: "a", clientSecret: expect.stringMatching(/^[\w-]{43}$/) });
  });

  test("differs from Ory's own 404, which is a NotFoundError of a rotation", async () => {
    for (const version of ["26.2", "master"] as const)
      expect(await rejection(setup({ version }).manager.rotateSecret("missing"))).toBeInstanceOf(NotFoundError);
  });
});

describe("an error about a concurrent update", () => {
  const body = {
    error: "The request was malformed or contained invalid parameters",
    error_description: "Unable to serialize access due to a concurrent update in another session",
  };

  test("is retried by create, which creates one client", async () => {
    const at = setup();
    at.simulator.failNext("createOAuth2Client", { status: 400, body, times: 2 });
    await at.manager.create(input);
    expect(at.simulator.clients).toHaveLength(1);
    expect(at.calls()).toHaveLength(3);
  });

  test("has the outcome not_applied after the last retry", async () => {
    const at = setup();
    at.simulator.failNext("createOAuth2Client", { status: 400, body, times: 9 });
    expect(await rejection(at.manager.create(input))).toMatchObject({ status: 400, outcome: "not_applied" });
  });

  test("is the only 400 that is retried", async () => {
    const at = setup();
    at.simulator.failNext("createOAuth2Client", { status: 400, body: { ...body, error_description: "bad" } });
    await rejection(at.manager.create(input));
    expect(at.calls()).toHaveLength(1);
  });
});

describe("the registration URI of a client", () => {
  const id = "a b";
  test.each([
    ["ends before the slash", "https://a.test/oauth2/register"],
    ["ends with the slash", "https://a.test/oauth2/register/"],
    ["has the id encoded twice", "https://a.test/oauth2/register/a%2520b"],
    ["has the id", "https://a.test/oauth2/register/a%20b"],
    ["has an invalid escape", "https://a.test/oauth2/register/a%zz"],
  ])("is completed when it %s", async (_, uri) => {
    const registration = { registration_access_token: "ory_at_token", registration_client_uri: uri };
    const { manager } = managerWithResponses(() => json({ client_id: id, client_secret: "server-made", ...registration }, 201));
    const created = await manager.create({ ...input, clientId: id });
    expect(created.registration?.clientUri).toBe("https://a.test/oauth2/register/a%20b");
  });

  test.each(["https://a.test/clients?id=a", "https://a.test/oauth2/register/a/keys", "https://a.test/oauth2/register?id=a"])(
    "of another form is returned unchanged: %s",
    async (uri) => {
      const registration = { registration_access_token: "ory_at_token", registration_client_uri: uri };
      const { manager } = managerWithResponses(() =>
        json({ client_id: "a", client_secret: "server-made", ...registration }, 201),
      );
      expect((await manager.create({ ...input, clientId: "a" })).registration?.clientUri).toBe(uri);
    },
  );
});

describe("create validates the keys of a private_key_jwt client", () => {
  const method = { name: "a", tokenEndpointAuthMethod: "private_key_jwt" } as const;
  const { use: _, ...withoutUse } = publicKey;
  const ec = { kty: "EC", crv: "P-256", x: "x", y: "y", use: "sig" };

  test.each([
    ["a key without a use", { jwks: { keys: [withoutUse] } }, 'use "sig"'],
    ["a key for encryption", { jwks: { keys: [{ ...publicKey, use: "enc" }] } }, 'use "sig"'],
    ["an EC key for the default algorithm RS256", { jwks: { keys: [ec] } }, "set tokenEndpointAuthSigningAlg"],
    ["an RSA key for ES256", { jwks: { keys: [publicKey] }, tokenEndpointAuthSigningAlg: "ES256" }, "of the type EC"],
  ])("and rejects %s before any request", async (_title, fields, text) => {
    const { manager, sent } = setup();
    const error = await rejection<ValidationError>(manager.create({ ...method, ...fields }));
    expect(error).toBeInstanceOf(ValidationError);
    expect(error.issues).toEqual([{ path: "jwks", message: expect.stringContaining(text) }]);
    expect(sent).toHaveLength(0);
  });

  test("and accepts one valid key among others, and any key for another method", async () => {
    const { manager } = managerWithResponses(async (request) => json({ ...((await request.json()) as object) }, 201));
    await manager.create({ ...method, jwks: { keys: [withoutUse, publicKey] } });
    await manager.create({ ...method, jwks: { keys: [ec] }, tokenEndpointAuthSigningAlg: "ES256" });
    await manager.create({ name: "a", jwks: { keys: [withoutUse] } });
  });
});

describe("rotateSecret with overlap", () => {
  test("rejects before any change when the server cannot keep the old secret valid", async () => {
    const at = setup({ version: "26.2" });
    const { client, credentials } = await at.manager.create(input);
    const error = await rejection<ValidationError>(at.manager.rotateSecret(client.id, { overlap: "required" }));
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({ outcome: "not_applied", issues: [{ path: "overlap" }] });
    expect(at.calls()).not.toContain(`PUT /admin/clients/${client.id}`);
    expect(await works(at, credentials)).toBe(true);
  });

  test("rejects another value of the option", async () => {
    const { manager, sent } = setup();
    const error = await rejection<ValidationError>(manager.rotateSecret("a", { overlap: "yes" } as never));
    expect(error.issues.map(({ path }) => path)).toEqual(["overlap"]);
    expect(sent).toHaveLength(0);
  });

  test("keeps the old secret valid on a server with rotation", async () => {
    const at = setup();
    const { client, credentials } = await at.manager.create(input);
    expect(await at.manager.rotateSecret(client.id, { overlap: "required" })).toMatchObject({ previousSecret: "still-valid" });
    expect(await works(at, credentials)).toBe(true);
  });
});

describe("rotateSecret sends a generated secret", () => {
  const rotations = (at: Setup) => at.sent.filter(({ path }) => path.endsWith("/secrets/rotate"));

  test("and returns the server's secret when the server ignores it", async () => {
    const at = setup();
    const { client } = await at.manager.create(input);
    const { credentials } = await at.manager.rotateSecret(client.id);
    expect(rotations(at)[0]!.body).not.toContain(credentials.clientSecret);
    expect(await works(at, credentials)).toBe(true);
  });

  test("and returns it when the server uses it", async () => {
    const at = setup({ rotationAcceptsSecret: true });
    const { client } = await at.manager.create(input);
    const { credentials } = await at.manager.rotateSecret(client.id);
    expect(JSON.parse(rotations(at)[0]!.body)).toEqual({ client_secret: credentials.clientSecret });
    expect(credentials.clientSecret).toMatch(/^[\w-]{43}$/);
    expect(await works(at, credentials)).toBe(true);
  });

  test("except with credentialsFrom: server", async () => {
    const at = setup({ rotationAcceptsSecret: true }, { credentialsFrom: "server" });
    const { client } = await at.manager.create(input);
    await at.manager.rotateSecret(client.id);
    expect(rotations(at)[0]!.body).toBe("");
  });

  test("and rejects a lost rotation without credentials with credentialsFrom: server", async () => {
    const at = setup({ rotationAcceptsSecret: true }, { credentialsFrom: "server" });
    const { client } = await at.manager.create(input);
    at.simulator.dropConnection("rotateOAuth2ClientSecret", { when: "after" });
    const error = await rejection<OAuthClientsError>(at.manager.rotateSecret(client.id));
    expect(error.outcome).toBe("unknown");
    expect(error.unsavedCredentials()).toBeUndefined();
    expect(at.calls()).toEqual(["POST /admin/clients", `POST /admin/clients/${client.id}/secrets/rotate`]);
  });

  test("and resolves after a lost response when the server accepts the secret", async () => {
    const at = setup({ rotationAcceptsSecret: true });
    const { client, credentials: old } = await at.manager.create(input);
    at.simulator.dropConnection("rotateOAuth2ClientSecret", { when: "after" });
    const rotated = await at.manager.rotateSecret(client.id);
    expect(rotated.previousSecret).toBe("still-valid");
    expect(await works(at, rotated.credentials)).toBe(true);
    expect(await works(at, old)).toBe(true);
    expect(rotations(at)).toHaveLength(1);
  });

  test("and rejects at once with the secret when the caller's signal aborts the verification of a lost rotation", async () => {
    stopTime();
    const at = setup({ rotationAcceptsSecret: true });
    const { client } = await at.manager.create(input);
    const controller = new AbortController();
    at.simulator.dropConnection("rotateOAuth2ClientSecret", { when: "after" });
    at.intercept((request, forward) => {
      if (request.method !== "GET") return forward();
      controller.abort(new Error("enough"));
      return new Promise(() => undefined);
    });
    const error = await rejection<OAuthClientsError>(at.manager.rotateSecret(client.id, { signal: controller.signal }));
    expect(error).toMatchObject({ code: "network", outcome: "unknown" });
    at.intercept(undefined);
    expect(await works(at, error.unsavedCredentials())).toBe(true);
  });

  test("and leaves the outcome of a lost request unknown, with the secret", async () => {
    const at = setup({ rotationAcceptsSecret: true });
    const { client } = await at.manager.create(input);
    at.simulator.dropConnection("rotateOAuth2ClientSecret", { when: "before" });
    const error = await rejection<OAuthClientsError>(at.manager.rotateSecret(client.id));
    expect(error).toBeInstanceOf(NetworkError);
    expect(error.outcome).toBe("unknown");
    expect(error.unsavedCredentials()?.clientSecret).toMatch(/^[\w-]{43}$/);
  });

  test("and states after each lost rotation when the secret in use ends, until a rotation succeeds", async () => {
    const at = setup({ rotationAcceptsSecret: true });
    const { client } = await at.manager.create(input);
    const loseRotation = async () => {
      at.intercept((request, forward) => (request.url.endsWith("/secrets/rotate") ? breakConnection() : forward()));
      const { message } = await rejection(at.manager.rotateSecret(client.id));
      at.intercept(undefined);
      return message;
    };
    const first =
      /\. The secret may have been rotated; the secret in use stays valid until deleteRotatedSecrets\. Rotate again\.$/;
    expect(await loseRotation()).toMatch(first);
    for (const [count, more] of [
      [2, 4],
      [3, 3],
      [4, 2],
      [5, 1],
    ])
      expect(await loseRotation()).toContain(
        `The responses of ${count} rotations were lost. After ${more} more lost rotations the secret in use is invalid. Do not call deleteRotatedSecrets before a rotation succeeds. Rotate again.`,
      );
    expect(await loseRotation()).toContain("The secret in use may be invalid, because Ory keeps five old secrets. Do not");
    // Reconciled by its secret.
    at.simulator.dropConnection("rotateOAuth2ClientSecret", { when: "after" });
    await at.manager.rotateSecret(client.id);
    expect(await loseRotation()).toMatch(first);
  });

  test("and rejects a lost rotation without a public API, with the secret", async () => {
    const at = setupWithoutPublic();
    const { client } = await at.manager.create(input);
    at.simulator.dropConnection("rotateOAuth2ClientSecret", { when: "after" });
    const error = await rejection<OAuthClientsError>(at.manager.rotateSecret(client.id));
    expect(error.outcome).toBe("unknown");
    expect(error.unsavedCredentials()).toEqual({ clientId: client.id, clientSecret: expect.stringMatching(/^[\w-]{43}$/) });
    expect(at.calls()).toEqual(["POST /admin/clients", `POST /admin/clients/${client.id}/secrets/rotate`]);
  });

  test.each([
    [undefined, "client_secret_basic"],
    ["", "client_secret_basic"],
    ["client_secret_post", "client_secret_post"],
    ["none", undefined],
    ["private_key_jwt", undefined],
  ])("and reconciles a lost rotation of a client with the method %j by the method %s", async (stored, method) => {
    const { manager, sent } = managerWithResponses((request) => {
      if (request.url.endsWith("/secrets/rotate")) return breakConnection();
      if (request.url.endsWith("/oauth2/revoke")) return new Response(null);
      return json({ client_id: "a", token_endpoint_auth_method: stored });
    });
    const call = manager.rotateSecret("a");
    if (method) expect((await call).credentials.tokenEndpointAuthMethod).toBe(method);
    else expect(await rejection(call)).toMatchObject({ outcome: "unknown" });
    expect(sent.some(({ path }) => path === "/oauth2/revoke")).toBe(method !== undefined);
  });

  test("and redacts it where the server repeats it", async () => {
    const { manager } = managerWithResponses(async (request) =>
      json({ error: "invalid_request", error_description: `cannot use ${await request.text()}` }, 400),
    );
    expect((await rejection(manager.rotateSecret("a"))).message).toContain('cannot use {"client_secret":"[secret]"}');
  });

  test.each(["library", "server"] as const)(
    "and writes a pending secret to the sink with credentialsFrom: %s",
    async (credentialsFrom) => {
      const at = setup({ rotationAcceptsSecret: true }, { credentialsFrom });
      const { client } = await at.manager.create(input);
      const pending: unknown[] = [];
      const secretSink = {
        writePending: (...values: readonly unknown[]) => {
          pending.push(...values);
        },
        write: () => {},
      };
      const { credentials } = await at.manager.rotateSecret(client.id, { secretSink });
      const { clientId, clientSecret } = credentials;
      const server = at.simulator.urls.admin;
      expect(pending).toEqual([
        { ...(credentialsFrom === "library" && { credentials: { clientId, clientSecret } }), since: expect.any(String) },
        { vendor: "ory", operation: "rotate secret", server, account: server, id: client.id, attemptId: expect.any(String) },
      ]);
    },
  );

  test("and names the field when the client has no secret, or overlap is not supported", async () => {
    const at = setup({ version: "26.2" });
    const { client } = await at.manager.create({ name: "spa", tokenEndpointAuthMethod: "none" });
    const { client: other } = await at.manager.create(input);
    expect((await rejection(at.manager.deleteRotatedSecrets(client.id))).message).toBe(
      "ory delete rotated secrets: id: the client does not authenticate with a secret",
    );
    expect((await rejection(at.manager.rotateSecret(other.id, { overlap: "required" }))).message).toBe(
      "ory rotate secret: overlap: not supported: this server has no secret rotation",
    );
  });

  test("and warns from the second lost rotation on that the server may drop the secret in use", async () => {
    const at = setup();
    const { client } = await at.manager.create(input);
    at.intercept((request, forward) => (request.url.endsWith("/secrets/rotate") ? breakConnection() : forward()));
    const first = await rejection(at.manager.rotateSecret(client.id));
    expect(first.message).not.toContain("rotations were lost");
    const second = await rejection(at.manager.rotateSecret(client.id));
    expect(second.message).toContain("The responses of 2 rotations were lost");
    expect(second.message).toContain("Do not call deleteRotatedSecrets");
    at.intercept(undefined);
    await at.manager.rotateSecret(client.id);
    at.intercept((request, forward) => (request.url.endsWith("/secrets/rotate") ? breakConnection() : forward()));
    expect((await rejection(at.manager.rotateSecret(client.id))).message).not.toContain("rotations were lost");
  });
});

test("a conflict about an id of the caller is rejected with the original error", async () => {
  const at = setup();
  await at.manager.create({ ...input, clientId: "billing" });
  expect(await rejection(at.manager.create({ ...input, clientId: "billing" }))).toBeInstanceOf(ConflictError);
});
