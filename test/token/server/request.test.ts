import { describe, expect, test } from "vitest";
import { readOnly, send } from "../../../src/token/server/request.js";
import type { RequestOptions } from "../../../src/token/server/types.js";
import { encodings, everyView, json, record, rejection, secret } from "./samples.js";

const url = "https://auth.example/revoke?tenant=1";
const request = {
  operation: "revoke token",
  url,
  prepare: () => ({ init: { method: "POST", body: "a" }, method: "none", secrets: [secret] }),
};
const sendWith = (respond: () => Response | Promise<Response>, options: RequestOptions = {}) =>
  send(request, { fetch: record(respond).fetch, ...options });

describe("send: requests to an authorization server", () => {
  test.each([301, 302, 303, 307, 308])(
    "send does not follow a redirect with status %s, and its error contains only the host of the target",
    async (status) => {
      const location = `https://evil.example/${encodeURIComponent(secret)}?code=canary`;
      const { fetch, sent } = record(() => new Response(null, { status, headers: { location } }));
      const error = await rejection(send(request, { fetch }));
      expect(error).toMatchObject({ code: "unexpected_response", status, outcome: "unknown" });
      expect(error.message).toContain(`redirects are not followed: evil.example/`);
      for (const text of [...encodings(secret), "canary"]) expect(everyView(error)).not.toContain(text);
      expect(sent).toHaveLength(1);
      expect(sent[0]?.init.redirect).toBe("manual");
    },
  );

  test("send rejects an opaque redirect response", async () => {
    const hidden = Object.defineProperties(new Response(null), { status: { value: 0 }, type: { value: "opaqueredirect" } });
    await expect(sendWith(() => hidden)).rejects.toMatchObject({ code: "unexpected_response", status: 0 });
  });

  test("send stops reading a response that exceeds the maximum size", async () => {
    const error = await rejection(sendWith(() => new Response("a".repeat(101)), { maxResponseBytes: 100 }));
    expect(error).toMatchObject({ code: "unexpected_response", status: 200, message: expect.stringContaining("100 bytes") });
    await expect(sendWith(() => new Response("a".repeat(100)), { maxResponseBytes: 100 })).resolves.toMatchObject({
      status: 200,
    });
  });

  test.each([
    ["ENOTFOUND", "not_applied"],
    ["ECONNRESET", "unknown"],
  ])("send derives the outcome from the network error %s", async (code, outcome) => {
    const cause = Object.assign(new Error(secret), { code });
    const error = await rejection(sendWith(() => Promise.reject(new TypeError("fetch failed", { cause }))));
    expect(error).toMatchObject({
      code: "network",
      outcome,
      message: expect.stringMatching(
        `^auth.example/revoke revoke token: ${outcome === "unknown" ? "connection lost before a response" : "cannot connect"} \\(${code}\\)`,
      ),
    });
    expect(everyView(error)).not.toContain(secret);
  });

  test("send reports a connection that is lost while the response is read", async () => {
    const body = new ReadableStream({ pull: (controller) => controller.error(new TypeError("terminated")) });
    const error = await rejection(sendWith(() => new Response(body)));
    expect(error).toMatchObject({
      code: "network",
      outcome: "unknown",
      message: expect.stringContaining("connection lost while reading the response"),
    });
  });

  test("send enforces its timeout when fetch or the preparation ignores the signal", async () => {
    const never = () => new Promise<never>(() => undefined);
    await expect(sendWith(never, { timeoutMs: 5 })).rejects.toMatchObject({ code: "timeout", outcome: "unknown" });
    await expect(send({ ...request, prepare: never }, { timeoutMs: 5 })).rejects.toMatchObject({
      code: "timeout",
      outcome: "not_applied",
    });
  });

  test("send rejects with the reason of the signal, before and after the request is sent", async () => {
    const reason = new Error("aborted");
    const { fetch, sent } = record(() => new Promise<never>(() => undefined));
    await expect(send(request, { fetch, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(sent).toHaveLength(0);
    const controller = new AbortController();
    const pending = send(request, { fetch, signal: controller.signal });
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
  });

  test("send returns the complete response and preserves the query of the URL", async () => {
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

describe("readOnly: outcome of a request without effects", () => {
  test("readOnly sets the outcome not_applied on errors of the library and rethrows other values unchanged", async () => {
    const error = await rejection(readOnly(() => sendWith(() => new Response("a".repeat(9)), { maxResponseBytes: 1 })));
    expect(error).toMatchObject({ code: "unexpected_response", outcome: "not_applied" });
    expect(await rejection(readOnly(() => Promise.reject("other")))).toBe("other");
    expect(await readOnly(async () => 7)).toBe(7);
  });
});
