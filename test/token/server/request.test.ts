import { describe, expect, test } from "vitest";
import { readOnly, send } from "../../../src/token/server/request.js";
import type { RequestOptions } from "../../../src/token/server/types.js";
import { everyView, json, record, rejection, secret, spellings } from "./samples.js";

const url = "https://auth.example/revoke?tenant=1";
const request = {
  operation: "revoke token",
  url,
  prepare: () => ({ init: { method: "POST", body: "a" }, method: "none", secrets: [secret] }),
};
const ask = (answer: () => Response | Promise<Response>, options: RequestOptions = {}) =>
  send(request, { fetch: record(answer).fetch, ...options });

describe("send", () => {
  test.each([301, 302, 303, 307, 308])("does not follow a redirect, nor show where it leads in full: %s", async (status) => {
    const location = `https://evil.example/${encodeURIComponent(secret)}?code=canary`;
    const { fetch, sent } = record(() => new Response(null, { status, headers: { location } }));
    const error = await rejection(send(request, { fetch }));
    expect(error).toMatchObject({ code: "unexpected_response", status, outcome: "unknown" });
    expect(error.message).toContain(`redirects are not followed: evil.example/`);
    for (const text of [...spellings(secret), "canary"]) expect(everyView(error)).not.toContain(text);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.init.redirect).toBe("manual");
  });

  test("takes a redirect that the runtime hides for one", async () => {
    const hidden = Object.defineProperties(new Response(null), { status: { value: 0 }, type: { value: "opaqueredirect" } });
    await expect(ask(() => hidden)).rejects.toMatchObject({ code: "unexpected_response", status: 0 });
  });

  test("stops reading where there is too much", async () => {
    const error = await rejection(ask(() => new Response("a".repeat(101)), { maxResponseBytes: 100 }));
    expect(error).toMatchObject({ code: "unexpected_response", status: 200, message: expect.stringContaining("100 bytes") });
    await expect(ask(() => new Response("a".repeat(100)), { maxResponseBytes: 100 })).resolves.toMatchObject({ status: 200 });
  });

  test.each([
    ["ENOTFOUND", "not_applied"],
    ["ECONNRESET", "unknown"],
  ])("tells from %s whether the server may have acted", async (code, outcome) => {
    const cause = Object.assign(new Error(secret), { code });
    const error = await rejection(ask(() => Promise.reject(new TypeError("fetch failed", { cause }))));
    expect(error).toMatchObject({
      code: "network",
      outcome,
      message: expect.stringMatching(
        `^auth.example/revoke revoke token: ${outcome === "unknown" ? "connection lost before a response" : "cannot connect"} \\(${code}\\)`,
      ),
    });
    expect(everyView(error)).not.toContain(secret);
  });

  test("tells when an answer breaks off", async () => {
    const body = new ReadableStream({ pull: (controller) => controller.error(new TypeError("terminated")) });
    const error = await rejection(ask(() => new Response(body)));
    expect(error).toMatchObject({
      code: "network",
      outcome: "unknown",
      message: expect.stringContaining("connection lost while reading the response"),
    });
  });

  test("keeps its deadline, also with a fetch or a preparation that does not heed it", async () => {
    const never = () => new Promise<never>(() => undefined);
    await expect(ask(never, { timeoutMs: 5 })).rejects.toMatchObject({ code: "timeout", outcome: "unknown" });
    await expect(send({ ...request, prepare: never }, { timeoutMs: 5 })).rejects.toMatchObject({
      code: "timeout",
      outcome: "not_applied",
    });
  });

  test("ends with the signal's own reason, before and after sending", async () => {
    const reason = new Error("enough");
    const { fetch, sent } = record(() => new Promise<never>(() => undefined));
    await expect(send(request, { fetch, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(sent).toHaveLength(0);
    const controller = new AbortController();
    const pending = send(request, { fetch, signal: controller.signal });
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
  });

  test("gives the answer whole, and keeps the query of the address", async () => {
    const { fetch, sent } = record(() => json({ a: 1 }, 418));
    expect(await send(request, { fetch })).toMatchObject({
      operation: "revoke token",
      endpoint: "auth.example/revoke",
      status: 418,
      text: '{"a":1}',
      secrets: [secret],
    });
    expect(sent[0]?.url).toBe(url);
  });
});

describe("reading", () => {
  test("says of every failure of this library that nothing has happened, and passes on what else is thrown", async () => {
    const error = await rejection(readOnly(() => ask(() => new Response("a".repeat(9)), { maxResponseBytes: 1 })));
    expect(error).toMatchObject({ code: "unexpected_response", outcome: "not_applied" });
    expect(await rejection(readOnly(() => Promise.reject("enough")))).toBe("enough");
    expect(await readOnly(async () => 7)).toBe(7);
  });
});
