import { describe, expect, it } from "vitest";
import {
  authenticationFault,
  issuerFault,
  numberFault,
  optionFaults,
  refuseFaults,
  textFault,
} from "../../../src/token/server/checks.js";
import { authentication } from "./stage.js";

describe("checks", () => {
  it("names every field that has a fault, and what was asked", () => {
    expect(() => refuseFaults("revoke token", { a: "wrong", b: undefined, c: "worse" })).toThrow(
      expect.objectContaining({
        code: "invalid_configuration",
        message: "revoke token: a: wrong; c: worse",
        issues: [
          { path: "a", message: "wrong" },
          { path: "c", message: "worse" },
        ],
      }),
    );
    expect(() => refuseFaults("revoke token", { a: undefined })).not.toThrow();
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, "1", null])("takes %s for no duration", (value) => {
    expect(numberFault(value)).toMatch(/^expected a number above 0/);
  });

  it("takes what can be a duration", () => {
    for (const value of [undefined, 0.5, 2 ** 31 - 1]) expect(numberFault(value)).toBeUndefined();
  });

  it("names each option by itself", () => {
    const faults = optionFaults({ fetch: 1, timeoutMs: 0, maxResponseBytes: -1 } as never);
    expect(Object.values(faults).every((fault) => fault !== undefined)).toBe(true);
    expect(Object.values(optionFaults({ fetch: async () => new Response() })).every((fault) => fault === undefined)).toBe(true);
  });

  it.each(["", "a\nb", "é", 1, undefined])("takes %j for no text", (value) => {
    expect(textFault(value)).toBeDefined();
  });

  it("takes text, with or without spaces", () => {
    expect(textFault("a b")).toBeUndefined();
    expect(textFault("a b", /^\S+$/)).toBeDefined();
  });

  it("knows a client authentication by its members", () => {
    for (const value of [undefined, null, {}, { method: "a" }, { apply: () => undefined }, "a"]) {
      expect(authenticationFault(value)).toBe("expected a client authentication");
    }
    expect(authenticationFault(authentication)).toBeUndefined();
  });

  it.each([
    ["https://auth.example?a=b", "an issuer has no query"],
    ["https://auth.example?", "an issuer has no query"],
    ["https://auth.example/#a", "a URL with a fragment is refused"],
    ["http://auth.example", "127.0.0.0/8"],
    ["auth.example", "expected an absolute URL"],
  ])("rule 94: takes %s for no issuer", (value, fault) => {
    expect(issuerFault(value)).toContain(fault);
  });

  it("rule 94: takes an issuer with and without a path", () => {
    for (const value of ["https://auth.example", "https://auth.example/tenant/", "http://127.0.0.1:9"]) {
      expect(issuerFault(value)).toBeUndefined();
    }
  });
});
