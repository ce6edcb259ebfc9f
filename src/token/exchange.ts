import type { AppliedAuthentication, TokenRequest } from "../core/credentials.js";
import { NetworkError, type OAuthManagerError, TimeoutError, UnexpectedResponseError } from "../core/errors.js";
import { AnswerTooLarge, readFault, readText } from "../core/network.js";
import { urlFault } from "../core/url.js";
import { type AnswerContext, operation, readAnswer, refuseRedirect, unexpected } from "./answer.js";
import {
  credentialFault,
  findIssues,
  functionFault,
  listRule,
  named,
  numberRule,
  type Rule,
  type Rules,
  refuseIssues,
  textRule,
} from "./checks.js";
import { tell } from "./events.js";
import { race } from "./race.js";
import type { AccessToken, ExchangeOptions, TokenEvent, TokenFetch } from "./types.js";

/** One exchange, checked and ready to be sent any number of times. */
export interface Exchange {
  /** What every event tells of it. */
  readonly who: TokenEvent;
  /** Gets a token, in one request and up to so many repeats. */
  readonly run: (retries: number, signal?: AbortSignal) => Promise<AccessToken>;
}

/** What the errors of this library may say of a failed exchange. */
export type Failed = OAuthManagerError & { readonly status?: number; readonly retryAfterMs?: number };

/** Whether the same request may succeed in a while. */
export function isPassing({ code, status = 0 }: Failed): boolean {
  return code === "network" || [408, 429, 500, 502, 503, 504].includes(status);
}

const authenticationFault: Rule = (value) => {
  const { method, apply } = Object(value);
  if (typeof method !== "string" || typeof apply !== "function") return "expected a client authentication";
  // RFC 6749 section 4.4
  return method === "none" ? "this grant is for clients that authenticate" : undefined;
};

const text = textRule(/^[^\p{Cc}\p{Cs}]*$/u, "text without control characters");

const requestRules: Rules = {
  tokenUrl: urlFault,
  clientId: credentialFault,
  authentication: authenticationFault,
  // RFC 6749 section 3.3
  scopes: listRule(textRule(/^[\x21\x23-\x5b\x5d-\x7e]*$/, "one scope: ASCII, no space, quote or backslash")),
  audience: listRule(text, true),
  // RFC 8707 section 2
  resource: listRule(textRule(/^([a-z][a-z\d+.-]*:[\x21\x22\x24-\x7e]+)?$/i, "an absolute URI without a fragment"), true),
  parameters: (value = {}, path) =>
    typeof value === "object"
      ? Object.entries(Object(value)).flatMap(([name, one]) =>
          named(
            `${path}.${name}`,
            /^(grant_type|scope|audience|resource|client_.*)$/.test(name) ? "has an option of its own" : text(one, name),
          ),
        )
      : "expected an object",
};

const optionRules: Rules = {
  fetch: functionFault,
  timeoutMs: numberRule(1),
  maxResponseBytes: numberRule(1),
  requireScopes: (value) =>
    value === undefined || value === true || value === "stated" ? undefined : 'expected true or "stated"',
};

/**
 * Checks a request and its options once and makes the exchange that sends it. Later changes to either have no effect.
 * @param moreRules - of the options that belong to the caller
 * @throws {ConfigurationError}
 */
export function prepareExchange(request: TokenRequest, options: ExchangeOptions, moreRules: Rules): Exchange {
  refuseIssues([...findIssues(request, requestRules), ...findIssues(options, { ...optionRules, ...moreRules })]);
  const { tokenUrl, clientId, authentication, scopes = [], audience = [], resource = [], parameters = {} } = request;
  const { fetch = platformFetch, timeoutMs = 10_000, maxResponseBytes = 1_048_576, requireScopes } = options;
  const { href, host, pathname } = new URL(tokenUrl);
  const endpoint = host + pathname;
  const who = { endpoint, clientId };
  const asked = scopes.filter(Boolean);
  const form = [
    ["grant_type", "client_credentials"],
    ["scope", asked.join(" ")],
    ...[audience].flat().map((one) => ["audience", one]),
    ...[resource].flat().map((one) => ["resource", one]),
    ...Object.entries(parameters),
  ].filter(([, value]) => value) as [string, string][];

  async function send(signal: AbortSignal, leave: () => void): Promise<AccessToken> {
    const applied = await authentication.apply({ clientId, tokenUrl });
    const init = compose(form, applied, signal);
    signal.throwIfAborted();
    leave();
    const { secrets, spelling } = applied;
    const method = `${authentication.method}${spelling ? `, ${spelling}` : ""}`;
    const sentAt = Date.now();
    const context: AnswerContext = { endpoint, method, scopes: asked, requireScopes, secrets, sentAt };
    tell("request", who);
    let response: Response | undefined;
    let body: string;
    try {
      response = await fetch(href, init);
      refuseRedirect(response, context);
      body = await readText(response, maxResponseBytes);
    } catch (error) {
      throw explain(error, endpoint, response, maxResponseBytes);
    }
    return readAnswer(response, body, context);
  }

  async function run(retries: number, signal?: AbortSignal): Promise<AccessToken> {
    signal?.throwIfAborted();
    let outcome: "nothing_happened" | "unknown" = "nothing_happened";
    const startedAt = performance.now();
    const spent = () => performance.now() - startedAt;
    const end = new AbortController();
    const message = `${endpoint} did not answer within ${timeoutMs} ms`;
    const timer = setTimeout(() => end.abort(new TimeoutError({ message, operation, outcome })), timeoutMs);
    const leave = () => end.abort(signal?.reason);
    signal?.addEventListener("abort", leave);
    const attempts = async () => {
      for (let attempt = 0; ; attempt++) {
        try {
          return await send(end.signal, () => {
            outcome = "unknown";
          });
        } catch (error) {
          const { retryAfterMs = 0 } = Object(error) as Failed;
          const waitMs = retryAfterMs + Math.random() * 250 * 2 ** attempt;
          if (attempt >= retries || spent() + waitMs > timeoutMs || !isPassing(Object(error))) throw error;
          await new Promise((resolve) => setTimeout(resolve, waitMs));
        }
      }
    };
    try {
      // Raced, because neither a strategy nor a fetch of somebody else's making has to heed the signal.
      const token = await race(attempts(), end.signal);
      const { lifetimeMs, grantedScope } = token;
      tell("success", { ...who, durationMs: spent(), lifetimeMs, grantedScope });
      return token;
    } catch (error) {
      tell("refusal", { ...who, durationMs: spent(), error });
      throw error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", leave);
    }
  }

  return { who, run };
}

/** Joins the grant's parameters with what the client authentication adds, which may add but not replace. */
function compose(form: [string, string][], applied: AppliedAuthentication, signal: AbortSignal): RequestInit {
  const body = new URLSearchParams(form);
  const headers: Record<string, string> = {};
  const issues = [];
  for (const [name, value] of Object.entries(applied.parameters ?? {})) {
    if (body.has(name)) issues.push(...named(`authentication.parameters.${name}`, "is set already"));
    body.set(name, value);
  }
  for (const [name, value] of Object.entries(applied.headers ?? {})) {
    issues.push(...named(`authentication.headers.${name}`, credentialFault(value, name)));
    headers[name.toLowerCase()] = value;
  }
  // RFC 6749 section 2.3
  if (headers.authorization && (body.has("client_secret") || body.has("client_assertion"))) {
    issues.push(...named("authentication", "expected one method, not two"));
  }
  refuseIssues(issues);
  headers.accept = "application/json";
  headers["content-type"] = "application/x-www-form-urlencoded";
  return { method: "POST", headers, body: body.toString(), redirect: "manual", signal };
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

/** Says what a failed exchange was, without keeping what the platform threw. */
function explain(error: unknown, endpoint: string, response: Response | undefined, limit: number): Error {
  if (error instanceof UnexpectedResponseError) return error;
  if (error instanceof AnswerTooLarge)
    return unexpected(`${endpoint} answered with more than ${limit} bytes`, response?.status);
  const { code, notSent } = readFault(error);
  return new NetworkError({
    message: `${endpoint} ${response ? "broke off its answer" : "did not answer"}${code ? ` (${code})` : ""}`,
    operation,
    outcome: notSent && !response ? "nothing_happened" : "unknown",
  });
}
