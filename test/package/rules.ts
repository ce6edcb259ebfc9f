import { type Import, importsOf, reachable, type Tree } from "./tree.js";

/** Folders of `src` that are layers of the library. Every other folder is a vendor's. */
const layers = ["core", "token", "node", "openapi", "simulators", "provision", "cli"];

/** Names of vendors, which the shared layers do not contain. */
const vendorWords = ["ovh", "ory", "genesys", "tfe"];

/** The files of every vendor's folder. */
export const vendorFiles: readonly string[] = [
  ...["clients.ts", "connection.ts", "convert.ts", "endpoints.ts", "errors.ts", "index.ts", "input.ts", "manager.ts"],
  ...["options.ts", "pagination.ts", "provider.ts", "types.ts", "wire.ts"],
];

/** The further files of each vendor's folder. `tokens.ts` is standard for vendors with token requests. */
export const vendorExtras: Readonly<Record<string, readonly string[]>> = {
  genesys: ["integration-credentials.ts", "lost-create.ts", "roles.ts", "tokens.ts"],
  ory: ["create-reconciliation.ts", "durations.ts", "secrets.ts", "tokens.ts"],
  ovh: ["access.ts", "permissions.ts", "policies.ts", "signature.ts", "tokens.ts", "urns.ts"],
  tfe: ["oauth-tokens.ts", "projects.ts"],
};

type Kinds = readonly Import["kind"][];
const anyKind: Kinds = ["value", "dynamic", "type"];

/** A row of the import table: the files, and their allowed imports with the kinds of import. The first row that matches a file applies. */
interface Row {
  readonly from: RegExp;
  readonly may: readonly (readonly [target: RegExp, kinds: Kinds])[];
}

/** `$1` in a target is the first group of `from`: the name of the vendor. */
const table: readonly Row[] = [
  { from: /^src\/openapi\//, may: [] },
  {
    from: /^src\/core\/http\/attempt\.ts$/,
    may: [
      [/^src\/core\//, anyKind],
      [/^ky$/, anyKind],
      [/^zod$/, ["type"]],
    ],
  },
  {
    from: /^src\/core\/validation\.ts$/,
    may: [
      [/^src\/core\//, anyKind],
      [/^zod$/, anyKind],
    ],
  },
  {
    from: /^src\/core\//,
    may: [
      [/^src\/core\//, anyKind],
      [/^zod$/, ["type"]],
    ],
  },
  { from: /^src\/token\//, may: [[/^src\/(core|token)\//, anyKind]] },
  {
    from: /^src\/node\//,
    may: [
      [/^src\/(node|core)\//, anyKind],
      // Modules of Node are loaded on first use, through `process.getBuiltinModule`.
      [/^node:/, ["type"]],
    ],
  },
  {
    from: /^src\/simulators\/core\//,
    may: [
      [/^src\/simulators\/core\//, anyKind],
      [/^node:/, anyKind],
    ],
  },
  { from: /^src\/index\.ts$/, may: [[/^src\/core\//, anyKind]] },
  { from: /^src\/testing\.ts$/, may: [[/^src\/simulators\//, anyKind]] },
  {
    from: /^src\/simulators\/([a-z-]+)\//,
    may: [
      [/^src\/openapi\/$1\.ts$/, ["type"]],
      [/^src\/simulators\/($1|core)\//, anyKind],
    ],
  },
  {
    from: /^src\/provision\//,
    may: [
      [/^src\/(core|provision)\//, anyKind],
      [/^src\/node\/files\.ts$/, anyKind],
      [/^src\/token\/redis\/client\.ts$/, anyKind],
      [/^node:/, anyKind],
      [/^zod$/, anyKind],
    ],
  },
  {
    // The command imports the library by its public names, as a configuration in TypeScript does.
    from: /^src\/cli\//,
    may: [
      [/^src\/cli\//, anyKind],
      [/^oauth-clients(\/|$)/, anyKind],
      [/^(commander|yaml|zod)$/, anyKind],
      [/^node:/, anyKind],
    ],
  },
  {
    from: /^src\/([a-z]+)\/provider\.ts$/,
    may: [
      [/^src\/$1\//, anyKind],
      [/^src\/(core|token|provision)\//, anyKind],
    ],
  },
  {
    from: /^src\/([a-z]+)\//,
    may: [
      [/^src\/openapi\/$1\.ts$/, ["type"]],
      [/^src\/$1\//, anyKind],
      [/^src\/(core|token)\//, anyKind],
      [/^zod$/, anyKind],
    ],
  },
];

/** Imports that the table does not allow. */
export function forbiddenImports(tree: Tree): string[] {
  return Object.entries(tree).flatMap(([path, text]) => {
    const row = table.find(({ from }) => from.test(path));
    if (row === undefined) return [`${path} has no row in the import table`];
    const own = row.from.exec(path)?.[1] ?? "";
    const allowed = row.may.map(([target, kinds]) => [new RegExp(target.source.replace("$1", own)), kinds] as const);
    return importsOf(path, text)
      .filter(({ target, kind }) => !allowed.some(([pattern, kinds]) => pattern.test(target) && kinds.includes(kind)))
      .map(({ target, kind }) => `${path} imports ${target} (${kind})`);
  });
}

/** The import paths from an entry point to packages that it must not load. */
export function forbiddenReach(tree: Tree, start: string, packages: readonly string[], kinds: Kinds = anyKind): string[] {
  return [...reachable(tree, start, kinds)]
    .filter(([target]) => packages.some((name) => target === name || target.startsWith(`${name}/`)))
    .map(([, way]) => way.join(" -> "));
}

/** Names of vendors in the shared layers, also inside camel-case names. */
export function vendorNamesInSharedLayers(tree: Tree): string[] {
  const words = new RegExp(`\\b(${[...new Set([...vendorWords, ...vendorsOf(tree)])].join("|")})\\b`, "i");
  return Object.entries(tree)
    .filter(([path]) => /^src\/(core|token|simulators\/core|provision)\//.test(path))
    .flatMap(([path, text]) =>
      text.split("\n").flatMap((line, index) => {
        const word = words.exec(line.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replaceAll("_", " "))?.[1];
        return word === undefined ? [] : [`${path}:${index + 1} contains ${word}`];
      }),
    );
}

/** The vendors that have a folder. */
export function vendorsOf(tree: Tree): string[] {
  const folders = Object.keys(tree).flatMap((path) => /^src\/([^/]+)\//.exec(path)?.[1] ?? []);
  return [...new Set(folders)].filter((folder) => !layers.includes(folder)).sort();
}

/** File names that are too general, repeat their folder, or are not lower-case words. */
export function badFileNames(tree: Tree): string[] {
  return Object.keys(tree).filter((path) => {
    const [, folder = "", file = ""] = /([^/]+)\/([^/]+)\.ts$/.exec(path) ?? [];
    const words = file.split("-");
    return (
      !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(file) ||
      words.some((word) => /^(utils?|helpers?|common|misc|base|abstract|impl|data|info|handle|shared|stuff)$/.test(word)) ||
      (words.length > 1 && words[0] === folder)
    );
  });
}

/** Files named `index.ts` that are not an entry point. */
export function strayIndexes(tree: Tree, entries: readonly string[]): string[] {
  return Object.keys(tree).filter((path) => /(^|\/)index\.ts$/.test(path) && !entries.includes(path));
}
