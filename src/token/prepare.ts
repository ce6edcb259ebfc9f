import type { Timer } from "../core/abort.js";
import type { TokenRequest } from "../core/credentials.js";
import type { OAuthClientsError } from "../core/errors.js";
import { attemptUntilFinal, type NextStep, type RetryOptions } from "../core/http/retry.js";
import { insecureHostsProblem, parseUrl } from "../core/url.js";
import { isObject } from "../core/values.js";
import {
  authenticationRule,
  credentialProblem,
  findIssues,
  functionProblem,
  listRule,
  numberRule,
  type Rule,
  type Rules,
  textRule,
  throwIfIssues,
  toIssues,
} from "./checks.js";
import { publish, trace } from "./events.js";
import { authenticate } from "./form.js";
import { parseTokenResponse } from "./response.js";
import { receive, withDeadline } from "./transport.js";
import type { AccessToken, TokenEvent, TokenRequestOptions } from "./types.js";

/** A validated token request that can be sent any number of times. */
export interface PreparedTokenRequest {
  /** The fields of its events. */
  readonly eventFields: TokenEvent;
  /** Requests a token, with retries. */
  readonly run: (retry: RetryOptions, signal?: AbortSignal) => Promise<AccessToken>;
  /** Whether the same request may succeed later. */
  readonly isTransient: (error: TokenFailure) => boolean;
}

/** The result of one attempt. */
type TokenResult =
  | { readonly token: AccessToken; readonly error?: never }
  | { readonly token?: never; readonly error: unknown };

const defaultRetry = { maxRetries: 2, initialDelayMs: 100, maxDelayMs: 60_000 };

/** An error of a token request, with the members that some of its classes have. */
export type TokenFailure = OAuthClientsError & {
  readonly status?: number;
  readonly retryAfterMs?: number;
  readonly errorDescription?: string;
};

const text = /* @__PURE__ */ textRule(/^[^\p{Cc}\p{Cs}]*$/u, "text without control characters");

const parameterProblem: Rule = (value, name) =>
  /^(grant_type|scope|audience|resource|client_.*)$/.test(name) ? "has an option of its own" : text(value, name);

const requestRules: Rules = {
  clientId: credentialProblem,
  // These need other options too.
  tokenEndpoint: () => undefined,
  clientAuthentication: () => undefined,
  // RFC 6749 section 3.3
  scopes: /* @__PURE__ */ listRule(
    /* @__PURE__ */ textRule(/^[\x21\x23-\x5b\x5d-\x7e]*$/, "one scope: ASCII, no space, quote or backslash"),
  ),
  audience: /* @__PURE__ */ listRule(text, true),
  // RFC 8707 section 2
  resource: /* @__PURE__ */ listRule(
    /* @__PURE__ */ textRule(/^([a-z][a-z\d+.-]*:[\x21\x22\x24-\x7e]+)?$/i, "an absolute URI without a fragment"),
    true,
  ),
  parameters: (value = {}, path) =>
    isObject(value)
      ? Object.entries(value).flatMap(([name, one]) => toIssues(`${path}.${name}`, parameterProblem(one, name)))
      : "expected an object",
  grant: (value) =>
    value === undefined || (isObject(value) && typeof value.extend === "function") ? undefined : "expected a grant",
  rateLimitErrorPattern: (value) => (value === undefined || value instanceof RegExp ? undefined : "expected a RegExp"),
};

/** The rules of the options of every token request. */
export const optionRules: Rules = {
  adaptResponse: functionProblem,
  allowInsecureHttp: insecureHostsProblem,
  fetch: functionProblem,
  timeoutMs: /* @__PURE__ */ numberRule(1),
  maxResponseBytes: /* @__PURE__ */ numberRule(1),
  requireScopes: (value) =>
    value === undefined || value === "requested" || value === "stated" ? undefined : 'expected "requested" or "stated"',
};

const retryRules: Rules = {
  maxRetries: /* @__PURE__ */ numberRule(0, 10),
  initialDelayMs: /* @__PURE__ */ numberRule(0),
  maxDelayMs: /* @__PURE__ */ numberRule(0),
};

/** Validates the option `retry`. */
export const retryProblem: Rule = (value = {}, path) =>
  isObject(value)
    ? findIssues(value, retryRules).map((issue) => ({ ...issue, path: `${path}.${issue.path}` }))
    : "expected an object";

/**
 * Validates a request and its options. Later changes to either have no effect.
 * @param rules - the rules of all options
 * @throws {ConfigurationError}
 */
export function prepareTokenRequest(request: TokenRequest, options: TokenRequestOptions, rules: Rules): PreparedTokenRequest {
  const { href, host, pathname } = validate(request, options, rules);
  const { tokenEndpoint, clientId, grant, rateLimitErrorPattern } = request;
  const clientAuthentication = grant?.extend(request.clientAuthentication) ?? request.clientAuthentication;
  const transport = { ...options };
  const { timeoutMs = 10_000, requireScopes, adaptResponse } = transport;
  const eventFields = { endpoint: host + pathname, clientId };
  const scopes = (request.scopes ?? []).filter(Boolean);
  const context = { operation: "request token", scopes, requireScopes, adaptResponse, ...eventFields };
  const form = toForm(request, scopes);

  async function attempt(timer: Timer, onSend: () => void, isRepeat = false): Promise<TokenResult> {
    try {
      const authenticated = await authenticate(new URLSearchParams(form), clientAuthentication, { clientId, tokenEndpoint });
      onSend();
      const facts = Object.assign(authenticated, context, { sentAt: Date.now() });
      publish("request", eventFields);
      const response = await receive(href, facts.init, timer.signal, transport, facts);
      if (response.needsRepeat?.(response) && !isRepeat) return attempt(timer, onSend, true);
      return { token: parseTokenResponse(response) };
    } catch (error) {
      return { error };
    }
  }

  const isTransient = (error: TokenFailure) => isTransientFailure(error, rateLimitErrorPattern);

  const nextStep = ({ token, error }: TokenResult): NextStep =>
    token || !isTransient(Object(error)) ? "stop" : { retryAfterMs: (error as TokenFailure).retryAfterMs };

  async function sendWithRetries(retry: RetryOptions, signal?: AbortSignal): Promise<AccessToken> {
    const startedAt = performance.now();
    const timedFields = () => ({ durationMs: performance.now() - startedAt, ...eventFields });
    try {
      const token = await withDeadline(context, timeoutMs, signal, async (timer, onSend) => {
        const policy = { ...defaultRetry, ...retry };
        const result = await attemptUntilFinal(() => attempt(timer, onSend), nextStep, policy, timer);
        if (result.token) return result.token;
        throw result.error;
      });
      const { lifetimeMs, scopes, scopeSource } = token;
      publish("success", { lifetimeMs, scopes, scopeSource, ...timedFields() });
      return token;
    } catch (error) {
      publish("refusal", { error, ...timedFields() });
      throw error;
    }
  }

  const run: PreparedTokenRequest["run"] = (retry, signal) => trace(eventFields, () => sendWithRetries(retry, signal));

  return { eventFields, run, isTransient };
}

function isTransientFailure(
  { code, status = 0, errorDescription = "" }: TokenFailure,
  rateLimitErrorPattern: RegExp | undefined,
): boolean {
  return (
    code === "network" ||
    [408, 429, 500, 502, 503, 504].includes(status) ||
    // Not `test`, which continues at the end of the last match when the expression is global.
    (rateLimitErrorPattern !== undefined && errorDescription.search(rateLimitErrorPattern) >= 0)
  );
}

function validate(request: TokenRequest, options: TokenRequestOptions, allOptionRules: Rules): URL {
  const optionIssues = findIssues(options, allOptionRules, {});
  const url = parseUrl(request?.tokenEndpoint, optionIssues[0] ? [] : options.allowInsecureHttp);
  // RFC 6749 section 4.4
  const publicClientProblem = request?.grant ? undefined : "this grant is for clients that authenticate";
  const issues = [
    ...toIssues("tokenEndpoint", typeof url === "string" ? url : undefined),
    ...findIssues(request, requestRules, { clientId: true }),
    ...toIssues("clientAuthentication", authenticationRule(publicClientProblem)(request?.clientAuthentication, "")),
    ...optionIssues,
  ];
  throwIfIssues(issues);
  return url as URL;
}

/** The parameters of the request, without those of the client authentication. Empty values are left out. */
function toForm(request: TokenRequest, scopes: readonly string[]): [string, string][] {
  const { grant, audience = [], resource = [], parameters = {} } = request;
  const form: [string, string][] = [
    ["grant_type", grant?.grantType ?? "client_credentials"],
    ["scope", scopes.join(" ")],
  ];
  for (const one of [audience].flat()) form.push(["audience", one]);
  for (const one of [resource].flat()) form.push(["resource", one]);
  for (const name of Object.keys(parameters)) form.push([name, parameters[name] ?? ""]);
  return form.filter(([, value]) => value);
}
