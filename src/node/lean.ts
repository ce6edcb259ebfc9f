import type { Content } from "./content.js";

/** What an answer says before its content. */
export interface Head {
  readonly url: string;
  readonly status: number;
  readonly statusText: string;
  /** Names and values as they came, one pair for each line. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** Header fields of an answer: as the platform's `Headers`, and as immutable as those of an answer are. */
export class LeanHeaders implements Headers {
  readonly #values = new Map<string, string>();
  readonly #cookies: string[] = [];

  constructor(fields: Head["fields"]) {
    for (const [name, value] of fields) {
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
 * An answer with every member of the platform's `Response`, made without loading that class: loading it takes longer than the rest
 * of a first token. It is loaded when a member asks for it: `blob`, `formData`, `clone`.
 */
export class LeanResponse implements Response {
  readonly #content: Content | undefined;
  /** The platform's own, once the answer has been cloned: two that share one content are more than this class can do. */
  #full: Response | undefined;
  readonly headers: LeanHeaders;
  readonly status: number;
  readonly statusText: string;
  readonly url: string;
  readonly redirected = false;
  readonly type = "default";

  constructor({ url, status, statusText, fields }: Head, content: Content | undefined) {
    this.#content = content;
    this.headers = new LeanHeaders(fields);
    this.status = status;
    this.statusText = statusText;
    this.url = url;
  }

  get ok(): boolean {
    return this.status >= 200 && this.status <= 299;
  }

  get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    return (this.#full ? this.#full.body : this.#content?.stream()) ?? null;
  }

  get bodyUsed(): boolean {
    return this.#full?.bodyUsed ?? this.#content?.isDisturbed() ?? false;
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

  /** The content as a text; `undefined` when it is longer than so many bytes. What asks for it saves the making of a stream. */
  async textUpTo(limit: number): Promise<string | undefined> {
    const bytes = await this.#read(limit);
    return bytes && decode(bytes);
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  async blob(): Promise<Blob> {
    return this.#loaded(this.#take()).blob();
  }

  async formData(): Promise<FormData> {
    return this.#loaded(this.#take()).formData();
  }

  clone(): Response {
    this.#full = this.#loaded(this.#take());
    return Object.defineProperty(this.#full.clone(), "url", { value: this.url });
  }

  /** The whole content; `undefined` when it is longer than so many bytes. Where there is none it is empty. */
  async #read(limit = Number.POSITIVE_INFINITY): Promise<Uint8Array | undefined> {
    if (this.#full) {
      const bytes = new Uint8Array(await this.#full.arrayBuffer());
      return bytes.byteLength > limit ? undefined : bytes;
    }
    this.#refuseUsed();
    return this.#content ? this.#content.read(limit) : new Uint8Array();
  }

  #take(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    this.#refuseUsed();
    return this.body;
  }

  #refuseUsed(): void {
    if (this.bodyUsed || this.#content?.isLocked()) throw new TypeError("Body is unusable: Body has already been read");
  }

  #loaded(body: BodyInit | null): Response {
    const { status, statusText } = this;
    return new Response(body, { status, statusText, headers: [...this.headers] });
  }
}

// One for all, made when it is first needed. It keeps nothing between two texts.
let decoder: TextDecoder | undefined;

function decode(bytes: Uint8Array | undefined): string {
  decoder ??= new TextDecoder();
  return decoder.decode(bytes);
}
