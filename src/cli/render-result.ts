import type { Choice, ClientResult, RunResult, RunStep } from "oauth-clients/provision";
import type { Style } from "./context.js";
import { exitCodeOfClient, exitCodes } from "./exit-codes.js";
import { isCommand, wrap } from "./table.js";

/** The commands that change clients. */
export type CommandName = "apply" | "destroy" | "rotate" | "import" | "forget" | "resolve";

/** What the next command line repeats of this one. */
interface Selection {
  readonly config?: string;
  readonly env?: string;
}

/** The result of a run as text: what was not done and what to do next, and a summary. */
export function renderResult(
  result: RunResult,
  context: Selection & { readonly command: CommandName },
  exitCode: number,
  style: Style,
): string {
  const problems = result.clients.filter((client) => exitCodeOfClient(client) !== exitCodes.ok);
  return [...problems.flatMap((problem) => renderProblem(problem, context, style)), summaryOf(result, exitCode)].join("\n");
}

function summaryOf({ clients }: RunResult, exitCode: number): string {
  const count = (matches: (client: ClientResult) => boolean) => clients.filter(matches).length;
  const hasStep = (client: ClientResult, step: RunStep) => client.status === "done" && client.steps.includes(step);
  const did = (step: RunStep) => count((client) => hasStep(client, step));
  const decisions = count((client) => exitCodeOfClient(client) === exitCodes.decision);
  const named = [
    [did("create"), "created"],
    [count((client) => hasStep(client, "update") && !hasStep(client, "create")), "updated"],
    [did("adopt"), "adopted"],
    [did("rotate"), "rotated"],
    [did("finish"), "finished"],
    [did("delete"), "deleted"],
    [count((client) => hasStep(client, "forget") && !hasStep(client, "delete")), "forgotten"],
  ] as const;
  const known = new Set<RunStep>(["create", "update", "adopt", "rotate", "finish", "delete", "forget"]);
  const parts = [
    ...named,
    [count((client) => client.status === "done" && !client.steps.some((step) => known.has(step))), "continued"],
    [count(({ status }) => status === "unchanged"), "unchanged"],
    [decisions, decisions === 1 ? "needs a decision" : "need a decision"],
    [count(({ status }) => status === "failed" || status === "secret_not_stored"), "failed"],
    [count(({ status }) => status === "busy"), "busy"],
    [count(({ status }) => status === "skipped"), "not begun"],
  ] as const;
  const text = parts.flatMap(([number, name]) => (number === 0 ? [] : [`${number} ${name}`])).join(", ") || "No clients";
  return exitCode === exitCodes.ok ? `${text}.` : `${text} (exit ${exitCode}).`;
}

function renderProblem(result: ClientResult, context: Selection & { readonly command: CommandName }, style: Style): string[] {
  if (result.status === "done" || result.status === "unchanged") return [];
  const { key, message } = result;
  const id = result.status === "secret_not_stored" ? result.id : clientIdOf(result);
  const lines = [
    ...wrap(`${style.paint("bold", key)}${id === "" ? "" : ` (${id})`}: ${withoutKey(key, message)}`, style.width - 4),
    ...nextOf(result, context).flatMap((text) =>
      wrap(text, style.width - 6).map((line, index) => `${index === 0 && !isCommand(text) ? "- " : "  "}${line}`),
    ),
  ];
  return lines.map((line, index) => (index === 0 ? `  ${style.paint("red", "✗")} ${line}` : `    ${line}`));
}

function clientIdOf(result: ClientResult): string {
  const { clientId } = ("error" in result ? (result.error as { readonly clientId?: unknown } | null) : undefined) ?? {};
  return typeof clientId === "string" ? clientId : "";
}

function nextOf(result: ClientResult, { command, ...selection }: Selection & { readonly command: CommandName }): string[] {
  const { key } = result;
  if (result.status === "stopped") return result.choices.flatMap((choice) => describeChoice(choice, key, selection));
  if (result.status === "not_in_plan") return ["Next:", commandLine(["plan", "--out", "FILE"], selection)];
  if (result.status === "secret_not_stored")
    return ["Another secret is issued by:", commandLine(["apply", "--only", key], selection)];
  const again =
    command === "apply" || command === "destroy" ? [command, "--only", key] : command === "rotate" ? [command, key] : [];
  return exitCodeOfClient(result) === exitCodes.failed || again.length === 0 ? [] : ["Next:", commandLine(again, selection)];
}

/** A choice as lines: what it does, and its command where there is one. */
export function describeChoice({ action, resolution, id, text }: Choice, key: string, selection: Selection): string[] {
  if (action === "resolve" && resolution !== undefined && id !== undefined)
    return [text, commandLine(["resolve", key, `--${resolution}`, id], selection)];
  if (action === "rotate")
    return [text, commandLine(["rotate", key, text.startsWith("Finish") ? "--finish" : "--begin"], selection)];
  const allowed = /allowDelete: \["(.+)"\]/.exec(text)?.[1];
  return allowed === undefined ? [text] : ["Allow it:", commandLine(["apply", "--allow", `delete:${allowed}`], selection)];
}

function commandLine(words: readonly string[], { config, env }: Selection): string {
  const options = [...(config === undefined ? [] : ["--config", config]), ...(env === undefined ? [] : ["--env", env])];
  return ["oauth-clients", ...words, ...options].join(" ");
}

/** A message without the key that starts it: the key is beside it. */
export function withoutKey(key: string, message: string): string {
  return message.startsWith(`${key}: `) ? message.slice(key.length + 2) : message;
}

/** One line for a client whose work has ended. */
export function renderClientResult(result: ClientResult, width: number, style: Style): string {
  const isOk = exitCodeOfClient(result) === exitCodes.ok;
  const steps = result.status === "done" ? [...new Set(result.steps)] : [];
  const texts = steps.flatMap((step) => (step === "forget" && steps.includes("delete") ? [] : (stepNames[step] ?? [])));
  const text = texts.length > 0 ? texts.join(" · ") : result.status === "done" ? "done" : result.status.replaceAll("_", " ");
  return `  ${isOk ? style.paint("green", "✓") : style.paint("red", "✗")} ${result.key.padEnd(width)}  ${text}`;
}

/** What a finished step did. Steps without a name are not shown. */
const stepNames: Readonly<Partial<Record<RunStep, string>>> = {
  create: "created",
  rotate: "new secret issued",
  bind: "access copied",
  verify: "verified by a token",
  promote: "secret stored",
  update: "updated",
  adopt: "adopted",
  finish: "old secret ended",
  delete: "deleted",
  forget: "forgotten",
};
