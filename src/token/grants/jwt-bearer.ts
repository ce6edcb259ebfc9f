import type { TokenGrant } from "../../core/credentials.js";
import { toObject } from "../../core/values.js";
import { findIssues, throwIfIssues } from "../checks.js";
import { createGrant, type GrantValue, subjectRule, valueProblem } from "./grant.js";

/** Options of `jwtBearer`. */
export interface JwtBearerOptions {
  /** The JWT that an issuer trusted by the authorization server has signed. It is not validated here. */
  readonly assertion: GrantValue;
  /**
   * A name of the subject, by which a cache or a shared store distinguishes tokens. Required when `assertion` is a function.
   * @default the assertion
   */
  readonly subject?: string;
}

/**
 * The JWT bearer grant: exchanges a JWT for an access token of its subject. It is the value of `grant` in a token request.
 *
 * @throws {ConfigurationError} at once, when an option is invalid. From a token request, before it is sent: the function returned no text
 * @see RFC 7523 section 2.1
 * @example
 * ```ts
 * import { readFile } from "node:fs/promises";
 * import { jwtBearer } from "oauth-clients/token/grants";
 *
 * const grant = jwtBearer({ assertion: () => readFile("/run/secrets/assertion", "utf8"), subject: "worker" });
 * ```
 */
export function jwtBearer(options: JwtBearerOptions): TokenGrant {
  throwIfIssues(
    findIssues(options, { assertion: valueProblem, subject: subjectRule([toObject(options).assertion]) }),
    "jwtBearer",
  );
  const { assertion, subject } = options;
  return createGrant({
    name: "jwtBearer",
    grantType: "urn:ietf:params:oauth:grant-type:jwt-bearer",
    secrets: { assertion },
    subject,
  });
}
