import type { CallOptions } from "../core/manager.js";
import { sendChanges } from "./clients.js";
import type { Connection } from "./connection.js";
import { writeProjects } from "./convert.js";
import { operations } from "./errors.js";
import { parseCallOptions, parseId, parseProjectIds, parseReplacementProjectIds } from "./input.js";
import type { TfeClient } from "./types.js";

export async function addProjects(
  connection: Connection,
  id: string,
  projectIds: readonly string[],
  options?: CallOptions,
): Promise<void> {
  return sendProjects(connection, "post", operations.addProjects, id, projectIds, options);
}

export async function removeProjects(
  connection: Connection,
  id: string,
  projectIds: readonly string[],
  options?: CallOptions,
): Promise<void> {
  return sendProjects(connection, "delete", operations.removeProjects, id, projectIds, options);
}

async function sendProjects(
  { http }: Connection,
  method: "post" | "delete",
  operation: string,
  id: string,
  projectIds: readonly string[],
  options: CallOptions | undefined,
): Promise<void> {
  await http({
    operation,
    method,
    path: "/oauth-clients/{id}/relationships/projects",
    params: { id: parseId(id, operation) },
    returnsNothing: true,
    json: writeProjects(parseProjectIds(projectIds, operation)),
    options: parseCallOptions(options, operation),
  });
}

/** Replaces all projects of a client. The API has no such operation on the relationship, so it is a change of the client. */
export async function replaceProjects(
  connection: Connection,
  id: string,
  projectIds: readonly string[],
  options?: CallOptions,
): Promise<TfeClient> {
  const operation = operations.replaceProjects;
  const changes = { projectIds: parseReplacementProjectIds(projectIds, operation) };
  return sendChanges(connection, parseId(id, operation), changes, operation, parseCallOptions(options, operation));
}
