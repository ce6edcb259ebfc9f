import { describe, expect, test } from "vitest";
import { type IoredisClient, isRedisClient, type NodeRedisClient, scriptRunner } from "../../../src/token/redis/client.js";
import { advanceTime, stopTime } from "../../time.js";

const replyWith = (reply: unknown): NodeRedisClient => ({ eval: async () => reply });

describe("isRedisClient: validation", () => {
  test.each([undefined, null, "redis://127.0.0.1", {}, { eval: "no" }, { get: () => undefined }])(
    "isRedisClient returns false for %s",
    (value) => {
      expect(isRedisClient(value)).toBe(false);
    },
  );
});

describe("scriptRunner: commands and replies", () => {
  test("scriptRunner rejects with the error of the client", async () => {
    const client: NodeRedisClient = { eval: () => Promise.reject(new Error("NOPERM")) };
    await expect(scriptRunner(client, 1_000)("script", [], [])).rejects.toThrow("NOPERM");
  });

  test("scriptRunner rejects at its timeout and sends no further command while the first one is pending", async () => {
    let count = 0;
    const client: NodeRedisClient = {
      eval: () => {
        count += 1;
        return new Promise(() => undefined);
      },
    };
    stopTime();
    const run = scriptRunner(client, 20);
    const first = expect(run("script", [], [])).rejects.toThrow("did not reply within 20 ms");
    await advanceTime(() => count === 1, 20);
    await first;
    await expect(run("script", [], [])).rejects.toThrow("did not reply to an earlier command");
    expect(count).toBe(1);
  });

  test("scriptRunner calls undo only for a reply that arrives after the timeout", async () => {
    let reply: (value: unknown) => void = () => undefined;
    const undone: (string | undefined)[] = [];
    const undo = (late: string | undefined) => undone.push(late);
    await scriptRunner(replyWith("in time"), 1_000)("script", [], [], undo);
    const client: NodeRedisClient = {
      eval: () =>
        new Promise((resolve) => {
          reply = resolve;
        }),
    };
    await expect(scriptRunner(client, 20)("script", [], [], undo)).rejects.toThrow();
    expect(undone).toEqual([]);
    reply("late");
    await expect.poll(() => undone).toEqual(["late"]);
  });

  test.each([
    ["text", "text"],
    [1, "1"],
    [null, undefined],
    [undefined, undefined],
    [new TextEncoder().encode("bytes"), "bytes"],
  ])("scriptRunner converts the reply %o", async (reply, expected) => {
    expect(await scriptRunner(replyWith(reply), 1_000)("script", [], [])).toBe(expected);
  });

  test("scriptRunner calls eval with the arguments of ioredis and of node-redis", async () => {
    const calls: unknown[][] = [];
    const evaluate = async (...args: unknown[]) => {
      calls.push(args);
      return "1";
    };
    const ioredis: IoredisClient = { status: "ready", eval: evaluate };
    const nodeRedis: NodeRedisClient = { eval: evaluate };
    await scriptRunner(ioredis, 1_000)("script", ["a", "b"], ["c"]);
    await scriptRunner(nodeRedis, 1_000)("script", ["a", "b"], ["c"]);
    expect(calls).toEqual([
      ["script", 2, "a", "b", "c"],
      ["script", { keys: ["a", "b"], arguments: ["c"] }],
    ]);
  });
});
