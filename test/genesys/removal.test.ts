import { NotFoundError, PermissionDeniedError } from "oauth-clients";
import { describe, expect, test, vi } from "vitest";
import { rejection } from "../contract/subject.js";
import { answering, missingId, stage, wireClient } from "./stage.js";

const dayMs = 86_400_000;
const desk = { grantType: "authorization_code", name: "desk", scopes: ["users"] } as const;
const id = wireClient.id;
const path = `/api/v2/oauth/clients/${id}`;
const inactive = { ...wireClient, state: "inactive" };

describe("a client is not deleted", () => {
  test("when there is none", async () => {
    const { manager, asked } = stage();
    expect(await rejection(manager.delete(missingId))).toBeInstanceOf(NotFoundError);
    expect(asked()).toEqual(["postOauthToken", "getOauthClient"]);
  });

  test("when it cannot be made inactive", async () => {
    const { manager, simulator, asked } = stage();
    const { client } = await manager.create(desk);
    simulator.respondWithErrorNext("putOauthClient", { status: 403, code: "not.authorized", message: "no" });
    expect(await rejection(manager.delete(client.id))).toMatchObject({ code: "permission", outcome: "not_applied" });
    expect(asked()).not.toContain("deleteOauthClient");
    expect((await manager.get(client.id)).state).toBe("active");
  });

  test("when only the first half succeeds, which is told", async () => {
    const { manager, simulator } = stage();
    const { client } = await manager.create(desk);
    simulator.respondWithErrorNext("deleteOauthClient", {
      status: 403,
      code: "missing.permissions",
      message: "oauth:client:delete",
    });
    const error = await rejection(manager.delete(client.id));
    expect(error).toBeInstanceOf(PermissionDeniedError);
    expect(error).toMatchObject({ outcome: "unknown" });
    expect(String(error)).toContain(`client ${client.id} is inactive now`);
    expect((await manager.get(client.id)).state).toBe("inactive");
  });

  test("when it was inactive before, of which nothing is told", async () => {
    const { manager } = answering([{ json: inactive }, { status: 403, json: { message: "no" } }]);
    const error = await rejection(manager.delete(id));
    expect(error).toMatchObject({ outcome: "not_applied" });
    expect(String(error)).not.toContain("is inactive now");
  });

  test("by a call that its caller ends while the client is made inactive", async () => {
    const { manager, simulator, asked } = stage();
    const { client } = await manager.create(desk);
    simulator.delayNext("putOauthClient", 5_000);
    const reason = new Error("enough");
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 50);
    expect(await rejection(manager.delete(client.id, { signal: controller.signal }))).toBe(reason);
    expect(asked()).not.toContain("deleteOauthClient");
  });

  test("by a call that its caller ends, whose reason comes back", async () => {
    const { manager, simulator } = stage();
    const { client } = await manager.create(desk);
    simulator.delayNext("deleteOauthClient", 5_000);
    expect(await rejection(manager.delete(client.id, { signal: AbortSignal.timeout(150) }))).toHaveProperty(
      "name",
      "TimeoutError",
    );
  });
});

test("a caller who ends the last look is told so, by the caller's own reason", async () => {
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
  const { manager } = answering([], { fetch });
  expect(await rejection(manager.delete(id, { signal: controller.signal }))).toBe(reason);
  expect(methods).toEqual(["GET", "DELETE", "GET"]);
});

test("the look that follows takes ten seconds at most, however long the call may take", async () => {
  vi.useFakeTimers();
  try {
    const answers = [Response.json(inactive), new Response(null, { status: 204 })];
    const fetch = () => answers.shift() ?? new Promise<Response>(() => {});
    const { manager } = answering([], { fetch: async () => fetch(), timeoutMs: 600_000 });
    const deleting = manager.delete(id);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await Promise.race([deleting, "still looking"])).toEqual({});
  } finally {
    vi.useRealTimers();
  }
});

describe("a client is deleted", () => {
  test("after it is made inactive as a whole", async () => {
    const { manager, asked, bodies, simulator } = stage();
    const { client } = await manager.create(desk);
    expect(await manager.delete(client.id)).toEqual({});
    expect(asked().slice(2)).toEqual(["getOauthClient", "putOauthClient", "deleteOauthClient", "getOauthClient"]);
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

  test("at once when it is inactive", async () => {
    const { manager, asked } = stage();
    const { client } = await manager.create({ ...desk, state: "inactive" });
    await manager.delete(client.id);
    expect(asked()).not.toContain("putOauthClient");
  });

  test.each(["deleted", "inactive"] as const)(
    "when its deletion is only scheduled and it stays readable as %s: the answer says for when",
    async (scheduledState) => {
      const { manager, simulator } = stage({ scheduledState });
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

  test("already, and is not deleted again", async () => {
    const dateToDelete = "2026-10-01T00:00:00.000Z";
    const { manager, sent } = answering([{ json: { ...wireClient, state: "deleted", dateToDelete } }]);
    expect(await manager.delete(id)).toEqual({ scheduledFor: new Date(dateToDelete) });
    expect(sent).toHaveLength(1);
  });

  test("although an earlier attempt of the same call has done it, or nobody can tell for when", async () => {
    const done = [{ json: inactive }, new Error("cut"), { status: 404 }, { status: 403 }];
    const { manager, sent } = answering(done);
    expect(await manager.delete(id)).toEqual({});
    expect(sent.map(({ method, path }) => [method, path])).toEqual([
      ["GET", path],
      ["DELETE", path],
      ["DELETE", path],
      ["GET", path],
    ]);
  });
});
