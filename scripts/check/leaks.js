// Checks which packages are in the bundle of each entry point.
import { bundle } from "./bundle.js";
import { consumer, entries, fail } from "./package.js";

// The packages that an entry point may bundle. An entry point that is not listed, and not below /token or /node, is a vendor.
const allowed = { ".": [], "./testing": [] };
const vendor = ["ky", "zod"];
const allowedIn = (entry) => allowed[entry] ?? (/^\.\/(token|node)(\/|$)/.test(entry) ? [] : vendor);

const folder = consumer();
const problems = entries.flatMap(({ entry, specifier }) => {
  const { packages, external } = bundle(folder, specifier);
  const foreign = packages.filter((name) => ![specifier.split("/")[0], ...allowedIn(entry)].includes(name));
  const msw = external.filter(({ path }) => /^msw(\/|$)/.test(path));
  const forbidden = entry === "./testing" ? msw.filter(({ kind }) => kind !== "dynamic-import") : msw;
  console.log(`${entry}: ${packages.join(", ")}${msw.length > 0 ? ", loads msw on demand" : ""}`);
  return [
    ...foreign.map((name) => `${entry} bundles ${name}`),
    ...forbidden.map(({ path, kind }) => `${entry} loads ${path} (${kind})`),
  ];
});
if (problems.length > 0) fail(...problems);
