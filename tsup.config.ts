import { readFileSync } from "node:fs";
import { defineConfig } from "tsup";

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

export default defineConfig({
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
