import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { createResponseBody } from "../../src/node/body.js";

const incoming = () => new PassThrough() as unknown as PassThrough & IncomingMessage;
const codings = [null, "gzip", "deflate"];
const decode = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

describe("createResponseBody: stream", () => {
  test("the stream yields no bytes after an abort, not even bytes that were already received", async () => {
    const [source, controller] = [incoming(), new AbortController()];
    const content = createResponseBody(source, null, controller.signal);
    source.write("a");
    const reason = new Error("aborted");
    controller.abort(reason);
    await expect(content.stream().getReader().read()).rejects.toBe(reason);
  });

  test("cancelling the stream closes the connection, with and without a decoder", async () => {
    for (const coding of codings) {
      const source = incoming();
      const content = createResponseBody(source, coding, undefined);
      await content.stream().cancel();
      expect([source.destroyed, content.isDisturbed()]).toEqual([true, true]);
    }
  });

  test("the stream decompresses only on demand", async () => {
    const source = incoming();
    const reader = createResponseBody(source, "gzip", undefined).stream().getReader();
    const compressed = Buffer.concat(new Array(64).fill(gzipSync(Buffer.alloc(2 ** 20))));
    const before = process.memoryUsage().arrayBuffers;
    source.end(compressed);
    let size = (await reader.read()).value?.byteLength ?? 0;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 2 ** 20);
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) size += chunk.value.byteLength;
    expect(size).toBe(64 * 2 ** 20);
  });

  test("the stream yields the first bytes before the body is complete, with and without a decoder", async () => {
    const source = incoming();
    const content = createResponseBody(source, "GZIP", undefined);
    expect(content.isDisturbed()).toBe(false);
    const reader = content.stream().getReader();
    expect(content.isLocked()).toBe(true);
    source.end(gzipSync("text"));
    const { value } = await reader.read();
    expect([decode(value), content.isDisturbed()]).toEqual(["text", true]);
    expect((await reader.read()).done).toBe(true);
  });

  test("stream returns the same stream on each call", () => {
    const content = createResponseBody(incoming(), null, undefined);
    expect(content.isLocked()).toBe(false);
    expect(content.stream()).toBe(content.stream());
  });
});

describe("createResponseBody: complete body", () => {
  test("read rejects with the reason of the signal, before and during the response", async () => {
    const reason = new Error("aborted");
    for (const early of [true, false]) {
      const [source, controller] = [incoming(), new AbortController()];
      const content = createResponseBody(source, null, controller.signal);
      source.write("a");
      if (early) controller.abort(reason);
      const body = content.read();
      if (!early) controller.abort(reason);
      source.end("b");
      await expect(body).rejects.toBe(reason);
    }
  });

  test.each([
    ["before the call", true],
    ["during the call", false],
  ])("read rejects when the connection is lost %s", async (_, early) => {
    for (const error of [undefined, Object.assign(new Error("broken"), { code: "EPIPE" })]) {
      const source = incoming();
      const content = createResponseBody(source, null, undefined);
      source.write("half");
      if (early) {
        source.on("error", () => undefined).destroy(error);
        // The stream emits no further event when the read begins.
        await new Promise(setImmediate);
      }
      const body = content.read();
      if (!early) source.destroy(error);
      await expect(body).rejects.toMatchObject({ message: "terminated", cause: { code: error ? "EPIPE" : "ECONNRESET" } });
    }
  });

  test("read closes the connection when the body exceeds the maximum length, with and without a decoder", async () => {
    for (const [coding, compress] of [
      [null, Buffer.from],
      ["gzip", gzipSync],
      ["deflate", deflateSync],
    ] as const) {
      const source = incoming();
      const body = createResponseBody(source, coding, undefined).read(999);
      source.write(compress("x".repeat(1_000)));
      expect(await body).toBeUndefined();
      expect(source.destroyed).toBe(true);
    }
  });

  test.each([
    ["deflate", deflateSync],
    ["deflate", deflateRawSync],
    ["br", brotliCompressSync],
  ])("read ignores bytes after the end of %s data and closes the connection", async (coding, compress) => {
    for (const [pieces, size] of [
      [1, 4],
      [1, 100_000],
      [3, 100_000],
    ] as const) {
      const source = incoming();
      const body = createResponseBody(source, coding, undefined).read();
      source.write(pieces === 1 ? Buffer.concat([compress("text"), Buffer.alloc(size, "x")]) : compress("text"));
      for (let piece = 1; piece < pieces; piece++) {
        await new Promise(setImmediate);
        source.write(Buffer.alloc(size, "x"));
      }
      source.end();
      expect(decode(await body)).toBe("text");
      await expect.poll(() => source.destroyed).toBe(true);
    }
  });

  test("read concatenates chunks up to exactly the maximum length", async () => {
    const source = incoming();
    const content = createResponseBody(source, null, undefined);
    const body = content.read(5);
    expect(content.isDisturbed()).toBe(true);
    for (const piece of ["ab", "cd", "e"]) {
      source.write(piece);
      await new Promise(setImmediate);
    }
    source.end();
    expect(decode(await body)).toBe("abcde");
  });

  test("read locks the stream, created before or after the call", async () => {
    for (const before of [true, false]) {
      const source = incoming();
      const content = createResponseBody(source, null, undefined);
      if (before) content.stream();
      const body = content.read();
      expect(content.stream().locked).toBe(true);
      source.end("a");
      expect(decode(await body)).toBe("a");
    }
  });
});
