/**
 * Compares openapi/<vendor>.yaml with the vendor's own description of its API.
 *
 *   node scripts/drift.js                              every vendor, on the folder named by API_DESCRIPTIONS
 *   node scripts/drift.js ory <file-or-url> [more]     one vendor; several documents count as one description
 *   node scripts/drift.js --additions ...              also prints what the vendor has and we do not, for the operations that we call
 *   node scripts/drift.js --readme                     updates "Known differences" in openapi/README.md
 *
 * Every contradiction is one line: operations, operation ids, parameters, properties, types, required flags. Headers, security and error
 * statuses that the vendor does not list are not compared.
 * Known differences are in openapi/drift.json, each with a reason. A known difference that no longer occurs is reported too.
 */

import "./engines.js";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { findAdditions } from "./drift/additions.js";
import { compare } from "./drift/comparison.js";

/** @typedef {import("./drift/shapes.js").Document} Document */
/** @typedef {import("./drift/comparison.js").Finding} Finding */
/** @typedef {Finding & { reason: string, only?: string }} Expectation `only`: the title of the only description with this difference */

export { compare, findAdditions };

/**
 * Compares findings with the known differences.
 *
 * @param {Finding[]} findings
 * @param {Expectation[]} expected
 * @param {string[]} titles the titles of the compared documents; an expectation for another title is ignored
 * @returns {{ unexplained: Finding[], stale: Expectation[] }}
 */
export function classify(findings, expected, titles) {
  const applicable = expected.filter((expectation) => expectation.only === undefined || titles.includes(expectation.only));
  const same = (/** @type {Finding} */ one, /** @type {Finding} */ two) =>
    one.location === two.location && one.says === two.says;
  return {
    unexplained: findings.filter((finding) => !applicable.some((expectation) => same(finding, expectation))),
    stale: applicable.filter((expectation) => !findings.some((finding) => same(finding, expectation))),
  };
}

/**
 * The section "Known differences" of openapi/README.md.
 *
 * @param {Record<string, { differences: Expectation[] }>} vendors the content of openapi/drift.json
 * @returns {string} Markdown: a heading and a list per vendor
 */
export function knownDifferences(vendors) {
  return Object.entries(vendors)
    .map(([vendor, { differences }]) => {
      const lines = differences.map(({ location, says, only, reason }) => {
        return `- \`${location}\`: ${says}${only ? ` (only in "${only}")` : ""}. ${reason}`;
      });
      return `### ${vendor}\n\n${lines.join("\n") || "None."}\n`;
    })
    .join("\n");
}

/**
 * Replaces the section "Known differences" in the text of openapi/README.md.
 *
 * @param {string} readme
 * @param {Record<string, { differences: Expectation[] }>} vendors the content of openapi/drift.json
 * @returns {string} the whole text, equal to `readme` when it is up to date
 * @throws {Error} the text has no such section
 */
export function withKnownDifferences(readme, vendors) {
  const marks = /(<!-- made from drift\.json: begin -->\n)[\s\S]*(<!-- end -->)/;
  if (!marks.test(readme)) throw new Error("openapi/README.md has no markers around the known differences");
  return readme.replace(marks, (_, begin, end) => `${begin}\n${knownDifferences(vendors)}\n${end}`);
}

const folder = fileURLToPath(new URL("../openapi/", import.meta.url));
const print = (/** @type {string} */ line) => process.stdout.write(`${line}\n`);

/** @param {string} source a file or an http(s) URL @returns {Promise<Document>} */
async function load(source) {
  let text;
  if (/^https?:\/\//.test(source)) {
    const response = await fetch(source, { signal: AbortSignal.timeout(60_000) });
    if (!response.ok) throw new Error(`${source} returned the status ${response.status}`);
    text = await response.text();
  } else text = await readFile(source, "utf8");
  const document = text.trimStart().startsWith("{") ? JSON.parse(text) : parse(text);
  if (typeof document?.paths !== "object") throw new Error(`${source} is not an API description`);
  return document;
}

/**
 * @param {string} vendor @param {string[]} sources @param {Expectation[]} expected
 * @param {boolean} withAdditions whether what only the vendor has is printed, too
 * @returns {Promise<number>} the number of differences that are not known
 */
async function check(vendor, sources, expected, withAdditions) {
  const theirs = await Promise.all(sources.map(load));
  const titles = theirs.map((document) => document.info?.title);
  const ours = await load(join(folder, `${vendor}.yaml`));
  const findings = compare(ours, theirs);
  if (withAdditions) for (const { location, says } of findAdditions(ours, theirs)) print(`${vendor}: ${location}: ${says}`);
  const { unexplained, stale } = classify(findings, expected, titles);
  for (const { location, says } of unexplained) print(`${vendor}: ${location}: ${says}`);
  for (const { location, says } of stale) print(`${vendor}: ${location}: known difference that no longer occurs: ${says}`);
  const problems = unexplained.length + stale.length;
  if (problems === 0) print(`${vendor}: matches ${titles.join(" and ")}, except for ${findings.length} known differences`);
  return problems;
}

/** @param {string[]} words @returns {Promise<number>} the exit code */
async function main(words) {
  const vendors = JSON.parse(await readFile(join(folder, "drift.json"), "utf8"));
  const readmeFile = join(folder, "README.md");
  const readme = await readFile(readmeFile, "utf8");
  const wanted = withKnownDifferences(readme, vendors);
  if (words[0] === "--readme") {
    await writeFile(readmeFile, wanted);
    return 0;
  }
  const withAdditions = words.includes("--additions");
  const [vendor, ...sources] = words.filter((word) => word !== "--additions");
  if (vendor !== undefined) {
    if (!existsSync(join(folder, `${vendor}.yaml`)) || sources.length === 0) {
      print("usage: node scripts/drift.js [--additions] [<vendor> <file-or-url>...]");
      return 1;
    }
    return (await check(vendor, sources, vendors[vendor]?.differences ?? [], withAdditions)) > 0 ? 1 : 0;
  }
  let problems = 0;
  if (readme !== wanted) {
    print("openapi/README.md: the known differences do not match openapi/drift.json; run node scripts/drift.js --readme");
    problems += 1;
  }
  const described = (await readdir(folder)).filter((name) => name.endsWith(".yaml") && name !== "redocly.yaml");
  const descriptions = process.env.API_DESCRIPTIONS ?? fileURLToPath(new URL("../../shared/reference/", import.meta.url));
  if (process.env.API_DESCRIPTIONS === undefined && !existsSync(descriptions)) {
    print("drift: skipped, because API_DESCRIPTIONS does not name a folder with the vendors' descriptions");
    return problems > 0 ? 1 : 0;
  }
  for (const name of described.map((file) => file.slice(0, -".yaml".length))) {
    const entry = vendors[name];
    if (entry === undefined) {
      print(`${name}: missing in openapi/drift.json`);
      problems += 1;
    }
    for (const files of entry?.descriptions ?? []) {
      problems += await check(
        name,
        files.map((/** @type {string} */ file) => join(descriptions, file)),
        entry.differences,
        withAdditions,
      );
    }
  }
  return problems > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    print(`drift: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}
