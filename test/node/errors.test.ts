import { describe, expect, test } from "vitest";
import { createCodedError, createFetchError } from "../../src/node/errors.js";

describe("createFetchError: causes", () => {
  test("createFetchError copies only the message and the code of the cause", () => {
    const thrown = Object.assign(createCodedError("Parse Error", "HPE_INVALID_HEADER_TOKEN"), {
      rawPacket: Buffer.from("token"),
    });
    const error = createFetchError("fetch failed", thrown);
    expect(error).toBeInstanceOf(TypeError);
    expect(error.cause).toMatchObject({ message: "Parse Error", code: "HPE_INVALID_HEADER_TOKEN" });
    expect(error.cause).not.toHaveProperty("rawPacket");
  });

  test("createFetchError has one cause per address", () => {
    const thrown = Object.assign(
      new AggregateError([createCodedError("a", "ECONNREFUSED"), createCodedError("b", "ETIMEDOUT")]),
      {
        code: "ECONNREFUSED",
      },
    );
    const { cause } = createFetchError("fetch failed", thrown);
    expect(cause).toBeInstanceOf(AggregateError);
    expect((cause as AggregateError).errors.map(({ code }) => code)).toEqual(["ECONNREFUSED", "ETIMEDOUT"]);
  });

  test.each([undefined, null, "text", { message: 1, code: 2 }])(
    "createFetchError accepts the thrown value %j, which is not an error",
    (thrown) => {
      expect(createFetchError("fetch failed", thrown).cause).toMatchObject({ message: "" });
      expect(createFetchError("fetch failed", thrown).cause).not.toHaveProperty("code");
    },
  );
});
