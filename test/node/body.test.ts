import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { createResponseBody } from "../../src/node/body.js";

const incoming = () => new PassThrough() as unknown as PassThrough & IncomingMessage;
const codings = [null, "gzip", "deflate"];
const decode = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

describe("a stream of the content", () => {
  test("yields no more bytes after a cancel, even bytes that have already arrived", async () => {
    const [source, controller] = [incoming(), new AbortController()];
    const content = createResponseBody(source, null, controller.signal);
    source.write("a");
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(content.stream().getReader().read()).rejects.toBe(reason);
  });

  test("ends the connection when it is cancelled, also behind a decoder", async () => {
    for (const coding of codings) {
      const source = incoming();
      const content = createResponseBody(source, coding, undefined);
      await content.stream().cancel();
      expect([source.destroyed, content.isDisturbed()]).toEqual([true, true]);
    }
  });

  test("is unpacked no faster than it is asked for", async () => {
    const source = incoming();
    const reader = createResponseBody(source, "gzip", undefined).stream().getReader();
    const packed = Buffer.concat(new Array(64).fill(gzipSync(Buffer.alloc(2 ** 20))));
    const before = process.memoryUsage().arrayBuffers;
    source.end(packed);
    let size = (await reader.read()).value?.byteLength ?? 0;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 2 ** 20);
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) size += piece.value.byteLength;
    expect(size).toBe(64 * 2 ** 20);
  });

  test("passes on what is there before the rest has come, also behind a decoder", async () => {
    const source = incoming();
    const content = createResponseBody(source, "GZIP", undefined);
    expect(content.isDisturbed()).toBe(false);
    const reader = content.stream().getReader();
    expect(content.isLocked()).toBe(true);
    source.end(gzipSync("packed"));
    const { value } = await reader.read();
    expect([decode(value), content.isDisturbed()]).toEqual(["packed", true]);
    expect((await reader.read()).done).toBe(true);
  });

  test("is one, however often it is asked for", () => {
    const content = createResponseBody(incoming(), null, undefined);
    expect(content.isLocked()).toBe(false);
    expect(content.stream()).toBe(content.stream());
  });
});

describe("the whole content", () => {
  test("is not passed to a reader that cancelled, before or during the response", async () => {
    const reason = new Error("enough");
    for (const early of [true, false]) {
      const [source, controller] = [incoming(), new AbortController()];
      const content = createResponseBody(source, null, controller.signal);
      source.write("a");
      if (early) controller.abort(reason);
      const whole = content.read();
      if (!early) controller.abort(reason);
      source.end("b");
      await expect(whole).rejects.toBe(reason);
    }
  });

  test.each([
    ["before it is asked for", true],
    ["while it comes", false],
  ])("is an error when the connection breaks %s", async (_when, early) => {
    for (const error of [undefined, Object.assign(new Error("broken"), { code: "EPIPE" })]) {
      const source = incoming();
      const content = createResponseBody(source, null, undefined);
      source.write("half");
      if (early) {
        source.on("error", () => undefined).destroy(error);
        // Nothing is heard of it any more when reading begins.
        await new Promise(setImmediate);
      }
      const whole = content.read();
      if (!early) source.destroy(error);
      await expect(whole).rejects.toMatchObject({ message: "terminated", cause: { code: error ? "EPIPE" : "ECONNRESET" } });
    }
  });

  test("ends the connection when it is longer than asked for, also behind a decoder", async () => {
    for (const [coding, pack] of [
      [null, Buffer.from],
      ["gzip", gzipSync],
      ["deflate", deflateSync],
    ] as const) {
      const source = incoming();
      const whole = createResponseBody(source, coding, undefined).read(999);
      source.write(pack("x".repeat(1_000)));
      expect(await whole).toBeUndefined();
      expect(source.destroyed).toBe(true);
    }
  });

  test.each([
    ["deflate", deflateSync],
    ["deflate", deflateRawSync],
    ["br", brotliCompressSync],
  ])("ends where %s ends, and what comes behind keeps no connection", async (coding, pack) => {
    for (const [pieces, size] of [
      [1, 4],
      [1, 100_000],
      [3, 100_000],
    ] as const) {
      const source = incoming();
      const whole = createResponseBody(source, coding, undefined).read();
      source.write(pieces === 1 ? Buffer.concat([pack("packed"), Buffer.alloc(size, "x")]) : pack("packed"));
      for (let piece = 1; piece < pieces; piece++) {
        await new Promise(setImmediate);
        source.write(Buffer.alloc(size, "x"));
      }
      source.end();
      expect(decode(await whole)).toBe("packed");
      await expect.poll(() => source.destroyed).toBe(true);
    }
  });

  test("is put together from its pieces, up to just the length that was asked for", async () => {
    const source = incoming();
    const content = createResponseBody(source, null, undefined);
    const whole = content.read(5);
    expect(content.isDisturbed()).toBe(true);
    for (const piece of ["ab", "cd", "e"]) {
      source.write(piece);
      await new Promise(setImmediate);
    }
    source.end();
    expect(decode(await whole)).toBe("abcde");
  });

  test("locks the stream, whether that was there before or not", async () => {
    for (const before of [true, false]) {
      const source = incoming();
      const content = createResponseBody(source, null, undefined);
      if (before) content.stream();
      const whole = content.read();
      expect(content.stream().locked).toBe(true);
      source.end("a");
      expect(decode(await whole)).toBe("a");
    }
  });
});
