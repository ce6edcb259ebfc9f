// npm accepts the tarball: `npm publish` without the upload.
import { fail, manifest, pack, run } from "./package.js";

const { tarball } = pack();
const { stdout } = run("npm", ["publish", tarball, "--dry-run", "--json", "--ignore-scripts", "--fetch-retries=0"], {
  quiet: true,
});
const published = JSON.parse(stdout);
const { id, entryCount } = published[manifest.name] ?? published;
if (id !== `${manifest.name}@${manifest.version}`) fail(`npm would publish ${id}`);
console.log(`npm would publish ${id} with ${entryCount} files.`);
