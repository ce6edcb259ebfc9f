// The generated types match the descriptions in openapi/, and they are committed.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fail, root, run } from "./package.js";

function read() {
  const folder = join(root, "src/openapi");
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8").replaceAll("\r\n", "\n")]));
}

const before = read();
run("npm", ["run", "generate", "--silent"]);
const after = read();
const changed = [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name));
if (after.size === 0) fail("no file was generated in src/openapi");
if (changed.length > 0)
  fail(...changed.map((name) => `src/openapi/${name} does not match openapi/: run npm run generate and commit it`));

if (run("git", ["rev-parse", "--is-inside-work-tree"], { quiet: true, allowFailure: true }).ok) {
  const paths = ["--", "src/openapi"];
  run("git", ["diff", "--exit-code", "HEAD", ...paths]);
  const { stdout } = run("git", ["ls-files", "--others", "--exclude-standard", ...paths], { quiet: true });
  if (stdout.trim() !== "") fail(`generated and not committed: ${stdout.trim().split("\n").join(", ")}`);
} else {
  console.log("Not a git checkout: compared with the previous files, not with the last commit.");
}
console.log(`${after.size} generated files match openapi/.`);
