import {
  ConfigurationError,
  cloneError,
  type ErrorFacts,
  type ErrorOverrides,
  isOAuthClientsError,
  NotFoundError,
  type OAuthClientsError,
  type Outcome,
  ValidationError,
  type ValidationIssue,
} from "./errors.js";
import { formatIssues, formatMessage, type MessageParts, notSentEffect } from "./message.js";
import { redact } from "./redact.js";

// The parts of each message, so that the message can be formatted again with another outcome.
const partsOf = new WeakMap<OAuthClientsError, MessageParts>();

/** The texts of an error's message. */
interface ErrorText extends Pick<MessageParts, "reason" | "code" | "hint"> {
  /** Whether the call may change something. The message then states whether the change was applied. */
  readonly writes: boolean;
  /** The first words of the message. @default the vendor */
  readonly subject?: string | undefined;
  /** The sentence about the outcome, where more is known than the outcome. */
  readonly effect?: string | undefined;
}

/** Creates an error with a message that agrees with its outcome. */
export function createError<Facts extends ErrorFacts, E extends OAuthClientsError>(
  ErrorClass: new (facts: Facts) => E,
  facts: Omit<Facts, "message">,
  { writes, effect, ...text }: ErrorText,
): E {
  const { vendor, operation, outcome } = facts as Omit<ErrorFacts, "message">;
  const parts = {
    subject: vendor,
    operation,
    ...describeOutcome(outcome ?? "not_applied", writes, effect),
    ...withoutUndefined(text),
  };
  const error = new ErrorClass({ ...facts, message: formatMessage(parts) } as unknown as Facts);
  partsOf.set(error, parts);
  return error;
}

/** The vendor and the operation of an error. */
export interface OperationContext {
  readonly vendor?: string | undefined;
  /** What was requested, in words: `create client`. For a factory its name, which contains the vendor. */
  readonly operation: string;
}

/** Creates the error of an invalid input. */
export function validationError(context: Partial<OperationContext>, ...issues: readonly ValidationIssue[]): ValidationError {
  return createError(ValidationError, { ...context, issues }, { writes: false, reason: formatIssues(issues) });
}

/** Creates the error of invalid options of a factory. */
export function optionsError(context: OperationContext, issues: readonly ValidationIssue[]): ConfigurationError {
  const reason = formatIssues(issues);
  return createError(ConfigurationError, { ...context, issues }, { writes: false, subject: "", reason });
}

/** Creates the error of one invalid option, or of the environment variable that contains it. */
export function configurationError(context: OperationContext, path: string, message: string): ConfigurationError {
  return optionsError(context, [{ path, message }]);
}

/** What is known about the outcome of a call after its error was created. */
interface OutcomeEvidence extends Omit<ErrorOverrides, "message" | "outcome"> {
  readonly outcome: Outcome;
  /** The sentence about the outcome: `No client 1032 exists`. */
  readonly effect?: string | undefined;
  /** The sentence about what to do next: `It is safe to retry`. */
  readonly hint?: string | undefined;
}

/**
 * Clones an error with the final outcome of its call. The message is formatted again, so that it agrees with this outcome.
 */
export function withOutcome<E extends OAuthClientsError>(error: E, { effect, hint, ...overrides }: OutcomeEvidence): E {
  const { subject, operation, reason, code } = partsOf.get(error) ?? { reason: error.message };
  const described = describeOutcome(overrides.outcome, true, effect);
  const parts = { subject, operation, reason, code, ...described, ...withoutUndefined({ hint }) };
  const clone = cloneError(error, { ...overrides, message: formatMessage(parts) });
  partsOf.set(clone, parts);
  return clone;
}

/** Clones an error with an addition to its reason, for example the name of the resource. */
export function withReasonSuffix<E extends OAuthClientsError>(error: E, suffix: string): E {
  const known = partsOf.get(error) ?? { reason: error.message };
  const parts = { ...known, reason: `${known.reason.replace(/\.$/, "")} ${suffix}` };
  const clone = cloneError(error, { message: formatMessage(parts) });
  partsOf.set(clone, parts);
  return clone;
}

/** What went wrong, without the sentences about the outcome, for the message of another error that it caused. */
export function describeReason(error: Error): string {
  const parts = partsOf.get(error as OAuthClientsError);
  if (parts) return formatMessage({ ...parts, effect: undefined, hint: undefined });
  // A message without parts: that of a token request, which is formatted in src/token.
  return error.message.replace(new RegExp(`\\.? ${notSentEffect}\\.?`), "");
}

/** The sentence of an error about what to do next, if it has one. */
export function readHint(error: Error): string | undefined {
  return partsOf.get(error as OAuthClientsError)?.hint;
}

/** The sentence about the outcome of a call, and the default sentence about what to do. */
function describeOutcome(outcome: Outcome, writes: boolean, effect?: string): Pick<MessageParts, "effect" | "hint"> {
  if (outcome === "applied") return { effect: effect ?? "The change was applied" };
  if (outcome === "not_applied") return { effect: effect ?? (writes ? "The change was not applied" : undefined) };
  return {
    effect: effect ?? "The change may have been applied",
    hint: effect === undefined ? "Read the current state before you retry" : undefined,
  };
}

function withoutUndefined<T extends object>(parts: T): T {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as T;
}

/** Adds to an error whose outcome is unknown what to do next. Other values are returned unchanged. */
export function withUnknownOutcomeHint(error: unknown, hint: string): unknown {
  if (!isOAuthClientsError(error) || error.outcome !== "unknown") return error;
  return withOutcome(error as OAuthClientsError, {
    outcome: "unknown",
    hint: `${hint.charAt(0).toUpperCase()}${hint.slice(1)}`,
  });
}

// In characters.
const maxNameLength = 100;

/** Formats a name for the message of an error. */
export function showName(name: string, secrets: readonly string[] = []): string {
  return `"${redact(name, secrets, maxNameLength)}"`;
}

/**
 * Waits for a deletion. A 404 response is a success when an earlier attempt of the same call may have deleted the resource. Where a vendor
 * sends the same response for a missing permission, the two cases cannot be distinguished.
 */
export async function ignoreNotFoundAfterRetry(deletion: Promise<unknown>): Promise<void> {
  try {
    await deletion;
  } catch (error) {
    if (!(error instanceof NotFoundError && error.outcome === "unknown")) throw error;
  }
}
