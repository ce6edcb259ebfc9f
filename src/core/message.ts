/** The parts of the message of an error. */
export interface MessageParts {
  /** The vendor, or host and path of the endpoint. */
  readonly subject?: string | undefined;
  /** What was requested, in words: `create client`. */
  readonly operation?: string | undefined;
  /** What went wrong. */
  readonly reason: string;
  /** The platform's code or the HTTP status, for the parentheses after the reason. */
  readonly code?: string | number | undefined;
  /** What follows from the outcome: `The change was not applied`. */
  readonly effect?: string | undefined;
  /** What to do next. */
  readonly hint?: string | undefined;
}

/** The sentence of an error whose request was not sent. */
export const notSentEffect = "The request was not sent";

/** Formats validation issues as one text: `name: required; scopes.0: expected a string`. */
export function formatIssues(issues: readonly { readonly path: string; readonly message: string }[]): string {
  return issues.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("; ");
}

/**
 * Formats the message of an error: `<subject> <operation>: <reason>[ (<code>)]. <effect>. <hint>.` A message of one sentence has no full
 * stop at its end.
 */
export function formatMessage({ subject, operation, reason, code, effect, hint }: MessageParts): string {
  const context = [subject, operation].filter(Boolean).join(" ");
  const problem = `${context && `${context}: `}${code === undefined ? reason : `${reason.replace(/\.$/, "")} (${code})`}`;
  const sentences = [problem, effect, hint].filter((sentence) => sentence !== undefined);
  if (sentences.length === 1) return problem;
  return sentences.map((sentence) => sentence.replace(/[^.!?…]$/, "$&.")).join(" ");
}
