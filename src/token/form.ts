import type { AuthenticationContext, ClientAuthentication, ClientAuthenticationParameters } from "../core/credentials.js";
import type { ValidationIssue } from "../core/errors.js";
import { credentialProblem, type Problem, throwIfIssues, toIssues } from "./checks.js";
import type { RequestContext } from "./transport.js";

/** An authenticated request, and the facts about it that its errors and its response need. */
export interface Authenticated
  extends Pick<RequestContext, "method" | "secrets">,
    Pick<ClientAuthenticationParameters, "needsRepeat" | "tokenType"> {
  readonly init: RequestInit;
}

/**
 * Creates the POST request of a form with client authentication, which can add parameters but not replace them.
 * @throws {ConfigurationError}
 */
export async function authenticate(
  form: URLSearchParams,
  clientAuthentication: ClientAuthentication,
  context: AuthenticationContext,
  operation?: string,
): Promise<Authenticated> {
  const {
    headers: added = {},
    parameters = {},
    secrets,
    encodingHint,
    ...responseFacts
  } = await clientAuthentication.authenticate(context);
  const headers: Record<string, string> = {};
  const issues: ValidationIssue[] = [];
  const expect = (path: string, problem: Problem) => issues.push(...toIssues(`clientAuthentication${path}`, problem));
  for (const [name, value] of Object.entries(parameters)) {
    if (form.has(name)) expect(`.parameters.${name}`, "is set already");
    form.set(name, value);
  }
  for (const [name, value] of Object.entries(added)) {
    expect(`.headers.${name}`, credentialProblem(value, name));
    headers[name.toLowerCase()] = value;
  }
  // RFC 6749 section 2.3
  if (headers.authorization && (form.has("client_secret") || form.has("client_assertion"))) {
    expect("", "expected one method, not two");
  }
  throwIfIssues(issues, operation);
  headers.accept = "application/json";
  headers["content-type"] = "application/x-www-form-urlencoded";
  return {
    init: { method: "POST", headers, body: form.toString() },
    method: clientAuthentication.method + (encodingHint ? `, ${encodingHint}` : ""),
    ...responseFacts,
    secrets,
  };
}
