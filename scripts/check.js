// Everything that is checked besides the tests, in order. It stops at the first step that fails. Each step runs alone too:
// `node scripts/check/size.js`.
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
  ["Generated types are what openapi/ says", step("check/generated.js")],
  ["The vendors' own descriptions agree with openapi/", step("drift.js")],
  ["Format and lint", tool("biome", "ci")],
  ["Types", tool("tsc", "--noEmit")],
  ["Build and pack", packOnce],
  ["The tarball", step("check/tarball.js")],
  ["Install the tarball in an empty project", installOnce],
  ["The installed package", step("check/installed.js")],
  ["Sizes", step("check/size.js")],
  ["What is in the bundles", step("check/leaks.js")],
  ["Declarations", step("check/declarations.js")],
];

for (const [index, [heading, work]] of steps.entries()) {
  console.log(`\n== ${index + 1}/${steps.length} ${heading}`);
  work();
}
console.log("\nAll checks passed.");
