// The pages of the API reference: one for each entry point, written by typedoc.
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { content, manifest } from "./pages.js";

const folder = join(content, "reference");

/** The source files of the entry points, relative to the folder of the site. */
export function entryPoints() {
  return Object.values(manifest.exports)
    .filter((target) => typeof target === "object")
    .map(({ default: file }) => file.replace(/^\.\/dist\//, "../src/").replace(/\.js$/, ".ts"));
}

/** Names the pages by their import, and makes the list of modules the first page of the folder. */
export function renameModules() {
  renameSync(join(folder, "index.md"), join(folder, "oauth-clients.md"));
  renameSync(join(folder, "README.md"), join(folder, "index.md"));
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".md"))) {
    const path = name.replaceAll("\\", "/").replace(/\.md$/, "");
    const file = join(folder, name);
    const text = readFileSync(file, "utf8").replaceAll(/\]\(((?:\.\.\/)*)index\.md/g, "]($1oauth-clients.md");
    const specifier = path === "oauth-clients" ? path : `oauth-clients/${path}`;
    if (path === "index")
      writeFileSync(
        file,
        text.replaceAll(/\[([\w/]+)\]/g, (_, module) => `[${titleOf(module)}]`),
      );
    else writeFileSync(file, text.replace(/^# .*/, `# ${specifier}`));
  }
}

const titleOf = (module) => (module === "index" ? "oauth-clients" : `oauth-clients/${module}`);
