import { NotFoundError, PermissionDeniedError } from "oauth-clients";
import { describe, expect, test, vi } from "vitest";
import { rejection } from "../contract/subject.js";
import { missingId, setup, wireClient, withResponses } from "./setup.js";

const dayMs = 86_400_000;
const desk = { grantType: "authorization_code", name: "desk", scopes: ["users"] } as const;
const id = wireClient.id;
const path = `/api/v2/oauth/clients/${id}`;
const inactive = { ...wireClient, state: "inactive" };

describe("delete rejects", () => {
  test("a missing client before any write", async () => {
    const { manager, operations } = setup();
    expect(await rejection(manager.delete(missingId))).toBeInstanceOf(NotFoundError);
    expect(operations()).toEqual(["postOauthToken", "getOauthClient"]);
  });

  test("when the update to inactive is rejected, and deletes nothing", async () => {
    const { manager, simulator, operations } = setup();
    const { client } = await manager.create(desk);
    simulator.respondWithErrorNext("putOauthClient", { status: 403, code: "not.authorized", message: "no" });
    expect(await rejection(manager.delete(client.id))).toMatchObject({ code: "permission", outcome: "not_applied" });
    expect(operations()).not.toContain("deleteOauthClient");
    expect((await manager.get(client.id)).state).toBe("active");
  });

  test("when the deletion is rejected, with an error that says that the client is inactive", async () => {
    const { manager, simulator } = setup();
    const { client } = await manager.create(desk);
    simulator.respondWithErrorNext("deleteOauthClient", {
      status: 403,
      code: "missing.permissions",
      message: "oauth:client:delete",
    });
    const error = await rejection(manager.delete(client.id));
    expect(error).toBeInstanceOf(PermissionDeniedError);
    expect(error).toMatchObject({ outcome: "unknown" });
    expect(String(error)).toContain(`Client ${client.id} may exist, and is inactive now`);
    expect((await manager.get(client.id)).state).toBe("inactive");
  });

  test("when the deletion of an inactive client is rejected, with an error that does not mention the state", async () => {
    const { manager } = withResponses([{ json: inactive }, { status: 403, json: { message: "no" } }]);
    const error = await rejection(manager.delete(id));
    expect(error).toMatchObject({ outcome: "not_applied" });
    expect(String(error)).not.toContain("is inactive now");
  });

  test("with the signal's reason during the update to inactive, and does not delete", async () => {
    const { manager, simulator, operations } = setup();
    const { client } = await manager.create(desk);
    simulator.delayNext("putOauthClient", 5_000);
    const reason = new Error("enough");
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 50);
    expect(await rejection(manager.delete(client.id, { signal: controller.signal }))).toBe(reason);
    expect(operations()).not.toContain("deleteOauthClient");
  });

  test("with the signal's reason during the deletion", async () => {
    const { manager, simulator } = setup();
    const { client } = await manager.create(desk);
    simulator.delayNext("deleteOauthClient", 5_000);
    expect(await rejection(manager.delete(client.id, { signal: AbortSignal.timeout(150) }))).toHaveProperty(
      "name",
      "TimeoutError",
    );
  });
});

test("a signal during the read-back rejects with the signal's reason", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const methods: string[] = [];
  const fetch = (input: RequestInfo | URL, init?: RequestInit) => {
    methods.push(new Request(input, init).method);
    if (methods.length === 1) return Promise.resolve(Response.json(inactive));
    if (methods.length === 2) return Promise.resolve(new Response(null, { status: 204 }));
    controller.abort(reason);
    return new Promise<Response>(() => {});
  };
  const { manager } = withResponses([], { fetch });
  expect(await rejection(manager.delete(id, { signal: controller.signal }))).toBe(reason);
  expect(methods).toEqual(["GET", "DELETE", "GET"]);
});

test("the read-back after a delete takes ten seconds at most", async () => {
  vi.useFakeTimers();
  try {
    const responses = [Response.json(inactive), new Response(null, { status: 204 })];
    const fetch = () => responses.shift() ?? new Promise<Response>(() => {});
    const { manager } = withResponses([], { fetch: async () => fetch(), timeoutMs: 600_000 });
    const deleting = manager.delete(id);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await Promise.race([deleting, "still looking"])).toEqual({});
  } finally {
    vi.useRealTimers();
  }
});

describe("delete resolves", () => {
  test("after it has set the client to inactive, deleted it and read it again", async () => {
    const { manager, operations, bodies, simulator } = setup();
    const { client } = await manager.create(desk);
    expect(await manager.delete(client.id)).toEqual({});
    expect(operations().slice(2)).toEqual(["getOauthClient", "putOauthClient", "deleteOauthClient", "getOauthClient"]);
    expect(bodies("PUT")).toEqual([
      expect.objectContaining({
        name: "desk",
        state: "inactive",
        scope: ["users"],
        registeredRedirectUri: [],
        roleDivisions: [],
      }),
    ]);
    expect(simulator.clients).toHaveLength(0);
  });

  test("without an update when the client is already inactive", async () => {
    const { manager, operations } = setup();
    const { client } = await manager.create({ ...desk, state: "inactive" });
    await manager.delete(client.id);
    expect(operations()).not.toContain("putOauthClient");
  });

  test.each(["deleted", "inactive"] as const)(
    "with the date of a scheduled deletion of a client in the state %s",
    async (scheduledState) => {
      const { manager, simulator } = setup({ scheduledState });
      const old = new Date(simulator.now() - 31 * dayMs);
      const fields = { name: "old", authorizedGrantType: "CODE", scope: ["users"], dateCreated: old.toISOString() };
      const client = simulator.insert({ fields });
      const { scheduledFor } = await manager.delete(client);
      const daysLeft = ((scheduledFor?.getTime() ?? 0) - simulator.now()) / dayMs;
      expect(daysLeft).toBeGreaterThan(6.9);
      expect(daysLeft).toBeLessThan(7.1);
      expect(await manager.get(client)).toMatchObject({ state: scheduledState, deletesAt: scheduledFor });
    },
  );

  test("without a request when the client is in the state deleted", async () => {
    const dateToDelete = "2026-10-01T00:00:00.000Z";
    const { manager, sent } = withResponses([{ json: { ...wireClient, state: "deleted", dateToDelete } }]);
    expect(await manager.delete(id)).toEqual({ scheduledFor: new Date(dateToDelete) });
    expect(sent).toHaveLength(1);
  });

  test("when an earlier attempt deleted the client, and when the read-back is rejected", async () => {
    const notFound = { status: 404, json: { code: "not.found", message: "no such client" } };
    const done = [{ json: inactive }, new Error("cut"), notFound, { status: 403 }];
    const { manager, sent } = withResponses(done);
    expect(await manager.delete(id)).toEqual({});
    expect(sent.map(({ method, path }) => [method, path])).toEqual([
      ["GET", path],
      ["DELETE", path],
      ["DELETE", path],
      ["GET", path],
    ]);
  });
});
