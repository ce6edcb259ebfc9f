import type { TokenGrant } from "../../core/credentials.js";
import { toObject } from "../../core/values.js";
import { findIssues, type Rule, throwIfIssues } from "../checks.js";
import { createGrant, type GrantValue, optionalTextProblem, subjectRule, valueProblem } from "./grant.js";

/** The type of a token: the last part of an identifier of RFC 8693 section 3, or a complete URI. */
export type TokenTypeIdentifier =
  | "access_token"
  | "refresh_token"
  | "id_token"
  | "jwt"
  | "saml1"
  | "saml2"
  | (string & Record<never, never>);

/** Options of `tokenExchange`. The target service is in `audience` and `resource` of the token request. */
export interface TokenExchangeOptions {
  /** The token of the party on behalf of whom the request is made. */
  readonly subjectToken: GrantValue;
  /**
   * The type of `subjectToken`.
   * @default "access_token"
   */
  readonly subjectTokenType?: TokenTypeIdentifier;
  /** The token of the acting party, for delegation. */
  readonly actorToken?: GrantValue;
  /**
   * The type of `actorToken`.
   * @default "access_token"
   */
  readonly actorTokenType?: TokenTypeIdentifier;
  /** The type of the requested token. The type of the issued token is in `additionalFields.issued_token_type` of the result. */
  readonly requestedTokenType?: TokenTypeIdentifier;
  /**
   * A name of the subject (and actor), by which a cache or a shared store distinguishes tokens. Required when a token is a function.
   * @default the tokens
   */
  readonly subject?: string;
}

const tokenTypeProblem: Rule = (value, path) => {
  const isValid =
    typeof value !== "string" || /^(access_token|refresh_token|id_token|jwt|saml[12]|[a-z][a-z\d+.-]*:.+)$/i.test(value);
  return (
    optionalTextProblem(value, path) ??
    (isValid ? undefined : "expected access_token, refresh_token, id_token, jwt, saml1, saml2 or a URI")
  );
};

const toIdentifier = (type: string) => (type.includes(":") ? type : `urn:ietf:params:oauth:token-type:${type}`);

/**
 * The token exchange grant: exchanges a token for another one, for example for a token of the same user that another service accepts. It
 * is the value of `grant` in a token request.
 *
 * The result must be an access token that can be used: a response whose `token_type` is `N_A` is rejected.
 *
 * @throws {ConfigurationError} at once, when an option is invalid. From a token request, before it is sent: a function returned no text
 * @see RFC 8693 section 2
 * @example
 * ```ts
 * import { tokenExchange } from "oauth-clients/token/grants";
 *
 * const grant = tokenExchange({ subjectToken: "the token of the user", requestedTokenType: "access_token" });
 * ```
 */
export function tokenExchange(options: TokenExchangeOptions): TokenGrant {
  const { subjectToken, actorToken } = toObject(options);
  const requiresActor: Rule = (value, path) =>
    value !== undefined && actorToken === undefined ? "needs actorToken" : tokenTypeProblem(value, path);
  throwIfIssues(
    findIssues(options, {
      subjectToken: valueProblem,
      subjectTokenType: tokenTypeProblem,
      actorToken: (value, path) => (value === undefined ? undefined : valueProblem(value, path)),
      actorTokenType: requiresActor,
      requestedTokenType: tokenTypeProblem,
      subject: subjectRule([subjectToken, actorToken]),
    }),
    "tokenExchange",
  );
  const { subjectTokenType = "access_token", actorTokenType = "access_token", requestedTokenType, subject } = options;
  return createGrant({
    name: "tokenExchange",
    grantType: "urn:ietf:params:oauth:grant-type:token-exchange",
    secrets: { subject_token: subjectToken, actor_token: actorToken },
    parameters: {
      subject_token_type: toIdentifier(subjectTokenType),
      actor_token_type: actorToken === undefined ? undefined : toIdentifier(actorTokenType),
      requested_token_type: requestedTokenType && toIdentifier(requestedTokenType),
    },
    subject,
  });
}
