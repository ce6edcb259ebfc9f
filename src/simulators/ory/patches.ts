import type { VersionFeatures } from "./versions.js";

type Container = Record<string, unknown> | unknown[];

/** The patch cannot be applied. Hydra responds with 500. */
export class PatchError extends Error {
  override readonly name = "PatchError";
}

/**
 * Applies a JSON Patch (RFC 6902) as Hydra does: `add`, `remove` and `replace` only. `replace` adds a missing member, and missing parents
 * are created. Array indexes have to exist.
 *
 * @throws {PatchError}
 */
export function applyPatch(
  document: Readonly<Record<string, unknown>>,
  patch: unknown,
  { patchRemovesMembers, deniedPatchPath }: Pick<VersionFeatures, "patchRemovesMembers" | "deniedPatchPath">,
): Record<string, unknown> {
  if (!Array.isArray(patch)) throw new PatchError("the patch is not an array");
  let result = structuredClone(document) as Record<string, unknown>;
  for (const step of patch as unknown[]) {
    if (typeof step !== "object" || step === null) throw new PatchError("an operation is not an object");
    const { op, path, value } = step as { op?: unknown; path?: unknown; value?: unknown };
    // The empty path is the whole document.
    if (path === "" && op === "replace" && patchRemovesMembers && typeof value === "object" && value !== null) {
      result = structuredClone(value) as Record<string, unknown>;
      continue;
    }
    if (typeof path !== "string" || !path.startsWith("/")) throw new PatchError("a path is not a JSON pointer");
    if (["/id", deniedPatchPath].some((denied) => path === denied || path.startsWith(`${denied}/`)))
      throw new PatchError("a path is denied");
    const tokens = path
      .slice(1)
      .split("/")
      .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
    if (op === "remove") remove(result, tokens);
    else if ((op === "add" || op === "replace") && ("value" in step || !patchRemovesMembers))
      put(result, tokens, op, structuredClone(value ?? null));
    else throw new PatchError("the operation is not supported");
  }
  return result;
}

function put(document: Record<string, unknown>, tokens: readonly string[], op: "add" | "replace", value: unknown): void {
  const { parent, last } = walk(document, tokens, true);
  if (Array.isArray(parent)) {
    if (op === "replace") parent[indexIn(parent, last, parent.length - 1)] = value;
    else parent.splice(last === "-" ? parent.length : indexIn(parent, last, parent.length), 0, value);
  } else {
    parent[last] = value;
  }
}

function remove(document: Record<string, unknown>, tokens: readonly string[]): void {
  const { parent, last } = walk(document, tokens, false);
  if (Array.isArray(parent)) parent.splice(indexIn(parent, last, parent.length - 1), 1);
  else if (Object.hasOwn(parent, last)) delete parent[last];
  else throw new PatchError("the member to remove does not exist");
}

function walk(
  document: Record<string, unknown>,
  tokens: readonly string[],
  creates: boolean,
): { parent: Container; last: string } {
  const last = tokens.at(-1) ?? "";
  if (tokens.includes("__proto__")) throw new PatchError("a path is denied");
  let parent: Container = document;
  for (const [position, token] of tokens.slice(0, -1).entries()) {
    if (!Array.isArray(parent) && creates && (!Object.hasOwn(parent, token) || parent[token] === null))
      parent[token] = /^(?:-|\d+)$/.test(tokens[position + 1] ?? "") ? [] : {};
    const next: unknown = Array.isArray(parent)
      ? parent[indexIn(parent, token, parent.length - 1)]
      : Object.hasOwn(parent, token)
        ? parent[token]
        : undefined;
    if (typeof next !== "object" || next === null) throw new PatchError("the parent of a path does not exist");
    parent = next as Container;
  }
  return { parent, last };
}

function indexIn(list: readonly unknown[], token: string, highest: number): number {
  // A negative index counts from the end.
  const number = /^-?(?:0|[1-9]\d*)$/.test(token) ? Number(token) : Number.NaN;
  const index = number < 0 ? number + highest + 1 : number;
  if (!(index >= 0 && index <= highest && index <= list.length)) throw new PatchError("an index is out of range");
  return index;
}
