import { isOAuthClientsError } from "../core/errors.js";
import { act } from "./act.js";
import { requireValid } from "./check.js";
import { VersionConflictError } from "./errors.js";
import { type Memory, SecretNotStoredError } from "./issue.js";
import { readJournal } from "./journal.js";
import { type Observation, observe, type Subject } from "./observe.js";
import { defaultConcurrency, findUndeclared, planAction } from "./plan.js";
import { createRun, mapConcurrently, pause, type Run } from "./run.js";
import type { ApplyOptions, ClientResult, Configuration, Plan, PlannedAction, RunResult, RunStep } from "./run-types.js";
import { describeStop } from "./stops.js";
import { readSubjects } from "./subjects.js";

// More steps than any recovery takes.
const mostSteps = 16;

/**
 * Brings the vendors to the declared state: observes, decides, acts, and observes again. After an interruption it is called again.
 *
 * @throws {InvalidConfigurationError} the configuration is invalid; nothing was sent
 */
export async function apply(configuration: Configuration, options: ApplyOptions = {}): Promise<RunResult> {
  requireValid(configuration, options.only);
  const run = createRun(configuration, options, false);
  const subjects = await readSubjects(run);
  const undeclared = (await findUndeclared(run)).flatMap((action) => (action.action === "stop" ? [stoppedResult(action)] : []));
  return runClients(run, subjects, options.stopOnError === true, (subject) => converge(run, subject, options), undeclared);
}

/** Works on all subjects and collects one result for each. */
export async function runClients(
  run: Run,
  subjects: readonly Subject[],
  stopOnError: boolean,
  work: (subject: Subject) => Promise<ClientResult>,
  others: readonly ClientResult[] = [],
): Promise<RunResult> {
  const { stopSignal, signal } = run.options;
  let failed = false;
  run.emit({ type: "run", state: "started", total: subjects.length });
  const concurrency = run.configuration.settings.concurrency ?? defaultConcurrency;
  const results = await mapConcurrently(subjects, concurrency, async (subject) => {
    const { key } = subject;
    const isEnded = stopSignal?.aborted === true || signal?.aborted === true || (failed && stopOnError);
    const result: ClientResult = isEnded
      ? { key, status: "skipped", message: `${key}: the run ended before this client. Nothing was changed.` }
      : await work(subject);
    failed ||= result.status === "failed" || result.status === "secret_not_stored";
    run.emit({ type: "client", key, result });
    return result;
  });
  run.emit({ type: "run", state: "finished", total: subjects.length });
  const clients = [...results, ...others];
  return { ok: clients.every(({ status }) => status === "done" || status === "unchanged"), clients };
}

/** Brings one client to the declared state. */
export async function converge(run: Run, subject: Subject, options: ApplyOptions): Promise<ClientResult> {
  const { key } = subject;
  const memory: Memory = { fresh: false, secrets: new Map(), changed: false };
  const steps: RunStep[] = [];
  const settled = new Set<string>();
  try {
    for (let turn = 0; turn < mostSteps; turn++) {
      const seen = await observe(run, subject, memory.knownId, memory.fresh);
      if (hasForeignIntent(run, seen) && !settled.has(seen.journal.version ?? "")) {
        const version = await waitForOthers(run, subject, seen);
        if (version === undefined)
          return { key, status: "busy", message: `${key}: another run works on this client. Try again later.` };
        settled.add(version);
        memory.fresh = true;
        continue;
      }
      const ended = endOf(run, subject, seen, options, steps);
      if (ended !== undefined) return ended;
      try {
        steps.push(...(await act({ run, subject, seen, memory })));
      } catch (error) {
        // Another run was faster: its intent shows in the next observation.
        if (!(error instanceof VersionConflictError)) throw error;
        memory.fresh = true;
      }
    }
    throw new Error(`${key}: the client did not reach the declared state in ${mostSteps} steps. Run apply again.`);
  } catch (error) {
    return failedResult(key, error, memory.changed);
  }
}

function endOf(
  run: Run,
  subject: Subject,
  seen: Observation,
  options: ApplyOptions,
  steps: readonly RunStep[],
): ClientResult | undefined {
  const { key } = subject;
  const { decision } = seen;
  const action = planAction(subject, seen);
  const id = action.id === undefined ? {} : { id: action.id };
  if (action.action === "stop") return stoppedResult(action);
  if (decision.step === "none")
    return { key, ...id, notes: action.notes, ...(steps.length === 0 ? { status: "unchanged" } : { status: "done", steps }) };
  if (action.action === "delete" && options.allowDelete?.includes(key) !== true && decision.step === "delete") {
    const { reason, message, choices } = describeStop("delete_not_allowed", subject, seen);
    return { key, status: "stopped", reason, message, choices };
  }
  if (steps.length === 0 && options.plan !== undefined && !isPlanned(options.plan, action))
    return {
      key,
      status: "not_in_plan",
      message: `${key}: the plan does not contain: ${action.action}. Nothing was changed. Make a new plan.`,
    };
  if (run.options.stopSignal?.aborted === true)
    return { key, status: "skipped", message: `${key}: the run ended before the next step. Run apply again.` };
  return undefined;
}

function isPlanned({ actions }: Plan, action: PlannedAction): boolean {
  const planned = actions.find(({ key }) => key === action.key);
  return planned !== undefined && JSON.stringify(planned) === JSON.stringify(action);
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
export function hasForeignIntent(run: Run, { journal }: Pick<Observation, "journal">): boolean {
  return (journal.entry?.intents ?? []).some(({ attemptId }) => !run.ownAttempts.has(attemptId));
}

/**
 * Waits until an open intent of another run has been unchanged for the settle time, by the store's clock or by the time that this
 * process has watched it. Resolves to the version, or to `undefined` when the other run still works.
 */
export async function waitForOthers(
  run: Run,
  subject: Subject,
  seen: Pick<Observation, "journal">,
): Promise<string | undefined> {
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
