// Writes a compiling stub of a vendor: `npm run new-vendor -- acme`. docs/adding-a-vendor.md describes the next steps.
import "./engines.js";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { root, run } from "./check/package.js";
import { withKnownDifferences } from "./drift.js";

const templates = fileURLToPath(new URL("new-vendor/", import.meta.url));

/** The files of a stub, by path: the templates with the name of the vendor instead of `acme`. */
export function stubFiles(vendor) {
  const names = readdirSync(templates, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".txt"));
  const rename = (text) =>
    text.replaceAll("acme", vendor).replaceAll("Acme", capitalize(vendor)).replaceAll("ACME", vendor.toUpperCase());
  return Object.fromEntries(
    names.sort().map((name) => {
      const path = rename(name.replaceAll("\\", "/").replace(/\.txt$/, ""));
      return [path, rename(readFileSync(join(templates, name), "utf8"))];
    }),
  );
}

/** The problem with the name of a new vendor, or undefined. */
export function nameProblem(vendor, folders) {
  if (vendor === undefined) return "usage: npm run new-vendor -- <name>";
  if (!/^[a-z][a-z0-9]{1,19}$/.test(vendor)) return `"${vendor}": expected 2 to 20 lower-case letters and digits`;
  return folders.includes(vendor) ? `src/${vendor} exists` : undefined;
}

const capitalize = (word) => `${word[0].toUpperCase()}${word.slice(1)}`;

/** The configuration files with the new vendor in them, by path. */
function changedFiles(vendor) {
  const read = (path) => readFileSync(join(root, path), "utf8");
  const toText = (value) => `${JSON.stringify(value, null, 2)}\n`;
  const manifest = JSON.parse(read("package.json"));
  const entry = { types: `./dist/${vendor}/index.d.ts`, default: `./dist/${vendor}/index.js` };
  const exports = Object.entries(manifest.exports);
  exports.splice(1, 0, [`./${vendor}`, entry]);
  const sizes = { ...JSON.parse(read("size.json")), [`./${vendor}`]: 53_248 };
  const drift = { ...JSON.parse(read("openapi/drift.json")), [vendor]: { descriptions: [], differences: [] } };
  const simulator = `./simulators/${vendor}/simulator.js`;
  const Name = capitalize(vendor);
  return {
    "package.json": toText({ ...manifest, exports: Object.fromEntries(exports) }),
    "size.json": toText(Object.fromEntries(Object.entries(sizes).sort(([one], [other]) => (one < other ? -1 : 1)))),
    "openapi/redocly.yaml": `${read("openapi/redocly.yaml")}  ${vendor}:
    root: ./${vendor}.yaml
    x-openapi-ts:
      output: ../src/openapi/${vendor}.ts
`,
    "openapi/drift.json": toText(drift),
    "openapi/README.md": withKnownDifferences(read("openapi/README.md"), drift),
    "src/testing.ts": `${read("src/testing.ts")}export type { ${Name}Simulator, ${Name}SimulatorOptions } from "${simulator}";
export { simulate${Name} } from "${simulator}";
`,
    "test/package/rules.ts": read("test/package/rules.ts").replace(
      /(export const vendorExtras[^{]*\{\n)/,
      (opening) => `${opening}  ${vendor}: ["tokens.ts"],\n`,
    ),
  };
}

function main([vendor]) {
  const problem = nameProblem(vendor, readdirSync(join(root, "src")));
  if (problem !== undefined) {
    console.error(problem);
    return 1;
  }
  const stub = stubFiles(vendor);
  const existing = Object.keys(stub).filter((path) => existsSync(join(root, path)));
  if (existing.length > 0) {
    console.error(`these files exist: ${existing.join(", ")}`);
    return 1;
  }
  for (const [path, text] of Object.entries({ ...stub, ...changedFiles(vendor) })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  run("npm", ["run", "generate", "--silent"]);
  const changed = ["package.json", "size.json", "openapi", "src", "test"].map((path) => join(root, path));
  run("npx", ["--no-install", "biome", "check", "--write", "--log-level=error", ...changed]);
  console.log(`Written: ${Object.keys(stub).join(", ")}.`);
  console.log(`Next: docs/adding-a-vendor.md; then npx vitest run --project unit test/${vendor}`);
  return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main(process.argv.slice(2));
