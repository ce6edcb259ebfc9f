import { failedResult, hasForeignIntent, runClients, stoppedResult, waitForOthers } from "./apply.js";
import { requireValid } from "./check.js";
import { InvalidConfigurationError, VersionConflictError } from "./errors.js";
import type { Memory } from "./issue.js";
import { openAttempts, readJournal } from "./journal.js";
import { declaredSubject, type Subject } from "./observe.js";
import { observeRotation } from "./observe-rotation.js";
import { actRotation } from "./rotate-steps.js";
import { isOverlapping, rotationDueAt } from "./rotation-dates.js";
import { createRun, type Run } from "./run.js";
import type { ClientResult, Configuration, RotateOptions, RunResult, RunStep } from "./run-types.js";
import { describeStop } from "./stops.js";
import type { JournalEntry } from "./types.js";

// More steps than any recovery takes.
const mostSteps = 12;

/**
 * Rotates secrets in stages. `begin` issues a new secret, verifies it by a token, and makes it current; the old secret stays valid
 * where the vendor permits it. `finish` ends the old secret after its overlap. After an interruption it is called again.
 *
 * @param keys - the clients. With `due`, an empty list means all clients
 * @throws {InvalidConfigurationError} the configuration is invalid, or a key has no secret that can be rotated; nothing was sent
 */
export async function rotate(
  configuration: Configuration,
  keys: readonly string[],
  options: RotateOptions = {},
): Promise<RunResult> {
  const all = Object.entries(configuration.clients);
  const wanted =
    options.due === true && keys.length === 0 ? all.flatMap(([key, { rotation }]) => (rotation ? [key] : [])) : keys;
  requireValid(configuration, wanted);
  const unable = wanted.filter((key) => configuration.clients[key]?.rotation === undefined);
  if (unable.length > 0)
    throw new InvalidConfigurationError(
      unable.map((key) => ({ key, path: "", message: "this client has no secret that can be rotated" })),
    );
  const run = createRun(configuration, options, false);
  const subjects = all.filter(([key]) => wanted.includes(key)).map(([key, declared]) => declaredSubject(run, key, declared));
  return runClients(run, subjects, false, (subject) => rotateOne(run, subject, options));
}

async function rotateOne(run: Run, subject: Subject, { stage = "begin", due }: RotateOptions): Promise<ClientResult> {
  if (due !== true) return rotateClient(run, subject, stage);
  try {
    const { entry } = await readJournal(subject.journal, run.call);
    const next = entry === undefined ? undefined : dueStage(subject, entry);
    if (next !== undefined) return rotateClient(run, subject, next);
    return {
      key: subject.key,
      status: "unchanged",
      notes: ["no rotation is due"],
      ...(entry?.clientId === undefined ? {} : { id: entry.clientId }),
    };
  } catch (error) {
    return failedResult(subject.key, error, false);
  }
}

function dueStage({ declared }: Subject, entry: JournalEntry): "begin" | "finish" | undefined {
  const policy = declared?.policy.rotation;
  if (openAttempts(entry, "rotate").length > 0) return "begin";
  if (entry.previous !== undefined) return policy?.autoFinish === true && !isOverlapping(policy, entry) ? "finish" : undefined;
  const dueAt = rotationDueAt(policy, entry);
  return dueAt !== undefined && dueAt.getTime() <= Date.now() ? "begin" : undefined;
}

/** Rotates the secret of one client. */
export async function rotateClient(run: Run, subject: Subject, stage: "begin" | "finish"): Promise<ClientResult> {
  const { key } = subject;
  const memory: Memory = { fresh: true, secrets: new Map(), changed: false };
  const steps: RunStep[] = [];
  const settled = new Set<string>();
  try {
    for (let turn = 0; turn < mostSteps; turn++) {
      const seen = await observeRotation(run, subject, stage, memory);
      if (hasForeignIntent(run, seen) && !settled.has(seen.journal.version ?? "")) {
        const version = await waitForOthers(run, subject, seen);
        if (version === undefined)
          return { key, status: "busy", message: `${key}: another run works on this client. Try again later.` };
        settled.add(version);
        continue;
      }
      const { decision } = seen;
      const id = seen.journal.entry?.clientId;
      if (decision.step === "stop") {
        const stop = describeStop(decision.reason, subject, seen);
        const common = { key, provider: subject.provider.name, vendor: subject.provider.vendor, notes: [] };
        return stoppedResult({ ...common, action: "stop", ...stop });
      }
      if (decision.step === "none") return { key, status: "unchanged", notes: [], ...(id === undefined ? {} : { id }) };
      if (run.options.stopSignal?.aborted === true)
        return { key, status: "skipped", message: `${key}: the run ended before the next step. Run rotate again.` };
      try {
        steps.push(...(await actRotation({ run, subject, seen, memory })));
      } catch (error) {
        if (!(error instanceof VersionConflictError)) throw error;
      }
      // One rotation a run: the step after the last one would be the next rotation.
      if (steps.includes("close")) {
        const { entry } = await readJournal(subject.journal, run.call);
        return { key, status: "done", steps, notes: [], ...(entry?.clientId === undefined ? {} : { id: entry.clientId }) };
      }
    }
    throw new Error(`${key}: the rotation did not end in ${mostSteps} steps. Run rotate again.`);
  } catch (error) {
    return failedResult(key, error, memory.changed);
  }
}
