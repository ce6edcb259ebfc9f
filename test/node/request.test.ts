import { describe, expect, test } from "vitest";
import { readRequest } from "../../src/node/request.js";

const url = "https://auth.example/token";

describe("readRequest: validation", () => {
  test.each([
    // This case runs first: no valid URL has been read before it.
    ["a missing URL", undefined as never, {}, "url: expected an absolute URL"],
    ["a relative URL", "token", {}, "url: expected an absolute URL"],
    ["another scheme", "ftp://auth.example/", {}, "url: expected https: or http:"],
    ["user info", "https://me:canary@auth.example/", {}, "url: user info is not allowed"],
    ["the method CONNECT", url, { method: "connect" }, "method: CONNECT is not allowed"],
    ["the method TRACE", url, { method: "TRACE" }, "method: TRACE is not allowed"],
    ["a body with HEAD", url, { method: "HEAD", body: "canary" }, "body: HEAD has no body"],
    ["a stream", url, { method: "POST", body: new ReadableStream() }, "body: expected a string, bytes or URLSearchParams"],
    ["FormData", url, { method: "POST", body: new FormData() }, "body: expected a string, bytes or URLSearchParams"],
    ["a Host header", url, { headers: { Host: "canary" } }, "headers: host cannot be set"],
    ["a Connection header", url, { headers: [["Connection", "canary"]] }, "headers: connection cannot be set"],
  ])("readRequest rejects %s and does not repeat the value", async (_, input, init, message) => {
    await expect(readRequest(input, init as RequestInit)).rejects.toThrow(
      expect.objectContaining({ name: "TypeError", message: expect.stringMatching(new RegExp(`^${message}(?!.*canary)`)) }),
    );
  });
});

describe("readRequest: conversion", () => {
  test("readRequest accepts a string or a URL without init", async () => {
    const plain = { method: "GET", headers: {}, content: undefined, signal: undefined };
    expect(await readRequest(url)).toMatchObject(plain);
    expect((await readRequest(new URL(url))).url.href).toBe(url);
  });

  test("readRequest normalizes the case of standard methods and preserves other methods", async () => {
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
  ])("readRequest accepts headers as %s and omits Content-Length", async (_, headers) => {
    expect((await readRequest(url, { headers })).headers).toEqual({ "x-one": "1", cookie: "a=1" });
  });

  test("readRequest joins repeated headers", async () => {
    const headers: [string, string][] = [
      ["a", "1"],
      ["A", "2"],
      ["cookie", "a=1"],
      ["cookie", "b=2"],
    ];
    expect((await readRequest(url, { headers })).headers).toEqual({ a: "1, 2", cookie: "a=1; b=2" });
  });

  test.each([
    ["a string", "é", "é", "text/plain;charset=UTF-8"],
    ["a form", new URLSearchParams({ a: "b c" }), "a=b+c", "application/x-www-form-urlencoded;charset=UTF-8"],
    ["a buffer", new Uint8Array([1, 2]).buffer, new Uint8Array([1, 2]), undefined],
    ["a view of a buffer", new Uint8Array([0, 1, 2, 3]).subarray(1, 3), new Uint8Array([1, 2]), undefined],
  ])("readRequest accepts a body as %s", async (_, body, content, type) => {
    const read = await readRequest(url, { method: "POST", body });
    expect(read.content).toEqual(content);
    expect(read.headers["content-type"]).toBe(type);
  });

  test("readRequest preserves the content type of the caller", async () => {
    const headers = { "Content-Type": "application/json" };
    expect((await readRequest(url, { method: "POST", body: "{}", headers })).headers["content-type"]).toBe("application/json");
  });

  test("readRequest copies the bytes of the body", async () => {
    const body = new Uint8Array([1]);
    const { content } = await readRequest(url, { method: "POST", body });
    body[0] = 2;
    expect(content).toEqual(new Uint8Array([1]));
  });

  test("readRequest reads all members of a Request", async () => {
    const { signal } = new AbortController();
    const request = new Request(url, { method: "POST", body: "a", headers: { a: "b" }, redirect: "error", signal });
    const read = await readRequest(request);
    expect(read).toMatchObject({ method: "POST", headers: { a: "b" }, redirect: "error" });
    expect(read.content).toEqual(new TextEncoder().encode("a"));
    expect(read.signal?.aborted).toBe(false);
  });

  test("readRequest applies init to a Request of another implementation", async () => {
    const { body, headers } = new Request(url, { method: "POST", body: "a", headers: { a: "b" } });
    const foreign = { url, method: "POST", headers, body, duplex: "half", arrayBuffer: () => undefined };
    const read = await readRequest(foreign as unknown as Request, { headers: { c: "d" } });
    expect(read).toMatchObject({ method: "POST", headers: { c: "d" }, content: new TextEncoder().encode("a") });
    expect(read.headers).not.toHaveProperty("a");
  });

  test("readRequest applies init to a Request", async () => {
    expect(await readRequest(new Request(url, { headers: { a: "b" } }), { method: "DELETE" })).toMatchObject({
      method: "DELETE",
      headers: { a: "b" },
      content: undefined,
    });
  });
});
