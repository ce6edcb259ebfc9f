import { readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { defineConfig, type Options } from "tsup";

// package.json#exports is the one list of entry points: ./dist/x/index.js is built from ./src/x/index.ts.
const { exports } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")) as {
  exports: Record<string, string | { default: string }>;
};
const entry = Object.fromEntries(
  Object.values(exports)
    .filter((target) => typeof target === "object")
    .map(({ default: file }) => {
      const name = file.replace(/^\.\/dist\/|\.js$/g, "");
      return [name, `src/${name}.ts`];
    }),
);

// What stays together. esbuild makes a file for every set of entry points that share something, and each file that is loaded costs
// a start some 0.2 ms. Importing one module of a group counts as importing all, so they end up in one file; a bundler still takes
// only what is used.
export const groups: Readonly<Record<string, readonly string[]>> = {
  core: ["abort", "errors", "http/errors", "http/retry", "message", "outcome", "redact", "url", "values"].map(
    (name) => `src/core/${name}.ts`,
  ),
  token: ["authentication", "cache", "checks", "events", "form", "prepare", "request", "response", "source", "transport"].map(
    (name) => `src/token/${name}.ts`,
  ),
};
const groupOf = (path: string) => {
  const source = relative(import.meta.dirname, path).replaceAll("\\", "/");
  return Object.keys(groups).find((name) => groups[name]?.includes(source));
};

const grouping: NonNullable<Options["esbuildPlugins"]>[number] = {
  name: "grouping",
  setup(build) {
    build.onResolve({ filter: /^\..*\.js$/, namespace: "file" }, ({ path, importer }) => {
      const group = groupOf(resolve(dirname(importer), path.replace(/\.js$/, ".ts")));
      return group && group !== groupOf(importer) ? { path: group, namespace: "group" } : undefined;
    });
    build.onLoad({ filter: /.*/, namespace: "group" }, ({ path }) => ({
      contents: (groups[path] ?? []).map((source) => `export * from "./${source}";`).join("\n"),
      resolveDir: import.meta.dirname,
    }));
  },
};

export default defineConfig({
  esbuildPlugins: [grouping],
  entry,
  format: "esm",
  target: "es2022",
  platform: "neutral",
  external: [/^node:/],
  dts: true,
  splitting: true,
  sourcemap: true,
  clean: true,
  silent: true,
});
