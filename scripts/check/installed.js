// The installed tarball works: every entry point loads by import and by require, without packages that it must not need.
import { readFileSync, realpathSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { consumer, entries, fail, manifest, root, run } from "./package.js";

const folder = consumer();
const node = (...args) => run(process.execPath, args, { cwd: folder, quiet: true, allowFailure: true });
const imported = (specifier) => node("--input-type=module", "--eval", `await import(${JSON.stringify(specifier)});`);

for (const { specifier } of entries) {
  const names = `const names = (module) => Object.keys(module).filter((name) => name !== "__esModule").sort().join();`;
  const script = `${names}
    import { createRequire } from "node:module";
    const found = names(await import(${JSON.stringify(specifier)}));
    const required = names(createRequire(process.cwd() + "/x.js")(${JSON.stringify(specifier)}));
    if (found === "" || found !== required) throw new Error("import gives " + found + ", require gives " + required);`;
  const { ok, stderr } = node("--input-type=module", "--eval", script);
  if (!ok) fail(`${specifier} does not load: ${stderr}`);
  console.log(`${specifier} loads by import and by require, without msw.`);
}
if (!node("--eval", `require("${manifest.name}/package.json")`).ok) fail(`${manifest.name}/package.json does not load`);
for (const inside of ["dist/index.js", "src/index.ts", "core/http/request"]) {
  if (imported(`${manifest.name}/${inside}`).ok) fail(`${inside} can be imported and is not an entry point`);
}

// Every file adds time to a start. `groups` in tsup.config.ts joins the modules that these entry points share.
const filesOf = (file, found = new Set()) => {
  found.add(file);
  const imports = readFileSync(file, "utf8").matchAll(/^(?:import|export|\}) ?(?:[^"\n]*from )?"(\.{1,2}\/[^"]+)";$/gm);
  for (const [, path] of imports) if (!found.has(resolve(dirname(file), path))) filesOf(resolve(dirname(file), path), found);
  return found;
};
for (const [entry, maximum] of [
  ["token", 3],
  ["node", 3],
]) {
  const files = filesOf(join(folder, "node_modules", manifest.name, "dist", entry, "index.js"));
  if (files.size > maximum) fail(`./${entry} loads ${files.size} files, more than ${maximum}: ${[...files].join(", ")}`);
  console.log(`./${entry} loads ${files.size} files.`);
}

// Removes each package to find the entry points that need it. The vendors do, which proves that this check can find one.
const needs = (specifier, name) => {
  const installed = join(folder, "node_modules", name);
  renameSync(installed, `${installed}.away`);
  try {
    return !imported(specifier).ok;
  } finally {
    renameSync(`${installed}.away`, installed);
  }
};
const free = ["./token", "./testing"];
for (const name of Object.keys(manifest.dependencies)) {
  const needing = entries.filter(({ specifier }) => needs(specifier, name)).map(({ entry }) => entry);
  const wrong = needing.filter((entry) => free.includes(entry));
  if (wrong.length > 0) fail(...wrong.map((entry) => `${entry} loads ${name}`));
  if (needing.length === 0) fail(`no entry point needs the dependency ${name}`);
  console.log(`${name} is needed by ${needing.join(", ")} only.`);
}

// The command starts as `npx` starts it, in a project of ES modules and in one of CommonJS.
const bin = join(folder, "node_modules/.bin/oauth-clients");
const help = run("npx", ["--no-install", "oauth-clients", "--help"], { cwd: folder, quiet: true, allowFailure: true });
if (!help.ok || !help.stdout.startsWith("Usage: oauth-clients")) fail(`npx oauth-clients --help does not work: ${help.stderr}`);
console.log("npx oauth-clients --help works.");

const program = realpathSync(bin);
for (const [name, text] of Object.entries({
  "module.mjs": `import { defineConfig } from "${manifest.name}/provision";
    export default defineConfig({ project: "a", environments: { prod: { accounts: {} } }, clients: () => ({}) });`,
  "typed.ts": `import { defineConfig } from "${manifest.name}/provision";
    const project: string = "a";
    export default defineConfig({ project, environments: { prod: { accounts: {} } }, clients: () => ({}) });`,
})) {
  if (name.endsWith(".ts") && !process.features.typescript) continue;
  for (const type of ["module", undefined]) {
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type }));
    writeFileSync(join(folder, name), text);
    const { ok, stdout, stderr } = node(program, "plan", "--config", name);
    if (!ok || stdout !== "a / prod\nNo clients.\n")
      fail(`plan --config ${name} fails in a project of type ${type ?? "commonjs"}: ${stderr}`);
    console.log(`plan --config ${name} works in a project of type ${type ?? "commonjs"}.`);
  }
}
writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));

// The demo runs the installed command.
process.env.OAUTH_CLIENTS_CLI = program;
const demo = run(process.execPath, [join(root, "scripts/demo.js")], { quiet: true, allowFailure: true });
if (!demo.ok) fail(`scripts/demo.js does not run against the tarball: ${demo.stdout}${demo.stderr}`);
console.log("scripts/demo.js runs against the tarball.");
