import type { IncomingMessage } from "node:http";
import type { Readable, Transform } from "node:stream";
import { createCodedError, createFetchError } from "./errors.js";
import { loadBuiltin } from "./platform.js";

// Each content coding needs memory and can multiply the size.
const maxCodings = 5;

/** The body of a response, decompressed according to its `Content-Encoding`. It can be read once, in one of two ways. */
export interface ResponseBody {
  /** The body as a web stream with backpressure. The stream is created at the first call, and locked when `read` was called before. */
  readonly stream: () => ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Reads the whole body. When it is longer than `limit` bytes, the result is `undefined` and the connection is closed. */
  readonly read: (limit?: number) => Promise<Uint8Array | undefined>;
  /** Whether reading has started. */
  readonly isDisturbed: () => boolean;
  /** Whether the stream has a reader. */
  readonly isLocked: () => boolean;
}

/** The source of a body, and how it ends. */
interface BodySource {
  readonly readable: Readable;
  readonly signal: AbortSignal | undefined;
  /** Converts an error of the source to the error of a reader. */
  readonly toReadError: (error: unknown) => unknown;
  /** Closes the connection. */
  readonly destroy: () => void;
}

/**
 * Creates the body of a response. Nothing is read before the first call.
 * @param coding - the `Content-Encoding` of the response
 */
export function createResponseBody(
  incoming: IncomingMessage,
  coding: string | null,
  signal: AbortSignal | undefined,
): ResponseBody {
  const readable = coding === null ? incoming : decompress(incoming, coding);
  let stream: ReadableStream<Uint8Array<ArrayBuffer>> | undefined;
  let disturbed = false;
  const source: BodySource = {
    readable,
    signal,
    toReadError: (error) => (signal?.aborted ? signal.reason : createFetchError("terminated", error)),
    destroy() {
      // Both, because a decoder that has received nothing does not destroy its input.
      readable.destroy();
      incoming.destroy();
    },
  };

  return {
    stream() {
      if (stream === undefined) {
        stream = createStream(source, () => {
          disturbed = true;
        });
        if (disturbed) stream.getReader();
      }
      return stream;
    },
    read(limit = Number.POSITIVE_INFINITY) {
      disturbed = true;
      stream?.getReader();
      return readAll(source, limit);
    },
    isDisturbed: () => disturbed,
    isLocked: () => stream?.locked ?? false,
  };
}

function createStream(
  { readable, signal, toReadError, destroy }: BodySource,
  onRead: () => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const chunks: AsyncIterator<Buffer> = readable[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        onRead();
        try {
          signal?.throwIfAborted();
          const { done, value } = await chunks.next();
          if (done) controller.close();
          else controller.enqueue(new Uint8Array(value));
        } catch (error) {
          controller.error(toReadError(error));
        }
      },
      cancel() {
        onRead();
        destroy();
      },
    },
    { highWaterMark: 0 },
  );
}

// By events, because reading a stream takes several times as long.
function readAll({ readable, signal, toReadError, destroy }: BodySource, limit: number): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let isComplete = false;
    const fail = (error: unknown) => reject(toReadError(error));
    const failIncomplete = () => {
      if (!isComplete) fail(readable.errored ?? createCodedError("aborted", "ECONNRESET"));
    };
    if (signal?.aborted || readable.destroyed) return failIncomplete();
    readable.on("data", (chunk: Buffer) => {
      size += chunk.byteLength;
      chunks.push(chunk);
      if (size <= limit) return;
      resolve(undefined);
      destroy();
    });
    readable.once("end", () => {
      // A caller that has aborted gets no body, also when it is complete.
      if (signal?.aborted) return failIncomplete();
      isComplete = true;
      resolve(concat(chunks, size));
    });
    readable.once("error", fail).once("close", failIncomplete);
  });
}

function concat(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const [first] = chunks;
  if (first && chunks.length === 1) return first;
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}

/** Decompresses like `fetch`: with an unknown coding the body stays as it is. */
function decompress(incoming: IncomingMessage, coding: string): Readable {
  const codings = coding
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "identity");
  if (codings.length === 0) return incoming;
  const factories = codings.map((name) => decoderFactories[name]).reverse();
  if (codings.length > maxCodings || factories.includes(undefined)) return incoming;
  const { pipeline } = loadBuiltin("node:stream");
  const decoders = factories.map((factory) => createLazyDecoder(factory as DecoderFactory));
  // An error reaches the reader of the last decoder.
  pipeline([incoming, ...decoders], () => undefined);
  return decoders.at(-1) as Transform;
}

/** Creates a decoder for a body with this first byte. */
type DecoderFactory = (first: number | undefined) => Transform;

const zlib = () => loadBuiltin("node:zlib");
const gzip = () => zlib().createGunzip();

const decoderFactories: Readonly<Record<string, DecoderFactory | undefined>> = {
  gzip,
  "x-gzip": gzip,
  br: () => zlib().createBrotliDecompress(),
  // RFC 9110 section 8.4.1.2 defines the zlib format. Some servers send raw deflate data without its header.
  deflate: (first = 0) => ((first & 0x0f) === 0x08 ? zlib().createInflate() : zlib().createInflateRaw()),
};

/** Creates the decoder at the first byte. A body without bytes is empty with every coding. */
function createLazyDecoder(create: DecoderFactory): Transform {
  const { Transform } = loadBuiltin("node:stream");
  let decoder: Transform | undefined;
  const transform: Transform = new Transform({
    transform(chunk: Buffer, encoding, done) {
      decoder ??= create(chunk[0])
        .on("data", (piece) => {
          if (!transform.push(piece)) decoder?.pause();
        })
        .on("error", (error) => transform.destroy(error))
        // The decoder ignores data behind the end of its format.
        .on("end", () => transform.push(null));
      decoder.write(chunk, encoding, done);
    },
    read(size) {
      decoder?.resume();
      Transform.prototype._read.call(transform, size);
    },
    flush(done) {
      if (decoder) decoder.on("end", done).end();
      else done();
    },
  });
  return transform.on("close", () => decoder?.destroy());
}
