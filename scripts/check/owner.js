// The owner of the repository is in package.json. `OWNER` is a placeholder: the owner replaces it there and in .github/CODEOWNERS before
// the first release. `--release` makes the placeholder an error.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fail, manifest, root } from "./package.js";

const { author, repository, homepage, bugs } = manifest;
const placeholder = "OWNER";
const [, owner = "", name = ""] = /^git\+https:\/\/github\.com\/([^/]+)\/([^/]+)\.git$/.exec(repository?.url ?? "") ?? [];
const codeOwners = readFileSync(join(root, ".github", "CODEOWNERS"), "utf8");

const problems = [
  ...(owner && name ? [] : ["package.json: repository.url: expected git+https://github.com/<owner>/<name>.git"]),
  ...(author ? [] : ["package.json: author: required"]),
  ...(/^https:\/\//.test(homepage ?? "") ? [] : ["package.json: homepage: expected an https: URL"]),
  ...(bugs?.url === `https://github.com/${owner}/${name}/issues`
    ? []
    : [`package.json: bugs.url: expected https://github.com/${owner}/${name}/issues`]),
  ...(codeOwners.includes(`@${owner}`) ? [] : [`.github/CODEOWNERS: expected @${owner}`]),
];
if (problems.length > 0) fail(...problems);

const fields = Object.entries({ author, repository: repository.url, homepage, bugs: bugs.url });
const open = fields.filter(([, value]) => String(value).includes(placeholder)).map(([field]) => field);
if (open.length === 0) console.log(`The repository is ${owner}/${name}.`);
else {
  const message = `package.json: ${open.join(", ")}: replace the placeholder ${placeholder}, also in .github/CODEOWNERS, before the first release`;
  if (process.argv.includes("--release")) fail(message);
  console.log(`NOTICE: ${message}.`);
}
