import type { ProjectConfiguration } from "oauth-clients/provision";
import { isMap, LineCounter, parseDocument, visit, type Document as YamlDocument } from "yaml";
import * as z from "zod";
import { createProject } from "./document-project.js";
import { UsageError } from "./exit-codes.js";
import {
  type ConfigurationDocument,
  documentSchema,
  isReference,
  policyFields,
  type StoreDocument,
  storeSchema,
} from "./schema.js";

// Each schema validates a few values in this process. The functions that zod generates for many values would cost more than they save.
z.config({ jitless: true });

/** A configuration document, and where its parts are in the file. */
export interface ParsedDocument {
  readonly project: ProjectConfiguration;
  /** Line and column of a value, or of the nearest part that contains it. */
  readonly locate: Locate;
}

/** Finds the line and the column of a value, both from 1. */
export type Locate = (path: readonly PropertyKey[]) => { readonly line: number; readonly column: number };

interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/**
 * Parses a YAML or JSON configuration.
 *
 * @param file - its path, for messages and relative paths in it
 * @throws {UsageError} with one line per issue: file, line, column, path and message
 */
export function parseConfigurationDocument(
  text: string,
  file: string,
  env: Readonly<Record<string, string | undefined>>,
): ParsedDocument {
  const lines = new LineCounter();
  const yaml = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const [syntaxError] = [...yaml.errors, ...unresolvedAliases(yaml)];
  if (syntaxError !== undefined) {
    const { line, col } = lines.linePos(syntaxError.pos[0]);
    const isSecond = syntaxError.code === "MULTIPLE_DOCS";
    throw new UsageError(`${file}:${line}:${col}: ${isSecond ? "expected one YAML document" : syntaxError.message}`);
  }
  if (yaml.contents === null) throw new UsageError(`${file}: the file is empty`);
  const locate: Locate = (path) => position(yaml, lines, path);
  const fail = (problems: readonly Problem[]) => new UsageError(problems.map((one) => describe(file, locate, one)).join("\n"));
  const parsed = documentSchema.safeParse(toValue(yaml, file));
  if (!parsed.success) throw fail(parsed.error.issues.flatMap(toProblems));
  const problems = [...misspelledPolicies(parsed.data), ...unknownNames(parsed.data), ...unsetVariables(parsed.data, env)];
  if (problems.length > 0) throw fail(problems);
  return { project: createProject(parsed.data, file), locate };
}

function unresolvedAliases(yaml: YamlDocument.Parsed) {
  const found: { readonly code?: string; readonly pos: readonly [number]; readonly message: string }[] = [];
  visit(yaml, {
    Alias: (_, alias) => {
      if (alias.resolve(yaml) === undefined)
        found.push({ pos: [alias.range?.[0] ?? 0], message: `no anchor is named "${alias.source}"` });
    },
  });
  return found;
}

// Aliases that expand to very many values are rejected.
function toValue(yaml: YamlDocument.Parsed, file: string): unknown {
  try {
    return yaml.toJS();
  } catch (error) {
    throw new UsageError(`${file}: ${error instanceof Error ? error.message : "the document cannot be read"}`);
  }
}

/**
 * Parses a store that is written as in a configuration.
 *
 * @throws {UsageError} with one line per issue
 */
export function parseStoreDocument(text: string): StoreDocument {
  const yaml = parseDocument(text, { prettyErrors: false });
  const [syntaxError] = yaml.errors;
  if (syntaxError !== undefined) throw new UsageError(`--store: ${syntaxError.message}`);
  const parsed = storeSchema.safeParse(yaml.toJS());
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues
    .flatMap(toProblems)
    .map(({ path, message }) => `--store: ${path.length === 0 ? "" : `${path.map(String).join(".")}: `}${message}`);
  throw new UsageError(lines.join("\n"));
}

function position(yaml: YamlDocument.Parsed, lines: LineCounter, path: readonly PropertyKey[]) {
  for (let length = path.length; length > 0; length--) {
    const offset = keyOffset(yaml, path.slice(0, length));
    if (offset !== undefined) {
      const { line, col } = lines.linePos(offset);
      return { line, column: col };
    }
  }
  return { line: 1, column: 1 };
}

// The position of the key, or of the value where the parent is a list.
function keyOffset(yaml: YamlDocument.Parsed, path: readonly PropertyKey[]): number | undefined {
  const parent: unknown = path.length === 1 ? yaml.contents : yaml.getIn(path.slice(0, -1).map(toIndex), true);
  const name = String(path.at(-1));
  if (isMap(parent)) {
    const pair = parent.items.find(({ key }) => String((key as { value?: unknown } | null)?.value) === name);
    return (pair?.key as { range?: readonly number[] } | undefined)?.range?.[0];
  }
  return (yaml.getIn(path.map(toIndex), true) as { range?: readonly number[] } | undefined)?.range?.[0];
}

// Paths of `check` are texts: `redirectUris.0`.
function toIndex(segment: PropertyKey): PropertyKey {
  return typeof segment === "string" && /^\d+$/.test(segment) ? Number(segment) : segment;
}

function toProblems(issue: z.core.$ZodIssue): Problem[] {
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => unknownField([...issue.path, key], fieldsAt(issue.path)));
  if (issue.code === "invalid_union") return unionProblems(issue);
  return [
    {
      path: issue.path,
      message: isMissing(issue)
        ? "required"
        : issue.message.replace(/^Invalid (input|option|value|string): /, "").replace("expected record", "expected object"),
    },
  ];
}

function fieldsAt(path: readonly PropertyKey[]): readonly string[] {
  if (path.length === 0) return Object.keys(documentSchema.shape);
  return path.at(-1) === "rotation" ? Object.keys(policyFields.rotation.unwrap().shape) : [];
}

function unknownField(path: readonly PropertyKey[], names: readonly string[]): Problem {
  const name = names.find((one) => isSimilar(one.toLowerCase(), String(path.at(-1)).toLowerCase()));
  return { path, message: name === undefined ? "unknown field" : `unknown field; did you mean ${name}?` };
}

/** Whether two names differ in one character at most. */
function isSimilar(one: string, other: string): boolean {
  const shortest = Math.min(one.length, other.length);
  let start = 0;
  while (start < shortest && one[start] === other[start]) start++;
  let end = 0;
  while (end < shortest - start && one.at(-1 - end) === other.at(-1 - end)) end++;
  return Math.max(one.length, other.length) - start - end <= 1;
}

// The vendor validates all other fields, and has no policy.
function misspelledPolicies({ clients }: ConfigurationDocument): Problem[] {
  const names = Object.keys(policyFields);
  return Object.entries(clients).flatMap(([key, client]) =>
    Object.keys(client).flatMap((field) => {
      const problem = unknownField(["clients", key, field], names);
      return names.includes(field) || problem.message === "unknown field" ? [] : [problem];
    }),
  );
}

// Alternatives are objects that differ in one required field: the one that is present selects the alternative.
function unionProblems(issue: z.core.$ZodIssueInvalidUnion): Problem[] {
  const all = flatAlternatives(issue);
  if (all.every((issues) => issues.every((one) => one.path.length === 0 && isMissing(one))))
    return [{ path: issue.path, message: "required" }];
  const alternatives = all.filter((issues) => issues.every(({ path }) => path.length > 0 || issues.length > 1));
  const chosen = alternatives.find((issues) => missingFields(issues).length === 0);
  if (chosen !== undefined) return chosen.flatMap((one) => toProblems({ ...one, path: [...issue.path, ...one.path] }));
  const names = alternatives.flatMap(missingFields);
  const message = names.length === 0 ? issue.message : `expected one of: ${names.join(", ")}`;
  return [{ path: issue.path, message }];
}

function flatAlternatives({ errors }: z.core.$ZodIssueInvalidUnion): (readonly z.core.$ZodIssue[])[] {
  return errors.flatMap((issues) => {
    const [only] = issues;
    return only?.code === "invalid_union" && only.path.length === 0 ? flatAlternatives(only) : [issues];
  });
}

function missingFields(issues: readonly z.core.$ZodIssue[]): string[] {
  return issues.flatMap((issue) => (isMissing(issue) && issue.path.length === 1 ? [String(issue.path[0])] : []));
}

function isMissing(issue: z.core.$ZodIssue): boolean {
  return issue.code === "invalid_type" && issue.message.endsWith("received undefined");
}

function describe(file: string, locate: Locate, { path, message }: Problem): string {
  const { line, column } = locate(path);
  return `${file}:${line}:${column}: ${path.length === 0 ? "" : `${path.map(String).join(".")}: `}${message}`;
}

// Names of providers and stores that the document uses and does not define.
function unknownNames({ providers, stores = {}, clients, removed = {} }: ConfigurationDocument): Problem[] {
  const problem = (path: readonly string[], kind: string, name: string, names: object): Problem[] =>
    Object.hasOwn(names, name)
      ? []
      : [{ path, message: `no ${kind} is named "${name}". Names: ${Object.keys(names).join(", ") || "none"}` }];
  const ofStore = (path: readonly string[], name: unknown) =>
    typeof name === "string" ? problem(path, "store", name, stores) : [];
  return [
    ...Object.entries(clients).flatMap(([key, { provider, secretStore }]) => [
      ...problem(["clients", key, "provider"], "provider", provider, providers),
      ...ofStore(["clients", key, "secretStore"], secretStore),
    ]),
    ...Object.entries(removed).flatMap(([key, one]) =>
      typeof one === "string" ? [] : ofStore(["removed", key, "secretStore"], one.secretStore),
    ),
  ];
}

// Options of managers and addresses of stores are read at the start. Secrets of declarations and tokens of stores are read when they
// are used.
function unsetVariables(document: ConfigurationDocument, env: Readonly<Record<string, string | undefined>>): Problem[] {
  const find = (value: unknown, path: readonly PropertyKey[]): Problem[] => {
    if (isReference(value))
      return "file" in value || (env[value.env] ?? "") !== "" || !isReadAtStart(path)
        ? []
        : [{ path, message: `environment variable ${value.env} is not set` }];
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([name, one]) => find(one, [...path, name]));
  };
  const { providers, stores, journal, clients, removed } = document;
  const secretStores = Object.entries({ clients, removed }).flatMap(([part, entries]) =>
    Object.entries(entries ?? {}).flatMap(([key, one]) =>
      typeof one === "string" ? [] : find(one.secretStore, [part, key, "secretStore"]),
    ),
  );
  return [...Object.entries({ providers, stores, journal }).flatMap(([part, value]) => find(value, [part])), ...secretStores];
}

function isReadAtStart(path: readonly PropertyKey[]): boolean {
  return path[0] === "providers" || path.at(-1) === "address" || path.at(-1) === "url";
}
