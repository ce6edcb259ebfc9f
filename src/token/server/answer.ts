import type { ValidationIssue } from "../../core/errors.js";
import { type Errand, isJson, parseObject, unexpected } from "../answer.js";
import { formatIssues } from "../checks.js";
import type { Received } from "../transport.js";

/** What a server says, and what it was asked. */
export type ServerAnswer = Errand & Received;

/** The content of a 200 in JSON, or the issues that make it none. */
export function readJson(answer: ServerAnswer): { readonly body: Record<string, unknown>; readonly issues: ValidationIssue[] } {
  const issues: ValidationIssue[] = [];
  if (!isJson(answer)) issues.push({ path: "content-type", message: "expected application/json" });
  const body = parseObject(answer.text);
  if (!body) issues.push({ path: "", message: "expected a JSON object" });
  return { body: body ?? {}, issues };
}

/** Makes the error of a 200 that cannot be used. Paths and kinds are told, never values. */
export function unusable(answer: ServerAnswer, what: string, issues: readonly ValidationIssue[]): Error {
  return unexpected(answer, answer.status, `the answer of ${answer.endpoint} is no ${what}: ${formatIssues(issues)}`, issues);
}
