// The built declarations speak of our words only, and compile in a project that checks its libraries.
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
const faults = files.flatMap((name) =>
  internals
    .filter(([pattern]) => pattern.test(readFileSync(join(dist, name), "utf8")))
    .map(([, what]) => `${name} mentions ${what}`),
);
if (files.length < entries.length) fail("there are fewer declaration files than entry points");
if (faults.length > 0) fail(...faults);
console.log(`${files.length} declaration files mention neither zod, ky nor the generated types.`);

const uses = entries.map(({ specifier }, index) => `import * as entry${index} from "${specifier}";\nexport { entry${index} };`);
writeFileSync(join(folder, "consumer.ts"), `${uses.join("\n")}\n`);
for (const [module, moduleResolution] of [
  ["NodeNext", "NodeNext"],
  ["ESNext", "bundler"],
]) {
  const project = join(folder, `tsconfig.${moduleResolution.toLowerCase()}.json`);
  const options = {
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
  writeFileSync(project, JSON.stringify({ compilerOptions: options, files: ["consumer.ts"] }));
  run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "--project", project]);
  console.log(`The declarations compile under moduleResolution ${moduleResolution}, with their libraries checked.`);
}
