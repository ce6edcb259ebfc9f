import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { createContent } from "../../src/node/content.js";

function incoming(coding?: string): PassThrough & IncomingMessage {
  const headers = coding === undefined ? {} : { "content-encoding": coding };
  return Object.assign(new PassThrough(), { headers }) as unknown as PassThrough & IncomingMessage;
}

const codings = [undefined, "gzip", "deflate"];
const decode = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

describe("a stream of the content", () => {
  it("gives nothing more to whoever has left, even of what is there already", async () => {
    const [source, controller] = [incoming(), new AbortController()];
    const content = createContent(source, controller.signal);
    source.write("a");
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(content.stream().getReader().read()).rejects.toBe(reason);
  });

  it("ends the connection when it is cancelled, also behind a decoder", async () => {
    for (const coding of codings) {
      const source = incoming(coding);
      const content = createContent(source, undefined);
      await content.stream().cancel();
      expect([source.destroyed, content.isDisturbed()]).toEqual([true, true]);
    }
  });

  it("passes on what is there before the rest has come, also behind a decoder", async () => {
    const source = incoming("GZIP");
    const content = createContent(source, undefined);
    expect(content.isDisturbed()).toBe(false);
    const reader = content.stream().getReader();
    expect(content.isLocked()).toBe(true);
    source.end(gzipSync("packed"));
    const { value } = await reader.read();
    expect([decode(value), content.isDisturbed()]).toEqual(["packed", true]);
    expect((await reader.read()).done).toBe(true);
  });

  it("is one, however often it is asked for", () => {
    const content = createContent(incoming(), undefined);
    expect(content.isLocked()).toBe(false);
    expect(content.stream()).toBe(content.stream());
  });
});

describe("the whole content", () => {
  it("is not given to whoever has left, neither before nor while it comes", async () => {
    const reason = new Error("enough");
    for (const early of [true, false]) {
      const [source, controller] = [incoming(), new AbortController()];
      const content = createContent(source, controller.signal);
      source.write("a");
      if (early) controller.abort(reason);
      const whole = content.read();
      if (!early) controller.abort(reason);
      source.end("b");
      await expect(whole).rejects.toBe(reason);
    }
  });

  it.each([
    ["before it is asked for", true],
    ["while it comes", false],
  ])("is an error when the connection breaks %s", async (_when, early) => {
    for (const error of [undefined, Object.assign(new Error("broken"), { code: "EPIPE" })]) {
      const source = incoming();
      source.on("error", () => undefined);
      const content = createContent(source, undefined);
      source.write("half");
      if (early) source.destroy(error);
      const whole = content.read();
      if (!early) source.destroy(error);
      await expect(whole).rejects.toMatchObject({ message: "terminated", cause: { code: error ? "EPIPE" : "ECONNRESET" } });
    }
  });

  it("ends the connection when it is longer than asked for, also behind a decoder", async () => {
    for (const [coding, pack] of [
      [undefined, Buffer.from],
      ["gzip", gzipSync],
      ["deflate", deflateSync],
    ] as const) {
      const source = incoming(coding);
      const whole = createContent(source, undefined).read(999);
      source.write(pack("x".repeat(1_000)));
      expect(await whole).toBeUndefined();
      expect(source.destroyed).toBe(true);
    }
  });

  it("is put together from its pieces, up to just the length that was asked for", async () => {
    const source = incoming();
    const content = createContent(source, undefined);
    const whole = content.read(5);
    expect(content.isDisturbed()).toBe(true);
    for (const piece of ["ab", "cd", "e"]) {
      source.write(piece);
      await new Promise(setImmediate);
    }
    source.end();
    expect(decode(await whole)).toBe("abcde");
  });

  it("locks the stream, whether that was there before or not", async () => {
    for (const before of [true, false]) {
      const source = incoming();
      const content = createContent(source, undefined);
      if (before) content.stream();
      const whole = content.read();
      expect(content.stream().locked).toBe(true);
      source.end("a");
      expect(decode(await whole)).toBe("a");
    }
  });
});
