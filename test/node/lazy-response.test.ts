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
  const pieces = [...text].map((sign) => Buffer.from(sign));
  return createResponseBody(
    Object.assign(Readable.from(pieces), { headers: {} }) as unknown as IncomingMessage,
    null,
    undefined,
  );
}

// The platform's own classes are the measure.
describe("ResponseHeaders", () => {
  const lean = headers;
  const full = new Headers(fields.map(([...pair]) => pair));

  test("cannot be changed", () => {
    for (const change of ["append", "set", "delete"] as const) expect(() => lean[change]()).toThrow(TypeError);
  });

  test("reads as the platform's do", () => {
    for (const name of ["content-type", "X-ONE", "set-cookie", "absent"]) {
      expect([lean.get(name), lean.has(name)], name).toEqual([full.get(name), full.has(name)]);
    }
    expect(lean.getSetCookie()).toEqual(full.getSetCookie());
  });

  test("is walked through as the platform's are", () => {
    expect([...lean]).toEqual([...full]);
    expect([...lean.keys()]).toEqual([...full.keys()]);
    expect([...lean.values()]).toEqual([...full.values()]);
    const walked: unknown[] = [];
    lean.forEach((value, name, headers) => {
      walked.push([name, value, headers === lean]);
    });
    expect(walked).toEqual([...full].map((pair) => [...pair, true]));
    expect([...new Headers(lean)]).toEqual([...full]);
  });
});

describe("LazyResponse", () => {
  test("has every member that the platform's has", () => {
    const lean = new LazyResponse(head, content());
    const names = Object.getOwnPropertyNames(Response.prototype).filter((name) => name !== "constructor");
    expect(names.filter((name) => !(name in lean))).toEqual([]);
    expect(lean).toMatchObject({
      url: head.url,
      status: 201,
      statusText: "Created",
      ok: true,
      redirected: false,
      type: "default",
    });
  });

  test("is read once", async () => {
    for (const read of ["text", "json", "bytes", "arrayBuffer", "blob", "formData", "textUpTo"] as const) {
      const lean = new LazyResponse(head, content());
      expect(lean.bodyUsed).toBe(false);
      await lean.text();
      expect(lean.bodyUsed).toBe(true);
      expect(lean.body?.locked).toBe(true);
      await expect(lean[read](1), read).rejects.toThrow("Body is unusable");
    }
    const lean = new LazyResponse(head, content());
    lean.body?.getReader();
    await expect(lean.text()).rejects.toThrow("Body is unusable");
    expect(() => lean.clone()).toThrow("Body is unusable");
  });

  test("gives its content in every form", async () => {
    const lean = (text?: string) => new LazyResponse(head, content(text));
    expect(await lean().json()).toEqual({ a: 1 });
    expect(await lean("\ufeffé").text()).toBe("é");
    expect(new Uint8Array(await lean("ab").arrayBuffer())).toEqual(new Uint8Array([97, 98]));
    const blob = await lean().blob();
    expect([await blob.text(), blob.type]).toEqual(['{"a":1}', "application/json"]);
    await expect(lean().formData()).rejects.toThrow(TypeError);
    const form = new LazyResponse(
      { ...head, headers: new ResponseHeaders(["content-type", "application/x-www-form-urlencoded"]) },
      content("a=b"),
    );
    expect((await form.formData()).get("a")).toBe("b");
  });

  test("gives a text up to a length, and otherwise says that it is longer", async () => {
    const lean = () => new LazyResponse(head, content("abc"));
    expect(await lean().textUpTo(3)).toBe("abc");
    expect(await lean().textUpTo(2)).toBeUndefined();
    const cloned = lean();
    cloned.clone();
    expect(await cloned.textUpTo(2)).toBeUndefined();
    const fitting = lean();
    fitting.clone();
    expect(await fitting.textUpTo(3)).toBe("abc");
    expect(await new LazyResponse(head, undefined).textUpTo(0)).toBe("");
  });

  test("gives nothing when there is nothing", async () => {
    const lean = new LazyResponse({ ...head, status: 204 }, undefined);
    expect([lean.body, await lean.text(), lean.bodyUsed]).toEqual([null, "", false]);
    expect(await lean.clone().text()).toBe("");
  });

  test("is cloned into the platform's own", async () => {
    const lean = new LazyResponse(head, content());
    const clone = lean.clone();
    expect(clone).toBeInstanceOf(Response);
    expect([clone.url, clone.status, clone.headers.get("x-one")]).toEqual([head.url, 201, "1, 2"]);
    expect(await clone.json()).toEqual({ a: 1 });
    expect(await lean.json()).toEqual({ a: 1 });
  });
});
