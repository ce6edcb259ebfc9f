import { describe, expect, test } from "vitest";
import {
  distort,
  type MalformedTokenResponse,
  malformedTokenResponses,
} from "../../../src/simulators/authorization-server/malformed-responses.js";

const grant = { access_token: "token", token_type: "Bearer", expires_in: 3600, scope: "read write" };
const defaultSize = JSON.stringify(grant);

describe("malformedTokenResponses", () => {
  test("contains at least the 45 names of the matrix, each once", () => {
    expect(malformedTokenResponses.length).toBeGreaterThanOrEqual(45);
    expect(new Set(malformedTokenResponses).size).toBe(malformedTokenResponses.length);
  });

  test.each(malformedTokenResponses)("%s differs from the usual token response", async (name) => {
    const response = distort(name, grant);
    const isUsual = response.status === 200 && response.headers.get("content-type") === "application/json";
    const bytes = Buffer.from(await response.arrayBuffer()).toString();
    expect(isUsual && bytes === defaultSize).toBe(false);
  });
});

describe("distort", () => {
  const text = async (name: MalformedTokenResponse) => Buffer.from(await distort(name, grant).arrayBuffer()).toString();

  test("writes numbers that are out of the range of JavaScript", async () => {
    expect(await text("expires_in_infinite")).toContain('"expires_in":1e999');
    expect(await text("expires_in_huge")).toContain('"expires_in":1e308');
  });

  test("omits or changes members", async () => {
    expect(JSON.parse(await text("token_type_missing"))).toEqual({
      access_token: "token",
      expires_in: 3600,
      scope: "read write",
    });
    expect(JSON.parse(await text("scope_narrower"))).toMatchObject({ scope: "write" });
    expect(JSON.parse(await text("scope_wider"))).toMatchObject({ scope: "read write admin" });
    expect(JSON.parse(await text("access_token_line_break"))).toMatchObject({ access_token: expect.stringContaining("\r\n") });
  });

  test("omits the content type or starts with a byte order mark", async () => {
    expect(distort("content_type_missing", grant).headers.get("content-type")).toBeNull();
    expect((await text("byte_order_mark")).charCodeAt(0)).toBe(0xfeff);
    expect(() => JSON.parse(defaultSize.slice(0, -2))).toThrow();
  });
});
