import { unprocessable } from "./errors.js";

/** The members of a JSON object. */
export type Members = Readonly<Record<string, unknown>>;

/** What the content of a write says about a resource. */
export interface SentResource {
  readonly attributes: Members;
  /** Undefined when the content does not speak of projects. */
  readonly projects: readonly string[] | undefined;
  /** Undefined when the content does not speak of an agent pool. */
  readonly agentPool: string | null | undefined;
}

/**
 * Parses a JSON:API document with one resource. Attributes, relationships and `data.id` are optional. Another `data.id` is invalid, because
 * the vendor's behaviour is not documented.
 *
 * @param id the id in the path, if any
 * @throws {ErrorResponse} 422
 */
export function readResource(text: string, type: string, id?: string): SentResource {
  const resource = membersOf(readData(text), "/data");
  if (resource.type !== type) throw unprocessable(`The type has to be ${type}.`, "/data/type");
  if (id !== undefined && resource.id !== undefined && resource.id !== id)
    throw unprocessable("The id is not that of the address.", "/data/id");
  const attributes = membersOf(resource.attributes ?? {}, "/data/attributes");
  const relationships = membersOf(resource.relationships ?? {}, "/data/relationships");
  const relation = (name: string) =>
    relationships[name] === undefined ? undefined : membersOf(relationships[name], `/data/relationships/${name}`).data;
  const projects = relation("projects");
  const agentPool = relation("agent-pool");
  return {
    attributes,
    projects: projects === undefined ? undefined : readList(projects, "projects", "/data/relationships/projects/data"),
    agentPool:
      agentPool === undefined || agentPool === null
        ? agentPool
        : readIdentifier(agentPool, "agent-pools", "/data/relationships/agent-pool/data"),
  };
}

/**
 * Parses a JSON:API document with a list of identifiers. Whole resources are accepted, because the vendor's client sends them. An empty list
 * is invalid, because the vendor's behaviour is not documented.
 *
 * @throws {ErrorResponse} 422
 */
export function readIdentifiers(text: string, type: string): readonly string[] {
  const ids = readList(readData(text), type, "/data");
  if (ids.length === 0) throw unprocessable(`There has to be at least one of ${type}.`, "/data");
  return ids;
}

function readData(text: string): unknown {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw unprocessable("The content is not JSON.");
  }
  const { data } = membersOf(content, "");
  if (data === undefined || data === null) throw unprocessable("The member data is missing.", "/data");
  return data;
}

function readList(value: unknown, type: string, pointer: string): readonly string[] {
  if (!Array.isArray(value)) throw unprocessable("The member has to be an array.", pointer);
  return [...new Set(value.map((entry, index) => readIdentifier(entry, type, `${pointer}/${index}`)))];
}

function readIdentifier(value: unknown, type: string, pointer: string): string {
  const { id, type: sent } = membersOf(value, pointer);
  if (sent !== type) throw unprocessable(`The type has to be ${type}.`, `${pointer}/type`);
  if (typeof id !== "string" || id === "") throw unprocessable("The id is missing.", `${pointer}/id`);
  return id;
}

function membersOf(value: unknown, pointer: string): Members {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw unprocessable("There has to be a JSON object.", pointer);
  }
  return value as Members;
}
