// The tarball contains the files that a consumer needs and no others, and its package.json is valid for publint and attw.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fail, manifest, pack, root, run } from "./package.js";

const expected = [
  /^dist\/.+\.js$/,
  /^dist\/.+\.js\.map$/,
  /^dist\/.+\.d\.ts$/,
  /^(package\.json|schema\.json|README\.md|LICENSE|CHANGELOG\.md)$/,
];
const { tarball, files } = pack();

const unexpected = files.filter((file) => !expected.some((pattern) => pattern.test(file)));
if (unexpected.length > 0) fail(...unexpected.map((file) => `${file} is in the tarball and not expected there`));
const built = Object.values(manifest.exports)
  .flatMap((target) => (typeof target === "string" ? [target] : Object.values(target)))
  .map((file) => file.replace(/^\.\//, ""));
const missing = [
  ...built,
  ...Object.values(manifest.bin).map((file) => file.replace(/^\.\//, "")),
  "README.md",
  "LICENSE",
  "CHANGELOG.md",
].filter((file) => !files.includes(file));
if (missing.length > 0) fail(...missing.map((file) => `${file} is not in the tarball`));
console.log(`The tarball contains ${files.length} files.`);

const tool = (name, path) => {
  const file = join(root, "node_modules", path);
  if (!existsSync(file)) fail(`${name} is not installed`);
  return file;
};
run(process.execPath, [tool("publint", "publint/src/cli.js"), "run", tarball, "--strict"]);
run(process.execPath, [tool("attw", "@arethetypeswrong/cli/dist/index.js"), tarball, "--profile", "esm-only"]);
