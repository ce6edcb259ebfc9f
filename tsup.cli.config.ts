import { existsSync } from "node:fs";
import { join } from "node:path";
import { defineConfig, type Options } from "tsup";

// The command. Its files contain the packages and the parts of the library that it uses, minified and without what it does not use:
// 20 files start in half the time of 140. docs/decisions/0016-command.md has the figures.

// `oauth-clients/ory/provider` -> src/ory/provider.ts, `oauth-clients/ory` -> src/ory/index.ts. The simulators stay where they are.
const library: NonNullable<Options["esbuildPlugins"]>[number] = {
  name: "library",
  setup(build) {
    build.onResolve({ filter: /^oauth-clients\// }, ({ path }) => {
      if (path === "oauth-clients/testing") return { path, external: true };
      const source = join(import.meta.dirname, "src", path.slice("oauth-clients/".length));
      return { path: existsSync(`${source}.ts`) ? `${source}.ts` : join(source, "index.ts") };
    });
  },
};

export default defineConfig({
  entry: { main: "src/cli/main.ts" },
  outDir: "dist/cli",
  format: "esm",
  target: "es2022",
  platform: "node",
  noExternal: [/^/],
  esbuildPlugins: [library],
  // Some packages are CommonJS and load modules of Node by `require`.
  banner: { js: 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);' },
  minify: true,
  splitting: true,
  sourcemap: false,
  clean: false,
  silent: true,
});
