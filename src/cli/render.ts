import type { ClientResult, Configuration, FieldDifference, ListedClient, Plan, PlannedAction, RunResult } from "oauth-clients/provision";
import type { Style } from "./terminal.js";

const symbols: Readonly<Record<PlannedAction["action"], string>> = {
  create: "+",
  update: "~",
  adopt: ">",
  recover: "*",
  delete: "-",
  forget: "<",
  stop: "x",
  busy: "?",
  none: "=",
};

const colours: Readonly<Record<string, keyof Style>> = {
  "+": "green",
  "~": "yellow",
  ">": "green",
  "*": "yellow",
  "-": "red",
  "<": "yellow",
  x: "red",
  "!": "yellow",
  "?": "yellow",
  "=": "dim",
};

/** One row of a table of clients. Rows are aligned; the last column wraps with a hanging indent. */
interface Row {
  readonly symbol: string;
  readonly columns: readonly string[];
  readonly details: string;
}

/** The plan as text, at most `style.width` columns wide where words allow it. */
export function renderPlan(plan: Plan, { accounts }: Pick<Configuration, "accounts">, style: Style): string {
  const heading = [`${plan.project} / ${plan.environment}`, ...Object.entries(accounts).map(([name, account]) => `${name} ${account}`)];
  const rows = plan.actions.map((action) => ({
    symbol: symbolOf(action),
    columns: [action.key, action.provider, actionName(action)],
    details: detailsOf(action),
  }));
  const rotations = plan.rotations.map(({ key, text }) => `Rotation of ${key}: ${text}`);
  return [style.bold(heading.join("  ")), ...renderRows(rows, style), summaryOf(plan), ...rotations].join("\n");
}

/** The summary line of a plan: `1 to create, 2 up to date.` */
export function summaryOf(plan: Plan): string {
  const count = (...kinds: readonly PlannedAction["action"][]) => plan.actions.filter(({ action }) => kinds.includes(action)).length;
  const parts: readonly (readonly [number, string])[] = [
    [count("create"), "to create"],
    [count("update"), "to update"],
    [count("adopt"), "to adopt"],
    [count("recover"), "to recover"],
    [count("delete"), "to delete"],
    [count("forget"), "to forget"],
    [count("stop"), "need a decision"],
    [count("busy"), "in use by another run"],
    [count("none"), "up to date"],
  ];
  const told = parts.filter(([number]) => number > 0).map(([number, text]) => `${number} ${text}`);
  return `${told.length === 0 ? "No clients" : told.join(", ")}.`;
}

/** Whether `apply` would change something. */
export function hasChanges(plan: Plan): boolean {
  return plan.actions.some(({ action }) => action !== "none" && action !== "stop" && action !== "busy");
}

/** The plan as Markdown, for the summary page of a CI job. */
export function renderMarkdown(plan: Plan): string {
  const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
  return [
    `### ${cell(plan.project)} / ${cell(plan.environment)}`,
    "",
    "| | client | provider | action | details |",
    "|---|---|---|---|---|",
    ...plan.actions.map(
      (action) =>
        `| \`${symbolOf(action)}\` | ${cell(action.key)} | ${cell(action.provider)} | ${actionName(action)} | ${cell(detailsOf(action))} |`,
    ),
    "",
    summaryOf(plan),
    ...plan.rotations.map(({ key, text }) => `Rotation of ${cell(key)}: ${cell(text)}`),
    "",
  ].join("\n");
}

/** What became of each client, and the counts. */
export function renderResult(result: RunResult, style: Style): string {
  const problems = result.clients.filter(({ status }) => status !== "done" && status !== "unchanged");
  const done = result.clients.filter(({ status }) => status === "done").length;
  const unchanged = result.clients.filter(({ status }) => status === "unchanged").length;
  const counts = [`${done} changed`, `${unchanged} unchanged`, ...(problems.length > 0 ? [`${problems.length} not done`] : [])];
  return [...problems.flatMap((problem) => renderProblem(problem, style)), `${counts.join(", ")}.`].join("\n");
}

/** One line for a client whose work has ended. */
export function renderClientResult(result: ClientResult, style: Style): string {
  const text = result.status === "done" ? result.steps.map((step) => stepNames[step] ?? step).join(" · ") : result.status.replaceAll("_", " ");
  const mark = result.status === "done" || result.status === "unchanged" ? style.green("ok") : style.red("!!");
  return `  ${mark} ${result.key}  ${text}`;
}

const stepNames: Readonly<Record<string, string>> = {
  create: "created",
  stage: "secret stored",
  verify: "verified by a token",
  promote: "secret in use",
  update: "updated",
  adopt: "adopted",
  rotate: "new secret issued",
  bind: "access copied",
  finish: "old secret ended",
  delete: "deleted",
  forget: "forgotten",
  close: "recorded",
  claim: "claimed",
  observe: "read",
  wait: "waited",
};

/** The managed clients as a table. */
export function renderList(clients: readonly ListedClient[], now: number, style: Style): string {
  if (clients.length === 0) return "No clients.";
  const rows = clients.map((client) => ({
    symbol: client.state === "managed" ? "=" : client.state === "unmanaged" || client.state === "undeclared" ? "!" : "~",
    columns: [client.key, client.provider, client.state.replaceAll("_", " ")],
    details: [
      client.id,
      client.secretStore,
      client.issuedAt && `secret ${age(now - client.issuedAt.getTime())} old`,
      client.rotationDueAt && (client.rotationDueAt.getTime() <= now ? "rotation due" : `rotation in ${age(client.rotationDueAt.getTime() - now)}`),
    ]
      .filter(Boolean)
      .join(", "),
  }));
  return renderRows(rows, style).join("\n");
}

function renderProblem(result: ClientResult, style: Style): string[] {
  if (result.status === "done" || result.status === "unchanged") return [];
  const choices = result.status === "stopped" ? result.choices.map(({ text }) => `      - ${text}`) : [];
  return [`  ${style.red("!!")} ${style.bold(result.key)}: ${result.message}`, ...choices];
}

function renderRows(rows: readonly Row[], style: Style): string[] {
  const widths = [0, 1, 2].map((index) => Math.max(0, ...rows.map(({ columns }) => columns[index]?.length ?? 0)));
  return rows.flatMap(({ symbol, columns, details }) => {
    const start = `  ${symbol} ${columns.map((text, index) => text.padEnd(widths[index] ?? 0)).join("  ")}  `;
    const lines = wrap(details, Math.max(style.width - start.length, 20));
    const coloured = style[colours[symbol] ?? "dim"] as (text: string) => string;
    return lines.map((line, index) => (index === 0 ? `${coloured(start)}${line}`.trimEnd() : `${" ".repeat(start.length)}${line}`));
  });
}

/** Breaks text at spaces. A word that is longer than the width stays whole, so that an id can be copied. */
export function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}

function symbolOf(action: PlannedAction): string {
  return action.action === "stop" && action.reason === "undeclared" ? "!" : symbols[action.action];
}

function actionName(action: PlannedAction): string {
  return action.action === "none" ? "up to date" : action.action;
}

function detailsOf(action: PlannedAction): string {
  return [...factsOf(action), ...action.notes].join("; ");
}

function factsOf(action: PlannedAction): readonly string[] {
  switch (action.action) {
    case "create":
      return [...(action.id ? [`id ${action.id}`] : []), ...(action.secretStore ? [`secret to ${action.secretStore}`] : [])];
    case "update":
      return action.differences.map(renderDifference);
    case "recover":
      return [recoveries[action.how]];
    case "stop":
      return [action.message, ...action.choices.map(({ text }) => text)];
    case "busy":
      return ["another run works on this client"];
    default:
      return action.id ? [`id ${action.id}`] : [];
  }
}

const recoveries = {
  promote: "the secret is stored: verify it and put it into use",
  reissue: "the secret was lost: issue and store a new one",
  recreate: "the secret was lost: delete the client and create it again",
  close: "everything is done: record it",
  discard: "nothing was created: close the attempt",
} as const;

/** A field and its change. Lists show what is added and removed. A value that is never returned is not shown. */
function renderDifference({ field, actual, declared, warning }: FieldDifference): string {
  const note = warning === undefined ? "" : ` (${warning})`;
  if (Array.isArray(actual) && Array.isArray(declared)) {
    const have = actual.map((value) => JSON.stringify(value));
    const want = declared.map((value) => JSON.stringify(value));
    const added = want.filter((value) => !have.includes(value)).map((value) => `+ ${value}`);
    const removed = have.filter((value) => !want.includes(value)).map((value) => `- ${value}`);
    if (added.length + removed.length > 0) return `${field} ${[...added, ...removed].join(" ")}${note}`;
  }
  if (declared === undefined) return `${field}${note}`;
  const before = actual === undefined ? "" : `${JSON.stringify(actual)} -> `;
  return `${field} ${before}${JSON.stringify(declared)}${note}`;
}

/** A duration in its largest unit: `3 d`, `5 h`, `2 min`. */
function age(ms: number): string {
  const units = [
    [86_400_000, "d"],
    [3_600_000, "h"],
    [60_000, "min"],
  ] as const;
  const [unit, name] = units.find(([size]) => ms >= size) ?? [1_000, "s"];
  return `${Math.max(0, Math.floor(ms / unit))} ${name}`;
}
