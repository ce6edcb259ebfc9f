import type { TokenGrant } from "../../core/credentials.js";
import { isObject, toObject } from "../../core/values.js";
import { findIssues, type Rule, textRule, throwIfIssues, toIssues } from "../checks.js";
import { createGrant, type GrantValue, subjectRule, valueProblem } from "./grant.js";

/** Options of `customGrant`. */
export interface CustomGrantOptions {
  /** The form parameter `grant_type`, for example `account_credentials`. */
  readonly grantType: string;
  /**
   * The further form parameters of the grant. They count as secrets: no error message contains them.
   * @default {}
   */
  readonly parameters?: Readonly<Record<string, GrantValue>>;
  /**
   * A name of the subject, by which a cache or a shared store distinguishes tokens. Required when a parameter is a function.
   * @default the parameters
   */
  readonly subject?: string;
}

const grantTypeSyntax = textRule(/^[\w.-]+$|^[a-z][a-z\d+.-]*:[\x21-\x7e]+$/i, "a grant name or a URI");

// RFC 9700 section 2.4 forbids the password grant. The values of the others are valid for one request, so they cannot be repeated.
const grantTypeProblem: Rule = (value, path) =>
  /^(password|authorization_code|refresh_token)$/.test(String(value))
    ? "this grant is not supported"
    : value === "client_credentials"
      ? "the default, omit grant"
      : grantTypeSyntax(value, path);

const parametersProblem: Rule = (value = {}, path) =>
  isObject(value)
    ? Object.entries(value).flatMap(([name, one]) =>
        toIssues(
          `${path}.${name}`,
          /^(grant_type|scope|audience|resource|client_.*)$/.test(name) ? "has an option of its own" : valueProblem(one, name),
        ),
      )
    : "expected an object";

/**
 * A grant of one authorization server, such as `account_credentials` of Zoom. It is the value of `grant` in a token request.
 *
 * @throws {ConfigurationError} at once, when an option is invalid. From a token request, before it is sent: a function returned no text
 * @see RFC 6749 section 4.5
 * @example
 * ```ts
 * import { customGrant } from "oauth-clients/token/grants";
 *
 * const grant = customGrant({ grantType: "account_credentials", parameters: { account_id: "the account id" } });
 * ```
 */
export function customGrant(options: CustomGrantOptions): TokenGrant {
  const { parameters = {} } = toObject(options);
  throwIfIssues(
    findIssues(options, {
      grantType: grantTypeProblem,
      parameters: parametersProblem,
      subject: subjectRule(Object.values(toObject(parameters))),
    }),
    "customGrant",
  );
  const { grantType, subject } = options;
  return createGrant({ name: "customGrant", grantType, secrets: { ...parameters }, subject });
}
