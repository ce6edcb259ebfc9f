import type { IncomingMessage } from "node:http";
import type { Readable, Transform } from "node:stream";
import { failure } from "./failure.js";
import { loadBuiltin } from "./platform.js";

// Each coding costs memory and may multiply the size. No server needs as many.
const mostCodings = 5;

/** The content of an answer, and whether somebody has begun to read it. */
export interface Content {
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly isDisturbed: () => boolean;
}

/** Makes a web stream of an answer's content, decompressed as its `Content-Encoding` says, read no faster than asked for. */
export function readContent(incoming: IncomingMessage, signal: AbortSignal | undefined): Content {
  const source = decompress(incoming);
  const chunks: AsyncIterator<Buffer> = source[Symbol.asyncIterator]();
  let disturbed = false;
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        disturbed = true;
        try {
          // What has come in already is not given to somebody who has left.
          signal?.throwIfAborted();
          const { done, value } = await chunks.next();
          if (done) controller.close();
          else controller.enqueue(new Uint8Array(value));
        } catch (error) {
          controller.error(signal?.aborted ? signal.reason : failure("terminated", error));
        }
      },
      cancel() {
        disturbed = true;
        // Both, for a decoder that has not been given anything yet does not pass it on.
        source.destroy();
        incoming.destroy();
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, isDisturbed: () => disturbed };
}

/** As fetch does: an unknown coding leaves the whole content as it came. */
function decompress(incoming: IncomingMessage): Readable {
  const codings = (incoming.headers["content-encoding"] ?? "")
    .toLowerCase()
    .split(",")
    .map((coding) => coding.trim())
    .filter((coding) => coding !== "" && coding !== "identity");
  if (codings.length === 0) return incoming;
  const makers = codings.map((coding) => decoders[coding]).reverse();
  if (codings.length > mostCodings || makers.includes(undefined)) return incoming;
  const { pipeline } = loadBuiltin("node:stream");
  const steps = makers.map((make) => (make as () => Transform)());
  // What goes wrong on the way is met by whoever reads the last step.
  pipeline([incoming, ...steps], () => undefined);
  return steps.at(-1) as Transform;
}

const decoders: Readonly<Record<string, (() => Transform) | undefined>> = {
  gzip: () => loadBuiltin("node:zlib").createGunzip(),
  "x-gzip": () => loadBuiltin("node:zlib").createGunzip(),
  br: () => loadBuiltin("node:zlib").createBrotliDecompress(),
  deflate: inflate,
};

/** "deflate" is zlib's format by RFC 9110 section 8.4.1.2, and there are servers that leave out its envelope. */
function inflate(): Transform {
  const { createInflate, createInflateRaw } = loadBuiltin("node:zlib");
  const { Transform } = loadBuiltin("node:stream");
  let decoder: Transform | undefined;
  return new Transform({
    transform(chunk: Buffer, encoding, done) {
      if (decoder === undefined) {
        decoder = ((chunk[0] ?? 0) & 0x0f) === 0x08 ? createInflate() : createInflateRaw();
        decoder.on("data", (piece) => this.push(piece)).on("error", (error) => this.destroy(error));
      }
      decoder.write(chunk, encoding, done);
    },
    flush(done) {
      if (decoder === undefined) done();
      else decoder.once("end", () => done()).end();
    },
    destroy(error, done) {
      decoder?.destroy();
      done(error);
    },
  });
}
