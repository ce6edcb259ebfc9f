// Runs every check besides the tests, in order, and stops at the first failure. Each step also runs alone:
// `node scripts/check/size.js`.
import "./engines.js";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { install, pack, root, run, temporaryFolder } from "./check/package.js";

const step = (file) => () => run(process.execPath, [join(root, "scripts", file)]);
const tool =
  (...args) =>
  () =>
    run("npx", ["--no-install", ...args]);

function packOnce() {
  const packed = pack();
  const folder = temporaryFolder("check");
  const note = join(folder, "packed.json");
  writeFileSync(note, JSON.stringify(packed));
  process.env.CHECK_PACKED = note;
}

function installOnce() {
  const folder = temporaryFolder("consumer");
  install(folder, pack().tarball);
  process.env.CHECK_CONSUMER = folder;
}

const steps = [
  ["The owner of the repository", step("check/owner.js")],
  ["Generated types match openapi/", step("check/generated.js")],
  ["The vendors' descriptions match openapi/", step("drift.js")],
  ["Format and lint", tool("biome", "ci")],
  ["Types", tool("tsc", "--noEmit")],
  ["Coverage", step("check/coverage.js")],
  ["The stub of a new vendor", step("check/new-vendor.js")],
  ["Build and pack", packOnce],
  ["The tarball", step("check/tarball.js")],
  ["npm publish --dry-run", step("check/publish.js")],
  ["Install the tarball in an empty project", installOnce],
  ["The installed package", step("check/installed.js")],
  ["Sizes", step("check/size.js")],
  ["Packages in the bundles", step("check/leaks.js")],
  ["Declarations", step("check/declarations.js")],
];

for (const [index, [heading, work]] of steps.entries()) {
  console.log(`\n== ${index + 1}/${steps.length} ${heading}`);
  work();
}
console.log("\nAll checks passed.");
