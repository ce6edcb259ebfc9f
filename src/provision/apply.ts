import { act } from "./act.js";
import { requireValid } from "./check.js";
import { type Observation, observe, type Subject } from "./observe.js";
import { defaultConcurrency, findUndeclared, planAction } from "./plan.js";
import { createRun, mapConcurrently, type Run } from "./run.js";
import type { ApplyOptions, ClientResult, Configuration, Plan, PlannedAction, RunResult, RunStep } from "./run-types.js";
import { runSteps, stoppedResult } from "./steps.js";
import { describeStop } from "./stops.js";
import { readSubjects } from "./subjects.js";

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
export function converge(run: Run, subject: Subject, options: ApplyOptions): Promise<ClientResult> {
  return runSteps(run, subject, "apply", {
    observe: (memory) => observe(run, subject, memory.knownId, memory.fresh),
    end: (seen, steps) => endOf(subject, seen, options, steps),
    act,
  });
}

function endOf(
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
      message: `${key}: the plan does not contain: ${describeAction(action)}. Nothing was changed. Make a new plan.`,
    };
  return undefined;
}

// A store in a file has another location in another directory.
function describeAction(action: PlannedAction): string {
  const isStored = action.action === "create" && action.secretStore !== undefined;
  return isStored ? `${action.action} with the secret in ${action.secretStore}` : action.action;
}

function isPlanned({ actions }: Plan, action: PlannedAction): boolean {
  const planned = actions.find(({ key }) => key === action.key);
  return planned !== undefined && JSON.stringify(planned) === JSON.stringify(action);
}
