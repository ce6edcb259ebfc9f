import type { AppliedAuthentication, TokenRequest } from "../core/credentials.js";
import { NetworkError, TimeoutError, UnexpectedResponseError } from "../core/errors.js";
import { AnswerTooLarge, readFault, readText } from "../core/network.js";
import { urlFault } from "../core/url.js";
import { operation, readAnswer, refuseRedirect } from "./answer.js";
import { credentialFault, functionFault, listFaults, numberFault, refuseFaults } from "./checks.js";
import { race } from "./race.js";
import type { AccessToken, ExchangeOptions } from "./types.js";

/** One exchange, checked and ready to be sent any number of times. */
export type Exchange = (signal?: AbortSignal) => Promise<AccessToken>;

/**
 * Checks a request once and makes the exchange that sends it. Later changes to `request` have no effect.
 * @throws {ConfigurationError}
 */
export function prepareExchange(request: TokenRequest, options: ExchangeOptions): Exchange {
  const { tokenUrl, clientId, authentication, scopes = [], audience = [] } = request ?? {};
  const { fetch, timeoutMs = 10_000, maxResponseBytes = 1_048_576 } = options;
  const audiences = typeof audience === "string" ? [audience] : audience;
  refuseFaults({
    tokenUrl: urlFault(tokenUrl),
    clientId: credentialFault(clientId),
    authentication: authenticationFault(authentication),
    // RFC 6749 section 3.3
    ...listFaults("scopes", scopes, /^[\x21\x23-\x5b\x5d-\x7e]*$/, "expected one scope: ASCII, no space, quote or backslash"),
    ...listFaults("audience", audiences, /^[^\p{Cc}\p{Cs}]*$/u, "expected text without control characters"),
    fetch: functionFault(fetch),
    timeoutMs: numberFault(timeoutMs),
    maxResponseBytes: numberFault(maxResponseBytes),
  });

  const url = new URL(tokenUrl);
  const endpoint = url.host + url.pathname;
  const asked = scopes.filter(Boolean);
  const parameters = new URLSearchParams({ grant_type: "client_credentials" });
  if (asked.length > 0) parameters.set("scope", asked.join(" "));
  for (const one of audiences) if (one) parameters.append("audience", one);

  async function send(signal: AbortSignal, leaving: () => void): Promise<AccessToken> {
    const applied = await authentication.apply({ clientId, tokenUrl });
    const init = compose(parameters, applied, signal);
    signal.throwIfAborted();
    leaving();
    const context = { endpoint, method: authentication.method, scopes: asked, secrets: applied.secrets, sentAt: new Date() };
    let response: Response | undefined;
    let text: string;
    try {
      response = await (fetch ?? globalThis.fetch)(url.href, init);
      refuseRedirect(response, context);
      text = await readText(response, maxResponseBytes);
    } catch (error) {
      throw explain(error, endpoint, response, maxResponseBytes);
    }
    return readAnswer(response, text, context);
  }

  return async (signal) => {
    signal?.throwIfAborted();
    let outcome: "nothing_happened" | "unknown" = "nothing_happened";
    const end = new AbortController();
    const message = `${endpoint} did not answer within ${timeoutMs} ms`;
    const timer = setTimeout(() => end.abort(new TimeoutError({ message, operation, outcome })), timeoutMs);
    const leave = () => end.abort(signal?.reason);
    signal?.addEventListener("abort", leave);
    try {
      // Raced, because neither a strategy nor a fetch of somebody else's making has to heed the signal.
      return await race(
        send(end.signal, () => {
          outcome = "unknown";
        }),
        end.signal,
      );
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", leave);
    }
  };
}

function authenticationFault(value: unknown): string | undefined {
  const { method, apply } = (value ?? {}) as Record<string, unknown>;
  if (typeof method !== "string" || typeof apply !== "function") return "expected a client authentication";
  // RFC 6749 section 4.4
  return method === "none" ? "the client credentials grant is for clients that authenticate" : undefined;
}

/** Joins the grant's parameters with what the client authentication adds, which may add but not replace. */
function compose(parameters: URLSearchParams, applied: AppliedAuthentication, signal: AbortSignal): RequestInit {
  const body = new URLSearchParams(parameters);
  const headers: Record<string, string> = {};
  const faults: Record<string, string> = {};
  for (const [name, value] of Object.entries(applied.parameters ?? {})) {
    if (body.has(name)) faults[`authentication.parameters.${name}`] = "is set already";
    body.set(name, value);
  }
  for (const [name, value] of Object.entries(applied.headers ?? {})) {
    const fault = credentialFault(value);
    if (fault) faults[`authentication.headers.${name}`] = fault;
    headers[name.toLowerCase()] = value;
  }
  // RFC 6749 section 2.3
  if (headers.authorization && (body.has("client_secret") || body.has("client_assertion"))) {
    faults.authentication = "expected one method, not two";
  }
  refuseFaults(faults);
  headers.accept = "application/json";
  headers["content-type"] = "application/x-www-form-urlencoded";
  return { method: "POST", headers, body: body.toString(), redirect: "manual", signal, ...isolation() };
}

/** Keeps HTTP caches and cookies out, where the runtime has them: workerd refuses words for what it has not. */
function isolation(): RequestInit {
  const { prototype } = Request;
  return { ...("cache" in prototype && { cache: "no-store" }), ...("credentials" in prototype && { credentials: "omit" }) };
}

/** Says what a failed exchange was, without keeping what the platform threw. */
function explain(error: unknown, endpoint: string, response: Response | undefined, limit: number): Error {
  if (error instanceof UnexpectedResponseError) return error;
  if (error instanceof AnswerTooLarge) {
    const message = `${endpoint} answered with more than ${limit} bytes`;
    return new UnexpectedResponseError({ message, operation, status: response?.status, outcome: "unknown" });
  }
  const { code, notSent } = readFault(error);
  return new NetworkError({
    message: `${endpoint} ${response ? "broke off its answer" : "did not answer"}${code ? ` (${code})` : ""}`,
    operation,
    outcome: notSent && !response ? "nothing_happened" : "unknown",
  });
}
