import type { AuthenticationContext, ClientAuthentication, ClientAuthenticationParameters } from "../core/credentials.js";
import type { ValidationIssue } from "../core/errors.js";
import type { Errand } from "./answer.js";
import { credentialProblem, type Problem, throwIfIssues, toIssues } from "./checks.js";

/** A request that proves who sends it, and what an error may say of that. */
export interface Authenticated
  extends Pick<Errand, "method" | "secrets">,
    Pick<ClientAuthenticationParameters, "needsRepeat" | "tokenType"> {
  readonly init: RequestInit;
}

/**
 * Makes the POST of a form with what the client authentication adds, which may add but not replace.
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
    encodingHint: spelling,
    ...hooks
  } = await clientAuthentication.authenticate(context);
  const headers: Record<string, string> = {};
  const issues: ValidationIssue[] = [];
  const expect = (path: string, fault: Problem) => issues.push(...toIssues(`clientAuthentication${path}`, fault));
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
    method: clientAuthentication.method + (spelling ? `, ${spelling}` : ""),
    ...hooks,
    secrets,
  };
}
