import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** The repository's folder, with forward slashes and a slash at the end. */
export const root: string = fileURLToPath(new URL("../../", import.meta.url)).replaceAll("\\", "/");

/** Files by their path from the repository's folder, with forward slashes: `src/index.ts` -> text. */
export type Tree = Readonly<Record<string, string>>;

/** Reads every file in the folder, and below it unless told otherwise, whose name ends so, except those of packages. An absent folder has none. */
export function readTree(folder: string, ending: string, below = true): Tree {
  const names = listed(folder, below)
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`.replace(/^\.\//, ""))
    .filter((name) => name.endsWith(ending) && !name.includes("node_modules/"))
    .sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(root + name, "utf8")]));
}

function listed(folder: string, below: boolean): string[] {
  try {
    return readdirSync(root + folder, { recursive: below, encoding: "utf8" });
  } catch {
    return [];
  }
}

/** One import of a source file. */
export interface Import {
  /** The imported file's path in the tree, or the bare name of a package: `ky`, `node:http`. */
  readonly target: string;
  /** `value` loads at once, `dynamic` when the code comes by, `type` never. */
  readonly kind: "value" | "dynamic" | "type";
}

/** What a source file imports, re-exports included. */
export function importsOf(path: string, text: string): Import[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, kind: Import["kind"]) => {
    if (specifier !== undefined && ts.isStringLiteralLike(specifier))
      found.push({ target: resolve(path, specifier.text), kind });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, loadsNothing(node.importClause) ? "type" : "value");
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly ? "type" : "value");
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, "type");
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], "dynamic");
    else if (ts.isCallExpression(node) && /^require\b|\brequire$/.test(node.expression.getText()))
      add(node.arguments[0], "dynamic");
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function loadsNothing(clause: ts.ImportClause | undefined): boolean {
  return clause?.isTypeOnly ?? false;
}

function resolve(from: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier;
  return new URL(specifier, `file:///${from}`).pathname.slice(1).replace(/\.js$/, ".ts");
}

/** Every file and package that can be reached from a file, with the way there: `ky` -> [`src/a.ts`, `src/b.ts`, `ky`]. */
export function reachable(tree: Tree, start: string, kinds: readonly Import["kind"][]): Map<string, readonly string[]> {
  const ways = new Map<string, readonly string[]>([[start, [start]]]);
  for (const [path, way] of ways) {
    const text = tree[path];
    if (text === undefined) continue;
    for (const { target, kind } of importsOf(path, text)) {
      if (kinds.includes(kind) && !ways.has(target)) ways.set(target, [...way, target]);
    }
  }
  return ways;
}
