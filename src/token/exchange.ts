import type { TokenRequest } from "../core/credentials.js";
import type { OAuthClientsError } from "../core/errors.js";
import { attemptUntilFinal, type NextStep, type RetryOptions } from "../core/http/retry.js";
import { insecureHostsProblem, validateUrl } from "../core/url.js";
import { parseTokenResponse } from "./answer.js";
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
import { publish } from "./events.js";
import { authenticate } from "./form.js";
import { receive, withDeadline } from "./transport.js";
import type { AccessToken, TokenEvent, TokenRequestOptions } from "./types.js";

/** One exchange, checked and ready to be sent any number of times. */
export interface PreparedTokenRequest {
  /** What every event tells of it. */
  readonly who: TokenEvent;
  /** Gets a token, in one request and its retries. */
  readonly run: (retry: RetryOptions, signal?: AbortSignal) => Promise<AccessToken>;
  /** Whether the same request may succeed in a while. */
  readonly isPassing: (error: Failed) => boolean;
}

/** What one attempt came to. */
type TokenResult =
  | { readonly token: AccessToken; readonly error?: never }
  | { readonly token?: never; readonly error: unknown };

const defaultRetry = { maxRetries: 2, initialDelayMs: 100, maxDelayMs: 60_000 };

/** What the errors of this library may say of a failed exchange. */
export type Failed = OAuthClientsError & {
  readonly status?: number;
  readonly retryAfterMs?: number;
  readonly errorDescription?: string;
};

const text = /* @__PURE__ */ textRule(/^[^\p{Cc}\p{Cs}]*$/u, "text without control characters");

const requestRules: Rules = {
  clientId: credentialProblem,
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
    typeof value === "object"
      ? Object.entries(Object(value)).flatMap(([name, one]) =>
          toIssues(
            `${path}.${name}`,
            /^(grant_type|scope|audience|resource|client_.*)$/.test(name) ? "has an option of its own" : text(one, name),
          ),
        )
      : "expected an object",
  grant: (value) => (value === undefined || Object(value).extend ? undefined : "expected a grant"),
  rateLimitErrorPattern: (value) => (value === undefined || value instanceof RegExp ? undefined : "expected a RegExp"),
};

const optionRules: Rules = {
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

/** The option `retry`. */
export const retryProblem: Rule = (value = {}, path) =>
  typeof value === "object"
    ? findIssues(value, retryRules).map((issue) => ({ ...issue, path: `${path}.${issue.path}` }))
    : "expected an object";

/**
 * Checks a request and its options once and makes the exchange that sends it. Later changes to either have no effect.
 * @param moreRules - of the options that belong to the caller
 * @throws {ConfigurationError}
 */
export function prepareTokenRequest(
  request: TokenRequest,
  options: TokenRequestOptions,
  moreRules: Rules,
): PreparedTokenRequest {
  const optionIssues = findIssues(options, { ...optionRules, ...moreRules });
  const tokenEndpointRule: Rule = (value) => validateUrl(value, optionIssues[0] ? [] : options.allowInsecureHttp);
  // RFC 6749 section 4.4
  const clientAuthenticationRule = authenticationRule(
    request?.grant ? undefined : "this grant is for clients that authenticate",
  );
  throwIfIssues([
    ...findIssues(request, {
      tokenEndpoint: tokenEndpointRule,
      ...requestRules,
      clientAuthentication: clientAuthenticationRule,
    }),
    ...optionIssues,
  ]);
  const {
    tokenEndpoint,
    clientId,
    grant,
    scopes = [],
    audience = [],
    resource = [],
    parameters = {},
    rateLimitErrorPattern,
  } = request;
  const clientAuthentication = grant?.extend(request.clientAuthentication) ?? request.clientAuthentication;
  const transport = { ...options };
  const { timeoutMs = 10_000, requireScopes, adaptResponse } = transport;
  const { href, host, pathname } = new URL(tokenEndpoint);
  const who = { endpoint: host + pathname, clientId };
  const asked = scopes.filter(Boolean);
  const errand = { ...who, operation: "request token", scopes: asked, requireScopes, adaptResponse };
  const form = [
    ["grant_type", grant?.grantType ?? "client_credentials"],
    ["scope", asked.join(" ")],
    ...[audience].flat().map((one) => ["audience", one]),
    ...[resource].flat().map((one) => ["resource", one]),
    ...Object.entries(parameters),
  ].filter(([, value]) => value) as [string, string][];

  const isPassing = ({ code, status = 0, errorDescription = "" }: Failed) =>
    code === "network" ||
    [408, 429, 500, 502, 503, 504].includes(status) ||
    // Searched for, because a test would begin where the last one ended when the expression has the flag for that.
    (rateLimitErrorPattern !== undefined && errorDescription.search(rateLimitErrorPattern) >= 0);

  const nextStep = ({ token, error }: TokenResult): NextStep =>
    token || !isPassing(Object(error)) ? "stop" : { retryAfterMs: (error as Failed).retryAfterMs };

  async function run(retry: RetryOptions, signal?: AbortSignal): Promise<AccessToken> {
    const startedAt = performance.now();
    const timed = () => ({ ...who, durationMs: performance.now() - startedAt });
    try {
      const token = await withDeadline(errand, timeoutMs, signal, async (timer, onSend) => {
        const attempt = async (isRepeat?: boolean): Promise<TokenResult> => {
          try {
            const context = { clientId, tokenEndpoint };
            const body = new URLSearchParams(form);
            const { init, needsRepeat, ...proof } = await authenticate(body, clientAuthentication, context);
            onSend();
            const sentAt = Date.now();
            publish("request", who);
            const response = await receive(href, init, timer.signal, transport, { ...errand, ...proof, sentAt });
            if (needsRepeat?.(response) && !isRepeat) return attempt(true);
            return { token: parseTokenResponse(response) };
          } catch (error) {
            return { error };
          }
        };
        const result = await attemptUntilFinal(attempt, nextStep, { ...defaultRetry, ...retry }, timer);
        if (result.token) return result.token;
        throw result.error;
      });
      const { lifetimeMs, scopes, scopeSource } = token;
      publish("success", { ...timed(), lifetimeMs, scopes, scopeSource });
      return token;
    } catch (error) {
      publish("refusal", { ...timed(), error });
      throw error;
    }
  }

  return { who, run, isPassing };
}
