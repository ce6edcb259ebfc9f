// The built declarations contain no internal types, and compile in a project with `skipLibCheck: false`.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { consumer, entries, fail, manifest, root, run } from "./package.js";

const internals = [
  [/(from|import\()\s*["']zod/, "zod"],
  [/(from|import\()\s*["']ky["']/, "ky"],
  [/\b(components|paths|operations)\s*\[/, "the generated types"],
  [/\binterface (components|paths|operations)\b/, "the generated types"],
];
const folder = consumer();
const dist = join(folder, "node_modules", manifest.name, "dist");
const files = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".d.ts"));
const problems = files.flatMap((name) =>
  internals
    .filter(([pattern]) => pattern.test(readFileSync(join(dist, name), "utf8")))
    .map(([, what]) => `${name} mentions ${what}`),
);
if (files.length < entries.length) fail("fewer declaration files than entry points");
if (problems.length > 0) fail(...problems);
console.log(`${files.length} declaration files mention no zod, ky or generated types.`);

// Without msw, Node's types and newer parts of the standard library.
compile(entries);

function compile(some) {
  const names = some.map(({ entry }) => entry).join(", ");
  const uses = some.map(({ specifier }, index) => `import * as entry${index} from "${specifier}";\nexport { entry${index} };`);
  writeFileSync(join(folder, "consumer.ts"), `${uses.join("\n")}\n`);
  for (const [module, moduleResolution] of [
    ["NodeNext", "NodeNext"],
    ["ESNext", "bundler"],
  ]) {
    const compilerOptions = {
      module,
      moduleResolution,
      target: "ES2022",
      lib: ["ES2022", "DOM", "DOM.Iterable"],
      types: [],
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["consumer.ts"] }));
    const compiler = [join(root, "node_modules/typescript/bin/tsc"), "--project", folder, "--pretty", "false"];
    const { stdout, stderr, ok } = run(process.execPath, compiler, { cwd: folder, quiet: true, allowFailure: true });
    const errors = stdout.split("\n").filter((line) => /error TS/.test(line));
    if (errors.length > 0) fail(...errors);
    if (!ok && !/error TS/.test(stdout)) fail(`tsc failed: ${stdout}${stderr}`);
    console.log(`${names} compile under moduleResolution ${moduleResolution}, with skipLibCheck: false.`);
  }
}
