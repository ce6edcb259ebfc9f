import { describe, expect, test } from "vitest";
import { parseErrorResponse } from "../../src/tfe/errors.js";

function read(status: number, body: unknown, headers: Record<string, string> = {}) {
  return parseErrorResponse({ status, headers: new Headers(headers), text: JSON.stringify(body) ?? "", body });
}

describe("parseErrorResponse reads the message of", () => {
  test.each<[string, unknown, string | undefined]>([
    [
      "a JSON:API error",
      { errors: [{ status: "422", title: "unprocessable entity", detail: "Name is too long" }] },
      "unprocessable entity: Name is too long",
    ],
    [
      "a numeric status",
      { errors: [{ status: 422, title: "Too many requests", detail: "You have exceeded the API's rate limit." }] },
      "Too many requests: You have exceeded the API's rate limit.",
    ],
    ["strings as errors", { errors: ["invalid oauth_token_id", "and more"] }, "invalid oauth_token_id; and more"],
    ["HTML", undefined, undefined],
    ["a string as errors", { errors: "all is lost" }, "all is lost"],
    [
      "several errors with pointers",
      {
        errors: [
          { title: "invalid attribute", detail: "Key can't be blank", source: { pointer: "/data/attributes/key" } },
          { source: { pointer: "/data/attributes/name" } },
        ],
      },
      "invalid attribute: Key can't be blank (/data/attributes/key); invalid (/data/attributes/name)",
    ],
    ["a detail without a title", { errors: [{ detail: "no" }] }, "no"],
    ["the same title and detail", { errors: [{ title: "no", detail: "no" }] }, "no"],
    ["an empty list of errors", { errors: [] }, undefined],
    ["invalid errors", { errors: [null, 7, {}, { title: 3, detail: [] }] }, undefined],
    ["JSON of another format", ["x"], undefined],
    ["null", null, undefined],
  ])("%s", (_, body, message) => {
    expect(read(422, body).message).toBe(message);
  });
});

describe("a 404 of the server", () => {
  test.each<[string, unknown, string]>([
    ["with the title alone", { errors: [{ status: "404", title: "not found" }] }, "not found or not permitted"],
    ["with an empty list", { errors: [] }, "not found or not permitted"],
    [
      "with a detail",
      { errors: [{ title: "not found", detail: "the provided agent pool does not exist" }] },
      "not found or not permitted; not found: the provided agent pool does not exist",
    ],
  ])("%s says that the resource is missing or not permitted", (_, body, message) => {
    expect(read(404, body).message).toBe(message);
  });
});

describe("secrets in a known format", () => {
  test.each([
    "aB3dE5fG7hI9jK.atlasv1.xY1zW2vU3tS4",
    "ghp_EXAMPLEONLY0000000000",
    "github_pat_11ABC_def",
    "glpat-EXAMPLE",
    "-----BEGIN RSA PRIVATE KEY-----\nQUJD\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN OPENSSH PRIVATE KEY-----\nQUJDREVG",
  ])("are redacted in a message: %s", (secret) => {
    const { message } = read(400, { errors: [{ detail: `got ${secret}` }] });
    expect(message).toBe("got [secret]");
  });

  test("are not confused with ordinary words", () => {
    const message = "the ghost of atlasv1 said: -----BEGIN PUBLIC KEY----- is fine";
    expect(read(400, { errors: [message] }).message).toBe(message);
  });
});

test("parseErrorResponse reads the code and the request id", () => {
  expect(read(409, { errors: [{ title: "x" }, { code: "taken" }] }, { "x-request-id": "r-1" })).toEqual({
    message: "x",
    vendorCode: "taken",
    requestId: "r-1",
  });
  expect(read(422, {})).toEqual({ message: undefined, vendorCode: undefined, requestId: undefined });
});

test.each([undefined, null, "Not Found", {}, { error: "Not Found" }])(
  "a 404 without a list of errors counts as the 502 of a gateway: %o",
  (body) => {
    expect(read(404, body)).toMatchObject({ status: 502, message: expect.stringContaining("a gateway may have sent it") });
  },
);
