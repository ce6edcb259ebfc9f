import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { root } from "../package/tree.js";

const require = createRequire(import.meta.url);
const { build } = createRequire(require.resolve("tsup"))("esbuild") as {
  readonly build: (options: object) => Promise<unknown>;
};

interface Resolver {
  readonly onResolve: (options: { readonly filter: RegExp }, resolve: (args: { readonly path: string }) => object) => void;
}

// The public names of the library, as tsconfig.json has them.
const library = {
  name: "library",
  setup({ onResolve }: Resolver) {
    onResolve({ filter: /^oauth-clients(\/|$)/ }, ({ path }) => {
      const name = path.slice("oauth-clients/".length);
      const file = name === "" ? "index.ts" : /^testing$|\/provider$/.test(name) ? `${name}.ts` : `${name}/index.ts`;
      return { path: join(root, "src", file) };
    });
  },
};

/** Builds the command from the sources, with its packages as in tsup.cli.config.ts, for tests that start processes. Returns the path of the program. */
export async function buildCli(): Promise<{ readonly path: string; readonly remove: () => void }> {
  // Inside the repository, so that packages are found.
  const folder = mkdtempSync(join(root, "node_modules", ".cli-"));
  await build({
    entryPoints: [join(root, "src/cli/main.ts")],
    outdir: folder,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "es2022",
    banner: { js: 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);' },
    plugins: [library],
    outExtension: { ".js": ".mjs" },
    logLevel: "silent",
  });
  return { path: join(folder, "main.mjs"), remove: () => rmSync(folder, { recursive: true, force: true }) };
}
