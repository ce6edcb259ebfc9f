import type { Fields } from "./fields.js";

// Every reader of such files takes these characters without quotes.
const plain = /^[\w.~+/=:@%-]*$/;

/** Serializes variables, one `NAME=value` a line. Quotes are used only where a value needs them: docker does not remove them. */
export function writeDotenv(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${quote(value)}\n`)
    .join("");
}

function quote(value: string): string {
  if (plain.test(value)) return value;
  // In single quotes no reader expands variables or escapes.
  return /['\n\r]/.test(value) ? JSON.stringify(value) : `'${value}'`;
}

/** Parses what `writeDotenv` wrote. `undefined`: a line is something else. Comments and empty lines are ignored. */
export function parseDotenv(text: string): Fields | undefined {
  const fields: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(#.*)?$/.test(line)) continue;
    const [, name, quoted] = /^(?:export\s+)?([A-Za-z_][\w.-]*)=(.*)$/.exec(line) ?? [];
    const value = quoted === undefined ? undefined : unquote(quoted.trim());
    if (name === undefined || value === undefined) return undefined;
    fields[name] = value;
  }
  return fields;
}

function unquote(text: string): string | undefined {
  if (text.startsWith("'")) return /^'([^']*)'$/.exec(text)?.[1];
  if (!text.startsWith('"')) return text;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}
