import type { Configuration, FieldDifference, Plan, PlannedAction } from "oauth-clients/provision";
import type { Style } from "./context.js";
import { describeChoice, withoutKey } from "./render-result.js";
import { type Row, renderTable, shortLocation, wrap } from "./table.js";

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

/** The plan as text. */
export function renderPlan(plan: Plan, { accounts }: Pick<Configuration, "accounts">, style: Style): string {
  const used = new Set(plan.actions.map(({ provider }) => provider));
  const names = Object.entries(accounts).flatMap(([name, account]) => (used.has(name) ? [`${name} ${account}`] : []));
  const heading = joinItems([`${plan.project} / ${plan.environment}`, ...names], style.width);
  const rotations = plan.rotations.flatMap(({ text }) => wrap(`Rotation of ${text}.`, style.width));
  return [
    ...heading.map((line) => style.paint("bold", line)),
    ...renderTable(
      plan.actions.map((action) => rowOf(action, plan)),
      style,
    ),
    ...wrap(summaryOf(plan), style.width),
    ...rotations,
  ].join("\n");
}

function rowOf(action: PlannedAction, { environment }: Plan): Row {
  const isUndeclared = action.action === "stop" && action.reason === "undeclared";
  const name = action.action === "none" ? "up to date" : isUndeclared ? "undeclared" : action.action;
  return {
    symbol: isUndeclared ? "!" : symbols[action.action],
    columns: [action.key, action.provider, name],
    details: [...factsOf(action, environment), ...action.notes],
  };
}

// Breaks between items only.
function joinItems(items: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const item of items) {
    const line = lines.at(-1);
    if (line === undefined) lines.push(item);
    else if (line.length + 5 + item.length <= width) lines[lines.length - 1] = `${line}  ·  ${item}`;
    else lines.push(`  ${item}`);
  }
  return lines;
}

/** The summary line of a plan: `1 to create, 2 up to date.` */
export function summaryOf({ actions }: Plan): string {
  const texts: readonly (readonly [PlannedAction["action"], string])[] = [
    ["create", "to create"],
    ["update", "to update"],
    ["adopt", "to adopt"],
    ["recover", "to recover"],
    ["delete", "to delete"],
    ["forget", "to forget"],
    ["stop", "need a decision"],
    ["busy", "in use by another run"],
    ["none", "up to date"],
  ];
  const parts = texts.flatMap(([kind, text]) => {
    const count = actions.filter(({ action }) => action === kind).length;
    if (count === 0) return [];
    return [`${count} ${kind === "stop" && count === 1 ? "needs a decision" : text}`];
  });
  return `${parts.length === 0 ? "No clients" : parts.join(", ")}.`;
}

/** What is known of an action, one text per fact. */
export function factsOf(action: PlannedAction, environment: string): readonly string[] {
  switch (action.action) {
    case "create":
      return [
        ...(action.id ? [`id ${action.id}`] : []),
        ...(action.secretStore ? [`secret to ${shortLocation(action.secretStore)}`] : []),
      ];
    case "update":
      return action.differences.map(renderDifference);
    case "recover":
      return [recoveries[action.how]];
    case "stop":
      return [
        withoutKey(action.key, action.message),
        ...action.choices.flatMap((one) => describeChoice(one, action.key, { env: environment })),
      ];
    case "busy":
      return ["another run works on this client"];
    default:
      return action.id ? [action.id] : [];
  }
}

const recoveries = {
  promote: "the secret is stored: verify it and put it into use",
  reissue: "the secret was lost: issue and store a new one",
  recreate: "the secret was lost: delete the client and create it again",
  close: "the work is done: record it",
  discard: "nothing was created: close the attempt",
} as const;

/** A field and its change. Lists show what is added and removed. A value that is never returned is not shown. */
function renderDifference({ field, actual, declared }: FieldDifference): string {
  if (Array.isArray(actual) && Array.isArray(declared)) {
    const have = actual.map(show);
    const want = declared.map(show);
    const added = want.filter((value) => !have.includes(value)).map((value) => `+ ${value}`);
    const removed = have.filter((value) => !want.includes(value)).map((value) => `- ${value}`);
    if (added.length + removed.length > 0) return `${field}  ${[...added, ...removed].join("  ")}`;
  }
  if (declared === undefined) return `${field}  sent again`;
  return `${field}  ${actual === undefined ? "" : `${show(actual)} -> `}${show(declared)}`;
}

function show(value: unknown): string {
  return typeof value === "string" && /^[\w.:/@*-]+$/.test(value) ? value : JSON.stringify(value);
}
