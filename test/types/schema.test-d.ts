import { describe, test } from "vitest";
import * as z from "zod";
import type { Pinned } from "../../src/core/validation.js";
import type { components } from "../../src/openapi/ory.js";

interface Wire {
  id: string;
  size?: number;
  tags: string[] | null;
  kind: "a" | "b";
}

describe("a pinned schema", () => {
  test("rejects a key that the description does not have", () => {
    // @ts-expect-error no such key
    void ({ identity: z.string() } satisfies Pinned<Wire, "identity">);
    // @ts-expect-error the shape has a key that is not pinned
    void ({ id: z.string(), identity: z.string() } satisfies Pinned<Wire, "id">);
  });

  test("rejects a pinned key that is missing", () => {
    // @ts-expect-error size is missing
    void ({ id: z.string() } satisfies Pinned<Wire, "id" | "size">);
  });

  test("rejects a type that differs from the description", () => {
    // @ts-expect-error id is a string
    void ({ id: z.number() } satisfies Pinned<Wire, "id">);
    // @ts-expect-error tags are strings
    void ({ tags: z.array(z.number()) } satisfies Pinned<Wire, "tags">);
    // @ts-expect-error not a value of kind
    void ({ kind: z.enum(["a", "c"]) } satisfies Pinned<Wire, "kind">);
  });

  test("may accept null and missing members in addition", () => {
    void ({
      id: z.string().nullish(),
      size: z.number().optional(),
      tags: z.array(z.string()),
      kind: z.enum(["a", "b"]),
    } satisfies Pinned<Wire, "id" | "size" | "tags" | "kind">);
  });

  test("works with a generated type", () => {
    type Client = components["schemas"]["oAuth2Client"];
    void ({ client_id: z.string(), redirect_uris: z.array(z.string()).nullish() } satisfies Pinned<
      Client,
      "client_id" | "redirect_uris"
    >);
    // @ts-expect-error an array of strings
    void ({ redirect_uris: z.string() } satisfies Pinned<Client, "redirect_uris">);
  });
});
