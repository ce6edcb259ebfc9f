import { ifDefined } from "../core/values.js";
import { runClients } from "./apply.js";
import { requireValid } from "./check.js";
import { InvalidConfigurationError } from "./errors.js";
import { openAttempts, readJournal } from "./journal.js";
import { declaredSubject, type Subject } from "./observe.js";
import { observeRotation, type RotationObservation } from "./observe-rotation.js";
import { actRotation } from "./rotate-steps.js";
import { isOverlapping, rotationDueAt } from "./rotation-dates.js";
import { createRun, type Run } from "./run.js";
import type { ClientResult, Configuration, RotateOptions, RunResult, RunStep } from "./run-types.js";
import { failedResult, runSteps, stoppedResult } from "./steps.js";
import { describeStop } from "./stops.js";
import type { JournalEntry } from "./types.js";

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
      ...ifDefined("id", entry?.clientId),
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
export function rotateClient(run: Run, subject: Subject, stage: "begin" | "finish"): Promise<ClientResult> {
  return runSteps(run, subject, "rotate", {
    observe: (memory) => observeRotation(run, subject, stage, memory),
    end: (seen, done) => endOf(subject, seen, done),
    act: actRotation,
  });
}

function endOf(subject: Subject, seen: RotationObservation, done: readonly RunStep[]): ClientResult | undefined {
  const { key, provider } = subject;
  const { decision } = seen;
  const clientId = seen.journal.entry?.clientId;
  const id = ifDefined("id", clientId);
  // One rotation a run: the step after the last one would be the next rotation.
  if (done.includes("close")) return { key, status: "done", steps: done, notes: [], ...id };
  if (decision.step === "none") return { key, status: "unchanged", notes: [], ...id };
  if (decision.step !== "stop") return undefined;
  const stop = describeStop(decision.reason, subject, seen);
  return stoppedResult({ key, provider: provider.name, vendor: provider.vendor, notes: [], action: "stop", ...stop });
}
