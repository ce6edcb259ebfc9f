/**
 * Reads operations: path templates, parameters, bodies and responses, in every version of the format.
 *
 * @typedef {{ name: string, in: string, required: boolean, schema: Place, pointer: string }} Parameter
 * @typedef {{ pointer: string, required: boolean, content: Map<string, Place> }} Body
 * @typedef {{
 *   pointer: string, id: string | undefined, parameters: Parameter[], body: Body | undefined, responses: Map<string, Body>,
 * }} Operation
 */

/** @typedef {import("./shapes.js").Document} Document */
/** @typedef {import("./shapes.js").Place} Place */

import { child, resolve } from "./shapes.js";

const FORM = "application/x-www-form-urlencoded";

/** The path in the vendor's description that equals one of our paths. @param {Document} ours @param {string} path @param {any} item @param {Document} theirs */
export function samePath(ours, path, item, theirs) {
  // Descriptions split a path differently between server URL and template, and use other names in a template.
  const spellings = (/** @type {Document} */ document, /** @type {string} */ own, /** @type {any} */ node) => {
    const servers = (node?.servers ?? document.servers ?? []).map((/** @type {{ url: string }} */ server) => server.url);
    const prefixes = servers.map((/** @type {string} */ url) => url.replace(/^[a-z]+:\/\/[^/]*/i, ""));
    return ["", document.basePath ?? "", ...prefixes].map((prefix) =>
      `${prefix.replace(/\/$/, "")}${own}`.replaceAll(/\{[^}]*\}/g, "{}"),
    );
  };
  const wanted = new Set(spellings(ours, path, item));
  const candidates = Object.entries(theirs.paths ?? {});
  const exact = path.replaceAll(/\{[^}]*\}/g, "{}");
  const found =
    candidates.find(([name]) => name.replaceAll(/\{[^}]*\}/g, "{}") === exact) ??
    candidates.find(([name, node]) => spellings(theirs, name, node).some((spelling) => wanted.has(spelling)));
  return found?.[0];
}

/** @param {Document} document @param {Place} item @param {string} method @returns {Operation} */
export function operation(document, item, method) {
  const place = child(item, method);
  const { node } = place;
  /** @type {Map<string, Place>} */
  const declared = new Map();
  for (const list of [child(item, "parameters"), child(place, "parameters")]) {
    for (const index of (list.node ?? []).keys()) {
      const found = resolve(document, child(list, index));
      declared.set(`${found.node.in} ${found.node.name}`, found);
    }
  }
  const all = [...declared.values()];
  const parameters = all
    .filter(({ node: { in: where } }) => where !== "body" && where !== "formData")
    .map((found) => ({
      name: found.node.name,
      in: found.node.in,
      required: found.node.required === true,
      schema: parameterSchema(found),
      pointer: found.pointer,
    }));
  const media = (/** @type {"consumes" | "produces"} */ key) => node[key] ?? document[key] ?? ["*/*"];
  const responses = new Map(
    Object.keys(node.responses ?? {}).map((status) => {
      const response = resolve(document, child(place, "responses", status));
      return [
        status.toUpperCase(),
        { pointer: response.pointer, required: false, content: content(response, media("produces")) },
      ];
    }),
  );
  return {
    pointer: place.pointer,
    id: node.operationId,
    parameters,
    body: body(document, place, all, media("consumes")),
    responses,
  };
}

/** @param {Place} parameter @returns {Place} */
function parameterSchema(parameter) {
  if (parameter.node.schema !== undefined) return child(parameter, "schema");
  const [type] = Object.keys(parameter.node.content ?? {});
  return type === undefined ? parameter : child(parameter, "content", type, "schema");
}

/** @param {Place} place @param {string[]} media @returns {Map<string, Place>} */
function content(place, media) {
  if (place.node?.schema !== undefined) return new Map(media.map((type) => [type, child(place, "schema")]));
  const types = Object.keys(place.node?.content ?? {});
  return new Map(types.map((type) => [type, child(place, "content", type, "schema")]));
}

/** @param {Document} document @param {Place} place @param {Place[]} parameters @param {string[]} media @returns {Body | undefined} */
function body(document, place, parameters, media) {
  if (place.node.requestBody !== undefined) {
    const found = resolve(document, child(place, "requestBody"));
    return { pointer: found.pointer, required: found.node.required === true, content: content(found, media) };
  }
  const whole = parameters.find(({ node }) => node.in === "body");
  if (whole) return { pointer: whole.pointer, required: whole.node.required === true, content: content(whole, media) };
  const fields = parameters.filter(({ node }) => node.in === "formData").map(({ node }) => node);
  if (fields.length === 0) return undefined;
  const required = fields.filter((field) => field.required === true).map((field) => field.name);
  const node = { type: "object", properties: Object.fromEntries(fields.map((field) => [field.name, field])), required };
  const forms = media.filter((type) => type === FORM || type === "multipart/form-data");
  const schema = { node, pointer: `${place.pointer}/parameters` };
  return {
    pointer: schema.pointer,
    required: required.length > 0,
    content: new Map((forms.length ? forms : [FORM]).map((type) => [type, schema])),
  };
}

/** @param {Map<string, Place>} offered @param {string} type @returns {Place | undefined} */
export function ofMedia(offered, type) {
  const bare = (/** @type {string} */ name) => (name.split(";")[0] ?? "").trim().toLowerCase();
  const wanted = bare(type);
  for (const name of [wanted, `${wanted.split("/")[0]}/*`, "*/*"]) {
    for (const [key, place] of offered) if (bare(key) === name) return place;
  }
  return undefined;
}
