import type { ClientAuthentication, TokenGrant } from "../../core/credentials.js";
import { ConfigurationError } from "../../core/errors.js";
import { type Rule, textRule, toIssues } from "../checks.js";

/**
 * An assertion or a token. A function is called for each request, retries included, because such values expire; white space at the ends
 * of its result is removed, so that it can return the content of a file.
 */
export type GrantValue = string | (() => string | Promise<string>);

/** Text for a form parameter. */
export const textProblem: Rule = textRule(/^[^\p{Cc}\p{Cs}]*[^\p{Cc}\p{Cs}\s][^\p{Cc}\p{Cs}]*$/u, "text, not empty");

/** Like `textProblem`. `undefined` is valid. */
export const optionalTextProblem: Rule = (value, path) => (value === undefined ? undefined : textProblem(value, path));

/** A `GrantValue`. */
export const valueProblem: Rule = (value, path) =>
  typeof value === "function" ? undefined : textProblem(value, path) && "expected text, not empty, or a function";

/** The subject, which a cache needs when values are read by functions. */
export function subjectRule(values: readonly unknown[]): Rule {
  return (value, path) =>
    value === undefined && values.some((one) => typeof one === "function")
      ? "required with a function: a cache distinguishes tokens by it"
      : optionalTextProblem(value, path);
}

/** The parts of a grant, all valid. */
interface GrantDefinition {
  /** The function that the caller called, for errors. */
  readonly name: string;
  readonly grantType: string;
  /** Parameters that must not be in an error message. */
  readonly secrets: Readonly<Record<string, GrantValue | undefined>>;
  /** Parameters that may be in an error message. */
  readonly parameters?: Readonly<Record<string, string | undefined>>;
  readonly subject: string | undefined;
}

/** Creates a grant whose values are read for each request. */
export function createGrant({ name, grantType, secrets, parameters, subject }: GrantDefinition): TokenGrant {
  const values = Object.entries(secrets).filter((entry): entry is [string, GrantValue] => entry[1] !== undefined);
  const known = Object.entries(parameters ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined);

  async function read([parameter, value]: [string, GrantValue]): Promise<[string, string]> {
    if (typeof value === "string") return [parameter, value];
    const text: unknown = await value();
    const trimmed = typeof text === "string" ? text.trim() : text;
    const issues = toIssues(parameter, textProblem(trimmed, parameter));
    if (issues[0]) throw new ConfigurationError({ message: `${name}: ${parameter}: ${issues[0].message}`, issues });
    return [parameter, trimmed as string];
  }

  return {
    grantType,
    extend: (clientAuthentication: ClientAuthentication) => ({
      ...clientAuthentication,
      async authenticate(context) {
        const entries = await Promise.all(values.map(read));
        const authenticated = await clientAuthentication.authenticate(context);
        return {
          ...authenticated,
          parameters: { ...Object.fromEntries([...known, ...entries]), ...authenticated.parameters },
          secrets: [...authenticated.secrets, ...entries.map(([, value]) => value)],
        };
      },
    }),
    // JSON writes null for a function. The subject identifies its value.
    cacheKey: () => JSON.stringify([grantType, subject, known, values]),
  };
}
