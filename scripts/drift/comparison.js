/**
 * Compares two descriptions: the statements of ours that contradict theirs.
 *
 * @typedef {{ location: string, says: string }} Finding a contradiction: its location in our document, and its text
 */

/** @typedef {import("./shapes.js").Document} Document */
/** @typedef {import("./shapes.js").Place} Place */
/** @typedef {import("./shapes.js").Shape} Shape */
/** @typedef {import("./shapes.js").Direction} Direction */
/** @typedef {import("./operations.js").Parameter} Parameter */
/** @typedef {import("./operations.js").Body} Body */
/** @typedef {import("./operations.js").Operation} Operation */

import { ofMedia, operation, samePath } from "./operations.js";
import { child, fits, listed, resolve, step, typed, typeName } from "./shapes.js";

export const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/**
 * The contradictions between our description and the vendor's.
 *
 * @param {Document} ours
 * @param {Document | Document[]} theirs several documents count as one description
 * @returns {Finding[]} one per contradiction, in the order of our document; the location is a JSON pointer into it, except that
 *   the last step after `required` is a name
 * @throws {Error} a reference is external, broken or circular
 */
export function compare(ours, theirs) {
  const descriptions = [theirs].flat();
  /** @type {Map<string, Finding>} */
  const findings = new Map();
  const report = (/** @type {Finding[]} */ ...found) => {
    for (const finding of found) findings.set(`${finding.location} ${finding.says}`, finding);
  };
  for (const [path, item] of Object.entries(ours.paths ?? {})) {
    const place = { node: item, pointer: `/paths${step(path)}` };
    const matches = descriptions.flatMap((document) => {
      const match = samePath(ours, path, item, document);
      return match === undefined
        ? []
        : [{ document, path: match, place: child({ node: document, pointer: "" }, "paths", match) }];
    });
    for (const method of METHODS.filter((name) => item[name] !== undefined)) {
      const match = matches.find((candidate) => candidate.place.node[method] !== undefined);
      const location = place.pointer + step(method);
      if (match === undefined) {
        report({ location, says: matches.length ? "the vendor has no such method here" : "the vendor has no such path" });
        continue;
      }
      const mine = operation(ours, place, method);
      const other = operation(match.document, match.place, method);
      report(...compareOperations(ours, mine, path, match.document, other, match.path));
    }
  }
  return [...findings.values()];
}

/**
 * @param {Document} ours @param {Operation} mine @param {string} path
 * @param {Document} theirs @param {Operation} other @param {string} theirPath
 * @returns {Finding[]}
 */
function compareOperations(ours, mine, path, theirs, other, theirPath) {
  const schemas = schemaComparison(ours, theirs);
  /** @type {Finding[]} */
  const findings = [];
  if (mine.id !== undefined && other.id !== undefined && mine.id !== other.id) {
    findings.push({ location: `${mine.pointer}/operationId`, says: `the vendor calls it ${other.id}` });
  }
  const templateNames = (/** @type {string} */ text) => [...text.matchAll(/\{([^}]*)\}/g)].map((match) => match[1]);
  const key = (/** @type {Parameter} */ parameter, /** @type {string} */ template) => {
    if (parameter.in === "path") return `path ${templateNames(template).reverse().indexOf(parameter.name)}`;
    return `${parameter.in} ${parameter.in === "header" ? parameter.name.toLowerCase() : parameter.name}`;
  };
  const offered = new Map(other.parameters.map((parameter) => [key(parameter, theirPath), parameter]));
  for (const parameter of mine.parameters) {
    const match = offered.get(key(parameter, path));
    offered.delete(key(parameter, path));
    if (match === undefined) {
      // A path template names its parameters, so a vendor need not list them.
      if (parameter.in !== "path") findings.push({ location: parameter.pointer, says: "the vendor has no such parameter" });
      continue;
    }
    if (parameter.in !== "path") findings.push(...requiredFlag(parameter, match));
    findings.push(...schemas(parameter.schema, match.schema, "request"));
  }
  for (const parameter of offered.values()) {
    if (parameter.required && parameter.in !== "path") {
      const says = `the vendor requires the ${parameter.in} parameter ${parameter.name}`;
      findings.push({ location: `${mine.pointer}/parameters`, says });
    }
  }
  if (mine.body && !other.body) findings.push({ location: mine.body.pointer, says: "the vendor takes no body" });
  if (!mine.body && other.body?.required) findings.push({ location: mine.pointer, says: "the vendor requires a body" });
  if (mine.body && other.body) {
    findings.push(...requiredFlag(mine.body, other.body), ...compareContent(schemas, mine.body, other.body, "request"));
  }
  for (const [status, response] of mine.responses) {
    const match = other.responses.get(status) ?? other.responses.get(`${status[0]}XX`) ?? other.responses.get("DEFAULT");
    if (match) findings.push(...compareContent(schemas, response, match, "response"));
    else if (status.startsWith("2")) {
      findings.push({ location: `${mine.pointer}/responses/${status}`, says: "the vendor has no such response" });
    }
  }
  return findings;
}

/** @param {{ required: boolean, pointer: string }} mine @param {{ required: boolean }} other @returns {Finding[]} */
function requiredFlag(mine, other) {
  if (mine.required === other.required) return [];
  return [
    { location: `${mine.pointer}/required`, says: mine.required ? "the vendor does not require it" : "the vendor requires it" },
  ];
}

/**
 * @param {ReturnType<typeof schemaComparison>} schemas @param {Body} mine @param {Body} other @param {Direction} direction
 * @returns {Finding[]}
 */
function compareContent(schemas, mine, other, direction) {
  if (other.content.size === 0) return [];
  return [...mine.content].flatMap(([type, schema]) => {
    const match = ofMedia(other.content, type);
    if (match === undefined) {
      const says = `the vendor's media type is ${listed([...other.content.keys()])}`;
      return [{ location: `${mine.pointer}/content${step(type)}`, says }];
    }
    return schemas(schema, match, direction);
  });
}

/** The required properties of this direction. @param {Document} document @param {Shape} shape @param {Direction} direction */
function present(document, shape, direction) {
  const hidden = direction === "request" ? "readOnly" : "writeOnly";
  const isPresent = (/** @type {string} */ name) => {
    const place = shape.properties.get(name);
    return place === undefined || (place.node?.[hidden] !== true && resolve(document, place).node?.[hidden] !== true);
  };
  return new Set([...shape.required].filter(isPresent));
}

/** @param {Document} ours @param {Document} theirs */
function schemaComparison(ours, theirs) {
  /** @type {Map<string, Finding[]>} */
  const known = new Map();

  /** @param {Place} mine @param {Place} other @param {Direction} direction @returns {Finding[]} */
  function schemas(mine, other, direction) {
    if (mine.node === undefined || other.node === undefined) return [];
    const key = [mine.pointer, other.pointer, direction].join(" ");
    const before = known.get(key);
    if (before) return before;
    known.set(key, []);
    const found = unions(typed(ours, mine), typed(theirs, other), resolve(ours, mine).pointer, direction);
    known.set(key, found);
    return found;
  }

  /**
   * @param {ReturnType<typeof typed>} mine @param {ReturnType<typeof typed>} other
   * @param {string} pointer @param {Direction} direction @returns {Finding[]}
   */
  function unions(mine, other, pointer, direction) {
    const untyped = (/** @type {Shape} */ shape) => shape.types === undefined;
    if (mine.shapes.some(untyped) || other.shapes.some(untyped)) return [];
    const findings = mine.shapes.flatMap((shape) => {
      const tries = other.shapes
        .filter((candidate) => fits(shape, candidate, direction))
        .map((candidate) => single(shape, candidate, direction))
        .sort((one, two) => one.findings.length - two.findings.length);
      const [nearest] = tries;
      if (nearest === undefined) {
        const says = `${typeName(shape)} is stated, the vendor says ${listed(other.shapes.map(typeName))}`;
        return [{ location: `${shape.pointer}/type`, says }];
      }
      const strange = mine.shapes.length > 1 && nearest.strange;
      return strange ? [{ location: shape.pointer, says: "the vendor describes no such alternative" }] : nearest.findings;
    });
    if (mine.nullable && !other.nullable) {
      findings.push({
        location: `${pointer}/type`,
        says: `null is stated, the vendor says ${listed(other.shapes.map(typeName))}`,
      });
    }
    if (direction === "response") {
      const stated = new Set(mine.shapes.map(typeName));
      const more = other.shapes
        .map(typeName)
        .filter((type) => !stated.has(type) && !(type === "integer" && stated.has("number")));
      if (other.nullable && !mine.nullable) more.push("null");
      // Without a common type, the findings above contain the contradiction.
      const partly = mine.shapes.some((shape) => other.shapes.some((candidate) => fits(shape, candidate, direction)));
      if (more.length && partly)
        findings.push({ location: `${pointer}/type`, says: `the vendor also returns ${listed(more)}` });
    }
    return findings;
  }

  /** @param {Shape} mine @param {Shape} other @param {Direction} direction */
  function single(mine, other, direction) {
    /** @type {Finding[]} */
    const findings = [];
    if (mine.format && other.format && mine.format !== other.format) {
      findings.push({ location: `${mine.pointer}/format`, says: `the vendor says ${other.format}` });
    }
    if (mine.values && other.values) {
      const [stated, offered] = [mine.values, other.values];
      const denied = stated.filter((value) => !offered.includes(value));
      const more = direction === "response" ? offered.filter((value) => value !== null && !stated.includes(value)) : [];
      for (const value of denied) findings.push({ location: `${mine.pointer}/enum`, says: `the vendor has no value ${value}` });
      for (const value of more) findings.push({ location: `${mine.pointer}/enum`, says: `the vendor also returns ${value}` });
    }
    if (mine.items && other.items) findings.push(...schemas(mine.items, other.items, direction));
    const agreed = mine.types?.has("object") ? members(mine, other, direction, findings) : 1;
    return { findings, strange: agreed === 0 && findings.length > 0 };
  }

  /** @param {Shape} mine @param {Shape} other @param {Direction} direction @param {Finding[]} findings @returns {number} */
  function members(mine, other, direction, findings) {
    const open = other.additional === true || (other.additional === undefined && other.properties.size === 0);
    let agreed = 0;
    for (const [name, place] of mine.properties) {
      const match = other.properties.get(name) ?? (typeof other.additional === "object" ? other.additional : undefined);
      if (match === undefined && !open) findings.push({ location: place.pointer, says: "the vendor has no such property" });
      const inside = match ? schemas(place, match, direction) : [];
      if (match && inside.length === 0) agreed += 1;
      findings.push(...inside);
    }
    const location = (/** @type {string} */ name) => `${mine.pointer}/required${step(name)}`;
    const stated = present(ours, mine, direction);
    const wanted = present(theirs, other, direction);
    for (const name of stated) {
      const known = other.properties.has(name);
      if (known && !wanted.has(name)) findings.push({ location: location(name), says: "the vendor does not require it" });
    }
    for (const name of direction === "request" ? wanted : []) {
      if (!stated.has(name)) findings.push({ location: location(name), says: "the vendor requires it" });
    }
    if (typeof mine.additional === "object" && typeof other.additional === "object") {
      findings.push(...schemas(mine.additional, other.additional, direction));
    }
    if (mine.additional && other.additional === false) {
      findings.push({ location: `${mine.pointer}/additionalProperties`, says: "the vendor allows no further properties" });
    }
    return agreed;
  }

  return schemas;
}
