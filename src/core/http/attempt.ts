import type * as z from "zod";
import { race } from "../abort.js";
import type { Authorization, Authorize, OutgoingRequest } from "../authorize.js";
import {
  cloneWithOutcome,
  isOAuthClientsError,
  NetworkError,
  OAuthClientsError,
  type Outcome,
  RateLimitError,
  TimeoutError,
  UnexpectedResponseError,
} from "../errors.js";
import { redact } from "../redact.js";
import { parseResponse } from "../validation.js";
import {
  classifyNetworkError,
  type ErrorDetails,
  type ErrorResponse,
  isRedirect,
  type NetworkFailure,
  ResponseTooLargeError,
  readResponseText,
  toResponseError,
} from "./errors.js";
import type { CallFacts, HttpOptions, HttpResponse } from "./request.js";
import { readReset, readRetryAfter, waitBefore } from "./retry.js";

// The longest that one attempt may take where another may follow, in milliseconds.
const attemptTimeoutMs = 30_000;

const largestAnswer = 16 * 1024 * 1024;

// How the latest attempt ended.
type Ending =
  // With `limited` when the credential could not be had yet, for too many requests.
  | { readonly kind: "authorizing"; readonly limited?: RateLimitError }
  | { readonly kind: "sent" }
  | { readonly kind: "timeout" }
  | { readonly kind: "too large" }
  | { readonly kind: "fault"; readonly fault: NetworkFailure }
  | {
      readonly kind: "answer";
      readonly answer: ErrorResponse;
      readonly failure: ErrorDetails;
      readonly hintMs: number | undefined;
    };

/** One call over all its attempts: what happened, whether to try again, and what to tell in the end. */
export interface Attempts {
  readonly timeoutMs: number;
  /** The longest that one attempt may take, in milliseconds. `false`: as long as the call. */
  readonly attemptMs: number | false;
  /** Waits for a turn and authorises an attempt. */
  readonly begin: (
    authorize: Authorize | undefined,
    request: OutgoingRequest,
    signal: AbortSignal,
  ) => Promise<Authorization["headers"]>;
  /** Sends an attempt and reads the answer whole. */
  readonly send: (request: Request, signal: AbortSignal) => Promise<Response>;
  /** Whether to try again, after an attempt that failed. */
  readonly decide: (timedOut: boolean) => boolean;
  /** How long to wait first, in milliseconds. */
  readonly waitMs: () => number;
  /** Reads the answer that says yes. */
  readonly read: <T>(schema: z.ZodType<T> | undefined) => HttpResponse<T>;
  /** What the caller is told of a call that failed. */
  readonly explain: (error: unknown, deadlinePassed: boolean, origin: string) => unknown;
  /** Gives up the turn. */
  readonly end: () => void;
}

/** Makes the record of one call. The policy that it follows is the table at `createHttp`. */
export function createAttempts(transport: HttpOptions, call: CallFacts): Attempts {
  const { vendor, retry } = transport;
  const { operation, method, credentials } = call;
  const writes = method !== "get" && !call.readsOnly;
  const repeatable = !writes || method === "put" || method === "delete" || call.idempotent === true;
  const timeoutMs = call.options?.timeoutMs ?? transport.timeoutMs;
  // Cutting an attempt short that nothing follows would only make its outcome unknown sooner.
  const attemptMs = repeatable && retry.maxRetries > 0 ? attemptTimeoutMs : false;
  const began = performance.now();
  const secrets = [
    ...(call.secrets ?? []),
    ...Object.values(transport.headers ?? {}),
    ...(credentials ? [credentials.clientSecret] : []),
  ];
  let ending: Ending = { kind: "authorizing" };
  let authorization: Authorization | undefined;
  let number = 0;
  let repeats = 0;
  let renewed = false;
  let uncertain = false;
  let waitMs = 0;
  let end = () => {};

  async function begin(authorize: Authorize | undefined, request: OutgoingRequest, signal: AbortSignal) {
    ending = { kind: "authorizing" };
    end = await transport.limiter.acquire(writes, signal);
    authorization = authorize && (await race(Promise.resolve(authorize(request, signal)), signal).catch(refused));
    secrets.push(...(authorization?.secrets ?? []));
    return authorization?.headers ?? {};
  }

  function refused(error: unknown): never {
    ending = unauthorized(error);
    throw error;
  }

  async function receive(request: Request) {
    const response = await (transport.fetch ?? fetch)(request);
    return { response, text: await readResponseText(response, largestAnswer) };
  }

  async function send(request: Request, signal: AbortSignal): Promise<Response> {
    const mine = ++number;
    ending = { kind: "sent" };
    // An attempt that was given up may still end later, and must not speak for the one that followed.
    const settle = (next: Ending) => {
      if (mine === number && ending.kind === "sent") ending = next;
    };
    try {
      // Not every `fetch` and not every body listens to the request's own signal.
      const { response, text } = await race(receive(request), signal);
      settle(readEnding(response, text));
      // The body is read already. Statuses outside of this range (0 for a hidden redirect) cannot be made.
      return response.status >= 200 && response.status <= 599 ? new Response(null, { status: response.status }) : response;
    } catch (error) {
      // A `fetch` that gets itself a token may not have got one: it speaks for itself, and the request has not left.
      if (error instanceof OAuthClientsError) settle(unauthorized(error));
      else settle(isTooLarge(error) ? { kind: "too large" } : { kind: "fault", fault: classifyNetworkError(error) });
      throw error;
    }
  }

  function readEnding({ status, headers }: Response, text: string): Ending {
    const answer = { status, headers, text, body: readJson(text) };
    const failure = status >= 200 && status < 300 ? {} : readSafely(() => transport.parseErrorResponse(answer));
    const limited = (failure.status ?? status) === 429;
    const hints = [readRetryAfter(headers), limited ? readReset(headers, transport.resetHeaders ?? []) : undefined];
    const known = hints.filter((hint) => hint !== undefined);
    return { kind: "answer", answer, failure, hintMs: known.length === 0 ? undefined : Math.max(...known) };
  }

  function decide(timedOut: boolean): boolean {
    end();
    if (timedOut) ending = { kind: "timeout" };
    if (mayHaveActed()) uncertain = true;
    if (canRenew()) {
      renewed = true;
      waitMs = 0;
      return true;
    }
    if (!worthRepeating() || repeats >= retry.maxRetries) return false;
    const next = waitBefore(repeats + 1, hintMs(), retry);
    if (next === undefined || performance.now() - began + next > timeoutMs) return false;
    repeats++;
    waitMs = next;
    return true;
  }

  function canRenew(): boolean {
    return ending.kind === "answer" && ending.answer.status === 401 && !renewed && authorization?.refused?.() === true;
  }

  function worthRepeating(): boolean {
    if (ending.kind === "authorizing") return ending.limited !== undefined;
    if (ending.kind === "timeout") return repeatable;
    if (ending.kind === "fault") return !ending.fault.permanent && (repeatable || ending.fault.notSent);
    if (ending.kind !== "answer") return false;
    const status = ending.failure.status ?? ending.answer.status;
    return status === 429 || (repeatable && (status === 408 || status === 425 || status >= 500));
  }

  function mayHaveActed(): boolean {
    if (!writes || ending.kind === "authorizing") return false;
    if (ending.kind === "fault") return !ending.fault.notSent;
    if (ending.kind !== "answer") return true;
    // Both what came and what it stands for: one of them in doubt is doubt enough.
    return [ending.answer.status, ending.failure.status].some((status) => status !== undefined && leavesDoubt(status));
  }

  function hintMs(): number | undefined {
    if (ending.kind === "authorizing") return ending.limited?.retryAfterMs;
    return ending.kind === "answer" ? ending.hintMs : undefined;
  }

  function read<T>(schema: z.ZodType<T> | undefined): HttpResponse<T> {
    if (ending.kind !== "answer")
      throw new UnexpectedResponseError({ ...known(), message: `${vendor} ${operation}: no answer was read` });
    const { status, headers, body } = ending.answer;
    if (schema === undefined) return { value: undefined as T, status, headers };
    if (writes) uncertain = true;
    if (body === undefined) {
      const issues = [{ path: "", message: "expected JSON" }];
      const message = `${vendor} ${operation}: the answer (${status}) is not JSON`;
      throw new UnexpectedResponseError({ ...known(), message, issues, status });
    }
    return { value: parseResponse(schema, body, { ...known(), status }), status, headers };
  }

  function known(): { vendor: string; operation: string; outcome: Outcome; credentials: typeof credentials } {
    return {
      vendor,
      operation,
      outcome: uncertain ? "unknown" : "not_applied",
      credentials: uncertain ? credentials : undefined,
    };
  }

  function explain(error: unknown, deadlinePassed: boolean, origin: string): unknown {
    if (mayHaveActed()) uncertain = true;
    // Something else went wrong on the way: getting a token, say. What it says of itself stands; the outcome is this call's.
    const onTheWay = ending.kind === "authorizing";
    if (onTheWay && isOAuthClientsError(error)) return cloneWithOutcome(error as OAuthClientsError, known());
    const facts = known();
    const effect = !writes ? "" : uncertain ? "; it may have taken effect" : "; nothing was changed";
    if (deadlinePassed || ending.kind === "timeout") {
      const limit = deadlinePassed ? timeoutMs : attemptTimeoutMs;
      const what = number === 0 ? `${vendor} "${operation}" was not sent` : `${vendor} did not answer "${operation}"`;
      return new TimeoutError({ ...facts, message: `${what} within ${limit} ms${effect}` });
    }
    if (onTheWay) return error;
    if (ending.kind === "answer")
      return toResponseError(ending.answer, ending.failure, { ...facts, retryAfterMs: ending.hintMs, secrets });
    if (ending.kind === "too large") {
      const message = `${vendor} ${operation}: the answer is larger than ${largestAnswer} bytes${effect}`;
      return new UnexpectedResponseError({ ...facts, message });
    }
    const { code, notSent } = ending.kind === "fault" ? ending.fault : { code: undefined, notSent: false };
    const what = notSent ? `${origin} could not be reached` : `the connection to ${origin} broke`;
    const shown = code ? ` (${redact(code, secrets)})` : "";
    return new NetworkError({ ...facts, message: `${vendor} ${operation}: ${what}${shown}${effect}` });
  }

  return { timeoutMs, attemptMs, begin, send, decide, waitMs: () => waitMs, read, explain, end: () => end() };
}

// 408 and 499 come from gateways that lost patience, with the request already on its way behind them.
function leavesDoubt(status: number): boolean {
  return status >= 500 || status === 408 || status === 499 || isRedirect(status);
}

function isTooLarge(error: unknown): boolean {
  try {
    return error instanceof ResponseTooLargeError;
  } catch {
    return false;
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// A vendor's reader meets bodies that nobody has foreseen. It may fail; the refusal stands.
function readSafely(read: () => ErrorDetails): ErrorDetails {
  try {
    return read();
  } catch {
    return {};
  }
}

function unauthorized(error: unknown): Ending {
  return error instanceof RateLimitError ? { kind: "authorizing", limited: error } : { kind: "authorizing" };
}
