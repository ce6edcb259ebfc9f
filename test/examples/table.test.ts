import { describe, expect, test } from "vitest";
import { explain } from "../../examples/demo/failure.js";
import { mask } from "../../examples/demo/report.js";
import { layOut } from "../../examples/demo/table.js";

describe("what the demo prints", () => {
  test("obeys no control character of a server or a file", () => {
    expect(explain(new Error("a\n  b\u001b[31m\u202ec"))).toBe("a b\ufffd[31m\ufffdc");
    expect(layOut([{ title: "A", width: 9 }], [[["x\u0007\u001b]0;y"]]]).body).toEqual(["x\ufffd\ufffd]0;y"]);
  });

  test("shows nothing of a secret but its length", () => {
    expect(mask("correct horse")).toBe("•••••••• (13 characters)");
  });

  test("wraps at spaces, and inside a word that is too long", () => {
    const { head, body } = layOut(
      [
        { title: "NAME", width: 6 },
        { title: "SCOPES", width: 8 },
      ],
      [
        [["a b c d", "id"], ["read write"]],
        [["abcdefgh"], []],
      ],
    );
    expect(head).toEqual(["NAME    SCOPES", "──────  ──────"]);
    expect(body).toEqual(["a b c   read", "d       write", "id", "", "abcdef", "gh"]);
  });
});
