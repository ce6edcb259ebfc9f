import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";

type Document = Record<string, unknown>;
type Finding = { location: string; says: string };
type Expectation = Finding & { reason: string; only?: string };
type Vendors = Record<string, { differences: Expectation[] }>;

// The script is plain JavaScript outside the compiled sources, so its types are stated here.
const script = (await import(new URL("../../scripts/drift.js", import.meta.url).href)) as {
  compare: (ours: Document, theirs: Document | Document[]) => Finding[];
  classify: (
    findings: Finding[],
    expected: Expectation[],
    titles: string[],
  ) => { unexplained: Finding[]; stale: Expectation[] };
  findAdditions: (ours: Document, theirs: Document | Document[]) => Finding[];
  withKnownDifferences: (readme: string, vendors: Vendors) => string;
};
const { compare, classify, findAdditions, withKnownDifferences } = script;

const json = (schema: unknown) => ({ content: { "application/json": { schema } } });
const schemas = (thing: unknown) => ({ components: { schemas: { thing } } });
const reference = { $ref: "#/components/schemas/thing" };

/** A description in which POST /things sends and returns the same schema. */
function exchanging(thing: unknown): Document {
  const post = {
    operationId: "createThing",
    requestBody: { required: true, ...json(reference) },
    responses: { 201: json(reference) },
  };
  return { paths: { "/things": { post } }, ...schemas(thing) };
}

/** A description in which GET /things/{id} returns a schema. */
function returning(thing: unknown): Document {
  return { paths: { "/things/{id}": { get: { responses: { 200: json(reference) } } } }, ...schemas(thing) };
}

/** A description in which PUT /things/{id} sends a schema. */
function sending(thing: unknown): Document {
  const put = { requestBody: { required: true, ...json(reference) }, responses: { 204: {} } };
  return { paths: { "/things/{id}": { put } }, ...schemas(thing) };
}

/** A description in which GET /things takes parameters. */
const asking = (...parameters: unknown[]): Document => ({
  paths: { "/things": { get: { parameters, responses: { 200: {} } } } },
});

const lines = (ours: Document, theirs: Document | Document[]) =>
  compare(ours, theirs).map(({ location, says }) => `${location}: ${says}`);
const object = (properties: Record<string, unknown>, more: object = {}) => ({ type: "object", properties, ...more });
const text = { type: "string" };

describe("an operation that the vendor denies", () => {
  test("is reported when the path is unknown", () => {
    expect(lines(returning(text), exchanging(text))).toEqual(["/paths/~1things~1{id}/get: the vendor has no such path"]);
  });

  test("is reported when the path lacks the method", () => {
    expect(lines(sending(text), returning(text))).toEqual(["/paths/~1things~1{id}/put: the vendor has no such method here"]);
  });

  test("is reported when its operationId is another one", () => {
    const ours = { paths: { "/things": { get: { operationId: "listThings", responses: {} } } } };
    const theirs = { paths: { "/things": { get: { operationId: "getThings", responses: {} } } } };
    expect(lines(ours, theirs)).toEqual(["/paths/~1things/get/operationId: the vendor calls it getThings"]);
  });

  test("is reported when it takes no body, or takes one that we never send", () => {
    const withBody = { paths: { "/things": { post: { requestBody: { required: true, ...json(text) }, responses: {} } } } };
    const without = { paths: { "/things": { post: { responses: {} } } } };
    expect(lines(withBody, without)).toEqual(["/paths/~1things/post/requestBody: the vendor takes no body"]);
    expect(lines(without, withBody)).toEqual(["/paths/~1things/post: the vendor requires a body"]);
  });

  test("is reported when the body has another media type", () => {
    const theirs = {
      paths: { "/things/{id}": { get: { responses: { 200: { content: { "text/plain": { schema: text } } } } } } },
    };
    expect(lines(returning(text), theirs)).toEqual([
      "/paths/~1things~1{id}/get/responses/200/content/application~1json: the vendor's media type is text/plain",
    ]);
  });

  test("is reported when success has another status", () => {
    const theirs = { paths: { "/things/{id}": { get: { responses: { 202: json(text) } } } } };
    expect(lines(returning(text), theirs)).toEqual([
      "/paths/~1things~1{id}/get/responses/200: the vendor has no such response",
    ]);
  });
});

describe("a parameter that the vendor denies", () => {
  test("is reported when it is unknown, also when only its place differs", () => {
    const ours = asking({ name: "owner", in: "query", schema: text });
    expect(lines(ours, asking())).toEqual(["/paths/~1things/get/parameters/0: the vendor has no such parameter"]);
    expect(lines(ours, asking({ name: "owner", in: "header", schema: text }))).toEqual([
      "/paths/~1things/get/parameters/0: the vendor has no such parameter",
    ]);
  });

  test("is reported when its type differs, by the place of a path parameter and not by its name", () => {
    const ours = {
      paths: { "/things/{id}": { delete: { parameters: [{ name: "id", in: "path", required: true, schema: text }] } } },
    };
    const number = { name: "number", in: "path", required: true, schema: { type: "integer" } };
    expect(lines(ours, { paths: { "/things/{number}": { parameters: [number], delete: {} } } })).toEqual([
      "/paths/~1things~1{id}/delete/parameters/0/schema/type: string is stated, the vendor says integer",
    ]);
  });

  test("is reported when its required flag differs, either way", () => {
    const [optional, required] = [false, true].map((flag) =>
      asking({ name: "owner", in: "query", required: flag, schema: text }),
    );
    expect(lines(required!, optional!)).toEqual(["/paths/~1things/get/parameters/0/required: the vendor does not require it"]);
    expect(lines(optional!, required!)).toEqual(["/paths/~1things/get/parameters/0/required: the vendor requires it"]);
  });

  test("is reported when we lack one that the vendor requires", () => {
    expect(lines(asking(), asking({ name: "owner", in: "query", required: true, schema: text }))).toEqual([
      "/paths/~1things/get/parameters: the vendor requires the query parameter owner",
    ]);
  });
});

describe("a schema that the vendor denies", () => {
  test("is reported once per unknown property, however often the schema is used", () => {
    expect(lines(exchanging(object({ a: text, b: text })), exchanging(object({ a: text })))).toEqual([
      "/components/schemas/thing/properties/b: the vendor has no such property",
    ]);
  });

  test("is reported when a type differs, at any depth", () => {
    const deep = (type: string) => exchanging(object({ list: { type: "array", items: object({ leaf: { type } }) } }));
    expect(lines(deep("string"), deep("boolean"))).toEqual([
      "/components/schemas/thing/properties/list/items/properties/leaf/type: string is stated, the vendor says boolean",
    ]);
  });

  test("is reported when a format or a value differs", () => {
    expect(lines(sending({ type: "string", format: "date" }), sending({ type: "string", format: "date-time" }))).toEqual([
      "/components/schemas/thing/format: the vendor says date-time",
    ]);
    expect(lines(sending({ enum: ["a", "b"] }), sending({ enum: ["a", "c"] }))).toEqual([
      "/components/schemas/thing/enum: the vendor has no value b",
    ]);
  });

  test("is reported when a response has values or types that we leave out", () => {
    expect(lines(returning({ enum: ["a"] }), returning({ enum: ["a", "c"] }))).toEqual([
      "/components/schemas/thing/enum: the vendor also returns c",
    ]);
    expect(lines(returning(text), returning({ type: ["string", "integer"] }))).toEqual([
      "/components/schemas/thing/type: the vendor also returns integer",
    ]);
  });

  test("is reported when null is in one of the two descriptions only", () => {
    const nullable = { type: ["string", "null"] };
    expect(lines(sending(nullable), sending(text))).toEqual([
      "/components/schemas/thing/type: null is stated, the vendor says string",
    ]);
    expect(lines(returning(text), returning(nullable))).toEqual([
      "/components/schemas/thing/type: the vendor also returns null",
    ]);
    expect(lines(returning(text), returning({ type: "string", nullable: true }))).toEqual([
      "/components/schemas/thing/type: the vendor also returns null",
    ]);
  });

  test("is reported when a property is required by us alone, or by the vendor alone in a request", () => {
    const optional = object({ a: text });
    const required = object({ a: text }, { required: ["a"] });
    expect(lines(returning(required), returning(optional))).toEqual([
      "/components/schemas/thing/required/a: the vendor does not require it",
    ]);
    expect(lines(sending(optional), sending(required))).toEqual([
      "/components/schemas/thing/required/a: the vendor requires it",
    ]);
    expect(lines(sending(object({})), sending(required))).toEqual([
      "/components/schemas/thing/required/a: the vendor requires it",
    ]);
  });

  test("is reported through references and allOf on either side", () => {
    const theirs = {
      paths: { "/things/{id}": { get: { responses: { 200: { $ref: "#/components/responses/found" } } } } },
      components: {
        responses: { found: json(reference) },
        schemas: {
          thing: { allOf: [{ $ref: "#/components/schemas/named" }, object({ a: text })] },
          named: object({ name: text }),
        },
      },
    };
    const ours = returning({ allOf: [object({ name: { type: "integer" } }), object({ a: text, b: text })] });
    expect(lines(ours, theirs)).toEqual([
      "/components/schemas/thing/allOf/0/properties/name/type: integer is stated, the vendor says string",
      "/components/schemas/thing/allOf/1/properties/b: the vendor has no such property",
    ]);
  });

  test("is reported as one line when it is a whole alternative that the vendor does not describe", () => {
    const flat = object({ error: text });
    const ours = returning({ oneOf: [flat, object({ error: object({ code: text, reason: text }) })] });
    expect(lines(ours, returning(flat))).toEqual([
      "/components/schemas/thing/oneOf/1: the vendor describes no such alternative",
    ]);
  });

  test("is reported against the body and form fields of Swagger 2.0", () => {
    const swagger = (parameters: unknown[], responses: unknown = {}, definitions: unknown = {}): Document => {
      return {
        swagger: "2.0",
        consumes: ["application/json"],
        paths: { "/things/{id}": { put: { parameters, responses } } },
        definitions,
      };
    };
    const whole = { name: "body", in: "body", required: true, schema: { $ref: "#/definitions/Thing" } };
    const definitions = { Thing: object({ a: { type: "integer" } }) };
    expect(lines(sending(object({ a: text })), swagger([whole], { 204: {} }, definitions))).toEqual([
      "/components/schemas/thing/properties/a/type: string is stated, the vendor says integer",
    ]);
    const form = (schema: unknown) => ({ required: true, content: { "application/x-www-form-urlencoded": { schema } } });
    const ours = { paths: { "/things/{id}": { put: { requestBody: form(object({ a: text, b: text })) } } } };
    const fields = [{ name: "a", in: "formData", type: "string", required: true }];
    expect(lines(ours, swagger(fields))).toEqual([
      "/paths/~1things~1{id}/put/requestBody/content/application~1x-www-form-urlencoded/schema/properties/b: the vendor has no such property",
      "/paths/~1things~1{id}/put/requestBody/content/application~1x-www-form-urlencoded/schema/required/a: the vendor requires it",
    ]);
  });
});

describe("a document that cannot be read", () => {
  test.each([
    ["is external", { $ref: "other.json#/x" }, /is external/],
    ["is broken", { $ref: "#/components/schemas/absent" }, /is broken/],
    ["are circular", { $ref: "#/components/schemas/thing" }, /circle|contains itself/],
  ])("fails when a reference %s", (_, schema, message) => {
    expect(() => compare(returning(text), returning(schema))).toThrow(message);
  });
});

describe("expectations", () => {
  const finding = { location: "/a/type", says: "null is stated, the vendor says string" };
  const expectation = { ...finding, reason: "The server returns null." };

  test("leave a finding unexplained when it is at another place or says something else", () => {
    const others = [
      { ...expectation, location: "/b/type" },
      { ...expectation, says: "null is stated, the vendor says integer" },
    ];
    expect(classify([finding], others, []).unexplained).toEqual([finding]);
  });

  test("are stale when nothing needs them", () => {
    expect(classify([], [expectation], [])).toEqual({ unexplained: [], stale: [expectation] });
  });

  test("for one document neither explain nor get stale in another", () => {
    const only = { ...expectation, only: "First" };
    expect(classify([finding], [only], ["Second"])).toEqual({ unexplained: [finding], stale: [] });
    expect(classify([], [only], ["First"]).stale).toEqual([only]);
  });

  test("explain exactly the finding they name", () => {
    expect(classify([finding], [expectation], ["First"])).toEqual({ unexplained: [], stale: [] });
    expect(classify([finding], [{ ...expectation, only: "First" }], ["First"])).toEqual({ unexplained: [], stale: [] });
  });
});

describe("the list of known differences", () => {
  const folder = new URL("../../openapi/", import.meta.url);

  test("fails when the text has no markers", () => {
    expect(() => withKnownDifferences("# Descriptions", {})).toThrow(/has no markers/);
  });

  test("in the README is what drift.json says, with a reason for each", async () => {
    const readme = await readFile(new URL("README.md", folder), "utf8");
    const vendors = JSON.parse(await readFile(new URL("drift.json", folder), "utf8")) as Vendors;
    expect(withKnownDifferences(readme, vendors)).toBe(readme);
    const differences = Object.values(vendors).flatMap((vendor) => vendor.differences);
    expect(differences.length).toBeGreaterThan(0);
    for (const { location, says, reason } of differences) {
      expect(reason).toMatch(/^[A-Z].{15,}\.$/);
      expect(readme).toContain(`- \`${location}\`: ${says}`);
    }
  });
});

describe("what only the vendor has", () => {
  const additions = (ours: Document, theirs: Document | Document[]) =>
    findAdditions(ours, theirs).map(({ location, says }) => `${location}: ${says}`);

  test("is nothing when both descriptions are equal, and when only ours has it", () => {
    const thing = exchanging(object({ a: text }));
    expect(additions(thing, thing)).toEqual([]);
    expect(additions(exchanging(object({ a: text, b: text })), thing)).toEqual([]);
  });

  test("does not include operations that we do not call", () => {
    const theirs = { paths: { ...(exchanging(text).paths as object), ...(returning(text).paths as object) }, ...schemas(text) };
    expect(additions(exchanging(text), theirs)).toEqual([]);
    const post = { paths: { "/things/{id}": { post: { parameters: [{ name: "x", in: "query" }], responses: {} } } } };
    expect(additions(returning(text), post)).toEqual([]);
  });

  test("is a property, at any depth and through references", () => {
    const deep = (more: object) => returning(object({ list: { type: "array", items: object({ a: text, ...more }) } }));
    expect(additions(deep({}), deep({ b: text }))).toEqual([
      "/components/schemas/thing/properties/list/items/properties/b: only the vendor has this property",
    ]);
  });

  test("is a parameter, with its name and its place", () => {
    const theirs = asking({ name: "owner", in: "query", schema: text }, { name: "tag", in: "query", schema: text });
    expect(additions(asking({ name: "owner", in: "query", schema: text }), theirs)).toEqual([
      "/paths/~1things/get/parameters/1: only the vendor has this parameter: tag (query)",
    ]);
  });

  test("is a value or a response of success", () => {
    expect(additions(sending({ enum: ["a"] }), sending({ enum: ["a", "b"] }))).toEqual([
      "/components/schemas/thing/enum: only the vendor has this value: b",
    ]);
    const theirs = { paths: { "/things": { get: { responses: { 200: {}, 202: {} } } } } };
    expect(additions(asking(), theirs)).toEqual(["/paths/~1things/get/responses/202: only the vendor has this response"]);
  });
});

describe("a description that agrees", () => {
  test("may say less than the vendor", () => {
    const ours = exchanging(object({ a: text }));
    const theirs = exchanging(object({ a: text, b: text }));
    expect(compare(ours, theirs)).toEqual([]);
    expect(compare(asking(), asking({ name: "owner", in: "query", schema: text }))).toEqual([]);
  });

  test("may speak where the vendor is silent: untyped schemas, open objects, error statuses, operation ids", () => {
    expect(compare(exchanging(object({ a: text })), exchanging({}))).toEqual([]);
    expect(compare(exchanging(object({ a: text })), exchanging({ type: "object" }))).toEqual([]);
    expect(compare(exchanging(object({ a: text })), exchanging(object({}, { additionalProperties: text })))).toEqual([]);
    const ours = { paths: { "/things": { get: { operationId: "listThings", responses: { 404: json(text) } } } } };
    expect(compare(ours, { paths: { "/things": { get: { responses: { 200: {} } } } } })).toEqual([]);
  });

  test("may be narrower in what it sends and wider in the numbers it takes", () => {
    expect(compare(sending({ type: "integer" }), sending({ type: ["number", "null"] }))).toEqual([]);
    expect(compare(returning({ type: "number" }), returning({ type: "integer" }))).toEqual([]);
    expect(compare(sending({ enum: ["a"] }), sending({ enum: ["a", "b"] }))).toEqual([]);
  });

  test("may leave out what the vendor requires in responses, or only returns", () => {
    expect(compare(returning(object({ a: text })), returning(object({ a: text }, { required: ["a"] })))).toEqual([]);
    const id = { type: "string", readOnly: true };
    expect(compare(sending(object({ a: text })), sending(object({ id, a: text }, { required: ["id"] })))).toEqual([]);
  });

  test("may spell null, alternatives and recursion in its own version of the format", () => {
    const nullable = { type: ["string", "null"] };
    expect(compare(exchanging(nullable), exchanging({ type: "string", nullable: true }))).toEqual([]);
    expect(compare(exchanging(nullable), exchanging({ oneOf: [text, { type: "null" }] }))).toEqual([]);
    expect(compare(exchanging(nullable), exchanging({ allOf: [text], nullable: true }))).toEqual([]);
    expect(compare(exchanging(nullable), exchanging({ type: "string", "x-nullable": true }))).toEqual([]);
    const tree = object({ children: { type: "array", items: reference } });
    expect(compare(exchanging(tree), exchanging(tree))).toEqual([]);
  });

  test("may be spread over several documents and split its paths otherwise", () => {
    const first = { ...returning(text), servers: [{ url: "https://api.example.test/v1" }] };
    const second = { swagger: "2.0", basePath: "/v2", paths: { "/others": { get: { responses: { 200: {} } } } } };
    const ours = {
      paths: {
        "/v1/things/{thingId}": { get: { responses: { 200: json(text) } } },
        "/others": { servers: [{ url: "https://api.example.test/v2" }], get: { responses: { 200: {} } } },
      },
    };
    expect(compare(ours, [first, second])).toEqual([]);
  });
});
