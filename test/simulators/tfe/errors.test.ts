import { describe, expect, test } from "vitest";
import { mediaType, refuse, writeProblems } from "../../../src/simulators/tfe/errors.js";
import { simulateTfe, type TfeErrorShape } from "../../../src/simulators/tfe/simulator.js";
import { call, post } from "./calls.js";

const problem = { detail: "Name is too long", pointer: "/data/attributes/name" };

describe("the formats of errors", () => {
  test.each<[TfeErrorShape, string, unknown]>([
    [
      "objects",
      mediaType,
      {
        errors: [
          { status: "422", title: "unprocessable content", detail: problem.detail, source: { pointer: problem.pointer } },
        ],
      },
    ],
    [
      "numericStatus",
      mediaType,
      {
        errors: [{ status: 422, title: "unprocessable content", detail: problem.detail, source: { pointer: problem.pointer } }],
      },
    ],
    ["texts", "application/json", { errors: ["Name is too long"] }],
  ])("%s", async (shape, contentType, body) => {
    const response = refuse(422, [problem], shape);
    expect(response.status).toBe(422);
    expect(response.headers.get("content-type")).toBe(contentType);
    expect(await response.json()).toEqual(body);
  });

  test("html does not name the cause", () => {
    const { contentType, text } = writeProblems(502, [problem], "html");
    expect(contentType).toContain("text/html");
    expect(text).toMatch(/^<!doctype html>/);
    expect(text).not.toContain("Name");
  });

  test("omit the source when there is no pointer", () => {
    expect(writeProblems(404, [{ detail: "gone" }], "objects").text).not.toContain("source");
  });
});

describe("the option errorShape", () => {
  test.each<[TfeErrorShape, RegExp]>([
    ["objects", /"status":"4\d\d"/],
    ["numericStatus", /"status":4\d\d/],
    ["texts", /^\{"errors":\["[^{]+"\]\}$/],
    ["html", /^<!doctype html>/],
  ])("%s is the format of all error responses of the simulator", async (errorShape, pattern) => {
    const tfe = simulateTfe({ errorShape });
    for (const response of [
      await call(tfe, "GET", "/oauth-clients/oc-none"),
      await call(tfe, "GET", "/nowhere"),
      await call(tfe, "GET", "/ping", undefined, { authorization: "" }),
      await call(tfe, "DELETE", "/oauth-clients/oc-none", undefined, { "content-type": "application/json" }),
      await post(tfe, { "service-provider": "github", "http-url": "https://github.com", "api-url": "https://api.github.com" }),
    ]) {
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.text).toMatch(pattern);
    }
  });

  test("can differ for one fault, with a fractional reset", async () => {
    const tfe = simulateTfe();
    tfe.respondWithErrorNext("ping", { status: 429, shape: "numericStatus", resetSeconds: 0.4375, times: 2 });
    for (let times = 0; times < 2; times += 1) {
      const response = await call(tfe, "GET", "/ping");
      expect(response).toMatchObject({ status: 429, json: { errors: [{ status: 429, title: "Too many requests" }] } });
      expect(response.headers.get("x-ratelimit-reset")).toBe("0.4375");
      expect(response.headers.has("retry-after")).toBe(false);
    }
    expect((await call(tfe, "GET", "/ping")).status).toBe(204);
    tfe.respondWithErrorNext("ping", { status: 500, detail: "on fire", pointer: "/data" });
    expect((await call(tfe, "GET", "/ping")).json).toEqual({
      errors: [{ status: "500", title: "internal server error", detail: "on fire", source: { pointer: "/data" } }],
    });
  });

  test("a fault with when: after is applied after the operation", async () => {
    const tfe = simulateTfe();
    tfe.respondWithErrorNext("createOAuthClientForOrganization", { status: 500, when: "after" });
    const response = await post(tfe, {
      "service-provider": "github",
      "http-url": "https://github.com",
      "api-url": "https://api.github.com",
      "oauth-token-string": "t",
    });
    expect(response.status).toBe(500);
    expect(tfe.clients).toHaveLength(1);
  });
});
