import { describe, expect, test } from "vitest";
import { createNotes, notesUrl } from "./notes.js";

describe("routing", () => {
  test.each([
    ["a path that does not exist", "GET", "/nowhere", 404],
    ["a method that the path does not have", "DELETE", "/notes", 405],
    ["a segment that cannot be decoded", "GET", "/notes/%E0", 404],
    ["an empty segment", "GET", "/notes/", 404],
  ])("finds no operation for %s", async (_case, method, path, status) => {
    const { fetch, requests } = createNotes();
    expect((await fetch(notesUrl + path, { method })).status).toBe(status);
    expect(requests).toMatchObject([{ operationId: undefined, status }]);
  });

  test("decodes the parameters of a path template, slashes included", async () => {
    const { fetch } = createNotes();
    const response = await fetch(`${notesUrl}/notes/${encodeURIComponent("a/b c")}`);
    expect(await response.json()).toEqual({ id: "a/b c" });
  });

  test("prefers a literal segment to a parameter", async () => {
    const { fetch } = createNotes();
    expect(await (await fetch(`${notesUrl}/notes/newest`)).json()).toEqual({ newest: true });
  });
});
