import { isOAuthClientsError } from "../core/errors.js";
import { ClaimLostError, type Memory, SecretNotStoredError, type Work } from "./attempt.js";
import { isVersionConflict } from "./errors.js";
import { readJournal } from "./journal.js";
import type { Seen, Subject } from "./observe.js";
import { pause, type Run } from "./run.js";
import type { ClientResult, PlannedAction, RunStep } from "./run-types.js";

// More steps than any recovery takes.
const mostSteps = 16;
// How often a client waits for the vendor's rate limit, and how long at most. Many clients share the limit.
const mostRateLimitWaits = 60;
const longestRateLimitWaitMs = 120_000;
const shortestRateLimitWaitMs = 1_000;

/** What `apply` and `rotate` do differently. */
interface Steps<Observed extends Seen> {
  readonly observe: (memory: Memory) => Promise<Observed>;
  /** The result, where no step is left. */
  readonly end: (seen: Observed, done: readonly RunStep[]) => ClientResult | undefined;
  readonly act: (work: Work<Observed>) => Promise<readonly RunStep[]>;
}

/** Observes a client, decides, acts, and observes again, until no step is left. */
export async function runSteps<Observed extends Seen>(
  run: Run,
  subject: Subject,
  operation: "apply" | "rotate",
  steps: Steps<Observed>,
): Promise<ClientResult> {
  const { key } = subject;
  const { stopSignal } = run.options;
  const memory: Memory = { fresh: operation === "rotate", secrets: new Map(), changed: false };
  const done: RunStep[] = [];
  for (let waits = 0; ; waits++) {
    try {
      return await runUntilEnd(run, subject, operation, steps, memory, done);
    } catch (error) {
      if (stopSignal?.aborted === true && error === stopSignal.reason)
        return { key, status: "skipped", message: `${key}: the run ended before the next step. Run ${operation} again.` };
      const waitMs = rateLimitWaitMs(error);
      if (waitMs === undefined || waits >= mostRateLimitWaits) return failedResult(key, error, memory.changed);
      await run.step(key, "wait", () => pause(run, waitMs)).catch(() => undefined);
      memory.fresh = true;
    }
  }
}

// The manager has repeated the request already, within the deadline of its call. `undefined`: another error, or a wait that is too long.
function rateLimitWaitMs(error: unknown): number | undefined {
  if (!isOAuthClientsError(error) || error.code !== "rate_limited" || error.outcome !== "not_applied") return undefined;
  const waitMs = Math.max(error.retryAfterMs ?? 0, shortestRateLimitWaitMs);
  return waitMs <= longestRateLimitWaitMs ? waitMs : undefined;
}

async function runUntilEnd<Observed extends Seen>(
  run: Run,
  subject: Subject,
  operation: "apply" | "rotate",
  { observe, end, act }: Steps<Observed>,
  memory: Memory,
  done: RunStep[],
): Promise<ClientResult> {
  const { key } = subject;
  const settled = new Set<string>();
  for (let turn = 0; turn < mostSteps; turn++) {
    const seen = await observe(memory);
    memory.fresh = true;
    if (hasForeignIntent(run, seen) && !settled.has(seen.journal.version ?? "")) {
      const version = await waitForOthers(run, subject, seen);
      if (version === undefined)
        return { key, status: "busy", message: `${key}: another run works on this client. Try again later.` };
      settled.add(version);
      continue;
    }
    const ended = end(seen, done);
    if (ended !== undefined) return ended;
    run.options.stopSignal?.throwIfAborted();
    try {
      done.push(...(await act({ run, subject, seen, memory })));
    } catch (error) {
      // Another run was faster, or the claim became too old and nothing was sent: the next observation shows the intents.
      if (!isVersionConflict(error) && !(error instanceof ClaimLostError)) throw error;
    }
  }
  throw new Error(`${key}: the client did not reach the declared state in ${mostSteps} steps. Run ${operation} again.`);
}

/** The result of a client that needs a decision. */
export function stoppedResult({ key, reason, message, choices }: PlannedAction & { readonly action: "stop" }): ClientResult {
  return { key, status: "stopped", reason, message, choices };
}

/** The result of a client that failed. */
export function failedResult(key: string, error: unknown, changed: boolean): ClientResult {
  const message = error instanceof Error ? error.message : "unknown error";
  if (error instanceof SecretNotStoredError) return { key, status: "secret_not_stored", error, message, id: error.id };
  const unknown = isOAuthClientsError(error) && error.outcome === "unknown";
  return { key, status: "failed", error, message, changed: changed || unknown };
}

/** Whether an intent is open that this run has not written. */
function hasForeignIntent(run: Run, { journal }: Pick<Seen, "journal">): boolean {
  return (journal.entry?.intents ?? []).some(({ attemptId }) => !run.ownAttempts.has(attemptId));
}

/**
 * Waits until an open intent of another run has been unchanged for the settle time, by the store's clock or by the time that this
 * process has watched it. Resolves to the version, or to `undefined` when the other run still works.
 */
async function waitForOthers(run: Run, subject: Subject, seen: Seen): Promise<string | undefined> {
  const { key } = subject;
  const { version, ageMs } = seen.journal;
  if (version !== undefined && ageMs !== undefined && ageMs >= run.settleMs) return version;
  return run.step(key, "wait", async () => {
    const startedAt = performance.now();
    const stepMs = Math.max(1, Math.min(run.settleMs / 10, 5_000));
    for (;;) {
      const leftMs = run.settleMs - (performance.now() - startedAt);
      await pause(run, Math.max(1, Math.min(stepMs, leftMs)));
      const current = await readJournal(subject.journal, run.call);
      if (current.version !== version) return hasForeignIntent(run, { journal: current }) ? undefined : (current.version ?? "");
      if (performance.now() - startedAt >= run.settleMs) return version;
    }
  });
}
