import { connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { maximumContentBytes } from "../../../src/simulators/core/server.js";
import type { SimulatorServer } from "../../../src/simulators/core/simulator.js";
import { createNotes } from "./notes.js";

type Notes = ReturnType<typeof createNotes>;
const open: SimulatorServer<"api" | "other">[] = [];
const listen = async (notes: Notes, options?: Parameters<Notes["listen"]>[0]) => {
  const listening = await notes.listen(options);
  open.push(listening);
  return listening;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ close }) => close()));
});

describe("listen", () => {
  test("rejects when a port is in use, and closes the servers that were opened", async () => {
    const notes = createNotes();
    const { url } = await listen(notes);
    const port = Number(new URL(url).port);
    await expect(createNotes().listen({ ports: { other: port } })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  test("rejects content above the maximum size with 413", async () => {
    const notes = createNotes();
    const { url } = await listen(notes);
    const response = await fetch(`${url}/notes`, { method: "POST", body: "x".repeat(maximumContentBytes + 1) });
    expect(response.status).toBe(413);
    expect(notes.requests).toEqual([]);
    expect((await fetch(`${url}/notes`, { method: "POST", body: "x".repeat(maximumContentBytes) })).status).toBe(201);
  });

  test("a method that a Request cannot have gets 400", async () => {
    const { url } = await listen(createNotes());
    expect(await speak(url, "TRACE / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /);
  });

  test.each(["before", "after"] as const)(
    "destroys the socket for a connection that is dropped %s the operation",
    async (after) => {
      const notes = createNotes();
      const { url } = await listen(notes);
      notes.dropConnection("addNote", { when: after });
      expect(await speak(url, "POST /notes HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\nnote")).toBe("");
      expect(notes.notes).toEqual(after === "after" ? ["note"] : []);
    },
  );

  test("closes the socket in the middle of a truncated response", async () => {
    const notes = createNotes();
    const { url } = await listen(notes);
    notes.truncateNext("addNote");
    const received = await speak(url, "POST /notes HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\nnote");
    expect(received).toMatch(/^HTTP\/1\.1 201 /);
    expect(received).toContain("content-length: 8");
    expect(received).toMatch(/\{"id$/);
    notes.truncateNext("addNote");
    const response = await fetch(`${url}/notes`, { method: "POST", body: "note" });
    await expect(response.text()).rejects.toThrow(TypeError);
  });

  test("close() ends open connections, including those without a response", async () => {
    const notes = createNotes();
    const { url, close } = await notes.listen();
    notes.delayNext("listNotes", 60_000);
    const pending = fetch(`${url}/notes`).catch((error: unknown) => error);
    await expect.poll(() => notes.requests.length).toBe(1);
    await close();
    expect(await pending).toBeInstanceOf(TypeError);
    await expect(fetch(`${url}/notes`)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
  });

  test("listens on one address per origin, and operations receive the addresses that the caller uses", async () => {
    const notes = createNotes();
    const { url, urls } = await listen(notes);
    expect(url).toBe(urls.api);
    expect(urls.api).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await (await fetch(`${urls.other}/where`)).json()).toEqual(urls);
    expect((await fetch(`${urls.api}/where`)).status).toBe(404);
  });

  test("keeps the path of the base URL, and listens on the given port", async () => {
    const { url, port } = await onceFree(async (free) => {
      const listening = await listen(createNotes({ url: "https://notes.test/v1/" }), { port: free });
      return { url: listening.url, port: free };
    });
    expect(url).toBe(`http://127.0.0.1:${port}/v1`);
    expect((await fetch(`${url}/notes`)).status).toBe(200);
  });

  test("serves the same state as the injected fetch", async () => {
    const notes = createNotes();
    const { url } = await listen(notes);
    await notes.fetch("https://notes.test/notes", { method: "POST", body: "one" });
    await fetch(`${url}/notes`, { method: "POST", body: "two" });
    expect(await (await fetch(`${url}/notes`)).json()).toEqual(["one", "two"]);
    expect(notes.requests.map(({ origin }) => origin)).toEqual(["https://notes.test", url, url]);
  });
});

/** Uses a port that was free, and tries another one when it is in use. */
async function onceFree<T>(attempt: (port: number) => Promise<T>): Promise<T> {
  for (let left = 9; ; left--) {
    const { url, close } = await createNotes().listen();
    await close();
    try {
      return await attempt(Number(new URL(url).port));
    } catch (error) {
      if (left === 0 || (error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    }
  }
}

/** Sends text on a socket and returns everything that is received until the connection closes. */
function speak(url: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(text));
    let received = "";
    socket.setEncoding("utf8");
    socket.setTimeout(20_000, () => socket.destroy(new Error("no response")));
    socket.on("data", (chunk: string) => {
      received += chunk;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(received));
  });
}
