import { ConfigurationError, type ValidationIssue } from "../core/errors.js";
import { formatIssues, formatMessage } from "../core/message.js";

/** Creates the error of invalid options of a function. `core/outcome.ts` would add a tenth to the size of this entry point. */
export function optionsError(operation: string, issues: readonly ValidationIssue[]): ConfigurationError {
  return new ConfigurationError({ message: formatMessage({ operation, reason: formatIssues(issues) }), operation, issues });
}

/** Creates the error of an invalid option of `nodeFetch`. */
export function configurationError(path: string, message: string): ConfigurationError {
  return optionsError("nodeFetch", [{ path, message }]);
}

/**
 * Creates the `TypeError` that a `fetch` rejects with. Only messages and codes of Node's error are copied: Node's HTTP parser, for
 * example, attaches the bytes of the response to its error, and they can contain a token.
 */
export function createFetchError(message: string, cause: unknown): TypeError {
  return new TypeError(message, { cause: copyError(cause) });
}

/** Creates an error with a code, by which the rest of this library classifies it. */
export function createCodedError(message: string, code: string): Error {
  return Object.assign(new Error(message), { code });
}

function copyError(error: unknown): Error {
  const { message, code, errors } = (error ?? {}) as { message?: unknown; code?: unknown; errors?: unknown };
  const text = typeof message === "string" ? message : "";
  const copy = Array.isArray(errors) ? new AggregateError(errors.map(copyError), text) : new Error(text);
  return typeof code === "string" ? Object.assign(copy, { code }) : copy;
}
