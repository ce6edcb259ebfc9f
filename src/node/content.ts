import type { IncomingMessage } from "node:http";
import type { Readable, Transform } from "node:stream";
import { coded, failure } from "./failure.js";
import { loadBuiltin } from "./platform.js";

// Each coding costs memory and may multiply the size. No server needs as many.
const mostCodings = 5;

/** The content of an answer, decompressed as its `Content-Encoding` says. It can be read once, in one of two ways. */
export interface Content {
  /** As a web stream, read no faster than asked for. It is made when it is first asked for, and locked where `read` came before. */
  readonly stream: () => ReadableStream<Uint8Array<ArrayBuffer>>;
  /**
   * The whole of it, perhaps in memory that holds more; `undefined` when it is longer than so many bytes, and the connection is ended
   * then.
   */
  readonly read: (limit?: number) => Promise<Uint8Array | undefined>;
  /** Whether somebody has begun to read it. */
  readonly isDisturbed: () => boolean;
  /** Whether somebody holds a reader of the stream. */
  readonly isLocked: () => boolean;
}

/**
 * Makes the content of an answer. Nothing is read before somebody asks for it.
 * @param coding - its `Content-Encoding`
 */
export function createContent(incoming: IncomingMessage, coding: string | null, signal: AbortSignal | undefined): Content {
  const source = coding === null ? incoming : decompress(incoming, coding);
  let stream: ReadableStream<Uint8Array<ArrayBuffer>> | undefined;
  let disturbed = false;
  const broken = (error: unknown) => (signal?.aborted ? signal.reason : failure("terminated", error));
  const stop = () => {
    // Both, for a decoder that has not been given anything yet does not pass it on.
    source.destroy();
    incoming.destroy();
  };

  function makeStream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    const chunks: AsyncIterator<Buffer> = source[Symbol.asyncIterator]();
    return new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        async pull(controller) {
          disturbed = true;
          try {
            signal?.throwIfAborted();
            const { done, value } = await chunks.next();
            if (done) controller.close();
            else controller.enqueue(new Uint8Array(value));
          } catch (error) {
            controller.error(broken(error));
          }
        },
        cancel() {
          disturbed = true;
          stop();
        },
      },
      { highWaterMark: 0 },
    );
  }

  return {
    stream() {
      if (stream === undefined) {
        stream = makeStream();
        if (disturbed) stream.getReader();
      }
      return stream;
    },
    read(limit = Number.POSITIVE_INFINITY) {
      disturbed = true;
      stream?.getReader();
      // Listened to and not streamed, which takes several times as long.
      return new Promise((resolve, reject) => {
        const chunks: Buffer[] = [];
        let size = 0;
        let isWhole = false;
        const fail = (error: unknown) => reject(broken(error));
        const cut = () => isWhole || fail(source.errored ?? coded("aborted", "ECONNRESET"));
        if (signal?.aborted || source.destroyed) return cut();
        source.on("data", (chunk: Buffer) => {
          size += chunk.byteLength;
          chunks.push(chunk);
          if (size <= limit) return;
          resolve(undefined);
          stop();
        });
        source.once("end", () => {
          // What has come in already is not given to somebody who has left.
          if (signal?.aborted) return cut();
          isWhole = true;
          resolve(join(chunks, size));
        });
        source.once("error", fail).once("close", cut);
      });
    },
    isDisturbed: () => disturbed,
    isLocked: () => stream?.locked ?? false,
  };
}

function join(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = chunks;
  if (only && chunks.length === 1) return only;
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}

/** As fetch does: an unknown coding leaves the whole content as it came. */
function decompress(incoming: IncomingMessage, coding: string): Readable {
  const codings = coding
    .toLowerCase()
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "" && one !== "identity");
  if (codings.length === 0) return incoming;
  const makers = codings.map((one) => decoders[one]).reverse();
  if (codings.length > mostCodings || makers.includes(undefined)) return incoming;
  const { pipeline } = loadBuiltin("node:stream");
  const steps = makers.map((make) => decoderOf(make as Maker));
  // What goes wrong on the way is met by whoever reads the last step.
  pipeline([incoming, ...steps], () => undefined);
  return steps.at(-1) as Transform;
}

/** Makes a decoder for content that begins with this byte. */
type Maker = (first: number | undefined) => Transform;

const zlib = () => loadBuiltin("node:zlib");
const gzip = () => zlib().createGunzip();

const decoders: Readonly<Record<string, Maker | undefined>> = {
  gzip,
  "x-gzip": gzip,
  br: () => zlib().createBrotliDecompress(),
  // Zlib's format by RFC 9110 section 8.4.1.2, and there are servers that leave out its envelope.
  deflate: (first = 0) => ((first & 0x0f) === 0x08 ? zlib().createInflate() : zlib().createInflateRaw()),
};

/** A decoder that is made at the first byte: without one the content is empty, whatever its coding. */
function decoderOf(make: Maker): Transform {
  const { Transform } = loadBuiltin("node:stream");
  let decoder: Transform | undefined;
  const step: Transform = new Transform({
    transform(chunk: Buffer, encoding, done) {
      decoder ??= make(chunk[0])
        .on("data", (piece) => step.push(piece) || decoder?.pause())
        .on("error", (error) => step.destroy(error))
        // Behind the end of its format it takes nothing more, and does not say so.
        .on("end", () => step.push(null));
      decoder.write(chunk, encoding, done);
    },
    read(size) {
      decoder?.resume();
      Transform.prototype._read.call(step, size);
    },
    flush(done) {
      if (decoder) decoder.on("end", done).end();
      else done();
    },
  });
  return step.on("close", () => decoder?.destroy());
}
