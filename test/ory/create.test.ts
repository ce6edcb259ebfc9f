import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { inspect } from "node:util";
import { describe, expect, test, vi } from "vitest";
import {
  AuthenticationError,
  ConflictError,
  NetworkError,
  type OAuthClientsError,
  PermissionDeniedError,
  RateLimitError,
  ResponseError,
  ServerError,
  TimeoutError,
  UnexpectedResponseError,
  ValidationError,
} from "../../src/core/errors.js";
import { randomSecret } from "../../src/ory/clients.js";
import type { OryClientInput } from "../../src/ory/types.js";
import { requestToken } from "../../src/token/index.js";
import { advanceTime, stopTime } from "../time.js";
import {
  breakConnection,
  json,
  managerWithResponses,
  publicKey,
  rejection,
  type Setup,
  setup,
  setupNetwork,
  setupWithoutPublic,
} from "./setup.js";

const input = { name: "billing", grantTypes: ["client_credentials"] } as const;
const creates = (stage: Pick<Setup, "sent">) =>
  stage.sent.filter(({ method, path }) => method === "POST" && path === "/admin/clients");

/** Adds a Date header to the responses, from a clock with an error of `skewMs`. */
const dated = (at: Setup, skewMs = 0) =>
  at.intercept(async (_, forward) => {
    const response = await forward();
    response.headers.set("date", new Date(Date.now() + skewMs).toUTCString());
    return response;
  });

/** Verifies credentials with a token request to the simulator. */
async function works(stage: Setup, credentials: { clientId: string; clientSecret: string } | undefined): Promise<boolean> {
  const request = stage.manager.tokenRequest(credentials!);
  return requestToken(request, { fetch: stage.simulator.fetch }).then(
    () => true,
    () => false,
  );
}

describe("create rejects an invalid input before any request", () => {
  test.each<[string, unknown, string]>([
    ["an unknown field", { ...input, nmae: "x" }, "nmae"],
    ["none with client_credentials", { ...input, tokenEndpointAuthMethod: "none" }, "grantTypes"],
    ["none with a secret", { name: "a", tokenEndpointAuthMethod: "none", clientSecret: "abcdef" }, "clientSecret"],
    ["private_key_jwt without keys", { ...input, tokenEndpointAuthMethod: "private_key_jwt" }, "jwks"],
    ["jwks and jwksUri together", { ...input, jwks: { keys: [publicKey] }, jwksUri: "https://a.test/jwks" }, "jwks"],
    ["undefined", undefined, ""],
  ])("%s", async (_, wrong, path) => {
    const { manager, sent } = setup();
    // As a rejection, never thrown synchronously.
    const error = await rejection<ValidationError>(manager.create(wrong as OryClientInput));
    expect(error).toBeInstanceOf(ValidationError);
    expect(error.issues.map((issue) => issue.path)).toContain(path);
    expect(error.outcome).toBe("not_applied");
    expect(sent).toHaveLength(0);
  });
});

describe("create rejects with the error of the vendor", () => {
  test("a client_id that exists: ConflictError", async () => {
    const { manager, simulator, ...rest } = setup();
    const { credentials } = await manager.create({ ...input, clientId: "billing" });
    const error = await rejection<ConflictError>(manager.create({ ...input, name: "other", clientId: "billing" }));
    expect(error).toBeInstanceOf(ConflictError);
    expect(error).toMatchObject({ status: 409, outcome: "not_applied", code: "conflict" });
    expect(error.unsavedCredentials()).toBeUndefined();
    expect(simulator.clients.map((client) => client.client_name)).toEqual(["billing"]);
    expect(await works({ manager, simulator, ...rest }, credentials)).toBe(true);
  });

  test.each<[string, (at: Setup) => void, number]>([
    ["the client is older than the call, so its secret is not verified", (at) => dated(at, 60_000), 2],
    ["the generated secret is not accepted", () => undefined, 3],
    ["the read of the client fails", ({ simulator }) => simulator.failNext("getOAuth2Client", { status: 403 }), 2],
    ["the secret cannot be verified", ({ simulator }) => simulator.failNext("revokeOAuth2Token", { status: 403 }), 3],
  ])("a conflict about an id of the caller is final when %s", async (_, prepare, requests) => {
    const at = setup();
    await at.raw("POST", "/admin/clients", { client_id: "billing" });
    prepare(at);
    const error = await rejection<ConflictError>(at.manager.create({ ...input, clientId: "billing" }));
    expect(error).toBeInstanceOf(ConflictError);
    expect(error.outcome).toBe("not_applied");
    expect(error.message).not.toContain(";");
    expect(error.unsavedCredentials()).toBeUndefined();
    expect(at.sent).toHaveLength(requests);
  });

  test("a conflict with an older client is final in a process that has run for an hour, too", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    try {
      vi.advanceTimersByTime(3_600_000);
      const at = setup();
      await at.raw("POST", "/admin/clients", { client_id: "billing" });
      dated(at, 60_000);
      await rejection(at.manager.create({ ...input, clientId: "billing" }));
      expect(at.calls()).toEqual(["POST /admin/clients", "GET /admin/clients/billing"]);
    } finally {
      vi.useRealTimers();
    }
  });

  test("a conflict is final without a further request when nothing could be verified", async () => {
    for (const [at, secret] of [
      [setupWithoutPublic(), {}],
      [setup(), { clientSecret: "chosen-as-well" }],
      [setup(), { tokenEndpointAuthMethod: "none", grantTypes: ["authorization_code"] }],
    ] as const) {
      await at.raw("POST", "/admin/clients", { client_id: "billing" });
      const error = await rejection(at.manager.create({ ...input, clientId: "billing", ...secret } as OryClientInput));
      expect(error).toBeInstanceOf(ConflictError);
      expect(at.sent).toHaveLength(1);
    }
  });

  test("a validation error, without a second request", async () => {
    const { manager, sent } = setup();
    const error = await rejection<ResponseError>(manager.create({ ...input, allowedCorsOrigins: ["https://a.test/path"] }));
    expect(error).toBeInstanceOf(ResponseError);
    expect(error).toMatchObject({ status: 400, vendorCode: "invalid_client_metadata", outcome: "not_applied" });
    expect(sent).toHaveLength(1);
  });

  test("a wrong API key: AuthenticationError", async () => {
    const { manager, simulator } = setupNetwork({}, { apiKey: "ory_pat_wrong" });
    expect(await rejection(manager.create(input))).toBeInstanceOf(AuthenticationError);
    expect(simulator.clients).toHaveLength(0);
  });

  test("a secret of the caller is redacted when the response repeats it", async () => {
    const { manager } = managerWithResponses(async (request) => {
      const { client_secret } = (await request.json()) as { client_secret: string };
      return json({ error: "invalid_request", error_description: `bad secret ${client_secret}` }, 400);
    });
    const error = await rejection(manager.create({ ...input, clientSecret: "chosen-by-caller" }));
    expect(inspect(error)).not.toContain("chosen-by-caller");
    expect(error.message).toContain("bad secret [secret]");
  });

  test("a secret of the caller is redacted when the server chooses the id, too", async () => {
    const { manager } = managerWithResponses(
      () => json({ error: "chosen-by-caller", error_description: "chosen-by-caller" }, 400),
      {
        credentialsFrom: "server",
      },
    );
    const error = await rejection(manager.create({ ...input, clientSecret: "chosen-by-caller" }));
    expect(inspect(error)).not.toContain("chosen-by-caller");
  });
});

test("a reconciliation publishes an event on the channel oauth-clients.call.reconciliation, and a create with a response does not", async () => {
  const events: unknown[] = [];
  const listener = (event: unknown) => events.push(event);
  subscribe("oauth-clients.call.reconciliation", listener);
  const at = setup();
  await at.manager.create(input);
  expect(events).toEqual([]);
  at.simulator.dropConnection("createOAuth2Client", { when: "after" });
  await at.manager.create(input);
  unsubscribe("oauth-clients.call.reconciliation", listener);
  expect(events).toEqual([{ vendor: "ory", operation: "create client" }]);
});

describe("a create with a lost response is reconciled by one read", () => {
  const losses: [string, (at: Setup) => void][] = [
    [
      "the connection is lost after the effect",
      ({ simulator }) => simulator.dropConnection("createOAuth2Client", { when: "after" }),
    ],
    ["the 201 response is truncated", ({ simulator }) => simulator.truncateNext("createOAuth2Client")],
    [
      "the 201 response is replaced by an HTML page",
      ({ simulator }) => simulator.respondWithHtmlNext("createOAuth2Client", { when: "after", status: 201 }),
    ],
    ["a gateway returns 502", ({ simulator }) => simulator.respondWithHtmlNext("createOAuth2Client", { when: "after" })],
    ...[500, 503, 504, 408].map((status): [string, (at: Setup) => void] => [
      `${status} came after the effect`,
      ({ simulator }) => simulator.failNext("createOAuth2Client", { status, when: "after" }),
    ]),
    [
      "a redirect is returned after the effect",
      ({ simulator }) => simulator.redirectNext("createOAuth2Client", { location: "https://evil.test/", when: "after" }),
    ],
    [
      "the 201 response has no id",
      ({ intercept }) =>
        intercept(async (request, forward) => {
          const response = await forward();
          return request.method === "POST" ? json({ surprise: true }, 201) : response;
        }),
    ],
  ];

  test.each(losses)("%s: the call resolves", async (_, lose) => {
    const at = setup();
    lose(at);
    const { client, credentials, registration } = await at.manager.create(input);
    expect(creates(at)).toHaveLength(1);
    expect(at.simulator.clients.map(({ client_id }) => client_id)).toEqual([client.id]);
    expect(client).toMatchObject({ name: "billing", createdAt: expect.any(Date) });
    expect(credentials.clientId).toBe(client.id);
    expect(registration).toBeUndefined();
    expect(await works(at, credentials)).toBe(true);
  });

  test("the deadline passes after the effect: the call resolves", async () => {
    stopTime();
    const at = setup();
    at.simulator.delayNext("createOAuth2Client", 10_000);
    const creating = at.manager.create(input, { timeoutMs: 150 });
    await advanceTime(() => at.hasReceived("createOAuth2Client"), 150);
    const { client, credentials } = await creating;
    expect(at.simulator.clients.map(({ client_id }) => client_id)).toEqual([client.id]);
    expect(await works(at, credentials)).toBe(true);
  });

  test("a runtime sends the request a second time, so the generated id exists: the call resolves", async () => {
    const at = setup();
    at.intercept(async (request, forward) => {
      if (request.method !== "POST" || !request.url.endsWith("/admin/clients")) return forward();
      await at.simulator.fetch(request.clone());
      return forward();
    });
    const { client, credentials } = await at.manager.create(input);
    expect(at.simulator.clients).toHaveLength(1);
    expect(client.id).toBe(credentials.clientId);
    expect(await works(at, credentials)).toBe(true);
  });

  test("the request arrives after its connection was lost: the second read finds the client", async () => {
    const at = setup();
    let late: Promise<Response> | undefined;
    at.intercept(async (request, forward) => {
      if (request.method === "GET" && late === undefined) {
        const nothing = await forward();
        late = at.simulator.fetch(at.sent[0]!.url, { method: "POST", body: at.sent[0]!.body });
        await late;
        return nothing;
      }
      return request.method === "POST" ? breakConnection() : forward();
    });
    const { client, credentials } = await at.manager.create(input);
    expect(at.calls()).toEqual(["POST /admin/clients", `GET /admin/clients/${client.id}`, `GET /admin/clients/${client.id}`]);
    at.intercept(undefined);
    expect(await works(at, credentials)).toBe(true);
  });

  test.each([
    ["and its secret is accepted: the call resolves", undefined],
    ["with client_secret_post: the call resolves", "client_secret_post"],
  ] as const)("a runtime sends the request a second time, with an id of the caller, %s", async (_, method) => {
    const at = setup();
    at.intercept(async (request, forward) => {
      if (request.method === "POST" && request.url.endsWith("/admin/clients")) await at.simulator.fetch(request.clone());
      return forward();
    });
    const chosen = { ...input, clientId: "billing", ...(method ? { tokenEndpointAuthMethod: method } : {}) };
    const { client, credentials } = await at.manager.create(chosen);
    expect(client.id).toBe("billing");
    expect(creates(at)).toHaveLength(1);
    expect(await works(at, credentials)).toBe(true);
  });

  test("a public client is reconciled without credentials", async () => {
    const at = setup();
    at.simulator.dropConnection("createOAuth2Client", { when: "after" });
    const created = await at.manager.create({ name: "spa", tokenEndpointAuthMethod: "none" });
    expect(created.credentials).toBeUndefined();
    expect(at.simulator.clients).toHaveLength(1);
  });

  test("an error response is not reconciled", async () => {
    const { manager, sent } = managerWithResponses(() => json({ error: "forbidden" }, 403));
    expect(await rejection(manager.create(input))).toBeInstanceOf(PermissionDeniedError);
    expect(sent.map(({ method }) => method)).toEqual(["POST"]);
  });
});

describe("a lost create whose client is not found", () => {
  test("has an unknown outcome after a lost connection, because the request may arrive later", async () => {
    const at = setup();
    at.simulator.dropConnection("createOAuth2Client", { when: "before" });
    const error = await rejection<NetworkError>(at.manager.create(input));
    expect(error).toBeInstanceOf(NetworkError);
    expect(error.outcome).toBe("unknown");
    const { clientId } = error.unsavedCredentials()!;
    expect(error.message).toContain(
      `No client ${clientId} exists yet, but the server may still create it. Read the client again later; error.unsavedCredentials() returns the credentials that were sent.`,
    );
    expect(error.message).not.toContain("nothing was changed");
    expect(error.unsavedCredentials()).toMatchObject({ clientSecret: expect.any(String) });
    expect(at.simulator.clients).toHaveLength(0);
    expect(creates(at)).toHaveLength(1);
  });

  test.each([500, 503])("has the outcome not_applied after status %d", async (status) => {
    const at = setup();
    at.simulator.failNext("createOAuth2Client", { status });
    const error = await rejection<ServerError>(at.manager.create(input));
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({ status, outcome: "not_applied" });
    expect(error.message).toMatch(/ Verified: no client [0-9a-f-]{36} exists; it is safe to retry\.$/);
    expect(error.unsavedCredentials()).toBeUndefined();
  });

  test.each([408, 499, 502, 504])(
    "has an unknown outcome after status %d, because the server may still process the request",
    async (status) => {
      const at = setup();
      at.simulator.failNext("createOAuth2Client", { status });
      const error = await rejection<ResponseError>(at.manager.create(input));
      expect(error).toMatchObject({ status, outcome: "unknown" });
      expect(error.unsavedCredentials()).toMatchObject({ clientSecret: expect.any(String) });
      expect(creates(at)).toHaveLength(1);
    },
  );

  test("has an unknown outcome after the deadline", async () => {
    const at = setup();
    at.intercept((request, forward) => (request.method === "POST" ? new Promise(() => undefined) : forward()));
    const error = await rejection<TimeoutError>(at.manager.create(input, { timeoutMs: 100 }));
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error.outcome).toBe("unknown");
    expect(error.unsavedCredentials()?.clientId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("is read a second time after one second at most", async () => {
    stopTime();
    const at = setup({}, { retry: { initialDelayMs: 60_000 } });
    at.intercept((request, forward) => (request.method === "POST" ? breakConnection() : forward()));
    const creating = rejection(at.manager.create(input));
    await advanceTime(() => at.sent.length === 2, 1_000);
    expect(await creating).toMatchObject({ code: "network", outcome: "unknown" });
    expect(at.sent.map(({ method }) => method)).toEqual(["POST", "GET", "GET"]);
  });

  test("has an unknown outcome after an invalid 2xx response", async () => {
    const at = setup();
    at.simulator.respondWithHtmlNext("createOAuth2Client", { status: 200 });
    const error = await rejection<UnexpectedResponseError>(at.manager.create(input));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error.outcome).toBe("unknown");
    expect(error.unsavedCredentials()).toBeDefined();
  });
});

describe("a reconciliation whose read", () => {
  test.each<[string, (at: Setup) => void]>([
    ["is rejected with 403", ({ simulator }) => simulator.failNext("getOAuth2Client", { status: 403, times: 9 })],
    ["gets a server error", ({ simulator }) => simulator.failNext("getOAuth2Client", { status: 503, times: 9 })],
    ["loses its connection", ({ simulator }) => simulator.dropConnection("getOAuth2Client", { when: "before", times: 9 })],
    [
      "gets an invalid response",
      ({ simulator }) => simulator.respondWithHtmlNext("getOAuth2Client", { status: 200, times: 9 }),
    ],
  ])("%s: the first error has an unknown outcome and the credentials", async (_, injectFault) => {
    const at = setup();
    at.simulator.dropConnection("createOAuth2Client", { when: "after" });
    injectFault(at);
    const error = await rejection<NetworkError>(at.manager.create(input));
    expect(error).toBeInstanceOf(NetworkError);
    expect(error.outcome).toBe("unknown");
    const unsaved = error.unsavedCredentials();
    expect(unsaved?.clientId).toBe(at.simulator.clients[0]?.client_id);
    expect(error.message).toContain(
      `Client ${unsaved?.clientId} may exist: reading it failed. Read the client again later; error.unsavedCredentials()`,
    );
    expect(await works(at, unsaved)).toBe(true);
    expect(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)).not.toContain(unsaved?.clientSecret);
    expect(creates(at)).toHaveLength(1);
  });

  test("fails after a conflict about a generated id: the outcome is unknown, with the credentials", async () => {
    const at = setup();
    at.intercept(async (request, forward) => {
      if (request.method === "POST") await at.simulator.fetch(request.clone());
      return forward();
    });
    at.simulator.failNext("getOAuth2Client", { status: 403 });
    const error = await rejection<ConflictError>(at.manager.create(input));
    expect(error).toBeInstanceOf(ConflictError);
    expect(error.outcome).toBe("unknown");
    at.intercept(undefined);
    expect(await works(at, error.unsavedCredentials())).toBe(true);
  });

  test("fails once is repeated", async () => {
    const at = setup();
    at.simulator.dropConnection("createOAuth2Client", { when: "after" });
    at.simulator.failNext("getOAuth2Client", { status: 503 });
    expect(await works(at, (await at.manager.create(input)).credentials)).toBe(true);
  });
});

describe("an abort of create", () => {
  const reason = new Error("enough");

  test.each([reason, null])("before the call sends nothing and rejects with the signal's reason %o", async (enough) => {
    const at = setup();
    expect(await rejection(at.manager.create(input, { signal: AbortSignal.abort(enough) }))).toBe(enough);
    expect(at.sent).toHaveLength(0);
  });

  test("while create waits for the response rejects with the credentials that were sent", async () => {
    const at = setup();
    const controller = new AbortController();
    at.intercept(async (_, forward) => {
      await forward();
      controller.abort(reason);
      return new Promise(() => undefined);
    });
    const error = await rejection<OAuthClientsError>(at.manager.create(input, { signal: controller.signal }));
    expect(error).toMatchObject({ code: "aborted", outcome: "unknown", cause: reason });
    expect(creates(at)).toHaveLength(1);
    at.intercept(undefined);
    expect(await works(at, error.unsavedCredentials())).toBe(true);
  });

  test("before the read of the reconciliation rejects at once with the credentials that were sent", async () => {
    stopTime();
    const at = setup();
    const controller = new AbortController();
    at.intercept(async (request, forward) => {
      if (request.method === "POST") {
        await forward();
        return breakConnection();
      }
      controller.abort(reason);
      return new Promise(() => undefined);
    });
    const error = await rejection<OAuthClientsError>(at.manager.create(input, { signal: controller.signal }));
    expect(error).toMatchObject({ code: "network", outcome: "unknown" });
    expect(at.calls()).toHaveLength(2);
    at.intercept(undefined);
    expect(await works(at, error.unsavedCredentials())).toBe(true);
  });

  test("between the two reads rejects with the credentials, and no further request is sent", async () => {
    const at = setup({}, { retry: { initialDelayMs: 60_000 } });
    const controller = new AbortController();
    at.intercept(async (request, forward) => {
      if (request.method === "POST") return breakConnection();
      setTimeout(() => controller.abort(reason), 20);
      return forward();
    });
    const error = await rejection<OAuthClientsError>(at.manager.create(input, { signal: controller.signal }));
    expect(error).toMatchObject({ code: "network", outcome: "unknown" });
    expect(error.unsavedCredentials()?.clientSecret).toMatch(/./);
    expect(at.calls()).toHaveLength(2);
  });

  test.each([{}, { version: "26.2" }] as const)(
    "with an id of the caller: the client is found by its id and its secret can be rotated: %j",
    async (world) => {
      const at = setup(world);
      const controller = new AbortController();
      at.intercept(async (_, forward) => {
        await forward();
        controller.abort(reason);
        return new Promise(() => undefined);
      });
      const clientId = crypto.randomUUID();
      const error = await rejection<OAuthClientsError>(
        at.manager.create({ ...input, clientId }, { signal: controller.signal }),
      );
      expect(error).toMatchObject({ code: "aborted", outcome: "unknown", cause: reason });
      at.intercept(undefined);
      expect(await works(at, error.unsavedCredentials())).toBe(true);
      expect((await at.manager.get(clientId)).name).toBe("billing");
      expect(await works(at, (await at.manager.rotateSecret(clientId)).credentials)).toBe(true);
    },
  );
});

describe("a lost create with an id of the caller", () => {
  const chosen = { ...input, clientId: "billing" };

  test("resolves when the generated secret is accepted, because only this call can have stored it", async () => {
    const at = setup();
    dated(at);
    at.simulator.dropConnection("createOAuth2Client", { when: "after" });
    const { client, credentials } = await at.manager.create(chosen);
    expect(client.id).toBe("billing");
    expect(await works(at, credentials)).toBe(true);
    expect(at.calls()).toEqual(["POST /admin/clients", "GET /admin/clients/billing", "POST /oauth2/revoke"]);
  });

  test("resolves on Ory Network with client_secret_post", async () => {
    const at = setupNetwork();
    at.simulator.failNext("createOAuth2Client", { status: 500, when: "after" });
    const { credentials } = await at.manager.create({ ...chosen, tokenEndpointAuthMethod: "client_secret_post" });
    expect(await works(at, credentials)).toBe(true);
  });

  test("resolves when the secret is accepted although the client seems older, because clocks can be wrong", async () => {
    const at = setup();
    dated(at, 3_600_000);
    at.simulator.dropConnection("createOAuth2Client", { when: "after" });
    expect(await works(at, (await at.manager.create(chosen)).credentials)).toBe(true);
  });

  test("rejects when another caller created the client a moment before", async () => {
    const at = setup();
    dated(at);
    const first = await at.manager.create(chosen);
    at.simulator.dropConnection("createOAuth2Client", { when: "after" });
    const error = await rejection<NetworkError>(at.manager.create({ ...chosen, name: "second" }));
    expect(error.outcome).toBe("not_applied");
    expect(error.message).toContain("Verified: client billing existed before this call; choose another clientId.");
    expect(at.simulator.clients.map((client) => client.client_name)).toEqual(["billing"]);
    expect(await works(at, first.credentials)).toBe(true);
  });

  test("rejects when the client is older than the call", async () => {
    const at = setupWithoutPublic();
    await at.manager.create(chosen);
    dated(at, 60_000);
    at.simulator.dropConnection("createOAuth2Client", { when: "after" });
    const error = await rejection<NetworkError>(at.manager.create(chosen));
    expect(error.outcome).toBe("not_applied");
    expect(error.message).toContain("existed before");
  });

  test.each<[string, (at: Setup) => void]>([
    ["the client is new", dated],
    ["the clocks differ by a few seconds", (at) => dated(at, 10_000)],
    ["the age of the client is unknown", () => undefined],
  ])("has an unknown outcome without a public API when %s", async (_, prepare) => {
    const at = setupWithoutPublic();
    prepare(at);
    at.simulator.dropConnection("createOAuth2Client", { when: "after" });
    const error = await rejection<NetworkError>(at.manager.create(chosen));
    expect(error.outcome).toBe("unknown");
    expect(error.unsavedCredentials()).toMatchObject({
      clientId: "billing",
      clientSecret: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  test("has an unknown outcome when the secret cannot be verified", async () => {
    const at = setup();
    at.simulator.dropConnection("createOAuth2Client", { when: "after" });
    at.simulator.failNext("revokeOAuth2Token", { status: 500, times: 9 });
    const error = await rejection<OAuthClientsError>(at.manager.create(chosen));
    expect(error.outcome).toBe("unknown");
    expect(error.message).toContain(
      "Client billing exists, but there is no proof that this call created it. Read the client again later; error.unsavedCredentials()",
    );
    expect(error.unsavedCredentials()?.clientId).toBe("billing");
  });

  test("has an unknown outcome when a gateway rejects the secret", async () => {
    const at = setup();
    at.simulator.dropConnection("createOAuth2Client", { when: "after" });
    at.simulator.failNext("revokeOAuth2Token", { status: 401, body: { error: { message: "who are you?" } } });
    const error = await rejection<OAuthClientsError>(at.manager.create(chosen));
    expect(error.outcome).toBe("unknown");
    expect(await works(at, error.unsavedCredentials())).toBe(true);
  });

  test("has an unknown outcome when the read and the verification exceed their time", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    try {
      const at = setup();
      at.simulator.dropConnection("createOAuth2Client", { when: "after" });
      at.intercept((request, forward) => {
        if (request.method === "GET") vi.advanceTimersByTime(9_990);
        return request.url.endsWith("/revoke") ? new Promise(() => undefined) : forward();
      });
      const error = await rejection<OAuthClientsError>(at.manager.create(chosen));
      expect(error.outcome).toBe("unknown");
      expect(error.unsavedCredentials()?.clientId).toBe("billing");
    } finally {
      vi.useRealTimers();
    }
  });

  test.each(["after", "before"] as const)(
    "has an unknown outcome when the secret is the caller's too, because it proves nothing (%s)",
    async (after) => {
      const at = setup();
      const both = { ...chosen, clientSecret: "chosen-as-well" };
      if (after === "before") await at.manager.create(both);
      at.simulator.dropConnection("createOAuth2Client", { when: after });
      const error = await rejection<OAuthClientsError>(at.manager.create(both));
      expect(error.outcome).toBe("unknown");
      expect(error.unsavedCredentials()).toMatchObject({ clientId: "billing", clientSecret: "chosen-as-well" });
    },
  );

  test("has an unknown outcome after an abort of the verification, with the credentials", async () => {
    const at = setup();
    const controller = new AbortController();
    const reason = new Error("enough");
    at.simulator.dropConnection("createOAuth2Client", { when: "after" });
    at.intercept((request, forward) => {
      if (!request.url.endsWith("/revoke")) return forward();
      controller.abort(reason);
      return new Promise(() => undefined);
    });
    const error = await rejection<OAuthClientsError>(at.manager.create(chosen, { signal: controller.signal }));
    expect(error).toMatchObject({ code: "network", outcome: "unknown" });
    at.intercept(undefined);
    expect(await works(at, error.unsavedCredentials())).toBe(true);
  });
});

describe("create with credentialsFrom: server", () => {
  const world = { version: "2.1" } as const;

  test("is necessary for Hydra 2.1, which rejects an id of the caller", async () => {
    expect(await rejection(setup(world).manager.create(input))).toMatchObject({ status: 400, outcome: "not_applied" });
  });

  test("returns the id and the secret of the server", async () => {
    const at = setup(world, { credentialsFrom: "server" });
    const { client, credentials } = await at.manager.create(input);
    expect(JSON.parse(at.sent[0]!.body)).toEqual({ client_name: "billing", grant_types: ["client_credentials"] });
    expect(credentials).toMatchObject({ clientId: client.id, clientSecret: expect.stringMatching(/^[\w.~-]{26}$/) });
    expect(await works(at, credentials)).toBe(true);
  });

  test.each<[string, (at: Setup) => void]>([
    ["a lost connection", ({ simulator }) => simulator.dropConnection("createOAuth2Client", { when: "after" })],
    ["a server error", ({ simulator }) => simulator.failNext("createOAuth2Client", { status: 500, when: "after" })],
    ["a truncated response", ({ simulator }) => simulator.truncateNext("createOAuth2Client")],
  ])("has an unknown outcome and no unsaved credentials after %s", async (_, lose) => {
    const at = setup(world, { credentialsFrom: "server" });
    lose(at);
    const error = await rejection<OAuthClientsError>(at.manager.create(input));
    expect(error.outcome).toBe("unknown");
    expect(error.message).not.toContain("undefined");
    expect(error.unsavedCredentials()).toBeUndefined();
    expect(at.calls()).toEqual(["POST /admin/clients"]);
    expect(at.simulator.clients).toHaveLength(1);
  });

  test("rejects after a lost response about an id of the caller, because the server's secret is lost", async () => {
    const at = setup({}, { credentialsFrom: "server" });
    at.intercept(async (_, forward) => {
      const response = await forward();
      response.headers.set("date", new Date().toUTCString());
      return response;
    });
    at.simulator.dropConnection("createOAuth2Client", { when: "after" });
    const error = await rejection<OAuthClientsError>(at.manager.create({ ...input, clientId: "billing" }));
    expect(error.outcome).toBe("unknown");
    expect(error.message).toContain("billing");
  });

  test("rejects a response without a secret", async () => {
    const { manager } = managerWithResponses(() => json({ client_id: "a" }, 201), { credentialsFrom: "server" });
    const error = await rejection<UnexpectedResponseError>(manager.create(input));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error).toMatchObject({ outcome: "applied", message: expect.stringContaining("Client a exists") });
    expect(error.issues).toEqual([{ path: "client_secret", message: "expected string" }]);
  });

  test("rejects a response without a secret, and sends no further request for an id of the caller", async () => {
    const { manager, sent } = managerWithResponses(() => json({ client_id: "billing" }, 201), { credentialsFrom: "server" });
    const error = await rejection<OAuthClientsError>(manager.create({ ...input, clientId: "billing" }));
    expect(error).toMatchObject({ outcome: "applied", message: expect.stringContaining("Rotate its secret") });
    expect(sent).toHaveLength(1);
  });
});

describe("create returns the secret although the response has invalid or unknown members", () => {
  const registration = { registration_access_token: "x", registration_client_uri: "https://a.test/oauth2/register/" };
  test.each<[string, Record<string, unknown>]>([
    ["unknown members", { surprise: { deep: [1] }, x: null }],
    ["a list that is a string", { contacts: "ops@acme.test" }],
    ["a scope that is an array", { scope: ["read"] }],
    ["times that are numbers", { created_at: 7, updated_at: {} }],
    ["metadata that is a string", { metadata: "x" }],
    ["a key set that is an array", { jwks: [] }],
    ["an invalid registration", { registration_access_token: 7, registration_client_uri: null }],
    ["a lifespan that is a number", { implicit_grant_id_token_lifespan: 3600 }],
    ["a boolean that is a string", { skip_consent: "no" }],
    ["a registration whose id cannot be encoded", { client_id: "\ud800", ...registration }],
  ])("%s", async (_, odd) => {
    const { manager, sent } = managerWithResponses(
      () => json({ client_id: "made", client_secret: "server-made", ...odd }, 201),
      {
        credentialsFrom: "server",
      },
    );
    const { client, credentials } = await manager.create(input);
    const id = odd.client_id ?? "made";
    expect(credentials).toMatchObject({ clientId: id, clientSecret: "server-made" });
    expect(client).toMatchObject({ id, vendor: "ory" });
    expect(sent).toHaveLength(1);
  });

  test("the server's secret is returned when it differs from the one that was sent", async () => {
    const { manager } = managerWithResponses(async (request) =>
      json({ client_id: ((await request.json()) as { client_id: string }).client_id, client_secret: "server-made" }, 201),
    );
    expect((await manager.create(input)).credentials).toMatchObject({ clientSecret: "server-made" });
  });

  test("a response with the id of another client is rejected", async () => {
    const { manager } = managerWithResponses((request) =>
      request.method === "POST" ? json({ client_id: "other", client_secret: "server-made" }, 201) : json({}, 500),
    );
    const error = await rejection<UnexpectedResponseError>(manager.create({ ...input, clientId: "billing" }));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error.outcome).toBe("unknown");
    expect(error.unsavedCredentials()?.clientId).toBe("billing");
    expect(inspect(error)).not.toContain("server-made");
  });

  test("the generated secret is returned when the response has none", async () => {
    const { manager } = managerWithResponses(async (request) =>
      json({ client_id: ((await request.json()) as { client_id: string }).client_id }, 201),
    );
    const { credentials } = await manager.create({ ...input, clientSecret: "chosen-by-caller" });
    expect(credentials.clientSecret).toBe("chosen-by-caller");
  });
});

describe("create after status 429", () => {
  test("is retried and creates one client, because nothing was applied", async () => {
    const at = setup();
    at.simulator.failNext("createOAuth2Client", { status: 429, headers: { "x-ratelimit-reset": "0" }, times: 2 });
    await at.manager.create(input);
    expect(creates(at)).toHaveLength(3);
    expect(new Set(creates(at).map(({ body }) => body)).size).toBe(1);
    expect(at.simulator.clients).toHaveLength(1);
  });

  test("rejects with the delay when the delay is too long", async () => {
    const at = setup();
    at.simulator.failNext("createOAuth2Client", { status: 429, headers: { "x-ratelimit-reset": "0, 3600" }, times: 9 });
    const error = await rejection<RateLimitError>(at.manager.create(input));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ outcome: "not_applied", retryAfterMs: 3_600_000 });
    expect(at.sent).toHaveLength(1);
  });
});

test("a generated secret has 256 random bits from crypto.getRandomValues and does not repeat", () => {
  const source = vi.spyOn(crypto, "getRandomValues");
  const secrets = Array.from({ length: 500 }, randomSecret);
  expect(source).toHaveBeenCalledTimes(500);
  expect(source.mock.calls.every(([bytes]) => (bytes as Uint8Array).byteLength === 32)).toBe(true);
  source.mockRestore();
  expect(new Set(secrets).size).toBe(500);
  for (const secret of secrets) expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
  // Every character of the alphabet occurs, so all bits are used.
  expect(new Set(secrets.join("")).size).toBe(64);
});

describe("create calls the secret sink", () => {
  test.each(["library", "server"] as const)(
    "with the account and the client, whose id is known before the request with credentialsFrom: %s",
    async (credentialsFrom) => {
      const at = setup({}, { credentialsFrom });
      const contexts: unknown[] = [];
      const secretSink = {
        check: (context: unknown) => void contexts.push(context),
        write: (_: unknown, context: unknown) => void contexts.push(context),
      };
      const { client } = await at.manager.create(input, { secretSink });
      const server = at.simulator.urls.admin;
      const attemptId = expect.any(String);
      const known = { vendor: "ory", operation: "create client", server, account: server, name: "billing", attemptId };
      const id = { id: client.id };
      expect(contexts).toEqual([
        { ...known, ...(credentialsFrom === "library" && id) },
        { ...known, ...id },
      ]);
    },
  );
});

describe("create makes a client", () => {
  test("with a generated id and a generated secret", async () => {
    const at = setup();
    const made = [await at.manager.create(input), await at.manager.create(input)];
    expect(new Set(made.map(({ client }) => client.id)).size).toBe(2);
    expect(new Set(made.map(({ credentials }) => credentials.clientSecret)).size).toBe(2);
    for (const { client, credentials } of made) {
      expect(client.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(credentials).toEqual({
        clientId: client.id,
        clientSecret: expect.stringMatching(/^[\w-]{43}$/),
        tokenEndpointAuthMethod: "client_secret_basic",
      });
      expect(await works(at, credentials)).toBe(true);
    }
    expect(creates(at).map(({ body }) => JSON.parse(body))).toMatchObject(
      made.map(({ credentials }) => ({ client_id: credentials.clientId, client_secret: credentials.clientSecret })),
    );
  });

  test("with an id and a secret of the caller", async () => {
    const at = setup();
    const { client, credentials } = await at.manager.create({
      ...input,
      clientId: "billing?eu 1",
      clientSecret: "s3cret: +%&",
    });
    expect(credentials).toMatchObject({ clientId: "billing?eu 1", clientSecret: "s3cret: +%&" });
    expect(await works(at, credentials)).toBe(true);
    expect(await at.manager.get("billing?eu 1")).toEqual(client);
  });

  test("with client_secret_post", async () => {
    const at = setup();
    const { credentials } = await at.manager.create({ ...input, tokenEndpointAuthMethod: "client_secret_post" });
    expect(credentials.tokenEndpointAuthMethod).toBe("client_secret_post");
    expect(await works(at, credentials)).toBe(true);
  });

  test("without credentials for the method none", async () => {
    const at = setup();
    const created = await at.manager.create({
      name: "spa",
      tokenEndpointAuthMethod: "none",
      grantTypes: ["authorization_code"],
    });
    expect(created).not.toHaveProperty("credentials");
    expect(JSON.parse(at.sent[0]!.body)).not.toHaveProperty("client_secret");
    expect(created.client.tokenEndpointAuthMethod).toBe("none");
  });

  test.each([{ jwks: { keys: [publicKey] } }, { jwksUri: "https://keys.test/jwks" }])("with keys: %j", async (keys) => {
    const at = setup();
    const created = await at.manager.create({
      ...input,
      tokenEndpointAuthMethod: "private_key_jwt",
      ...keys,
    } as OryClientInput);
    expect(created.client).toMatchObject({ tokenEndpointAuthMethod: "private_key_jwt", ...keys });
    expect(created.credentials).not.toHaveProperty("tokenEndpointAuthMethod");
  });

  test("and returns its registration outside of the client", async () => {
    const { client, registration } = await setup().manager.create(input);
    expect(registration).toEqual({
      accessToken: expect.stringMatching(/^ory_at_/),
      clientUri: `http://127.0.0.1:4444/oauth2/register/${client.id}`,
    });
    expect(JSON.stringify(client)).not.toContain("ory_at_");
    expect(JSON.stringify(client)).not.toContain("register");
  });

  test("and completes the registration URI when Hydra omits a generated id", async () => {
    const at = setup({ version: "2.3" }, { credentialsFrom: "server" });
    const { client, registration } = await at.manager.create(input);
    expect(registration?.clientUri).toBe(`http://127.0.0.1:4444/oauth2/register/${client.id}`);
  });

  test("without a secret in the client", async () => {
    const { client, credentials } = await setup().manager.create({ ...input, clientSecret: "chosen-by-caller" });
    expect(inspect(client, { depth: 9, showHidden: true })).not.toContain(credentials.clientSecret);
  });

  test("from a copy of the input: later changes have no effect", async () => {
    const at = setup();
    const scopes = ["read"];
    const pending = at.manager.create({ ...input, scopes });
    scopes.push("write");
    expect((await pending).client.scopes).toEqual(["read"]);
  });
});
