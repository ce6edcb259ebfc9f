import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readContent } from "../../src/node/content.js";

function incoming(coding?: string): PassThrough & IncomingMessage {
  const headers = coding === undefined ? {} : { "content-encoding": coding };
  return Object.assign(new PassThrough(), { headers }) as unknown as PassThrough & IncomingMessage;
}

describe("readContent", () => {
  it("gives nothing more to whoever has left, even of what is there already", async () => {
    const [source, controller] = [incoming(), new AbortController()];
    const { stream } = readContent(source, controller.signal);
    source.write("a");
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(stream.getReader().read()).rejects.toBe(reason);
  });

  it("ends the connection when it is cancelled, also behind a decoder", async () => {
    for (const coding of [undefined, "gzip", "deflate"]) {
      const source = incoming(coding);
      const { stream, isDisturbed } = readContent(source, undefined);
      await stream.cancel();
      expect([source.destroyed, isDisturbed()]).toEqual([true, true]);
    }
  });

  it("passes on what is there before the rest has come, also behind a decoder", async () => {
    const source = incoming("GZIP");
    const { stream, isDisturbed } = readContent(source, undefined);
    expect(isDisturbed()).toBe(false);
    const reader = stream.getReader();
    source.end(gzipSync("packed"));
    const { value } = await reader.read();
    expect([new TextDecoder().decode(value), isDisturbed()]).toEqual(["packed", true]);
    expect((await reader.read()).done).toBe(true);
  });
});
