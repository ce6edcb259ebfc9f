import { describe, expect, test } from "vitest";
import { invalidClient, invalidRequest, json, refused } from "../../../src/simulators/authorization-server/errors.js";

describe("refused creates an error response", () => {
  test("in the form of RFC 6749 section 5.2", async () => {
    const response = refused(invalidClient({ "www-authenticate": "Basic" }));
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe("Basic");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toEqual({ error: "invalid_client", error_description: "Client authentication failed." });
    expect(await refused(invalidRequest("What?")).json()).toEqual({ error: "invalid_request", error_description: "What?" });
  });
});

describe("json", () => {
  test("creates a JSON response that is not cached and has the additional header fields", async () => {
    const response = json(200, { a: 1 }, { "x-a": "b" });
    expect(Object.fromEntries(response.headers)).toEqual({
      "content-type": "application/json",
      "cache-control": "no-store",
      pragma: "no-cache",
      "x-a": "b",
    });
    expect(await response.json()).toEqual({ a: 1 });
  });
});
