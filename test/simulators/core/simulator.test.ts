import { describe, expect, test } from "vitest";
import { createSimulator, extendSimulator } from "../../../src/simulators/core/simulator.js";
import { createNotes } from "./notes.js";

describe("a simulator", () => {
  test("rejects a URL outside the path of the base URL", async () => {
    const { fetch } = createNotes({ url: "https://notes.test/v1" });
    await expect(fetch("https://notes.test/v10/notes")).rejects.toMatchObject({ cause: { code: "ENOTFOUND" } });
    expect((await fetch("https://notes.test/v1/notes")).status).toBe(200);
  });

  test("selects operations on a shared base URL by their paths, and listens once for that URL", async () => {
    const simulator = createSimulator({
      name: "shared",
      baseUrls: { read: "https://shared.test", write: "https://shared.test" },
      operations: {
        readX: { method: "GET", path: "/x", origins: ["read"], respond: ({ origins }) => Response.json(origins) },
        change: { method: "PUT", path: "/x", origins: ["write"], respond: () => Response.json("changed") },
      },
      unmatched: (_call, allowed) => Response.json(allowed, { status: 405 }),
    });
    expect(await (await simulator.fetch("https://shared.test/x")).json()).toEqual(["read", "write"]);
    expect(await (await simulator.fetch("https://shared.test/x", { method: "DELETE" })).json()).toEqual(["GET", "PUT"]);
    const { url, urls, close } = await simulator.listen();
    await close();
    expect(urls).toEqual({ read: url, write: url });
  });

  test("applies a fault before the middleware runs", async () => {
    const passed: (string | undefined)[] = [];
    const simulator = createSimulator({
      name: "guarded",
      baseUrls: { api: "https://guarded.test" },
      operations: { readX: { method: "GET", path: "/x", origins: ["api"], respond: () => new Response("seen") } },
      unmatched: () => new Response(null, { status: 404 }),
      middleware: (_call, operationId, next) => {
        passed.push(operationId);
        return next();
      },
    });
    simulator.failNext("readX", { status: 503 });
    expect((await simulator.fetch("https://guarded.test/x")).status).toBe(503);
    expect((await simulator.fetch("https://guarded.test/x")).status).toBe(200);
    expect((await simulator.fetch("https://guarded.test/y")).status).toBe(404);
    expect(passed).toEqual(["readX", undefined]);
  });

  test("does not read getters when it is extended", () => {
    let reads = 0;
    const extended = extendSimulator(createNotes(), {
      get count() {
        reads += 1;
        return reads;
      },
    });
    expect(reads).toBe(0);
    expect([extended.count, extended.count]).toEqual([1, 2]);
  });
});
