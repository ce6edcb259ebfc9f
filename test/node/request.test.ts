import { describe, expect, test } from "vitest";
import { readRequest } from "../../src/node/request.js";

const url = "https://auth.example/token";

describe("readRequest refuses", () => {
  test.each([
    // First: no address has been taken before it.
    ["nothing at all", undefined as never, {}, "url: expected an absolute URL"],
    ["a URL that is none", "token", {}, "url: expected an absolute URL"],
    ["another scheme", "ftp://auth.example/", {}, "url: expected https: or http:"],
    ["user info", "https://me:canary@auth.example/", {}, "url: user info is not allowed"],
    ["a method that makes a tunnel", url, { method: "connect" }, "method: CONNECT is not allowed"],
    ["a method that echoes the request in the response", url, { method: "TRACE" }, "method: TRACE is not allowed"],
    ["content of a HEAD", url, { method: "HEAD", body: "canary" }, "body: HEAD has no body"],
    ["a stream", url, { method: "POST", body: new ReadableStream() }, "body: expected a string, bytes or URLSearchParams"],
    ["FormData", url, { method: "POST", body: new FormData() }, "body: expected a string, bytes or URLSearchParams"],
    ["a host of its own", url, { headers: { Host: "canary" } }, "headers: host cannot be set"],
    ["a connection of its own", url, { headers: [["Connection", "canary"]] }, "headers: connection cannot be set"],
  ])("%s, and does not repeat it", async (_, input, init, message) => {
    await expect(readRequest(input, init as RequestInit)).rejects.toThrow(
      expect.objectContaining({ name: "TypeError", message: expect.stringMatching(new RegExp(`^${message}(?!.*canary)`)) }),
    );
  });
});

describe("readRequest takes", () => {
  test("an address alone, as text or URL", async () => {
    const plain = { method: "GET", headers: {}, content: undefined, signal: undefined };
    expect(await readRequest(url)).toMatchObject(plain);
    expect((await readRequest(new URL(url))).url.href).toBe(url);
  });

  test("methods of any case, and unknown ones as they are", async () => {
    expect((await readRequest(url, { method: "post" })).method).toBe("POST");
    expect((await readRequest(url, { method: "Purge" })).method).toBe("Purge");
  });

  test.each([
    ["an object", { "X-One": "1", Cookie: "a=1", "content-length": "999" }],
    [
      "pairs",
      [
        ["X-One", "1"],
        ["cookie", "a=1"],
        ["Content-Length", "999"],
      ] as [string, string][],
    ],
    ["Headers", new Headers({ "X-One": "1", cookie: "a=1", "content-length": "999" })],
  ])("headers as %s, and counts the length itself", async (_, headers) => {
    expect((await readRequest(url, { headers })).headers).toEqual({ "x-one": "1", cookie: "a=1" });
  });

  test("a header that is repeated", async () => {
    const headers: [string, string][] = [
      ["a", "1"],
      ["A", "2"],
      ["cookie", "a=1"],
      ["cookie", "b=2"],
    ];
    expect((await readRequest(url, { headers })).headers).toEqual({ a: "1, 2", cookie: "a=1; b=2" });
  });

  test.each([
    ["text", "é", "é", "text/plain;charset=UTF-8"],
    ["a form", new URLSearchParams({ a: "b c" }), "a=b+c", "application/x-www-form-urlencoded;charset=UTF-8"],
    ["a buffer", new Uint8Array([1, 2]).buffer, new Uint8Array([1, 2]), undefined],
    ["a view of a buffer", new Uint8Array([0, 1, 2, 3]).subarray(1, 3), new Uint8Array([1, 2]), undefined],
  ])("content as %s", async (_, body, content, type) => {
    const read = await readRequest(url, { method: "POST", body });
    expect(read.content).toEqual(content);
    expect(read.headers["content-type"]).toBe(type);
  });

  test("the caller's own content type", async () => {
    const headers = { "Content-Type": "application/json" };
    expect((await readRequest(url, { method: "POST", body: "{}", headers })).headers["content-type"]).toBe("application/json");
  });

  test("bytes as they are now, not as they become", async () => {
    const body = new Uint8Array([1]);
    const { content } = await readRequest(url, { method: "POST", body });
    body[0] = 2;
    expect(content).toEqual(new Uint8Array([1]));
  });

  test("a Request with everything it has", async () => {
    const { signal } = new AbortController();
    const request = new Request(url, { method: "POST", body: "a", headers: { a: "b" }, redirect: "error", signal });
    const read = await readRequest(request);
    expect(read).toMatchObject({ method: "POST", headers: { a: "b" }, redirect: "error" });
    expect(read.content).toEqual(new TextEncoder().encode("a"));
    expect(read.signal?.aborted).toBe(false);
  });

  test("a Request with changes", async () => {
    expect(await readRequest(new Request(url, { headers: { a: "b" } }), { method: "DELETE" })).toMatchObject({
      method: "DELETE",
      headers: { a: "b" },
      content: undefined,
    });
  });
});
