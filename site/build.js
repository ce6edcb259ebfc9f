// Builds the documentation site in site/.vitepress/dist: `npm run docs`. `npm run docs:api` writes the API reference only.
import "../scripts/engines.js";
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { checkPages } from "./check.js";
import { content, dist, site, writePages } from "./pages.js";
import { entryPoints, renameModules } from "./reference.js";

function run(tool, args) {
  const { status } = spawnSync(process.execPath, [join(site, "node_modules", tool), ...args], { cwd: site, stdio: "inherit" });
  if (status !== 0) process.exit(1);
}

rmSync(content, { recursive: true, force: true });
run("typedoc/bin/typedoc", ["--logLevel", "Warn", ...entryPoints()]);
renameModules();
if (process.argv.includes("--reference")) console.log(`The API reference is in ${join(content, "reference")}.`);
else {
  writePages();
  run("vitepress/bin/vitepress.js", ["build", "."]);
  const problems = checkPages(dist);
  for (const problem of problems) console.error(`FAILED: ${problem}`);
  if (problems.length > 0) process.exit(1);
  console.log(`The site is in ${dist}.`);
}
