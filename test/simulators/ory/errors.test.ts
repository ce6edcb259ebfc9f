import { describe, expect, test } from "vitest";
import { ErrorResponse, json, nested } from "../../../src/simulators/ory/errors.js";

describe("an error response", () => {
  test("replaces double quotes in the description by single quotes, like Hydra", () => {
    expect(new ErrorResponse(400, "invalid_request", 'The field "x" is missing.').body).toEqual({
      error: "invalid_request",
      error_description: "The field 'x' is missing.",
    });
  });

  test("of the gateway is an object with a request id", async () => {
    const bodies = (await Promise.all(
      [nested(404, "No such thing"), nested(401, "Not you", "no key")].map((response) => response.json()),
    )) as {
      readonly error: { readonly request: string };
    }[];
    expect(bodies).toMatchObject([
      { error: { code: 404, status: "Not Found", message: "No such thing" } },
      { error: { code: 401, status: "Unauthorized", message: "Not you", reason: "no key" } },
    ]);
    expect(bodies[0]?.error).not.toHaveProperty("reason");
    expect(bodies[0]?.error.request).not.toBe(bodies[1]?.error.request);
  });

  test("is JSON unless the header fields say otherwise", () => {
    const types = [json(400, {}), json(400, {}, { "content-type": "application/json;charset=UTF-8" })].map(({ headers }) =>
      headers.get("content-type"),
    );
    expect(types).toEqual(["application/json", "application/json;charset=UTF-8"]);
  });
});
