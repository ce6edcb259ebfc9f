import { describe, expect, test } from "vitest";
import { classifyNetworkError, ResponseTooLargeError, readResponseText } from "../../src/core/http/errors.js";
import { rejection } from "./acme.js";

const coded = (code: unknown, more: object = {}) => Object.assign(new Error("text"), { code }, more);

describe("classifyNetworkError", () => {
  test.each([
    ["nothing", undefined],
    ["a string", "ECONNREFUSED"],
    ["an error without a code", new Error("ECONNREFUSED")],
    ["a number for a code", coded(23)],
    ["an empty code", coded("")],
    ["a string that is not a code", coded("token abc was refused")],
    ["a code in lower case", coded("econn-refused")],
    ["a code that is too long", coded(`E${"X".repeat(64)}`)],
    ["no errors in a collection", coded(undefined, { errors: [] })],
  ])("classifyNetworkError does not prove from %s that nothing was sent", (_, error) => {
    expect(classifyNetworkError(error)).toEqual({ code: undefined, notSent: false, permanent: false });
  });

  test("classifyNetworkError does not prove anything from an object whose getters throw", () => {
    const hostile = {
      get code() {
        throw new Error("canary");
      },
    };
    expect(classifyNetworkError(hostile)).toEqual({ code: undefined, notSent: false, permanent: false });
  });

  test("classifyNetworkError does not prove anything from circular causes", () => {
    const error = new Error("text");
    error.cause = error;
    expect(classifyNetworkError(error)).toMatchObject({ code: undefined, notSent: false });
  });

  test.each([
    "ECONNRESET",
    "EPIPE",
    "ETIMEDOUT",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "UND_ERR_SOCKET",
    "UND_ERR_BODY_TIMEOUT",
    "ConnectionClosed",
  ])("classifyNetworkError does not prove from %s that nothing was sent or that a retry would fail", (code) => {
    expect(classifyNetworkError(coded(code))).toEqual({ code, notSent: false, permanent: false });
  });

  test.each([
    "ENOTFOUND",
    "EAI_AGAIN",
    "EAI_FAIL",
    "ECONNREFUSED",
    "ERR_INVALID_URL",
    "UND_ERR_CONNECT_TIMEOUT",
    "ConnectionRefused",
  ])("classifyNetworkError proves from %s that nothing was sent", (code) => {
    const expected = { code, notSent: true, permanent: false };
    expect(classifyNetworkError(coded(code))).toEqual(expected);
    expect(classifyNetworkError(new TypeError("fetch failed", { cause: coded(code) }))).toEqual(expected);
  });

  test.each([
    "CERT_HAS_EXPIRED",
    "CERT_NOT_YET_VALID",
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "ERR_SSL_WRONG_VERSION_NUMBER",
    "HOSTNAME_MISMATCH",
  ])("classifyNetworkError proves from %s that nothing was sent and that a retry would fail", (code) => {
    expect(classifyNetworkError(new TypeError("fetch failed", { cause: coded(code) }))).toEqual({
      code,
      notSent: true,
      permanent: true,
    });
  });

  test("classifyNetworkError reads the errors of all addresses of a name, and proves nothing when one of them does not", () => {
    const all = (...codes: string[]) => coded("ECONNREFUSED", { errors: codes.map((code) => coded(code)) });
    expect(classifyNetworkError(all("ECONNREFUSED", "ECONNREFUSED"))).toMatchObject({ notSent: true });
    expect(classifyNetworkError(all("ECONNREFUSED", "ECONNRESET"))).toMatchObject({ notSent: false });
  });
});

describe("readResponseText", () => {
  const stream = (...chunks: (string | number[])[]) =>
    new Response(
      new ReadableStream<Uint8Array>({
        start(controller) {
          for (const chunk of chunks)
            controller.enqueue(typeof chunk === "string" ? new TextEncoder().encode(chunk) : Uint8Array.from(chunk));
          controller.close();
        },
      }),
    );

  test("readResponseText rejects a text over the limit, and stops reading there", async () => {
    let pulled = 0;
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(10));
      },
      cancel() {
        cancelled = true;
      },
    });
    expect(await rejection(readResponseText(new Response(endless), 100))).toBeInstanceOf(ResponseTooLargeError);
    expect(pulled).toBeLessThan(15);
    expect(cancelled).toBe(true);
  });

  test("readResponseText counts bytes, not characters", async () => {
    expect(await rejection(readResponseText(stream("éé"), 3))).toBeInstanceOf(ResponseTooLargeError);
    expect(await readResponseText(stream("éé"), 4)).toBe("éé");
  });

  test("readResponseText does not wait for a body whose cancellation never settles", async () => {
    const stubborn = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(10)),
      cancel: () => new Promise(() => undefined),
    });
    expect(await rejection(readResponseText(new Response(stubborn), 5))).toBeInstanceOf(ResponseTooLargeError);
  });

  test("readResponseText rejects with the error of a body that fails", async () => {
    const broken = new ReadableStream({ pull: (controller) => controller.error(coded("ECONNRESET")) });
    expect(classifyNetworkError(await rejection(readResponseText(new Response(broken), 5)))).toMatchObject({
      code: "ECONNRESET",
    });
  });

  test("readResponseText reads an absent body as the empty string", async () => {
    expect(await readResponseText(new Response(null), 0)).toBe("");
    expect(await readResponseText(new Response(""), 0)).toBe("");
  });

  test("readResponseText decodes characters that are split between chunks", async () => {
    expect(await readResponseText(stream("a", [0xe2, 0x82], [0xac], "b"), 10)).toBe("a€b");
  });
});
