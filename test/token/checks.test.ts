import { describe, expect, it } from "vitest";
import { ConfigurationError } from "../../src/core/errors.js";
import { credentialFault, functionFault, listFaults, numberFault, refuseFaults } from "../../src/token/checks.js";

describe("refuseFaults", () => {
  it("throws one error with every fault", () => {
    let thrown: unknown;
    try {
      refuseFaults({ a: "is wrong", b: undefined, "c.0": "is odd" });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ConfigurationError);
    expect(thrown).toMatchObject({
      message: "token request: a: is wrong; c.0: is odd",
      issues: [
        { path: "a", message: "is wrong" },
        { path: "c.0", message: "is odd" },
      ],
    });
  });

  it("lets pass what has none", () => {
    expect(() => refuseFaults({ a: undefined })).not.toThrow();
  });
});

describe("the faults", () => {
  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, "10", null])("numberFault finds one in %s", (value) => {
    expect(numberFault(value)).toMatch(/^expected a number/);
  });

  it("numberFault finds none in what a timer can take, or in nothing", () => {
    expect([1, 0.5, 2 ** 31 - 1, undefined].map(numberFault)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it("functionFault wants a function or nothing", () => {
    expect(functionFault("fetch")).toBe("expected a function");
    expect(functionFault(null)).toBe("expected a function");
    expect([fetch, undefined].map(functionFault)).toEqual([undefined, undefined]);
  });

  it("credentialFault never repeats the value", () => {
    expect(credentialFault("canary\n")).not.toContain("canary");
    expect(credentialFault(" ~!")).toBeUndefined();
  });

  it("listFaults names each element", () => {
    expect(listFaults("list", "a b", /a/, "no")).toEqual({ list: "expected an array of strings" });
    expect(listFaults("list", ["a", "b", 1], /^a$/, "no")).toEqual({ "list.0": undefined, "list.1": "no", "list.2": "no" });
  });
});
