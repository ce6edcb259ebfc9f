/**
 * What the vendor's description has and ours does not, for the operations that we call.
 *
 * @typedef {import("./shapes.js").Document} Document
 * @typedef {import("./comparison.js").Finding} Finding
 */

import { compare, METHODS } from "./comparison.js";
import { samePath } from "./operations.js";
import { child, resolve } from "./shapes.js";

const OURS_LACKS = /^the vendor has no (?:such )?(parameter|property|response|value)(.*)$/;

/**
 * Parameters, properties, values and responses of the vendor that our description leaves out. They are no contradictions.
 *
 * @param {Document} ours
 * @param {Document | Document[]} theirs several documents count as one description
 * @returns {Finding[]} the location is a JSON pointer into the vendor's document
 */
export function findAdditions(ours, theirs) {
  // The comparison in the other direction reports as missing what is an addition of the vendor.
  return [theirs].flat().flatMap((document) =>
    compare({ ...document, paths: calledPaths(ours, document) }, ours).flatMap(({ location, says }) => {
      const [, kind, value = ""] = OURS_LACKS.exec(says) ?? [];
      if (kind === undefined) return [];
      const name = kind === "parameter" ? parameterName(document, location) : value;
      return [{ location, says: `only the vendor has this ${kind}${name && `:${name}`}` }];
    }),
  );
}

/** @param {Document} document @param {string} location */
function parameterName(document, location) {
  const keys = location
    .slice(1)
    .split("/")
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  const { node } = resolve(document, child({ node: document, pointer: "" }, ...keys));
  return ` ${node.name} (${node.in})`;
}

/** The paths of the vendor with the methods that we call. @param {Document} ours @param {Document} theirs */
function calledPaths(ours, theirs) {
  /** @type {Record<string, Record<string, unknown>>} */
  const called = {};
  for (const [path, item] of Object.entries(ours.paths ?? {})) {
    const match = samePath(ours, path, item, theirs);
    if (match === undefined) continue;
    const uncalled = METHODS.filter((method) => item[method] === undefined);
    const entries = Object.entries(theirs.paths?.[match] ?? {}).filter(([name]) => !uncalled.includes(name));
    called[match] = Object.fromEntries(entries);
  }
  return called;
}
