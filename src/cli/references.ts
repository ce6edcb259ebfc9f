import { readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { fromEnv, fromFile, type SecretInput } from "oauth-clients/provision";
import { UsageError } from "./exit-codes.js";
import { isReference, type Reference } from "./schema.js";

/** Replaces `$project`, `$environment` and `$key`, and reads references. */
export interface Resolver {
  /** A text with its names replaced. */
  readonly substitute: (text: string) => string;
  /** A path, from the working directory. In the document it starts at the document's directory. */
  readonly path: (text: string) => string;
  /** A value with all references in it read. */
  readonly read: (value: unknown) => unknown;
  /** A secret that is read when it is used. */
  readonly secret: (reference: Reference) => SecretInput;
}

/** What a resolver replaces and reads. */
export interface ResolverFacts {
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly names: Readonly<Record<string, string>>;
}

/** Creates a resolver for one document, environment and client. */
export function createResolver({ file, env, names }: ResolverFacts): Resolver {
  const substitute = (text: string) =>
    text.replace(/\$(project|environment|key)\b/g, (all, name: string) => names[name] ?? all);
  const path = (text: string) => relative("", resolve(dirname(file), substitute(text))) || ".";
  const readOne = (reference: Reference, field: string): string => {
    const place = field === "" ? "" : `${field}: `;
    if ("file" in reference) {
      const text = readText(path(reference.file));
      if (text === undefined) throw new UsageError(`${place}file ${reference.file} cannot be read`);
      return text;
    }
    const value = env[reference.env];
    if (value === undefined || value === "") throw new UsageError(`${place}environment variable ${reference.env} is not set`);
    return value;
  };
  const readIn = (value: unknown, field: string): unknown => {
    if (isReference(value)) return readOne(value, field);
    if (Array.isArray(value)) return value.map((one) => readIn(one, field));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [name, readIn(one, field === "" ? name : `${field}.${name}`)]),
    );
  };
  const read = (value: unknown) => readIn(value, "");
  return {
    substitute,
    path,
    read,
    secret: (reference) => {
      const options = reference.version === undefined ? {} : { version: reference.version };
      return "env" in reference ? fromEnv(reference.env, { ...options, env }) : fromFile(path(reference.file), options);
    },
  };
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").replace(/\r?\n$/, "");
  } catch {
    return undefined;
  }
}
