import { describe, expect, test } from "vitest";
import { cases, firstResult, type Vendor, vendors } from "./methods.js";
import { rejection } from "./subject.js";

/** Every option of the library, and one that no method has. */
const everyOption = [
  ...new Set(Object.values(vendors).flatMap(({ methods }) => Object.values(methods).flatMap(([, options = []]) => options))),
  "colour",
];

describe("contract: options of each method", () => {
  test.each(Object.keys(vendors))("every method of the %s manager is in the table", (vendor) => {
    const { create, methods, pure } = vendors[vendor] as Vendor;
    const functions = Object.entries(create({ fetch })).filter(([, member]) => typeof member === "function");
    expect([...Object.keys(methods), ...pure].sort()).toEqual(functions.map(([name]) => name).sort());
  });

  test.each(cases)("%s.%s rejects every option that it does not have, by name", async (vendor, name, [args, own = []]) => {
    let requests = 0;
    const manager = vendors[vendor]?.create({
      retry: { maxRetries: 0 },
      fetch: async () => {
        requests++;
        return new Response(null, { status: 500 });
      },
    }) as Record<string, (...args: unknown[]) => unknown>;
    const foreign = everyOption.filter((option) => !own.includes(option));
    expect(foreign).not.toHaveLength(0);
    for (const option of foreign) {
      const error = await rejection(firstResult(manager[name]?.(...args, { [option]: true })));
      expect(error, option).toMatchObject({
        code: "invalid_input",
        vendor,
        outcome: "not_applied",
        issues: [{ path: option, message: "unknown field" }],
      });
    }
    expect(requests).toBe(0);
  });
});
