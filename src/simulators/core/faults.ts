/** Whether the simulated vendor has acted before things go wrong. */
export type FaultTiming = "before" | "after";

/** How often and when a fault strikes. */
export interface FaultOptions {
  /**
   * `before`: before the vendor has acted. `after`: the vendor has acted, and its response is lost or replaced.
   * @default "before"
   */
  readonly when?: FaultTiming;
  /**
   * How many requests it strikes.
   * @default 1
   */
  readonly times?: number;
}

/** An answer that is given instead of the vendor's own. */
export interface FailedResponse extends FaultOptions {
  /** HTTP status, 200 to 599. */
  readonly status: number;
  /** Text as it is; anything else as JSON. Absent: no content. */
  readonly body?: unknown;
  /** Header fields of the answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The switches by which a simulated vendor is made to misbehave, by the operation's id. Every one waits for the next request. */
export interface Faults<Id extends string> {
  /** Answers with this status instead. */
  readonly failNext: (operationId: Id, answer: FailedResponse) => void;
  /** Holds the answer back, in milliseconds. The vendor acts at once: a caller who gives up cannot know whether it did. */
  readonly delayNext: (operationId: Id, ms: number, timing?: Pick<FaultOptions, "times">) => void;
  /** Breaks the connection instead of answering. */
  readonly dropConnection: (operationId: Id, timing: FaultOptions & { readonly when: FaultTiming }) => void;
  /** Acts, and breaks the connection in the middle of the answer's content. An answer without content is not sent at all. */
  readonly truncateNext: (operationId: Id, timing?: Pick<FaultOptions, "times">) => void;
  /** Answers with an HTML page, as gateways do. Status 502 when none is given. */
  readonly respondWithHtmlNext: (operationId: Id, timing?: FaultOptions & { readonly status?: number }) => void;
  /** Answers with a redirect. Status 307 when none is given: the one that asks for the same method and content again. */
  readonly redirectNext: (
    operationId: Id,
    redirect: FaultOptions & { readonly location: string; readonly status?: number },
  ) => void;
  /** Takes back every fault that has not struck yet. */
  readonly clearFaults: () => void;
}

/** What is to happen to one request. */
export interface Fault {
  readonly when: FaultTiming;
  /** The answer to give instead of the vendor's. */
  readonly instead?: () => Response;
  /** Break the connection instead of answering. */
  readonly drop?: true;
  /** Give the vendor's answer, cut short. */
  readonly truncate?: true;
}

/** The faults that are waiting for requests. */
export interface FaultQueue<Id extends string> extends Faults<Id> {
  /** Takes the next fault and the next delay for this operation, if any. */
  readonly take: (operationId: Id) => { readonly fault: Fault | undefined; readonly delayMs: number };
}

/** The line was cut before the answer. Each way into a simulator tells its caller in its own manner. */
export class ConnectionDropped extends Error {
  override readonly name = "ConnectionDropped";
}

const gatewayPage = "<!doctype html><html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>";

/** Makes an empty queue. `name` and `operationIds` serve the message about an operation that does not exist. */
export function createFaults<Id extends string>(name: string, operationIds: readonly Id[]): FaultQueue<Id> {
  const faults = new Map<Id, Fault[]>();
  const delays = new Map<Id, number[]>();

  const enqueue = <Entry>(queues: Map<Id, Entry[]>, operationId: Id, entry: Entry, times = 1): void => {
    if (!operationIds.includes(operationId)) {
      throw new TypeError(`${name} has no operation "${operationId}". It has: ${[...operationIds].sort().join(", ")}`);
    }
    if (!Number.isInteger(times) || times < 1) throw new RangeError("times: a whole number from 1 up");
    queues.set(operationId, [...(queues.get(operationId) ?? []), ...Array.from({ length: times }, () => entry)]);
  };
  const answerWith = (
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
      answerWith(operationId, timing, status, content, isText ? headers : { "content-type": "application/json", ...headers });
    },
    delayNext(operationId, ms, timing = {}) {
      if (!Number.isFinite(ms) || ms < 0) throw new RangeError("ms: a finite number of milliseconds, not negative");
      enqueue(delays, operationId, ms, timing.times);
    },
    dropConnection: (operationId, timing) => enqueue(faults, operationId, { when: timing.when, drop: true }, timing.times),
    truncateNext: (operationId, timing = {}) => enqueue(faults, operationId, { when: "after", truncate: true }, timing.times),
    respondWithHtmlNext: (operationId, { status = 502, ...timing } = {}) =>
      answerWith(operationId, timing, status, gatewayPage, { "content-type": "text/html; charset=utf-8" }),
    redirectNext(operationId, { location, status = 307, ...timing }) {
      if (![301, 302, 303, 307, 308].includes(status)) throw new RangeError("status: one of 301, 302, 303, 307 and 308");
      answerWith(operationId, timing, status, null, { location });
    },
    clearFaults() {
      faults.clear();
      delays.clear();
    },
    take: (operationId) => ({ fault: faults.get(operationId)?.shift(), delayMs: delays.get(operationId)?.shift() ?? 0 }),
  };
}

/**
 * The same answer with its content cut in the middle: it announces its whole length, gives half of it and breaks.
 *
 * @throws {ConnectionDropped} the answer has no content to cut
 */
export async function truncate(response: Response): Promise<Response> {
  const content = new Uint8Array(await response.arrayBuffer());
  if (content.length === 0) throw new ConnectionDropped("the connection was cut");
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

/** What undici names as the cause when the other side closes the connection. */
export function brokenSocket(): Error {
  return Object.assign(new Error("other side closed"), { code: "UND_ERR_SOCKET" });
}

function checkStatus(status: number): void {
  if (!Number.isInteger(status) || status < 200 || status > 599) throw new RangeError("status: an HTTP status from 200 to 599");
}

function mayHaveContent(status: number): boolean {
  return ![204, 205, 304].includes(status);
}
