/** When a fault takes effect: before or after the operation runs. */
export type FaultTiming = "before" | "after";

/** When a fault takes effect, and for how many requests. */
export interface FaultOptions {
  /**
   * `before`: the operation does not run. `after`: the operation runs, and its response is lost or replaced.
   * @default "before"
   */
  readonly when?: FaultTiming;
  /**
   * The number of requests with this fault.
   * @default 1
   */
  readonly times?: number;
}

/** A response that replaces the response of the operation. */
export interface FailedResponse extends FaultOptions {
  /** HTTP status, 200 to 599. */
  readonly status: number;
  /** Text is sent unchanged, any other value as JSON. Omitted: no content. */
  readonly body?: unknown;
  /** Header fields of the response. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Methods that inject faults. Each fault applies to the next requests of one operation, which is named by its id. */
export interface Faults<Id extends string> {
  /** Replaces the next response. */
  readonly failNext: (operationId: Id, response: FailedResponse) => void;
  /** Delays the next response, in milliseconds. The operation itself runs without delay. */
  readonly delayNext: (operationId: Id, ms: number, timing?: Pick<FaultOptions, "times">) => void;
  /** Closes the connection without a response. */
  readonly dropConnection: (operationId: Id, timing: FaultOptions & { readonly when: FaultTiming }) => void;
  /** Runs the operation and closes the connection in the middle of the response content. A response without content is not sent. */
  readonly truncateNext: (operationId: Id, timing?: Pick<FaultOptions, "times">) => void;
  /** Responds with an HTML page, as gateways do. The default status is 502. */
  readonly respondWithHtmlNext: (operationId: Id, timing?: FaultOptions & { readonly status?: number }) => void;
  /** Responds with a redirect. The default status is 307, which keeps method and content. */
  readonly redirectNext: (
    operationId: Id,
    redirect: FaultOptions & { readonly location: string; readonly status?: number },
  ) => void;
  /** Removes every fault that has not taken effect. */
  readonly clearFaults: () => void;
}

/** The fault of one request. */
export interface Fault {
  readonly when: FaultTiming;
  /** The response that replaces that of the operation. */
  readonly instead?: () => Response;
  /** Close the connection without a response. */
  readonly drop?: true;
  /** Send the first half of the response content. */
  readonly truncate?: true;
}

/** The queue of injected faults. */
export interface FaultQueue<Id extends string> extends Faults<Id> {
  /** Removes and returns the next fault and the next delay of an operation. */
  readonly take: (operationId: Id) => { readonly fault: Fault | undefined; readonly delayMs: number };
}

/** The connection closes without a response. Each adapter reports this error in its own way. */
export class ConnectionDropped extends Error {
  override readonly name = "ConnectionDropped";
}

const gatewayPage = "<!doctype html><html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>";

/** Creates an empty queue. `name` and `operationIds` are for the error message about an unknown operation. */
export function createFaults<Id extends string>(name: string, operationIds: readonly Id[]): FaultQueue<Id> {
  const faults = new Map<Id, Fault[]>();
  const delays = new Map<Id, number[]>();

  const enqueue = <Entry>(queues: Map<Id, Entry[]>, operationId: Id, entry: Entry, times = 1): void => {
    if (!operationIds.includes(operationId)) {
      throw new TypeError(`${name} has no operation "${operationId}". It has: ${[...operationIds].sort().join(", ")}`);
    }
    if (!Number.isInteger(times) || times < 1) throw new RangeError("times: expected an integer, at least 1");
    queues.set(operationId, [...(queues.get(operationId) ?? []), ...Array.from({ length: times }, () => entry)]);
  };
  const respondWith = (
    operationId: Id,
    timing: FaultOptions,
    status: number,
    body: BodyInit | null,
    headers: HeadersInit,
  ): void => {
    checkStatus(status);
    const instead = () => new Response(mayHaveContent(status) ? body : null, { status, headers });
    enqueue(faults, operationId, { when: timing.when ?? "before", instead }, timing.times);
  };

  return {
    failNext(operationId, { status, body, headers = {}, ...timing }) {
      const isText = typeof body === "string" || body === undefined;
      const content = isText ? (body ?? null) : JSON.stringify(body);
      respondWith(operationId, timing, status, content, isText ? headers : { "content-type": "application/json", ...headers });
    },
    delayNext(operationId, ms, timing = {}) {
      if (!Number.isFinite(ms) || ms < 0) throw new RangeError("ms: expected a finite number of milliseconds, 0 or more");
      enqueue(delays, operationId, ms, timing.times);
    },
    dropConnection: (operationId, timing) => enqueue(faults, operationId, { when: timing.when, drop: true }, timing.times),
    truncateNext: (operationId, timing = {}) => enqueue(faults, operationId, { when: "after", truncate: true }, timing.times),
    respondWithHtmlNext: (operationId, { status = 502, ...timing } = {}) =>
      respondWith(operationId, timing, status, gatewayPage, { "content-type": "text/html; charset=utf-8" }),
    redirectNext(operationId, { location, status = 307, ...timing }) {
      if (![301, 302, 303, 307, 308].includes(status)) throw new RangeError("status: expected 301, 302, 303, 307 or 308");
      respondWith(operationId, timing, status, null, { location });
    },
    clearFaults() {
      faults.clear();
      delays.clear();
    },
    take: (operationId) => ({ fault: faults.get(operationId)?.shift(), delayMs: delays.get(operationId)?.shift() ?? 0 }),
  };
}

/**
 * Returns the same response with half of its content. `Content-Length` has the full length, and reading the body fails.
 *
 * @throws {ConnectionDropped} the response has no content
 */
export async function truncate(response: Response): Promise<Response> {
  const content = new Uint8Array(await response.arrayBuffer());
  if (content.length === 0) throw new ConnectionDropped("the connection was closed");
  const headers = new Headers(response.headers);
  headers.set("content-length", String(content.length));
  const chunks = [content.slice(0, Math.floor(content.length / 2))];
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks.shift();
        if (chunk) controller.enqueue(chunk);
        else controller.error(new TypeError("terminated", { cause: brokenSocket() }));
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { status: response.status, headers });
}

/** The cause that undici gives when the server closes the connection. */
export function brokenSocket(): Error {
  return Object.assign(new Error("other side closed"), { code: "UND_ERR_SOCKET" });
}

function checkStatus(status: number): void {
  if (!Number.isInteger(status) || status < 200 || status > 599)
    throw new RangeError("status: expected an HTTP status from 200 to 599");
}

function mayHaveContent(status: number): boolean {
  return ![204, 205, 304].includes(status);
}
