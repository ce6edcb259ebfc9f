import { cloneError, OAuthClientsError, type ValidationIssue } from "../../core/errors.js";
import { insecureHostsProblem, validateUrl } from "../../core/url.js";
import { isObject } from "../../core/values.js";
import {
  authenticationRule,
  credentialProblem,
  formatIssues,
  functionProblem,
  numberRule,
  type Problem,
  type Rule,
  signalProblem,
  textRule,
  throwIfIssues,
  toIssues,
} from "../checks.js";
import { type Authenticated, authenticate } from "../form.js";
import { isJson, parseObject } from "../response.js";
import { type ReceivedResponse, type RequestContext, receive, unexpectedResponse, withDeadline } from "../transport.js";
import type { AuthorizationServerEndpoints, IntrospectionRequest, RequestOptions } from "./types.js";

/** One request to an authorization server. */
export interface ServerRequest {
  /** The operation in words, for error messages. */
  readonly operation: string;
  readonly url: string;
  /** Makes the HTTP request, with the client authentication. */
  readonly prepare: () => Authenticated | Promise<Authenticated>;
}

/** A response of an authorization server, read completely, and the request it belongs to. */
export type ServerResponse = RequestContext & ReceivedResponse;

/** The problems of several values, by their names. */
export type Problems = Readonly<Record<string, Problem>>;

const tokenProblem = textRule(/^[\x21-\x7e]+$/, "visible ASCII, not empty");

/** A number from 1 that a timer accepts. `undefined` is valid. */
export const durationProblem = numberRule(1);

const optionRules = {
  allowInsecureHttp: insecureHostsProblem,
  fetch: functionProblem,
  signal: signalProblem,
  timeoutMs: durationProblem,
  maxResponseBytes: durationProblem,
} satisfies Record<keyof RequestOptions, Rule>;

/** The problems of the options of every request. */
export function optionProblems(options: RequestOptions): Problems {
  const rules = Object.entries(optionRules) as [keyof RequestOptions, Rule][];
  return Object.fromEntries(rules.map(([name, rule]) => [name, rule(options[name], name)]));
}

/** The problem of a URL, with the hosts that the options name. */
export function urlProblem(value: unknown, { allowInsecureHttp }: RequestOptions): string | undefined {
  return validateUrl(value, insecureHostsProblem(allowInsecureHttp) ? [] : allowInsecureHttp);
}

/** The problem of an issuer identifier: a URL without query and fragment (RFC 8414 section 2). */
export function issuerProblem(value: unknown, options: RequestOptions = {}): string | undefined {
  return urlProblem(value, options) ?? (String(value).includes("?") ? "an issuer has no query" : undefined);
}

/**
 * Throws when a value has a problem.
 * @throws {ConfigurationError} with one issue for each problem, never with a value
 */
export function throwIfProblems(operation: string, problems: Problems): void {
  throwIfIssues(
    Object.entries(problems).flatMap(([path, problem]) => toIssues(path, problem)),
    operation,
  );
}

/**
 * Validates an introspection or revocation request, and returns how to make it.
 * @param publicClientProblem - the problem of a client without authentication, where that is not allowed
 * @throws {ConfigurationError} a value is invalid, or the server has no such endpoint
 */
export function prepareRequest(
  operation: string,
  endpoint: keyof AuthorizationServerEndpoints,
  request: IntrospectionRequest,
  options: RequestOptions,
  publicClientProblem?: string,
): Pick<ServerRequest, "url" | "prepare"> {
  const { server, clientId, clientAuthentication, token, tokenTypeHint } = request;
  const { tokenEndpoint, [endpoint]: url } = (server ?? {}) as Partial<AuthorizationServerEndpoints>;
  throwIfProblems(operation, {
    "server.tokenEndpoint": urlProblem(tokenEndpoint, options),
    [`server.${endpoint}`]: url === undefined ? "the server has no such endpoint" : urlProblem(url, options),
    clientId: credentialProblem(clientId, "clientId"),
    clientAuthentication: authenticationRule(publicClientProblem)(clientAuthentication, "clientAuthentication"),
    token: tokenProblem(token, "token"),
    tokenTypeHint: tokenTypeHint === undefined ? undefined : credentialProblem(tokenTypeHint, "tokenTypeHint"),
    ...optionProblems(options),
  });
  return {
    url: url as string,
    async prepare() {
      const form = new URLSearchParams({ token });
      if (tokenTypeHint !== undefined) form.set("token_type_hint", tokenTypeHint);
      const context = { clientId, tokenEndpoint: server.tokenEndpoint };
      const authenticated = await authenticate(form, clientAuthentication, context, operation);
      return { ...authenticated, secrets: [token, ...authenticated.secrets] };
    },
  };
}

/**
 * Sends one request without retries, and reads the response. Redirects are refused: a redirect would send credentials to another
 * server, or bring metadata from there.
 *
 * @throws {NetworkError} no response was received
 * @throws {TimeoutError} `timeoutMs` passed
 * @throws {UnexpectedResponseError} the response is a redirect, or too large
 */
export function send({ operation, url, prepare }: ServerRequest, options: RequestOptions): Promise<ServerResponse> {
  const { host, pathname } = new URL(url);
  const context = { operation, endpoint: host + pathname };
  return withDeadline(context, options.timeoutMs ?? 10_000, options.signal, async ({ signal }, onSend) => {
    const { init, ...authenticated } = await prepare();
    onSend();
    return receive(url, init, signal, options, { ...context, ...authenticated });
  });
}

/**
 * Runs an operation that only reads: the outcome of its errors is `not_applied`.
 * @throws the errors of `operation`
 */
export async function readOnly<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw error instanceof OAuthClientsError ? cloneError(error, { outcome: "not_applied" }) : error;
  }
}

/** Parses the JSON object of a 200 response. `issues` says why the response is not valid. */
export function parseJsonResponse(response: ServerResponse): {
  readonly body: Record<string, unknown>;
  readonly issues: ValidationIssue[];
} {
  const issues: ValidationIssue[] = [];
  if (!isJson(response)) issues.push({ path: "content-type", message: "expected application/json" });
  const body = parseObject(response.text);
  if (!body) issues.push({ path: "", message: "expected a JSON object" });
  return { body: body ?? {}, issues };
}

/** Creates the error of an invalid 200 response. Its message has paths and types, never values. */
export function invalidResponse(response: ServerResponse, expected: string, issues: readonly ValidationIssue[]): Error {
  const reason = `the response is not ${expected}: ${formatIssues(issues)}`;
  return unexpectedResponse(response, response.status, reason, issues);
}

/** A member that is an object, or `undefined`. `null` counts as absent, because many servers write it. */
export function readObject(value: unknown, path: string, issues: ValidationIssue[]): Record<string, unknown> | undefined {
  if (value == null || isObject(value)) return value ?? undefined;
  issues.push({ path, message: "expected an object" });
  return undefined;
}
