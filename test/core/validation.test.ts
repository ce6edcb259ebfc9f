import { describe, expect, test } from "vitest";
import * as z from "zod";
import { ConfigurationError, UnexpectedResponseError, ValidationError } from "../../src/core/errors.js";
import {
  callFields,
  headerFields,
  headerSecret,
  parseInput,
  parseOptions,
  parseResponse,
  requireCallOptions,
  secureUrl,
  transportFields,
} from "../../src/core/validation.js";

const context = { vendor: "acme", operation: "create client" };

function thrown(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("expected an error, and none was thrown");
}

/** Path and message of each issue, as one text each. */
const issueTexts = (schema: z.ZodType, value: unknown): string[] =>
  (thrown(() => parseInput(schema, value, context)) as ValidationError).issues.map(
    ({ path, message }) => `${path}: ${message}`,
  );

describe("parseOptions", () => {
  test("parseOptions throws a ConfigurationError that names the factory and every invalid option", () => {
    const schema = z.strictObject({ apiKey: headerSecret, timeoutMs: transportFields.timeoutMs });
    const error = thrown(() =>
      parseOptions(
        schema,
        { apiKey: "", timeoutMs: "5", apikey: "canary" },
        { vendor: "acme", operation: "createAcmeManager" },
      ),
    );
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({ code: "invalid_configuration", vendor: "acme", outcome: "not_applied" });
    expect((error as ConfigurationError).issues.map(({ path }) => path)).toEqual(["apiKey", "timeoutMs", "apikey"]);
    expect((error as Error).message).toMatch(
      /^createAcmeManager: apiKey: expected visible ASCII.*; timeoutMs: expected number.*; apikey: unknown field; did you mean apiKey\?$/,
    );
    expect((error as Error).message).not.toContain("canary");
  });

  test("parseOptions returns valid options", () => {
    expect(parseOptions(z.object({ a: z.number() }), { a: 1 }, { operation: "make" })).toEqual({ a: 1 });
  });
});

describe("parseInput", () => {
  const schema = z.strictObject({
    name: z.string(),
    uris: z.array(z.string()).optional(),
    nested: z.strictObject({ flow: z.enum(["a", "b"]) }).optional(),
  });

  test("parseInput throws a ValidationError that names vendor, operation and field", () => {
    const error = thrown(() => parseInput(schema, { name: 7 }, context));
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({ ...context, outcome: "not_applied" });
    expect((error as Error).message).toBe("acme create client: name: expected string, received number");
  });

  test.each([
    ["nothing at all", undefined, [": expected object, received undefined"]],
    ["an index", { name: "a", uris: ["x", 7] }, ["uris.1: expected string, received number"]],
    ["a field inside another", { name: "a", nested: { flow: "c" } }, ['nested.flow: expected one of "a"|"b"']],
    [
      "unknown fields, each by itself",
      { name: "a", nested: { flow: "a", x: 1 }, y: 2 },
      ["nested.x: unknown field", "y: unknown field"],
    ],
  ])("parseInput names %s", (_, value, expected) => {
    expect(issueTexts(schema, value)).toEqual(expected);
  });

  test("parseInput does not include values, which may be secrets", () => {
    const strict = z.object({ secret: z.string().min(50).regex(/^x/), kind: z.enum(["a"]), when: z.literal(1) });
    const error = thrown(() => parseInput(strict, { secret: "canary-1", kind: "canary-2", when: "canary-3" }, context));
    expect(JSON.stringify(error) + (error as Error).stack).not.toContain("canary");
  });

  const alternatives = z.object({
    who: z.union([z.string(), z.strictObject({ id: z.string(), secret: z.string().min(6, "too short").optional() })]),
    keys: z.union([z.string(), z.array(z.string())]).optional(),
  });

  test("parseInput names the field inside the alternative with the type of the value", () => {
    expect(issueTexts(alternatives, { who: { id: "a", secret: "b" } })).toEqual(["who.secret: too short"]);
    expect(issueTexts(alternatives, { who: { id: "a", sekret: "b" } })).toEqual([
      "who.sekret: unknown field; did you mean secret?",
    ]);
    expect(issueTexts(alternatives, { who: "a", keys: ["x", 7] })).toEqual(["keys.1: expected string, received number"]);
  });

  test("parseInput names all alternatives when none has the type of the value", () => {
    expect(issueTexts(alternatives, { who: 7 })).toEqual(["who: expected string or object, received number"]);
  });

  test("parseInput names the field that discriminates the alternatives", () => {
    const flows = z.discriminatedUnion("flow", [
      z.object({ flow: z.literal("one"), a: z.string() }),
      z.object({ flow: z.literal("two"), b: z.string() }),
    ]);
    expect(issueTexts(flows, { flow: "three" })).toEqual([expect.stringMatching(/^flow: .*'one' \| 'two'$/)]);
    expect(issueTexts(flows, { flow: "two" })).toEqual(["b: missing, expected string"]);
  });
});

describe("parseResponse", () => {
  const success = { ...context, status: 201, outcome: "unknown" } as const;

  test("parseResponse throws an UnexpectedResponseError with paths and types, and without values", () => {
    const schema = z.object({
      id: z.string(),
      kind: z.enum(["a"]),
      size: z.number().max(3),
      list: z.array(z.object({ x: z.string() })),
    });
    const value = { id: { canary: 1 }, kind: "canary", size: 99, list: [{ x: "fine" }, { x: null }] };
    const error = thrown(() => parseResponse(schema, value, success));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error).toMatchObject({ ...context, status: 201, outcome: "unknown" });
    expect((error as UnexpectedResponseError).issues).toEqual([
      { path: "id", message: "expected string" },
      { path: "kind", message: "invalid value" },
      { path: "size", message: "too big" },
      { path: "list.1.x", message: "expected string" },
    ]);
    expect(JSON.stringify(error) + (error as Error).stack).not.toMatch(/canary|99|fine/);
  });

  test("parseResponse removes members that the schema does not have", () => {
    expect(parseResponse(z.object({ id: z.string() }), { id: "a", surprise: 1 }, success)).toEqual({ id: "a" });
  });
});

describe("the options of all factories and calls", () => {
  const options = z.strictObject(transportFields);
  const call = z.strictObject(callFields);

  test.each([
    ["fetch", { fetch: "fetch" }],
    ["timeoutMs", { timeoutMs: 0 }],
    ["timeoutMs", { timeoutMs: -1 }],
    ["timeoutMs", { timeoutMs: Number.NaN }],
    ["timeoutMs", { timeoutMs: Number.POSITIVE_INFINITY }],
    ["timeoutMs", { timeoutMs: 2 ** 31 }],
    ["retry.maxRetries", { retry: { maxRetries: -1 } }],
    ["retry.maxRetries", { retry: { maxRetries: 1.5 } }],
    ["retry.initialDelayMs", { retry: { initialDelayMs: -1 } }],
    ["retry.maxDelayMs", { retry: { maxDelayMs: 2 ** 31 } }],
    ["retry.retries", { retry: { retries: 3 } }],
    ["limits.concurrency", { limits: { concurrency: 0 } }],
    ["limits.writesPerMinute", { limits: { writesPerMinute: 0 } }],
    ["limits.writesPerSecond", { limits: { writesPerSecond: 1 } }],
  ])("an option %s of %j is rejected by name", (path, value) => {
    expect(issueTexts(options, value)).toEqual([expect.stringMatching(new RegExp(`^${path.replace(".", "\\.")}: .`))]);
  });

  test("valid options are accepted, and may be absent", () => {
    const whole = {
      fetch,
      timeoutMs: 1,
      retry: { maxRetries: 0, initialDelayMs: 0, maxDelayMs: 0 },
      limits: { concurrency: 1, writesPerMinute: 1 },
    };
    expect(parseInput(options, whole, context)).toEqual(whole);
    expect(parseInput(options, {}, context)).toEqual({});
  });

  test.each([
    ["signal", { signal: {} }],
    ["signal", { signal: new AbortController() }],
    ["signal", { signal: null }],
    ["timeoutMs", { timeoutMs: 0 }],
    ["timeoutMs", { timeoutMs: "5" }],
  ])("the call option %s of %o is rejected by name", (path, value) => {
    expect(issueTexts(call, value)).toEqual([expect.stringMatching(new RegExp(`^${path}: `))]);
    expect(() => requireCallOptions(value as never, context)).toThrow(ValidationError);
  });

  test("an unknown option of a call is rejected by name", () => {
    const check = () => requireCallOptions({ secretSinks: 1 } as never, context);
    expect(check).toThrow(ValidationError);
    expect(check).toThrow("secretSinks: unknown field");
  });

  test("the options of a call are accepted, and may be absent", () => {
    expect(() => requireCallOptions({ signal: AbortSignal.abort(), timeoutMs: 5 }, context)).not.toThrow();
    expect(() => requireCallOptions(undefined, context)).not.toThrow();
  });
});

describe("secureUrl", () => {
  test.each(["http://api.acme.test", "api.acme.test", "", 7, "https://user:canary@api.acme.test"])(
    "secureUrl rejects %o and does not include it in the message",
    (value) => {
      const [issue] = issueTexts(z.object({ url: secureUrl }), { url: value });
      expect(issue).toMatch(/^url: ./);
      expect(issue).not.toContain("canary");
    },
  );

  test.each(["https://api.acme.test", "http://127.0.0.1:4445"])("secureUrl accepts %s", (value) => {
    expect(parseInput(secureUrl, value, context)).toBe(value);
  });
});

describe("headerSecret", () => {
  test.each(["", " ", "a b", "a\n", "\ta", "é", "a\u0000"])(
    "headerSecret rejects %j and does not include it in the message",
    (value) => {
      expect(issueTexts(headerSecret, value)).toEqual([": expected visible ASCII characters and at least one"]);
    },
  );

  test("headerSecret accepts visible ASCII", () => {
    expect(parseInput(headerSecret, "ory_pat_a+/=~!", context)).toBe("ory_pat_a+/=~!");
  });
});

describe("headerFields", () => {
  test.each([
    ["", "x", "not a header name"],
    ["a b", "x", "not a header name"],
    ["a:", "x", "not a header name"],
    ["é", "x", "not a header name"],
    ["Content-Type", "x", "belongs to the transport"],
    ["HOST", "x", "belongs to the transport"],
    ["x-a", "canary\r\nx-b: c", "printable ASCII"],
    ["x-a", "canary é", "printable ASCII"],
    ["x-a", "canary\u0000", "printable ASCII"],
  ])("headerFields rejects %j: %j by name and does not include the value", (name, value, words) => {
    const [issue] = issueTexts(z.object({ headers: headerFields }), { headers: { [name]: value } });
    expect(issue).toContain(`headers.${name}: `);
    expect(issue).toContain(words);
    expect(issue).not.toContain("canary");
  });

  test("headerFields accepts valid header fields", () => {
    const fields = { "x-tenant": "a b\tc", "User-Agent": "", "x!#$%&'*+.^_`|~-1": "~" };
    expect(parseInput(headerFields, fields, context)).toEqual(fields);
  });
});
