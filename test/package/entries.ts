import { readFileSync } from "node:fs";
import { root } from "./tree.js";

/** One target of `package.json#exports`: a file as it is, or what types and run time find. */
export type Target = string | { readonly types?: string; readonly default?: string };

/** The part of `package.json` that these tests read. */
export interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, Target>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

export const manifest = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as Manifest;

/** The source file of each entry point that is built: `./token` -> `src/token/index.ts`. */
export function entrySources(exports: Manifest["exports"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(exports).flatMap(([entry, target]) =>
      typeof target === "string" || target.default === undefined
        ? []
        : [[entry, target.default.replace(/^\.\/dist\//, "src/").replace(/\.js$/, ".ts")]],
    ),
  );
}
