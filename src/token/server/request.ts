import { NetworkError, type Outcome, TimeoutError, UnexpectedResponseError } from "../../core/errors.js";
import { AnswerTooLarge, readFault, readText } from "../../core/network.js";
import { race } from "../../core/race.js";
import { scrub } from "../../core/scrub.js";
import type { ServerCallOptions } from "./types.js";

/** One request to an authorization server. */
export interface ServerRequest {
  /** What is asked, in words. */
  readonly operation: string;
  readonly url: string;
  /** Makes what is sent, and tells which values of it must never reach an error. */
  readonly prepare: () => ServerMessage | Promise<ServerMessage>;
  /** What is known when no answer comes to a request that was sent. */
  readonly unanswered: Outcome;
}

/** What is sent. */
export interface ServerMessage {
  readonly init: RequestInit;
  readonly secrets: readonly string[];
}

/** What came back, read whole. */
export interface ServerAnswer {
  readonly operation: string;
  /** Host and path of the endpoint. */
  readonly endpoint: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly secrets: readonly string[];
}

const snippetLimit = 200;

/**
 * Sends one request, once, and reads the answer. Redirects are refused: following one would carry credentials elsewhere, or bring
 * metadata from elsewhere.
 *
 * @throws {NetworkError} no answer came
 * @throws {TimeoutError} `timeoutMs` passed
 * @throws {UnexpectedResponseError} the server redirects, or answers too much
 */
export async function send(request: ServerRequest, options: ServerCallOptions): Promise<ServerAnswer> {
  const { operation, unanswered } = request;
  const { signal, timeoutMs = 10_000 } = options;
  signal?.throwIfAborted();
  let outcome: Outcome = "nothing_happened";
  const end = new AbortController();
  const message = `${endpointOf(request.url)} did not answer within ${timeoutMs} ms`;
  const timer = setTimeout(() => end.abort(new TimeoutError({ message, operation, outcome })), timeoutMs);
  const leave = () => end.abort(signal?.reason);
  signal?.addEventListener("abort", leave);
  const leaving = () => {
    outcome = unanswered;
  };
  try {
    // Raced, because neither a strategy nor a fetch of somebody else's making has to heed the signal.
    return await race(exchange(request, options, end.signal, leaving), end.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", leave);
  }
}

async function exchange(
  { operation, url, prepare, unanswered }: ServerRequest,
  { fetch = globalThis.fetch, maxResponseBytes = 1_048_576 }: ServerCallOptions,
  signal: AbortSignal,
  leaving: () => void,
): Promise<ServerAnswer> {
  const { init, secrets } = await prepare();
  signal.throwIfAborted();
  leaving();
  const endpoint = endpointOf(url);
  let response: Response | undefined;
  try {
    response = await fetch(url, { ...init, redirect: "manual", signal });
    const { status, headers, type } = response;
    if (type === "opaqueredirect" || (status >= 300 && status <= 399)) {
      response.body?.cancel().catch(() => undefined);
      const location = headers.get("location") ?? "";
      const to = URL.canParse(location) ? ` to ${scrub(endpointOf(location), secrets, snippetLimit)}` : "";
      const message = `${endpoint} redirects${to} (${status}); redirects are not followed`;
      throw new UnexpectedResponseError({ message, operation, status, outcome: unanswered });
    }
    return { operation, endpoint, status, headers, text: await readText(response, maxResponseBytes), secrets };
  } catch (error) {
    if (error instanceof UnexpectedResponseError) throw error;
    if (error instanceof AnswerTooLarge) {
      const message = `${endpoint} answered with more than ${maxResponseBytes} bytes`;
      throw new UnexpectedResponseError({ message, operation, status: response?.status, outcome: unanswered });
    }
    const { code, notSent } = readFault(error);
    throw new NetworkError({
      message: `${endpoint} ${response ? "broke off its answer" : "did not answer"}${code ? ` (${code})` : ""}`,
      operation,
      outcome: notSent && !response ? "nothing_happened" : unanswered,
    });
  }
}

/** Host and path: the query may say more than an error should. */
export function endpointOf(url: string): string {
  const { host, pathname } = new URL(url);
  return host + pathname;
}
