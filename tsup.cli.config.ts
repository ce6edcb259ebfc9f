import { readFileSync } from "node:fs";
import { defineConfig } from "tsup";

// The command. It runs after the build of the library, which it imports by its public names. Parts that only the command needs are in
// its own files, so that the package depends on nothing more.
const { dependencies } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")) as {
  dependencies: Record<string, string>;
};

export default defineConfig({
  entry: { main: "src/cli/main.ts" },
  outDir: "dist/cli",
  format: "esm",
  target: "es2022",
  platform: "node",
  external: [/^oauth-clients(\/|$)/, ...Object.keys(dependencies)],
  noExternal: ["commander", "yaml"],
  // These packages are CommonJS and load modules of Node by `require`.
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  minify: true,
  splitting: true,
  sourcemap: false,
  clean: false,
  silent: true,
});
