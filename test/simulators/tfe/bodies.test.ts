import { describe, expect, test } from "vitest";
import { readIdentifiers, readResource } from "../../../src/simulators/tfe/bodies.js";
import { ErrorResponse } from "../../../src/simulators/tfe/errors.js";

const client = (members: object = {}) => JSON.stringify({ data: { type: "oauth-clients", ...members } });

function refusal(work: () => unknown): ErrorResponse {
  try {
    work();
  } catch (error) {
    if (error instanceof ErrorResponse) return error;
    throw error;
  }
  throw new Error("expected a refusal");
}

describe("readResource rejects with 422", () => {
  test.each<[string, string, string | undefined]>([
    ["empty text", "", undefined],
    ["invalid JSON", "{", undefined],
    ["an array", "[]", ""],
    ["no data", "{}", "/data"],
    ["data of null", '{"data":null}', "/data"],
    ["an array as data", '{"data":[]}', "/data"],
    ["no type", '{"data":{}}', "/data/type"],
    ["another type", '{"data":{"type":"oauth-tokens"}}', "/data/type"],
    ["another id", client({ id: "oc-other" }), "/data/id"],
    ["an array as attributes", client({ attributes: [] }), "/data/attributes"],
    ["a string as relationships", client({ relationships: "none" }), "/data/relationships"],
    ["a relationship of null", client({ relationships: { projects: null } }), "/data/relationships/projects"],
    [
      "projects that are not an array",
      client({ relationships: { projects: { data: null } } }),
      "/data/relationships/projects/data",
    ],
    [
      "a project of another type",
      client({ relationships: { projects: { data: [{ id: "ws-1", type: "workspaces" }] } } }),
      "/data/relationships/projects/data/0/type",
    ],
    [
      "an agent pool without an id",
      client({ relationships: { "agent-pool": { data: { type: "agent-pools" } } } }),
      "/data/relationships/agent-pool/data/id",
    ],
  ])("%s", (_case, text, pointer) => {
    const { status, problems } = refusal(() => readResource(text, "oauth-clients", "oc-1"));
    expect([status, problems[0]?.pointer]).toEqual([422, pointer]);
  });
});

describe("readResource", () => {
  test("accepts a resource without id, attributes and relationships", () => {
    const nothing = { attributes: {}, projects: undefined, agentPool: undefined };
    expect(readResource(client(), "oauth-clients", "oc-1")).toEqual(nothing);
    expect(readResource(client({ id: "oc-1", attributes: null, relationships: {} }), "oauth-clients", "oc-1")).toEqual(nothing);
  });

  test("distinguishes cleared relationships from missing ones", () => {
    const relationships = { projects: { data: [] }, "agent-pool": { data: null } };
    expect(readResource(client({ relationships }), "oauth-clients")).toMatchObject({ projects: [], agentPool: null });
  });

  test("returns a repeated project once", () => {
    const entry = { id: "prj-1", type: "projects" };
    const text = client({ relationships: { projects: { data: [entry, entry] } } });
    expect(readResource(text, "oauth-clients").projects).toEqual(["prj-1"]);
  });
});

describe("a list of resource identifiers", () => {
  test.each<[string, string, string | undefined]>([
    ["empty text", "", undefined],
    ["an object instead of an array", '{"data":{"id":"prj-1","type":"projects"}}', "/data"],
    ["an empty list", '{"data":[]}', "/data"],
    ["a string as an identifier", '{"data":["prj-1"]}', "/data/0"],
    ["another type", '{"data":[{"id":"prj-1","type":"project"}]}', "/data/0/type"],
    ["an empty id", '{"data":[{"id":"","type":"projects"}]}', "/data/0/id"],
    ["an id that is a number", '{"data":[{"id":1,"type":"projects"}]}', "/data/0/id"],
  ])("with %s is rejected with 422", (_case, text, pointer) => {
    const { status, problems } = refusal(() => readIdentifiers(text, "projects"));
    expect([status, problems[0]?.pointer]).toEqual([422, pointer]);
  });

  test("may contain whole resources", () => {
    const entry = { id: "prj-1", type: "projects", attributes: { name: "" }, relationships: { organization: { data: null } } };
    expect(readIdentifiers(JSON.stringify({ data: [entry] }), "projects")).toEqual(["prj-1"]);
  });
});
