import type { AuthenticationContext, ClientAuthentication, ClientAuthenticationParameters } from "../core/credentials.js";
import type { ValidationIssue } from "../core/errors.js";
import { credentialProblem, type Problem, throwIfIssues, toIssues } from "./checks.js";
import type { TokenRequirements } from "./response.js";
import type { RequestContext } from "./transport.js";

/** An authenticated request, and the facts about it that its errors and its response need. */
export interface Authenticated extends Pick<RequestContext, "method" | "secrets">, Pick<TokenRequirements, "tokenType"> {
  readonly needsRepeat?: ClientAuthenticationParameters["needsRepeat"] | undefined;
  readonly init: RequestInit;
}

/** The name and the value of a form parameter. */
export type Parameter = readonly [name: string, value: string];

/** Encodes text for a form. Most text needs no encoding, which is found faster than it is encoded. */
export function toFormText(text: string): string {
  return /^[\w*.-]*$/.test(text) ? text : new URLSearchParams([["", text]]).toString().slice(1);
}

/**
 * Creates the POST request of a form with client authentication, which can add parameters but not replace them.
 * @throws {ConfigurationError}
 */
export async function authenticate(
  form: Parameter[],
  clientAuthentication: ClientAuthentication,
  context: AuthenticationContext,
  operation?: string,
): Promise<Authenticated> {
  const {
    headers: added = {},
    parameters = {},
    secrets,
    encodingHint,
    tokenType,
    needsRepeat,
  } = await clientAuthentication.authenticate(context);
  const headers: Record<string, string> = {};
  const issues: ValidationIssue[] = [];
  const expect = (path: string, problem: Problem) => issues.push(...toIssues(`clientAuthentication${path}`, problem));
  const complete = form.concat(Object.entries(parameters));
  const has = (name: string, list = complete) => list.some(([one]) => one === name);
  for (const name of Object.keys(parameters)) if (has(name, form)) expect(`.parameters.${name}`, "is set already");
  for (const [name, value] of Object.entries(added)) {
    const problem = credentialProblem(value, name);
    if (problem) expect(`.headers.${name}`, problem);
    headers[name.toLowerCase()] = value;
  }
  // RFC 6749 section 2.3
  if (headers.authorization && (has("client_secret") || has("client_assertion"))) {
    expect("", "expected one method, not two");
  }
  throwIfIssues(issues, operation);
  headers.accept = "application/json";
  headers["content-type"] = "application/x-www-form-urlencoded";
  return {
    init: { method: "POST", headers, body: complete.map((parameter) => parameter.map(toFormText).join("=")).join("&") },
    method: clientAuthentication.method + (encodingHint ? `, ${encodingHint}` : ""),
    secrets,
    tokenType,
    needsRepeat,
  };
}
