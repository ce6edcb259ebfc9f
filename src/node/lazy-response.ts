import type { ResponseBody } from "./body.js";

/** A response without its body. */
export interface ResponseHead {
  readonly url: string;
  readonly status: number;
  readonly statusText: string;
  readonly headers: ResponseHeaders;
}

/** The header fields of a response, with the members of the platform's `Headers`. Immutable, like the headers of a `Response`. */
export class ResponseHeaders implements Headers {
  readonly #values = new Map<string, string>();
  readonly #cookies: string[] = [];

  /** @param raw - names and values in turns, as in `IncomingMessage.rawHeaders` */
  constructor(raw: readonly string[]) {
    for (let index = 0; index < raw.length; index += 2) {
      const [name = "", value = ""] = [raw[index], raw[index + 1]];
      const field = name.toLowerCase();
      if (field === "set-cookie") this.#cookies.push(value);
      const before = this.#values.get(field);
      this.#values.set(field, before === undefined ? value : `${before}, ${value}`);
    }
  }

  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null;
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  getSetCookie(): string[] {
    return [...this.#cookies];
  }

  *entries(): Generator<[string, string], undefined> {
    for (const name of [...this.#values.keys()].sort()) {
      if (name === "set-cookie") for (const cookie of this.#cookies) yield [name, cookie];
      else yield [name, this.#values.get(name) ?? ""];
    }
    return undefined;
  }

  *keys(): Generator<string, undefined> {
    for (const [name] of this.entries()) yield name;
    return undefined;
  }

  *values(): Generator<string, undefined> {
    for (const [, value] of this.entries()) yield value;
    return undefined;
  }

  [Symbol.iterator](): Generator<[string, string], undefined> {
    return this.entries();
  }

  forEach(visit: (value: string, name: string, headers: Headers) => void, receiver?: unknown): void {
    for (const [name, value] of this.entries()) visit.call(receiver, value, name, this);
  }

  append(): never {
    throw new TypeError("immutable");
  }

  set(): never {
    throw new TypeError("immutable");
  }

  delete(): never {
    throw new TypeError("immutable");
  }
}

/**
 * A response with every member of the platform's `Response`, which does not load that class: loading takes longer than the rest of a
 * first token request. Only the members `blob`, `formData` and `clone` load it.
 */
export class LazyResponse implements Response {
  readonly #body: ResponseBody | undefined;
  /** The platform's `Response`, after `clone`: this class cannot share one body between two responses. */
  #platformResponse: Response | undefined;
  readonly headers: ResponseHeaders;
  readonly status: number;
  readonly statusText: string;
  readonly url: string;
  readonly redirected = false;
  readonly type = "default";

  constructor({ url, status, statusText, headers }: ResponseHead, body: ResponseBody | undefined) {
    this.#body = body;
    this.headers = headers;
    this.status = status;
    this.statusText = statusText;
    this.url = url;
  }

  get ok(): boolean {
    return this.status >= 200 && this.status <= 299;
  }

  get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    return (this.#platformResponse ? this.#platformResponse.body : this.#body?.stream()) ?? null;
  }

  get bodyUsed(): boolean {
    return this.#platformResponse?.bodyUsed ?? this.#body?.isDisturbed() ?? false;
  }

  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array((await this.#read()) ?? []);
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return (await this.bytes()).buffer;
  }

  async text(): Promise<string> {
    return decode(await this.#read());
  }

  /** The body as text, read without a stream. `undefined` when it is longer than `limit` bytes. */
  async textUpTo(limit: number): Promise<string | undefined> {
    const bytes = await this.#read(limit);
    return bytes && decode(bytes);
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  async blob(): Promise<Blob> {
    return this.#toPlatformResponse(this.#takeBody()).blob();
  }

  async formData(): Promise<FormData> {
    return this.#toPlatformResponse(this.#takeBody()).formData();
  }

  clone(): Response {
    this.#platformResponse = this.#toPlatformResponse(this.#takeBody());
    return Object.defineProperty(this.#platformResponse.clone(), "url", { value: this.url });
  }

  /** The bytes of the body. `undefined` when there are more than `limit`. */
  async #read(limit = Number.POSITIVE_INFINITY): Promise<Uint8Array | undefined> {
    if (this.#platformResponse) {
      const bytes = new Uint8Array(await this.#platformResponse.arrayBuffer());
      return bytes.byteLength > limit ? undefined : bytes;
    }
    this.#throwIfUsed();
    return this.#body ? this.#body.read(limit) : new Uint8Array();
  }

  #takeBody(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    this.#throwIfUsed();
    return this.body;
  }

  #throwIfUsed(): void {
    if (this.bodyUsed || this.#body?.isLocked()) throw new TypeError("Body is unusable: Body has already been read");
  }

  #toPlatformResponse(body: BodyInit | null): Response {
    const { status, statusText } = this;
    return new Response(body, { status, statusText, headers: [...this.headers] });
  }
}

// Shared by all responses. It has no state between two calls.
let decoder: TextDecoder | undefined;

function decode(bytes: Uint8Array | undefined): string {
  decoder ??= new TextDecoder();
  return decoder.decode(bytes);
}
