import {
  cloneError,
  type ErrorFacts,
  type ErrorOverrides,
  isOAuthClientsError,
  NotFoundError,
  type OAuthClientsError,
  type Outcome,
} from "./errors.js";
import { formatMessage, type MessageParts } from "./message.js";
import { redact } from "./redact.js";

// The parts of each message that this library has written, so that it can be written again from another outcome.
const partsOf = new WeakMap<OAuthClientsError, MessageParts>();

/** What an error of a call states besides its facts. */
export interface ErrorText extends Pick<MessageParts, "reason" | "code" | "hint"> {
  /** Whether the call may change something. The message then states whether the change was applied. */
  readonly writes: boolean;
  /** What follows from the outcome, where more is known than the outcome. */
  readonly effect?: string | undefined;
}

/** Creates an error of a call. Its message is written from its outcome. */
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

/** What has become known about the outcome of a call after its error was made. */
export interface OutcomeEvidence extends Omit<ErrorOverrides, "message" | "outcome"> {
  readonly outcome: Outcome;
  /** What follows from the outcome, in one sentence: `No client 1032 exists`. */
  readonly effect?: string | undefined;
  /** What to do next, in one sentence: `It is safe to retry`. */
  readonly hint?: string | undefined;
}

/**
 * Clones an error with the final outcome of its call. Its message is written again from this outcome, so that it never contradicts it.
 */
export function withOutcome<E extends OAuthClientsError>(error: E, { effect, hint, ...overrides }: OutcomeEvidence): E {
  const { subject, operation, reason, code } = partsOf.get(error) ?? { reason: error.message };
  const described = describeOutcome(overrides.outcome, true, effect);
  const parts = { subject, operation, reason, code, ...described, ...withoutUndefined({ hint }) };
  const clone = cloneError(error, { ...overrides, message: formatMessage(parts) });
  partsOf.set(clone, parts);
  return clone;
}

/** Clones an error with more words in its reason, for example with the name of the resource. */
export function withReasonSuffix<E extends OAuthClientsError>(error: E, suffix: string): E {
  const known = partsOf.get(error) ?? { reason: error.message };
  const parts = { ...known, reason: `${known.reason.replace(/\.$/, "")} ${suffix}` };
  const clone = cloneError(error, { message: formatMessage(parts) });
  partsOf.set(clone, parts);
  return clone;
}

/** What went wrong, without the sentences about the outcome: for the message of an error that this error has caused. */
export function describeReason(error: Error): string {
  const parts = partsOf.get(error as OAuthClientsError);
  return parts ? formatMessage({ ...parts, effect: undefined, hint: undefined }) : error.message;
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

/** The error to throw for a call that failed: where its outcome is unknown, the message says what to do next. */
export function withUnknownOutcomeHint(error: unknown, hint: string): unknown {
  if (!isOAuthClientsError(error) || error.outcome !== "unknown") return error;
  return withOutcome(error as OAuthClientsError, {
    outcome: "unknown",
    hint: `${hint.charAt(0).toUpperCase()}${hint.slice(1)}`,
  });
}

// Enough to recognize a name.
const maxNameLength = 100;

/** A name as an error may show it. */
export function showName(name: string, secrets: readonly string[] = []): string {
  return `"${redact(name, secrets, maxNameLength)}"`;
}

/**
 * Waits for a delete. A 404 is no failure when an earlier attempt of the same call may have deleted the resource. Where a vendor sends
 * the same response for a missing permission, the two cases cannot be distinguished.
 */
export async function ignoreNotFoundAfterRetry(deletion: Promise<unknown>): Promise<void> {
  try {
    await deletion;
  } catch (error) {
    if (!(error instanceof NotFoundError && error.outcome === "unknown")) throw error;
  }
}
