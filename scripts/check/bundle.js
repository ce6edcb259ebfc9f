// Bundles an entry point like a consumer's bundler, with tsup's version of esbuild.
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";

const require = createRequire(import.meta.url);
export const { buildSync } = createRequire(require.resolve("tsup"))("esbuild");

/** The bundle of an entry point without modules of Node and msw: its size in bytes, its packages and external imports. */
export function bundle(folder, specifier) {
  const { outputFiles, metafile } = buildSync({
    stdin: { contents: `export * from ${JSON.stringify(specifier)};`, resolveDir: folder },
    absWorkingDir: folder,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "es2022",
    external: ["msw", "msw/*"],
    legalComments: "none",
    metafile: true,
    write: false,
  });
  const [output] = Object.values(metafile.outputs);
  return {
    bytes: gzipSync(outputFiles[0].contents, { level: 9 }).length,
    packages: [...new Set(Object.keys(output.inputs).flatMap((path) => packageOf(path)))].sort(),
    external: output.imports.map(({ path, kind }) => ({ path, kind })),
  };
}

function packageOf(path) {
  const name = path.split("node_modules/").at(-1);
  if (name === path) return [];
  return [name.startsWith("@") ? name.split("/").slice(0, 2).join("/") : name.split("/")[0]];
}
