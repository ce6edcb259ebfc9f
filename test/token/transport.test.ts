import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import { receive, withDeadline } from "../../src/token/transport.js";
import { record, rejection, secret, tokenEndpoint } from "./recorder.js";

const context = { operation: "request token", endpoint: "auth.example/token", method: "none", secrets: [secret] };
const { signal } = new AbortController();
const sendWith = (respond: () => Response | Promise<Response>, maxResponseBytes?: number) =>
  receive(
    tokenEndpoint,
    { method: "POST" },
    signal,
    { ...record(respond), ...(maxResponseBytes && { maxResponseBytes }) },
    context,
  );

describe("receive: response and network errors", () => {
  test("rule 14: the error of a redirect contains its target without query and secret", async () => {
    const location = `https://evil.example/${encodeURIComponent(secret)}?code=canary`;
    expect(await rejection(sendWith(() => new Response(null, { status: 307, headers: { location } })))).toMatchObject({
      code: "unexpected_response",
      operation: "request token",
      message: "auth.example/token request token: redirects are not followed: evil.example/[secret] (307)",
    });
  });

  test.each([300, 399])("rule 14: a %i response without a target is a redirect", async (status) => {
    expect(await rejection(sendWith(() => new Response(null, { status })))).toMatchObject({
      message: `auth.example/token request token: redirects are not followed:  (${status})`,
      status,
      issues: [],
      outcome: "unknown",
    });
  });

  test("rule 14: a redirect that the runtime hides is a redirect", async () => {
    const hidden = Object.defineProperties(new Response(null), { status: { value: 0 }, type: { value: "opaqueredirect" } });
    expect(await rejection(sendWith(() => hidden))).toMatchObject({ code: "unexpected_response", status: 0 });
  });

  test.each([299, 400])("receive returns a %i response", async (status) => {
    expect(await sendWith(() => new Response("text", { status }))).toMatchObject({ status, text: "text" });
  });

  test("a connection that is lost while the response is read leaves the outcome unknown", async () => {
    const broken = new ReadableStream({
      start: (controller) => controller.error(Object.assign(new Error("cut"), { code: "ECONNREFUSED" })),
    });
    expect(await rejection(sendWith(() => new Response(broken)))).toMatchObject({
      outcome: "unknown",
      message: expect.stringContaining("connection lost while reading the response"),
    });
  });

  test("rule 14: receive cancels the body of a redirect", async () => {
    let isCancelled = false;
    const content = new ReadableStream({
      cancel() {
        isCancelled = true;
        throw new Error("as it happens");
      },
    });
    expect(await rejection(sendWith(() => new Response(content, { status: 302 })))).toMatchObject({
      code: "unexpected_response",
    });
    expect(isCancelled).toBe(true);
  });

  test("rule 17: receive reads at most maxResponseBytes bytes", async () => {
    expect(await rejection(sendWith(() => new Response("12345"), 4))).toMatchObject({
      code: "unexpected_response",
      status: 200,
    });
    expect(await sendWith(() => new Response("1234"), 4)).toMatchObject({ ...context, status: 200, text: "1234" });
  });

  test.each([
    ["ECONNREFUSED", "not_applied"],
    ["ECONNRESET", "unknown"],
  ])("receive derives the outcome from the network error %s", async (code, outcome) => {
    const error = await rejection(sendWith(() => Promise.reject(Object.assign(new Error(secret), { code }))));
    expect(error).toMatchObject({
      code: "network",
      outcome,
      message: expect.stringMatching(
        `^auth.example/token request token: ${outcome === "unknown" ? "connection lost before a response" : "cannot connect"} \\(${code}\\)`,
      ),
    });
  });
});

describe("withDeadline: timeout and abort", () => {
  const never = () => new Promise<never>(() => undefined);

  test("rule 16: the timeout error states whether a request was sent, and no request is sent after it", async () => {
    const late = withDeadline(context, 1, undefined, never);
    expect(await rejection(late)).toMatchObject({ code: "timeout", operation: "request token", outcome: "not_applied" });
    const sent = withDeadline(context, 1, undefined, (_, sending) => {
      sending();
      return never();
    });
    expect(await rejection(sent)).toMatchObject({ code: "timeout", outcome: "unknown" });
    let sendLate: (() => void) | undefined;
    const resolved = withDeadline(context, 1, undefined, (_, sending) => {
      sendLate = sending;
      return never();
    });
    const ended = await rejection(resolved);
    expect(() => sendLate?.()).toThrow(ended as Error);
  });

  test("rule 16: withDeadline rejects with the reason of the signal and removes its listeners", async () => {
    let started = 0;
    const work = () => {
      started++;
      return never();
    };
    expect(await rejection(withDeadline(context, 1_000, AbortSignal.abort("left"), work))).toBe("left");
    expect(started).toBe(0);
    const caller = new AbortController();
    const ended = rejection(withDeadline(context, 1_000, caller.signal, work));
    caller.abort("gone");
    expect(await ended).toBe("gone");
    expect(getEventListeners(caller.signal, "abort")).toEqual([]);
  });
});
