import { describe, expect, test } from "vitest";
import { createNotes, notesUrl } from "./notes.js";

describe("the injected fetch", () => {
  test("rejects a request to another origin like a request to an unknown host", async () => {
    const { fetch, requests } = createNotes();
    const error = await fetch("https://elsewhere.test/notes").catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ message: "fetch failed", cause: { code: "ENOTFOUND", hostname: "elsewhere.test" } });
    expect(requests).toEqual([]);
  });

  test("sends nothing when the signal is already aborted", async () => {
    const { fetch, requests } = createNotes();
    const reason = new Error("enough");
    await expect(fetch(`${notesUrl}/notes`, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(requests).toEqual([]);
  });

  test("rejects with the signal's reason during a delay, and the operation stays applied", async () => {
    const { fetch, delayNext, notes } = createNotes();
    delayNext("addNote", 60_000);
    const abort = new AbortController();
    const reason = { own: "reason" };
    const pending = fetch(`${notesUrl}/notes`, { method: "POST", body: "late", signal: abort.signal });
    setTimeout(() => abort.abort(reason), 10);
    await expect(pending).rejects.toBe(reason);
    expect(notes).toEqual(["late"]);
  });

  test("rejects the reading of the content with the signal's reason", async () => {
    const { fetch } = createNotes();
    const abort = new AbortController();
    const response = await fetch(`${notesUrl}/endless`, { signal: abort.signal });
    const reading = response.text();
    const reason = new Error("enough");
    abort.abort(reason);
    await expect(reading).rejects.toBe(reason);
  });

  test("accepts a string, a URL and a Request", async () => {
    const { fetch, requests } = createNotes();
    await fetch(`${notesUrl}/notes`);
    await fetch(new URL(`${notesUrl}/notes`));
    await fetch(new Request(`${notesUrl}/notes`));
    expect(requests.map(({ operationId, status }) => [operationId, status])).toEqual(Array(3).fill(["listNotes", 200]));
  });

  test("the response has the URL of its request", async () => {
    const { fetch } = createNotes();
    expect(await fetch(`${notesUrl}/notes`)).toMatchObject({ url: `${notesUrl}/notes`, redirected: false });
  });
});
