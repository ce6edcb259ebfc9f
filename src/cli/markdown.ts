import type { Configuration, Plan, RunResult } from "oauth-clients/provision";
import { factsOf, summaryOf } from "./render-plan.js";
import type { CommandName } from "./render-result.js";

/** A plan as Markdown, for the summary of a CI job. */
export function renderPlanMarkdown(plan: Plan): string {
  const rows = plan.actions.map((action) =>
    row([code(action.key), action.provider, action.action, [...factsOf(action, plan.environment), ...action.notes].join("; ")]),
  );
  const rotations = plan.rotations.map(({ text }) => `- Rotation of ${escapeCell(text)}`);
  return [
    `### Plan of ${escapeCell(plan.project)} / ${escapeCell(plan.environment)}`,
    "",
    ...(rows.length === 0 ? [] : ["| client | provider | action | details |", "|---|---|---|---|", ...rows, ""]),
    summaryOf(plan),
    ...(rotations.length === 0 ? [] : ["", ...rotations]),
    "",
  ].join("\n");
}

/** The result of a run as Markdown. */
export function renderResultMarkdown(
  command: CommandName,
  { project, environment }: Pick<Configuration, "project" | "environment">,
  { clients }: RunResult,
): string {
  const rows = clients.map((client) =>
    row([code(client.key), client.status.replaceAll("_", " "), "message" in client ? client.message : ""]),
  );
  const table = rows.length === 0 ? ["No clients."] : ["| client | result | message |", "|---|---|---|", ...rows];
  return [`### ${command} of ${escapeCell(project)} / ${escapeCell(environment)}`, "", ...table, ""].join("\n");
}

function row(cells: readonly string[]): string {
  return `| ${cells.map(escapeCell).join(" | ")} |`;
}

function code(text: string): string {
  return `\`${text}\``;
}

// A value of a vendor must not end the cell or become HTML.
function escapeCell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replace(/\s+/g, " ").trim();
}
