import { describe, expect, test } from "vitest";
import { createNotes, notesUrl } from "./notes.js";

const add = (notes: ReturnType<typeof createNotes>, init: RequestInit = {}) =>
  notes.fetch(`${notesUrl}/notes`, { method: "POST", body: "note", ...init });

describe("faults", () => {
  test("are rejected for an unknown operation, with a list of the known ones", () => {
    const notes = createNotes();
    const unknown = "addNotes" as "addNote";
    const message = /notes has no operation "addNotes"\. It has: addNote, clear, endless/;
    expect(() => notes.failNext(unknown, { status: 500 })).toThrow(message);
    expect(() => notes.delayNext(unknown, 1)).toThrow(message);
    expect(() => notes.dropConnection(unknown, { when: "after" })).toThrow(message);
    expect(() => notes.truncateNext(unknown)).toThrow(message);
    expect(() => notes.respondWithHtmlNext(unknown)).toThrow(message);
    expect(() => notes.redirectNext(unknown, { location: "/" })).toThrow(message);
  });

  test.each([
    ["a status below 200", (notes: ReturnType<typeof createNotes>) => notes.failNext("addNote", { status: 101 })],
    ["a status above 599", (notes) => notes.failNext("addNote", { status: 600 })],
    ["zero times", (notes) => notes.failNext("addNote", { status: 500, times: 0 })],
    ["a fraction as times", (notes) => notes.truncateNext("addNote", { times: 0.5 })],
    ["a negative delay", (notes) => notes.delayNext("addNote", -1)],
    ["an infinite delay", (notes) => notes.delayNext("addNote", Number.POSITIVE_INFINITY)],
    ["a status that is not a redirect", (notes) => notes.redirectNext("addNote", { location: "/", status: 304 })],
  ] satisfies [string, (notes: ReturnType<typeof createNotes>) => void][])("are rejected with %s", (_case, arrange) => {
    expect(() => arrange(createNotes())).toThrow(RangeError);
  });

  test("do not affect other operations", async () => {
    const notes = createNotes();
    notes.failNext("addNote", { status: 500 });
    expect((await notes.fetch(`${notesUrl}/notes`)).status).toBe(200);
    expect((await add(notes)).status).toBe(500);
  });

  test("are removed by clearFaults", async () => {
    const notes = createNotes();
    notes.failNext("addNote", { status: 500 });
    notes.delayNext("addNote", 60_000);
    notes.clearFaults();
    expect((await add(notes)).status).toBe(201);
  });
});

describe("failNext", () => {
  test("replaces the given number of responses, and the operation does not run", async () => {
    const notes = createNotes();
    notes.failNext("addNote", { status: 503, body: { why: "busy" }, headers: { "retry-after": "7" }, times: 2 });
    const first = await add(notes);
    expect([first.status, first.headers.get("retry-after"), first.headers.get("content-type")]).toEqual([
      503,
      "7",
      "application/json",
    ]);
    expect(await first.json()).toEqual({ why: "busy" });
    expect((await add(notes)).status).toBe(503);
    expect(notes.notes).toEqual([]);
    expect((await add(notes)).status).toBe(201);
  });

  test("replaces the response after the operation with when: after", async () => {
    const notes = createNotes();
    notes.failNext("addNote", { status: 500, when: "after" });
    expect((await add(notes)).status).toBe(500);
    expect(notes.notes).toEqual(["note"]);
  });

  test("sends text unchanged, and no content with a status that has none", async () => {
    const notes = createNotes();
    notes.failNext("addNote", { status: 500, body: "not { json" });
    notes.failNext("addNote", { status: 204, body: "dropped" });
    expect(await (await add(notes)).text()).toBe("not { json");
    expect((await add(notes)).body).toBeNull();
  });
});

describe("dropConnection", () => {
  test.each([
    ["before", []],
    ["after", ["note"]],
  ] as const)("closes the connection %s the operation runs", async (after, kept) => {
    const notes = createNotes();
    notes.dropConnection("addNote", { when: after });
    const error = await add(notes).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ message: "fetch failed", cause: { code: "UND_ERR_SOCKET" } });
    expect(notes.notes).toEqual(kept);
    expect(notes.requests).toMatchObject([{ operationId: "addNote", status: undefined }]);
    expect((await add(notes)).status).toBe(201);
  });
});

describe("truncateNext", () => {
  test("sends the content-length of the whole content and closes the connection in the middle of the content", async () => {
    const notes = createNotes();
    notes.truncateNext("addNote");
    const response = await add(notes);
    expect([response.status, response.headers.get("content-length")]).toEqual([201, String('{"id":1}'.length)]);
    const read: string[] = [];
    const reading = (async () => {
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
        read.push(new TextDecoder().decode(chunk));
    })();
    await expect(reading).rejects.toMatchObject({ name: "TypeError", cause: { code: "UND_ERR_SOCKET" } });
    expect(read.join("")).toBe('{"id');
    expect(notes.notes).toEqual(["note"]);
  });

  test("closes the connection when the response has no content", async () => {
    const notes = createNotes();
    notes.truncateNext("clear");
    await expect(notes.fetch(`${notesUrl}/nothing`, { method: "PUT" })).rejects.toThrow("fetch failed");
  });
});

describe("respondWithHtmlNext", () => {
  test.each([undefined, 200])("responds with an HTML page (status %s)", async (status) => {
    const notes = createNotes();
    notes.respondWithHtmlNext("addNote", status === undefined ? {} : { status, when: "after" });
    const response = await add(notes);
    expect([response.status, response.headers.get("content-type")]).toEqual([status ?? 502, "text/html; charset=utf-8"]);
    expect(await response.text()).toContain("<html>");
    expect(notes.notes).toHaveLength(status === 200 ? 1 : 0);
  });
});

describe("redirectNext", () => {
  test.each([301, 302, 303, 307, 308])("a caller with redirect: manual gets the status %d and the location", async (status) => {
    const notes = createNotes();
    notes.redirectNext("addNote", { location: "https://evil.test/", status });
    const response = await add(notes, { redirect: "manual" });
    expect([response.status, response.headers.get("location")]).toEqual([status, "https://evil.test/"]);
    expect(notes.notes).toEqual([]);
  });

  test("rejects the call of a caller with redirect: error", async () => {
    const notes = createNotes();
    notes.redirectNext("addNote", { location: "/notes" });
    await expect(add(notes, { redirect: "error" })).rejects.toMatchObject({ cause: { message: "unexpected redirect" } });
  });

  test("rejects the call of a caller that follows a redirect to an unknown host", async () => {
    const notes = createNotes();
    notes.redirectNext("addNote", { location: "https://evil.test/" });
    await expect(add(notes)).rejects.toMatchObject({ cause: { code: "ENOTFOUND" } });
  });

  test("ends a redirect loop after 20 redirects", async () => {
    const notes = createNotes();
    notes.redirectNext("addNote", { location: "/notes", times: 30 });
    await expect(add(notes)).rejects.toMatchObject({ cause: { message: "redirect count exceeded" } });
    expect(notes.requests).toHaveLength(21);
  });

  test("repeats the method, the content and the authorization header for 307 on the same host", async () => {
    const notes = createNotes();
    notes.redirectNext("addNote", { location: "/notes" });
    const response = await add(notes, { headers: { authorization: "Bearer x" } });
    expect(response).toMatchObject({ status: 201, redirected: true, url: `${notesUrl}/notes` });
    expect(notes.notes).toEqual(["note"]);
    expect(notes.requests[1]?.headers.authorization).toBe("Bearer [redacted]");
  });

  test("changes POST to GET for 303, and drops the authorization header for another host", async () => {
    const notes = createNotes();
    notes.redirectNext("addNote", { location: "https://other.notes.test/where", status: 303 });
    expect((await add(notes, { headers: { authorization: "Bearer x" } })).status).toBe(200);
    expect(notes.requests[1]).toMatchObject({ operationId: "whereAmI", method: "GET", body: undefined });
    expect(notes.requests[1]?.headers).not.toHaveProperty("authorization");
  });
});

describe("delayNext", () => {
  test("runs the operation immediately and delays the response", async () => {
    const notes = createNotes();
    notes.delayNext("addNote", 30);
    const started = performance.now();
    const pending = add(notes);
    await expect.poll(() => notes.notes, { interval: 1 }).toEqual(["note"]);
    expect((await pending).status).toBe(201);
    expect(performance.now() - started).toBeGreaterThanOrEqual(25);
  });
});
