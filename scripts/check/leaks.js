// Which packages' code is in the bundle of which entry point. A size tells that something grew; this tells what got in.
import { bundle } from "./bundle.js";
import { consumer, entries, fail } from "./package.js";

// What each entry point may bundle. One that is neither named nor of the tokens or of Node is a vendor.
const allowed = { ".": [], "./testing": [] };
const vendor = ["ky", "zod"];
const allowedIn = (entry) => allowed[entry] ?? (/^\.\/(token|node)(\/|$)/.test(entry) ? [] : vendor);

const folder = consumer();
const faults = entries.flatMap(({ entry, specifier }) => {
  const { packages, external } = bundle(folder, specifier);
  const foreign = packages.filter((name) => ![specifier.split("/")[0], ...allowedIn(entry)].includes(name));
  const msw = external.filter(({ path }) => /^msw(\/|$)/.test(path));
  const refused = entry === "./testing" ? msw.filter(({ kind }) => kind !== "dynamic-import") : msw;
  console.log(`${entry}: ${packages.join(", ")}${msw.length > 0 ? ", asks for msw when it is needed" : ""}`);
  return [
    ...foreign.map((name) => `${entry} bundles ${name}`),
    ...refused.map(({ path, kind }) => `${entry} reaches ${path} (${kind})`),
  ];
});
if (faults.length > 0) fail(...faults);
