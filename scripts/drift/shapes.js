/**
 * Reads schemas: converts those of OpenAPI 3.0, OpenAPI 3.1 and Swagger 2.0 to one kind of shape.
 *
 * @typedef {Record<string, any>} Document an OpenAPI 3.0, OpenAPI 3.1 or Swagger 2.0 description
 * @typedef {{ node: any, pointer: string }} Place a node and its JSON pointer
 * @typedef {"request" | "response"} Direction
 * @typedef {{
 *   pointer: string, stated: boolean, types: Set<string> | undefined, format: string | undefined, values: unknown[] | undefined,
 *   properties: Map<string, Place>, required: Set<string>, items: Place | undefined, additional: boolean | Place | undefined,
 * }} Shape
 */

/** @param {string | number} key */
export const step = (key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;

/** @param {Place} place @param {...(string | number)} keys @returns {Place} */
export function child(place, ...keys) {
  let { node, pointer } = place;
  for (const key of keys) {
    node = node?.[key];
    pointer += step(key);
  }
  return { node, pointer };
}

/** @param {Document} document @param {string} reference @returns {Place} */
function target(document, reference) {
  if (!reference.startsWith("#/")) throw new Error(`the reference ${reference} is external`);
  const keys = reference.slice(2).split("/");
  const place = child(
    { node: document, pointer: "" },
    ...keys.map((key) => decodeURIComponent(key).replaceAll("~1", "/").replaceAll("~0", "~")),
  );
  if (place.node === undefined) throw new Error(`the reference ${reference} is broken`);
  return place;
}

/** @param {Document} document @param {Place} place @returns {Place} */
export function resolve(document, place) {
  let found = place;
  for (let hops = 0; typeof found.node?.$ref === "string"; hops += 1) {
    if (hops > 50) throw new Error(`the references at ${place.pointer} are circular`);
    found = target(document, found.node.$ref);
  }
  return found;
}

/** @param {unknown} value */
function typeOf(value) {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

/** The shape of a schema's own keywords, without its references. @param {Place} place @returns {Shape} */
function own(place) {
  const node = typeof place.node === "object" && place.node !== null ? place.node : {};
  const values = Array.isArray(node.enum) ? node.enum : "const" in node ? [node.const] : undefined;
  let types = node.type === undefined ? undefined : new Set([node.type].flat());
  if (types?.has("file")) types = new Set(["string"]);
  if (types === undefined && values !== undefined) types = new Set(values.map(typeOf));
  if (types === undefined && (node.properties || typeof node.additionalProperties === "object")) types = new Set(["object"]);
  if (types === undefined && node.items) types = new Set(["array"]);
  const additional = node.additionalProperties;
  return {
    pointer: place.pointer,
    stated: types !== undefined || Array.isArray(node.required),
    types,
    format: node.format,
    values,
    properties: new Map(Object.keys(node.properties ?? {}).map((name) => [name, child(place, "properties", name)])),
    required: new Set(Array.isArray(node.required) ? node.required : []),
    items: node.items === undefined ? undefined : child(place, "items"),
    additional: typeof additional === "object" && additional !== null ? child(place, "additionalProperties") : additional,
  };
}

/** The intersection of two shapes, for allOf. @param {Shape} one @param {Shape} two @returns {Shape} */
function both(one, two) {
  const narrow = (/** @type {Set<string>} */ from, /** @type {Set<string>} */ by) =>
    [...from].filter((type) => by.has(type) || (type === "integer" && by.has("number")));
  const types =
    one.types && two.types
      ? new Set([...narrow(one.types, two.types), ...narrow(two.types, one.types)])
      : (one.types ?? two.types);
  const properties = new Map(one.properties);
  for (const [name, place] of two.properties) {
    const first = properties.get(name);
    // A property in several members of allOf must satisfy each of them.
    properties.set(name, first ? { node: { allOf: [first.node, place.node] }, pointer: first.pointer } : place);
  }
  return {
    pointer: one.stated ? one.pointer : two.pointer,
    stated: one.stated || two.stated,
    types,
    format: one.format ?? two.format,
    values: one.values && two.values ? one.values.filter((value) => two.values?.includes(value)) : (one.values ?? two.values),
    properties,
    required: new Set([...one.required, ...two.required]),
    items: one.items ?? two.items,
    additional: one.additional ?? two.additional,
  };
}

/** @param {Document} document @param {Place} place @param {number} [depth] @returns {Shape[]} */
function alternatives(document, place, depth = 0) {
  if (depth > 50) throw new Error(`the schema at ${place.pointer} contains itself`);
  const { node } = place;
  let shapes = [own(place)];
  const combine = (/** @type {Shape[]} */ others) => {
    shapes = shapes.flatMap((shape) => others.map((other) => both(shape, other)));
  };
  if (typeof node?.$ref === "string") combine(alternatives(document, target(document, node.$ref), depth + 1));
  for (const index of (node?.allOf ?? []).keys()) combine(alternatives(document, child(place, "allOf", index), depth + 1));
  for (const keyword of ["oneOf", "anyOf"]) {
    if (!Array.isArray(node?.[keyword])) continue;
    combine(node[keyword].flatMap((_, index) => alternatives(document, child(place, keyword, index), depth + 1)));
  }
  if (node?.nullable === true || node?.["x-nullable"] === true) {
    shapes = shapes.map((shape) => (shape.types ? { ...shape, types: new Set([...shape.types, "null"]) } : shape));
  }
  return shapes;
}

/**
 * The alternatives of a schema, each of one type, and whether null is among them.
 * @param {Document} document @param {Place} place @returns {{ shapes: Shape[], nullable: boolean }}
 */
export function typed(document, place) {
  const found = alternatives(document, place);
  const shapes = found.flatMap((shape) => {
    if (shape.types === undefined) return [shape];
    const types = [...shape.types].filter((type) => type !== "null");
    return types.map((type) => {
      const values = shape.values?.filter(
        (value) => typeOf(value) === type || (type === "number" && typeOf(value) === "integer"),
      );
      return { ...shape, types: new Set([type]), values };
    });
  });
  return { shapes, nullable: found.some((shape) => shape.types?.has("null")) };
}

/** @param {Shape} shape */
export const typeName = (shape) => (shape.types ? [...shape.types].join("|") : "anything");
/** Whether a value of our type is one of theirs. @param {Shape} mine @param {Shape} other @param {Direction} direction */
export function fits(mine, other, direction) {
  const [type, theirType] = [typeName(mine), typeName(other)];
  if (type === theirType) return true;
  return direction === "request" ? type === "integer" && theirType === "number" : type === "number" && theirType === "integer";
}
/** @param {unknown[]} values */
export const listed = (values) => [...new Set(values)].join(" or ") || "null";
