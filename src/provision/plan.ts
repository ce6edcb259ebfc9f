import { createHash } from "node:crypto";
import { ifDefined } from "../core/values.js";
import { requireValid } from "./check.js";
import { readOnly, withGuard } from "./guard.js";
import { type Observation, observe, type Subject } from "./observe.js";
import { rotationDueAt } from "./rotation-dates.js";
import { createRun, mapConcurrently, type Run } from "./run.js";
import type { Configuration, Plan, PlannedAction, RotationNote, RunOptions } from "./run-types.js";
import { describeStop, removeOrRename } from "./stops.js";
import { markedKeys, readSubjects } from "./subjects.js";
import type { JournalEntry } from "./types.js";

/** The default number of clients at the same time: twice the requests of a manager, because a client also waits for its stores. */
export const defaultConcurrency = 16;

/**
 * Says what `apply` would do. It sends GET, and POST to token endpoints, and nothing else. It needs to read journals and no secret.
 *
 * @throws {InvalidConfigurationError} the configuration is invalid; nothing was sent
 */
export async function plan(configuration: Configuration, options: RunOptions = {}): Promise<Plan> {
  requireValid(configuration, options.only);
  const run = createRun(configuration, options, true);
  return withGuard(readOnly, async () => {
    const subjects = await readSubjects(run);
    const rotations: RotationNote[] = [];
    const concurrency = configuration.settings.concurrency ?? defaultConcurrency;
    const actions = await mapConcurrently(subjects, concurrency, async (subject) => {
      const seen = await observe(run, subject, undefined, false);
      rotations.push(...rotationNotes(subject, seen.journal.entry));
      return planAction(subject, seen);
    });
    const all = [...actions, ...(await findUndeclared(run))];
    return {
      format: "oauth-clients/plan/1",
      project: configuration.project,
      environment: configuration.environment,
      createdAt: new Date().toISOString(),
      digest: createHash("sha256").update(JSON.stringify(all)).digest("hex"),
      actions: all,
      rotations,
    };
  });
}

/** The action that a decision leads to. */
export function planAction(subject: Subject, seen: Observation): PlannedAction {
  const { key, provider, declared, store, removed } = subject;
  const id = seen.client?.client.id ?? seen.journal.entry?.clientId;
  const common = { key, provider: provider.name, vendor: provider.vendor, notes: notesOf(subject, seen) };
  const withId = { ...common, ...ifDefined("id", id) };
  const { decision } = seen;
  switch (decision.step) {
    case "none":
      return { ...withId, action: "none" };
    case "busy":
      return { ...withId, action: "busy" };
    case "stop": {
      const { reason, message, choices } = describeStop(decision.reason, subject, seen);
      return { ...withId, action: "stop", reason, message, choices };
    }
    case "create":
      return { ...common, action: "create", fields: declared?.fields ?? {}, ...ifDefined("secretStore", store?.location) };
    case "update":
      return { ...common, action: "update", id: id ?? "", differences: seen.differences };
    case "adopt":
      return { ...common, action: "adopt", id: id ?? "" };
    case "promote":
    case "reissue":
    case "recreate":
    case "close":
    case "discard":
      return { ...withId, action: "recover", how: decision.step };
    case "delete":
      return { ...withId, action: "delete" };
    case "drop":
      return { ...withId, action: removed === undefined ? "forget" : "delete" };
    case "forget":
      return { ...withId, action: "forget" };
  }
}

function notesOf({ declared, removed, store }: Subject, seen: Observation): string[] {
  const { entry } = seen.journal;
  const notes = seen.differences.flatMap(({ field, warning }) => (warning === undefined ? [] : [`${field}: ${warning}`]));
  const fields = declared?.fields ?? {};
  const dropped = (entry?.fields ?? []).filter((field) => declared !== undefined && !(field in fields));
  if (dropped.length > 0) notes.push(`no longer declared and left as they are: ${dropped.join(", ")}`);
  const unread = Object.entries(declared?.inputVersions() ?? {}).map(([field, version]) => `${field} (version ${version})`);
  if (unread.length > 0) notes.push(`never returned by the vendor: ${unread.join(", ")}`);
  if (removed?.action === "delete" && store !== undefined) notes.push(`the secret in ${store.location} is removed`);
  // A client without a secret has no date of issue.
  if (removed?.action === "delete" && store === undefined && entry?.issuedAt !== undefined)
    notes.push("the stored secret stays where it is");
  if ((entry?.intents.length ?? 0) > 0) notes.push("an operation is in progress or was interrupted");
  return notes;
}

/** Whether a rotation is due, not finished or interrupted. */
export function rotationNotes({ key, declared }: Subject, entry: JournalEntry | undefined): RotationNote[] {
  if (entry === undefined || declared?.rotation === undefined) return [];
  const dueAt = rotationDueAt(declared.policy.rotation, entry);
  if (entry.intents.some(({ operation }) => operation === "rotate" || operation === "finish"))
    return [{ key, state: "interrupted", text: `${key}: a rotation is in progress or was interrupted` }];
  if (entry.previous !== undefined)
    return [
      { key, state: "unfinished", text: `${key}: the secret that was replaced at ${entry.previous.replacedAt} is still valid` },
    ];
  if (dueAt !== undefined && dueAt.getTime() <= Date.now())
    return [{ key, state: "due", text: `${key}: the secret was issued at ${entry.issuedAt}` }];
  return [];
}

/** Clients that this project manages and that the configuration does not name any more. */
export async function findUndeclared(run: Run): Promise<readonly PlannedAction[]> {
  const { configuration, options, call } = run;
  if (options.only !== undefined) return [];
  const { clients, removed, providers, journal, project, environment } = configuration;
  const former = Object.values(clients).map(({ policy }) => policy.formerly);
  const isNamed = (key: string) => Object.hasOwn(clients, key) || Object.hasOwn(removed, key) || former.includes(key);
  const found = new Map<string, PlannedAction>();
  const add = (key: string, provider: string, vendor: string, id: string | undefined) => {
    if (isNamed(key) || found.has(key)) return;
    const choices = [removeOrRename(key)];
    const message = `${key}: client ${id ?? ""} is managed and no longer declared. Nothing was changed.`;
    const common = { key, provider, vendor, notes: [], ...ifDefined("id", id) };
    found.set(key, { ...common, action: "stop", reason: "undeclared", message, choices });
  };
  for (const provider of providers)
    if (provider.identifiedBy !== "name")
      for (const [key, id] of await markedKeys(run, provider)) add(key, provider.name, provider.vendor, id);
  const prefix = `${project}/${environment}/`;
  for (const key of (await journal?.keys(call)) ?? [])
    if (key.startsWith(prefix)) add(key.slice(prefix.length), "", "", undefined);
  return [...found.values()];
}
