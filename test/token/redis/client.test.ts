import { describe, expect, test } from "vitest";
import { type IoredisClient, isRedisClient, type NodeRedisClient, scriptRunner } from "../../../src/token/redis/client.js";
import { advanceTime, stopTime } from "../../time.js";

const answering = (reply: unknown): NodeRedisClient => ({ eval: async () => reply });

describe("a client", () => {
  test.each([undefined, null, "redis://127.0.0.1", {}, { eval: "no" }, { get: () => undefined }])("is not %s", (value) => {
    expect(isRedisClient(value)).toBe(false);
  });
});

describe("running a script", () => {
  test("passes a refusal on", async () => {
    const client: NodeRedisClient = { eval: () => Promise.reject(new Error("NOPERM")) };
    await expect(scriptRunner(client, 1_000)("script", [], [])).rejects.toThrow("NOPERM");
  });

  test("gives up at the deadline, and spares the client for a moment", async () => {
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

  test("undoes what took effect after the deadline, and nothing that came in time", async () => {
    let answer: (reply: unknown) => void = () => undefined;
    const undone: (string | undefined)[] = [];
    const undo = (late: string | undefined) => undone.push(late);
    await scriptRunner(answering("in time"), 1_000)("script", [], [], undo);
    const client: NodeRedisClient = {
      eval: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    };
    await expect(scriptRunner(client, 20)("script", [], [], undo)).rejects.toThrow();
    expect(undone).toEqual([]);
    answer("late");
    await expect.poll(() => undone).toEqual(["late"]);
  });

  test.each([
    ["text", "text"],
    [1, "1"],
    [null, undefined],
    [undefined, undefined],
    [new TextEncoder().encode("bytes"), "bytes"],
  ])("reads the reply %o", async (reply, expected) => {
    expect(await scriptRunner(answering(reply), 1_000)("script", [], [])).toBe(expected);
  });

  test("speaks to each package's client in its own way", async () => {
    const calls: unknown[][] = [];
    const listen = async (...given: unknown[]) => {
      calls.push(given);
      return "1";
    };
    const ioredis: IoredisClient = { status: "ready", eval: listen };
    const nodeRedis: NodeRedisClient = { eval: listen };
    await scriptRunner(ioredis, 1_000)("script", ["a", "b"], ["c"]);
    await scriptRunner(nodeRedis, 1_000)("script", ["a", "b"], ["c"]);
    expect(calls).toEqual([
      ["script", 2, "a", "b", "c"],
      ["script", { keys: ["a", "b"], arguments: ["c"] }],
    ]);
  });
});
