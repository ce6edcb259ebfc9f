import ts from "typescript";
import { importsOf, type Tree } from "./tree.js";

/** The layers of the sources, the lowest first. A file imports files of its own layer and of lower layers only. */
const layerOrder: readonly RegExp[] = [
  /^src\/(openapi|simulators\/core)\//,
  /^src\/core\//,
  /^src\/(node|token)\/[^/]+$|^src\/simulators\//,
  /^src\/token\//,
  /^src\/provision\//,
  /^src\/(?!cli\/)[a-z]+\//,
  /^src\/cli\//,
  /^src\/[^/]+$/,
];

const layerOf = (path: string): number => layerOrder.findIndex((layer) => layer.test(path));

/** Imports of a higher layer, as `<file> -> <file>`. */
export function upwardImports(tree: Tree): string[] {
  return Object.entries(tree).flatMap(([path, text]) =>
    importsOf(path, text)
      .filter(({ target }) => tree[target] !== undefined && layerOf(target) > layerOf(path))
      .map(({ target }) => `${path} -> ${target}`),
  );
}

/** Groups of files that import each other, types included. Each group is sorted. */
export function importCycles(tree: Tree): string[][] {
  const targets = new Map(
    Object.entries(tree).map(([path, text]) => [path, importsOf(path, text).map(({ target }) => target)] as const),
  );
  // Tarjan's algorithm: a group is complete when no file of it reaches an older one.
  const order = new Map<string, number>();
  const open: string[] = [];
  const groups: string[][] = [];
  const visit = (path: string): number => {
    const own = order.size;
    order.set(path, own);
    let low = own;
    open.push(path);
    for (const target of targets.get(path) ?? []) {
      if (!targets.has(target)) continue;
      if (!order.has(target)) low = Math.min(low, visit(target));
      else if (open.includes(target)) low = Math.min(low, order.get(target) ?? own);
    }
    if (low === own) {
      const group = open.splice(open.indexOf(path)).sort();
      if (group.length > 1 || targets.get(path)?.includes(path)) groups.push(group);
    }
    return low;
  };
  for (const path of targets.keys()) if (!order.has(path)) visit(path);
  return groups.sort();
}

/** Functions with more lines than the limit, as `<file> <name>`. Anonymous functions have the name of what they are assigned to. */
export function longFunctions(tree: Tree, limit = 60): string[] {
  return Object.entries(tree).flatMap(([path, text]) => {
    const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    const line = (position: number) => source.getLineAndCharacterOfPosition(position).line;
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isFunctionLike(node) && "body" in node && node.body !== undefined) {
        const named = node.name ?? (ts.isVariableDeclaration(node.parent) ? node.parent.name : undefined);
        if (line(node.end) - line(node.getStart()) + 1 > limit) found.push(`${path} ${named?.getText() ?? "(anonymous)"}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  });
}

/** Files with more than 500 lines, and files with fewer than 20 that are not listed: entry points and standard files of a vendor. */
export function unevenFiles(tree: Tree, mayBeShort: readonly string[]): string[] {
  return Object.entries(tree)
    .filter(([path]) => !path.startsWith("src/openapi/"))
    .map(([path, text]) => [path, text.split("\n").length - 1] as const)
    .filter(([path, lines]) => lines > 500 || (lines < 20 && !mayBeShort.includes(path)))
    .map(([path, lines]) => `${path} has ${lines} lines`);
}

/** Files that a vendor's folder lacks, and files that are neither standard nor a listed extra of that vendor. */
export function irregularVendorFiles(
  tree: Tree,
  vendors: readonly string[],
  standard: readonly string[],
  extras: Readonly<Record<string, readonly string[]>>,
): string[] {
  return vendors.flatMap((vendor) => {
    const files = Object.keys(tree).flatMap((path) =>
      path.startsWith(`src/${vendor}/`) ? [path.slice(vendor.length + 5)] : [],
    );
    const expected = [...standard, ...(extras[vendor] ?? [])];
    return [
      ...expected.filter((file) => !files.includes(file)).map((file) => `src/${vendor}/${file} is missing`),
      ...files.filter((file) => !expected.includes(file)).map((file) => `src/${vendor}/${file} is not expected`),
    ];
  });
}

/** Findings that no exception explains, and exceptions that explain no finding: `known` has a reason for each. */
export function unexplained(findings: readonly string[], known: Readonly<Record<string, string>>): string[] {
  return [
    ...findings.filter((finding) => known[finding] === undefined),
    ...Object.keys(known)
      .filter((exception) => !findings.includes(exception))
      .map((exception) => `the exception "${exception}" is no longer needed`),
  ];
}
