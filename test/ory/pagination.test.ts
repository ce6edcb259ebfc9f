import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readNextToken } from "../../src/ory/pagination.js";

const first = '</admin/clients?page_size=2&page_token=FIRST%3D>; rel="first"';

describe("readNextToken returns undefined for", () => {
  test.each([
    ["no header", null],
    ["an empty header", ""],
    ["only a first page", first],
    ["no brackets", '/admin/clients?page_token=a; rel="next"'],
    ["a target without a query", '</admin/clients>; rel="next"'],
    ["a target without page_token", '</admin/clients?page_size=2>; rel="next"'],
    ["an empty page_token", '</admin/clients?page_token=>; rel="next"'],
    ["page_token in the fragment", '</admin/clients#?page_token=a>; rel="next"'],
    ["no relation", "</admin/clients?page_token=a>"],
    ["a relation that begins with next", '</admin/clients?page_token=a>; rel="nextish"'],
    ["another relation without quotes", "</admin/clients?page_token=a>; rel=next-archive"],
    ["a relation that ends with next", '</admin/clients?page_token=a>; rel="prenext"'],
    ["a parameter whose name ends with rel", '</admin/clients?page_token=a>; xrel="next"'],
  ])("%s", (_, header) => expect(readNextToken(header)).toBeUndefined());
});

describe("readNextToken returns the page token for", () => {
  test.each([
    ["a relative link", `${first},</admin/clients?page_size=2&page_token=DeF%3D>; rel="next"`, "DeF="],
    ["next before first", `</admin/clients?page_token=DeF%3D&page_size=2>; rel="next",${first}`, "DeF="],
    ["an absolute link", `<https://host.test/admin/clients?page_token=DeF>; rel="next"`, "DeF"],
    ["a link to another origin", `<https://evil.test/?page_token=DeF>; rel="next"`, "DeF"],
    ["no quotes", "</admin/clients?page_token=DeF>; rel=next", "DeF"],
    ["upper case and spaces", '</admin/clients?page_token=DeF> ;  REL = "Next"', "DeF"],
    ["several relations", '</admin/clients?page_token=DeF>; rel="last next"', "DeF"],
    ["parameters before rel", '</admin/clients?page_token=DeF>; title="x, y"; rel="next"', "DeF"],
    ["commas and semicolons in the target", '</admin/clients?owner=a,b;c&page_token=DeF>; rel="next"', "DeF"],
    ["an invalid percent-encoding", '</admin/clients?page_token=%ZZ>; rel="next"', "%ZZ"],
    ["a fragment after the query", '</admin/clients?page_token=DeF#x>; rel="next"', "DeF"],
  ])("%s", (_, header, token) => expect(readNextToken(header)).toBe(token));

  test("any token unchanged", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: "grapheme" }), (token) => {
        const query = new URLSearchParams({ owner: "a", page_token: token });
        expect(readNextToken(`${first},</admin/clients?${query}>; rel="next"`)).toBe(
          new URLSearchParams(query.toString()).get("page_token"),
        );
      }),
    );
  });
});

test("readNextToken does not throw", () => {
  const pieces = fc.array(
    fc.oneof(fc.string(), fc.constantFrom("<", ">", ";", '"', "rel=", "next", "?page_token=", "#", ",", "%")),
  );
  fc.assert(
    fc.property(pieces, (parts) => {
      const token = readNextToken(parts.join(""));
      expect(token === undefined || token !== "").toBe(true);
    }),
  );
});
