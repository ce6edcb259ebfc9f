import { race, startTimer, type Timer } from "../core/abort.js";
import { NetworkError, TimeoutError, UnexpectedResponseError } from "../core/errors.js";
import { classifyNetworkError, ResponseTooLargeError, readResponseText } from "../core/http/errors.js";
import { formatMessage } from "../core/message.js";
import { redact } from "../core/redact.js";
import { type Errand, snippetLimit, unexpected } from "./answer.js";
import type { TokenFetch } from "./types.js";

/** How a request is sent. */
interface Sending {
  readonly fetch?: TokenFetch;
  readonly maxResponseBytes?: number;
}

/** What came back, read whole. */
export interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/**
 * The platform's `fetch`, without HTTP caches and cookies where the runtime has them: workerd refuses words for what it has not. Not
 * asked of a fetch of the caller's, because naming `Request` makes Node load its own, which takes longer than a token to come.
 */
const platformFetch: TokenFetch = (url, init) => {
  const { prototype } = Request;
  return globalThis.fetch(url, {
    ...init,
    ...("cache" in prototype && { cache: "no-store" }),
    ...("credentials" in prototype && { credentials: "omit" }),
  });
};

/**
 * Sends one request, once, and reads its answer. A redirect is not followed. `init` and `errand` are for this request alone: the one is
 * completed, the other returned with what came back.
 * @throws {NetworkError} no answer came, or not the whole of it
 * @throws {UnexpectedResponseError} it redirects, or is too large
 */
export async function receive<E extends Errand>(
  url: string,
  init: RequestInit,
  signal: AbortSignal,
  { fetch = platformFetch, maxResponseBytes = 1_048_576 }: Sending,
  errand: E,
): Promise<E & Received> {
  const { endpoint, operation, secrets } = errand;
  let response: Response | undefined;
  try {
    response = await fetch(url, Object.assign(init, { redirect: "manual", signal } as const));
    const { status, headers, type } = response;
    // Following would carry the credentials to wherever it points. The target is shown without its query.
    if (type === "opaqueredirect" || (status >= 300 && status <= 399)) {
      response.body?.cancel().catch(() => undefined);
      const location = headers.get("location") ?? "";
      const { host, pathname } = URL.canParse(location) ? new URL(location) : { host: "", pathname: "" };
      const to = redact(host + pathname, secrets, snippetLimit);
      throw unexpected(errand, status, `redirects are not followed: ${to}`);
    }
    return Object.assign(errand, { status, headers, text: await readResponseText(response, maxResponseBytes) });
  } catch (error) {
    if (error instanceof UnexpectedResponseError) throw error;
    if (error instanceof ResponseTooLargeError) {
      throw unexpected(errand, response?.status, `the response is larger than ${maxResponseBytes} bytes`);
    }
    const { code, notSent } = classifyNetworkError(error);
    const wasSent = !notSent || response !== undefined;
    throw new NetworkError({
      message: formatMessage({
        subject: endpoint,
        operation,
        reason: wasSent ? `connection lost ${response ? "while reading the" : "before a"} response` : "cannot connect",
        code,
        effect: wasSent ? undefined : "The request was not sent",
      }),
      operation,
      outcome: wasSent ? "unknown" : "not_applied",
    });
  }
}

/**
 * Runs work under a deadline. Rejects as soon as it passes: neither a client authentication nor a `fetch` has to heed the signal.
 * @param work - gets the timer, and what to call when the request is about to be sent
 * @throws {TimeoutError} the deadline passed; else the reason of the caller's signal
 */
export async function withDeadline<T>(
  { endpoint, operation }: Pick<Errand, "endpoint" | "operation">,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  work: (timer: Timer, onSend: () => void) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  let outcome: "not_applied" | "unknown" = "not_applied";
  const message = formatMessage({ subject: endpoint, operation, reason: `no response within ${timeoutMs} ms` });
  const timer = startTimer(timeoutMs, signal, () => new TimeoutError({ message, operation, outcome }));
  const onSend = () => {
    timer.signal.throwIfAborted();
    outcome = "unknown";
  };
  return race(work(timer, onSend), timer.signal).finally(timer.stop);
}
