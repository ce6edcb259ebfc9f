import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import { receive, withDeadline } from "../../src/token/transport.js";
import { record, rejection, secret, tokenEndpoint } from "./recorder.js";

const errand = { operation: "ask", endpoint: "auth.example/token", method: "none", secrets: [secret] };
const { signal } = new AbortController();
const ask = (answer: () => Response | Promise<Response>, maxResponseBytes?: number) =>
  receive(
    tokenEndpoint,
    { method: "POST" },
    signal,
    { ...record(answer), ...(maxResponseBytes && { maxResponseBytes }) },
    errand,
  );

describe("receive", () => {
  test("rule 14: tells where a redirect leads, without its query and without a secret", async () => {
    const location = `https://evil.example/${encodeURIComponent(secret)}?code=canary`;
    expect(await rejection(ask(() => new Response(null, { status: 307, headers: { location } })))).toMatchObject({
      code: "unexpected_response",
      operation: "ask",
      message: "auth.example/token ask: redirects are not followed: evil.example/[secret] (307)",
    });
  });

  test("rule 14: does not wait for the content of a redirect, nor keep its connection", async () => {
    let isGivenUp = false;
    const content = new ReadableStream({
      cancel() {
        isGivenUp = true;
        throw new Error("as it happens");
      },
    });
    expect(await rejection(ask(() => new Response(content, { status: 302 })))).toMatchObject({ code: "unexpected_response" });
    expect(isGivenUp).toBe(true);
  });

  test("rule 17: reads so many bytes and not one more", async () => {
    expect(await rejection(ask(() => new Response("12345"), 4))).toMatchObject({ code: "unexpected_response", status: 200 });
    expect(await ask(() => new Response("1234"), 4)).toMatchObject({ ...errand, status: 200, text: "1234" });
  });

  test.each([
    ["ECONNREFUSED", "not_applied"],
    ["ECONNRESET", "unknown"],
  ])("tells from %s whether the request has left", async (code, outcome) => {
    const error = await rejection(ask(() => Promise.reject(Object.assign(new Error(secret), { code }))));
    expect(error).toMatchObject({
      code: "network",
      outcome,
      message: expect.stringMatching(
        `^auth.example/token ask: ${outcome === "unknown" ? "connection lost before a response" : "cannot connect"} \\(${code}\\)`,
      ),
    });
  });
});

describe("withDeadline", () => {
  const never = () => new Promise<never>(() => undefined);

  test("rule 16: says at its end whether anything has left, and lets nothing leave after it", async () => {
    const late = withDeadline(errand, 1, undefined, never);
    expect(await rejection(late)).toMatchObject({ code: "timeout", operation: "ask", outcome: "not_applied" });
    const sent = withDeadline(errand, 1, undefined, (_, sending) => {
      sending();
      return never();
    });
    expect(await rejection(sent)).toMatchObject({ code: "timeout", outcome: "unknown" });
    let sendLate: (() => void) | undefined;
    const kept = withDeadline(errand, 1, undefined, (_, sending) => {
      sendLate = sending;
      return never();
    });
    const ended = await rejection(kept);
    expect(() => sendLate?.()).toThrow(ended as Error);
  });

  test("rule 16: ends with the caller's own reason, before and after it began, and leaves nothing on the signal", async () => {
    let begun = 0;
    const work = () => {
      begun++;
      return never();
    };
    expect(await rejection(withDeadline(errand, 1_000, AbortSignal.abort("left"), work))).toBe("left");
    expect(begun).toBe(0);
    const caller = new AbortController();
    const ended = rejection(withDeadline(errand, 1_000, caller.signal, work));
    caller.abort("gone");
    expect(await ended).toBe("gone");
    expect(getEventListeners(caller.signal, "abort")).toEqual([]);
  });
});
