import { describe, expect, test } from "vitest";
import {
  ConfigurationError,
  NetworkError,
  NotFoundError,
  type Outcome,
  ResponseError,
  ServerError,
  ValidationError,
} from "../../src/core/errors.js";
import {
  configurationError,
  createError,
  describeReason,
  ignoreNotFoundAfterRetry,
  optionsError,
  showName,
  validationError,
  withOutcome,
  withReasonSuffix,
  withUnknownOutcomeHint,
} from "../../src/core/outcome.js";

const context = { vendor: "acme", operation: "create widget" };
/** An error of a write whose outcome is unknown. */
const gatewayError = () =>
  createError(
    ServerError,
    { ...context, status: 502, outcome: "unknown" },
    { writes: true, reason: "the gateway failed", code: 502 },
  );
const foreignError = () => new NetworkError({ message: "connection lost.", outcome: "unknown" });

describe("createError", () => {
  const start = "acme create widget: connection lost (EPIPE)";
  test.each([
    ["not_applied", true, "The change was not applied."],
    ["applied", true, "The change was applied."],
    ["unknown", true, "The change may have been applied. Read the current state before you retry."],
    [undefined, true, "The change was not applied."],
    ["applied", false, "The change was applied."],
    ["unknown", false, "The change may have been applied. Read the current state before you retry."],
  ] as const)(
    "the message of an error with the outcome %s, of a call that writes: %s, ends with %j",
    (outcome, writes, end) => {
      const text = { writes, reason: "connection lost", code: "EPIPE" };
      const error = createError(NetworkError, { ...context, ...(outcome && { outcome }) }, text);
      expect(error).toBeInstanceOf(NetworkError);
      expect(error).toMatchObject({ ...context, ...(outcome && { outcome }) });
      expect(error.message).toBe(`${start}. ${end}`);
    },
  );

  test("the message of a read that was not applied has no sentence about the outcome", () => {
    const text = { writes: false, reason: "connection lost", code: "EPIPE" };
    expect(createError(NetworkError, { ...context, outcome: "not_applied" }, text).message).toBe(start);
  });

  test.each(["not_applied", "applied", "unknown"] as const)(
    "the sentences of the caller replace those about the outcome %s",
    (outcome) => {
      const facts = { ...context, outcome };
      const text = { writes: true, reason: "connection lost", code: "EPIPE", effect: "Widget w1 exists" };
      expect(createError(NetworkError, facts, text).message).toBe(`${start}. Widget w1 exists.`);
      expect(createError(NetworkError, facts, { ...text, hint: "Wait" }).message).toBe(`${start}. Widget w1 exists. Wait.`);
    },
  );

  test("a text that is undefined counts as absent", () => {
    const text = { writes: true, reason: "connection lost", subject: undefined, hint: undefined };
    expect(createError(NetworkError, { ...context, outcome: "unknown" }, text).message).toBe(
      "acme create widget: connection lost. The change may have been applied. Read the current state before you retry.",
    );
  });
});

describe("withOutcome", () => {
  test.each([
    ["not_applied", "The change was not applied."],
    ["applied", "The change was applied."],
    ["unknown", "The change may have been applied. Read the current state before you retry."],
  ] as const)("withOutcome formats the message again for the outcome %s", (outcome, end) => {
    const error = gatewayError();
    const clone = withOutcome(error, { outcome });
    expect(clone).toBeInstanceOf(ServerError);
    expect(clone).toMatchObject({ ...context, status: 502, outcome });
    expect(clone.message).toBe(`acme create widget: the gateway failed (502). ${end}`);
    expect(error.outcome).toBe("unknown");
    expect(withOutcome(clone, { outcome: "applied", effect: "Widget w1 exists", hint: "Read it" }).message).toBe(
      "acme create widget: the gateway failed (502). Widget w1 exists. Read it.",
    );
  });

  test("withOutcome keeps the message of a foreign error as the reason", () => {
    expect(withOutcome(foreignError(), { outcome: "not_applied" }).message).toBe(
      "connection lost. The change was not applied.",
    );
  });
});

describe("withReasonSuffix", () => {
  test("withReasonSuffix extends the reason, and the message can be formatted again", () => {
    const error = withReasonSuffix(gatewayError(), "for w1");
    expect(error.message).toMatch(
      /^acme create widget: the gateway failed for w1 \(502\)\. The change may have been applied\. /,
    );
    expect(withOutcome(error, { outcome: "applied" }).message).toBe(
      "acme create widget: the gateway failed for w1 (502). The change was applied.",
    );
  });

  test("withReasonSuffix extends the message of a foreign error before its full stop", () => {
    expect(withReasonSuffix(foreignError(), "for w1").message).toBe("connection lost for w1");
    expect(withReasonSuffix(new NetworkError({ message: "host a.test lost" }), "for w1").message).toBe(
      "host a.test lost for w1",
    );
  });
});

test("describeReason leaves out the sentences about the outcome, and returns the message of a foreign error", () => {
  expect(describeReason(gatewayError())).toBe("acme create widget: the gateway failed (502)");
  const text = { writes: true, reason: "cut", effect: "Widget w1 exists", hint: "Wait" };
  expect(describeReason(createError(NetworkError, context, text))).toBe("acme create widget: cut");
  expect(describeReason(foreignError())).toBe("connection lost.");
});

describe("the errors of invalid inputs", () => {
  const issues = [
    { path: "name", message: "expected string" },
    { path: "tags.0", message: "missing" },
  ];

  test("validationError names the operation and each field", () => {
    const error = validationError(context, ...issues);
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({ ...context, issues, outcome: "not_applied" });
    expect(error.message).toBe("acme create widget: name: expected string; tags.0: missing");
  });

  test("optionsError begins with the name of the factory", () => {
    const error = optionsError({ vendor: "acme", operation: "createAcmeManager" }, issues);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({ vendor: "acme", issues, outcome: "not_applied" });
    expect(error.message).toBe("createAcmeManager: name: expected string; tags.0: missing");
  });

  test("configurationError is the error of one option", () => {
    const error = configurationError({ operation: "createAcmeManager" }, "baseUrl", "expected a URL");
    expect(error.issues).toEqual([{ path: "baseUrl", message: "expected a URL" }]);
    expect(error.message).toBe("createAcmeManager: baseUrl: expected a URL");
  });
});

describe("withUnknownOutcomeHint", () => {
  test.each(["not_applied", "applied"] as const)(
    "withUnknownOutcomeHint returns an error with the outcome %s unchanged",
    (outcome: Outcome) => {
      const error = new NetworkError({ message: "cut", outcome });
      expect(withUnknownOutcomeHint(error, "read the list")).toBe(error);
      expect(error.message).toBe("cut");
    },
  );

  test("withUnknownOutcomeHint returns other errors unchanged, such as a signal's reason", () => {
    const reason = Object.assign(new Error("enough"), { outcome: "unknown" });
    expect(withUnknownOutcomeHint(reason, "read the list")).toBe(reason);
    expect(reason.message).toBe("enough");
    expect(withUnknownOutcomeHint("enough", "read the list")).toBe("enough");
  });

  test("withUnknownOutcomeHint adds the hint to a clone of an error with an unknown outcome", () => {
    const error = new NetworkError({ message: "cut", outcome: "unknown" });
    const hinted = withUnknownOutcomeHint(error, "read the list") as NetworkError;
    expect(hinted).toBeInstanceOf(NetworkError);
    expect(hinted.outcome).toBe("unknown");
    expect(hinted.message).toBe("cut. The change may have been applied. Read the list.");
    expect(hinted.stack).toContain("cut. The change may have been applied. Read the list.");
  });
});

test("showName quotes a name on one line, redacts secrets and cuts it", () => {
  expect(showName("a\n\u001b[2Jb")).toBe('"a [2Jb"');
  expect(showName("see hunter22", ["hunter22"])).toBe('"see [secret]"');
  expect(showName("b".repeat(200))).toBe(`"${"b".repeat(100)}…"`);
});

const notFound = (outcome: "unknown" | "not_applied") => new NotFoundError({ message: "gone", status: 404, outcome });

describe("ignoreNotFoundAfterRetry", () => {
  test("ignoreNotFoundAfterRetry rejects when no attempt can have deleted the resource", async () => {
    const error = notFound("not_applied");
    await expect(ignoreNotFoundAfterRetry(Promise.reject(error))).rejects.toBe(error);
  });

  test("ignoreNotFoundAfterRetry rejects with any other error", async () => {
    const error = new ResponseError({ message: "no", status: 422, outcome: "unknown" });
    await expect(ignoreNotFoundAfterRetry(Promise.reject(error))).rejects.toBe(error);
  });

  test("ignoreNotFoundAfterRetry resolves when an earlier attempt may have deleted the resource", async () => {
    await expect(ignoreNotFoundAfterRetry(Promise.reject(notFound("unknown")))).resolves.toBeUndefined();
  });
});
