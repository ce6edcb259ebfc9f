import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { createResponseBody } from "../../src/node/body.js";
import { LazyResponse, ResponseHeaders } from "../../src/node/lazy-response.js";

const fields = [
  ["Content-Type", "application/json"],
  ["X-One", "1"],
  ["set-cookie", "a=1"],
  ["x-one", "2"],
  ["Set-Cookie", "b=2"],
] as const;
const headers = new ResponseHeaders(fields.flat());
const head = { url: "https://auth.example/", status: 201, statusText: "Created", headers };

function content(text = '{"a":1}') {
  const chunks = [...text].map((character) => Buffer.from(character));
  return createResponseBody(
    Object.assign(Readable.from(chunks), { headers: {} }) as unknown as IncomingMessage,
    null,
    undefined,
  );
}

// The expected behaviour is that of the platform's own classes.
describe("ResponseHeaders: compatibility with Headers", () => {
  const lazy = headers;
  const native = new Headers(fields.map(([...pair]) => pair));

  test("ResponseHeaders rejects changes", () => {
    for (const change of ["append", "set", "delete"] as const) expect(() => lazy[change]()).toThrow(TypeError);
  });

  test("ResponseHeaders returns the same fields as Headers", () => {
    for (const name of ["content-type", "X-ONE", "set-cookie", "absent"]) {
      expect([lazy.get(name), lazy.has(name)], name).toEqual([native.get(name), native.has(name)]);
    }
    expect(lazy.getSetCookie()).toEqual(native.getSetCookie());
  });

  test("ResponseHeaders iterates like Headers", () => {
    expect([...lazy]).toEqual([...native]);
    expect([...lazy.keys()]).toEqual([...native.keys()]);
    expect([...lazy.values()]).toEqual([...native.values()]);
    const visited: unknown[] = [];
    lazy.forEach((value, name, headers) => {
      visited.push([name, value, headers === lazy]);
    });
    expect(visited).toEqual([...native].map((pair) => [...pair, true]));
    expect([...new Headers(lazy)]).toEqual([...native]);
  });
});

describe("LazyResponse: compatibility with Response", () => {
  test("LazyResponse has every member of Response", () => {
    const lazy = new LazyResponse(head, content());
    const names = Object.getOwnPropertyNames(Response.prototype).filter((name) => name !== "constructor");
    expect(names.filter((name) => !(name in lazy))).toEqual([]);
    expect(lazy).toMatchObject({
      url: head.url,
      status: 201,
      statusText: "Created",
      ok: true,
      redirected: false,
      type: "default",
    });
  });

  test("LazyResponse rejects a second read of its body", async () => {
    for (const read of ["text", "json", "bytes", "arrayBuffer", "blob", "formData", "textUpTo"] as const) {
      const lazy = new LazyResponse(head, content());
      expect(lazy.bodyUsed).toBe(false);
      await lazy.text();
      expect(lazy.bodyUsed).toBe(true);
      expect(lazy.body?.locked).toBe(true);
      await expect(lazy[read](1), read).rejects.toThrow("Body is unusable");
    }
    const lazy = new LazyResponse(head, content());
    lazy.body?.getReader();
    await expect(lazy.text()).rejects.toThrow("Body is unusable");
    expect(() => lazy.clone()).toThrow("Body is unusable");
  });

  test("LazyResponse returns its body in every format", async () => {
    const lazy = (text?: string) => new LazyResponse(head, content(text));
    expect(await lazy().json()).toEqual({ a: 1 });
    expect(await lazy("\ufeffé").text()).toBe("é");
    expect(new Uint8Array(await lazy("ab").arrayBuffer())).toEqual(new Uint8Array([97, 98]));
    const blob = await lazy().blob();
    expect([await blob.text(), blob.type]).toEqual(['{"a":1}', "application/json"]);
    await expect(lazy().formData()).rejects.toThrow(TypeError);
    const form = new LazyResponse(
      { ...head, headers: new ResponseHeaders(["content-type", "application/x-www-form-urlencoded"]) },
      content("a=b"),
    );
    expect((await form.formData()).get("a")).toBe("b");
  });

  test("textUpTo returns the text, or undefined when it exceeds the maximum length", async () => {
    const lazy = () => new LazyResponse(head, content("abc"));
    expect(await lazy().textUpTo(3)).toBe("abc");
    expect(await lazy().textUpTo(2)).toBeUndefined();
    const cloned = lazy();
    cloned.clone();
    expect(await cloned.textUpTo(2)).toBeUndefined();
    const shortEnough = lazy();
    shortEnough.clone();
    expect(await shortEnough.textUpTo(3)).toBe("abc");
    expect(await new LazyResponse(head, undefined).textUpTo(0)).toBe("");
  });

  test("LazyResponse without a body has an empty text", async () => {
    const lazy = new LazyResponse({ ...head, status: 204 }, undefined);
    expect([lazy.body, await lazy.text(), lazy.bodyUsed]).toEqual([null, "", false]);
    expect(await lazy.clone().text()).toBe("");
  });

  test("clone returns a Response of the platform", async () => {
    const lazy = new LazyResponse(head, content());
    const clone = lazy.clone();
    expect(clone).toBeInstanceOf(Response);
    expect([clone.url, clone.status, clone.headers.get("x-one")]).toEqual([head.url, 201, "1, 2"]);
    expect(await clone.json()).toEqual({ a: 1 });
    expect(await lazy.json()).toEqual({ a: 1 });
  });
});
