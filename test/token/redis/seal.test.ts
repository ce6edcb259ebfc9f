import { describe, expect, test } from "vitest";
import { createSeal } from "../../../src/token/redis/seal.js";
import { everyView } from "../recorder.js";
import { firstKey, secondKey } from "./place-cases.js";

const seal = createSeal([firstKey]);

describe("a seal", () => {
  test("rule 75: does not open under another name", async () => {
    expect(await seal.open("other", await seal.close("name", "text"))).toBeUndefined();
  });

  test("rule 75: does not open with another key", async () => {
    expect(await createSeal([secondKey]).open("name", await seal.close("name", "text"))).toBeUndefined();
  });

  test("does not open after a change of any one sign", async () => {
    const sealed = await seal.close("name", "text");
    for (let index = 0; index < sealed.length - 1; index++) {
      const changed = sealed.slice(0, index) + (sealed[index] === "A" ? "B" : "A") + sealed.slice(index + 1);
      expect(await seal.open("name", changed), String(index)).toBeUndefined();
    }
  });

  test.each(["", "oc1.", "oc1.AAAA", "oc1.\u{1f512}", "oc1.A", `oc1.${"A".repeat(38)}`])("does not open %j", async (sealed) => {
    expect(await seal.open("name", sealed)).toBeUndefined();
  });

  test("never looks the same twice", async () => {
    const sealed = await Promise.all(Array.from({ length: 50 }, () => seal.close("name", "text")));
    expect(new Set(sealed).size).toBe(50);
  });

  test("names things differently for each key, and always the same for one", async () => {
    const [first] = await seal.names("name");
    const [second, also] = await createSeal([secondKey, firstKey]).names("name");
    expect(first).toMatch(/^[\w-]{43}$/);
    expect(also).toBe(first);
    expect(second).not.toBe(first);
    expect((await seal.names("other"))[0]).not.toBe(first);
  });

  test("goes on when the key that it was given is wiped", async () => {
    const given = firstKey.slice();
    const wiped = createSeal([given]);
    given.fill(0);
    expect(await seal.open("name", await wiped.close("name", "text"))).toBe("text");
  });

  test("shows no key", () => {
    expect(everyView(seal)).not.toContain("0, 1, 2, 3");
  });

  test("opens with any of its keys, whatever the text", async () => {
    for (const text of ["", "text", "\u{1f512}".repeat(1_000)]) {
      expect(await createSeal([secondKey, firstKey]).open("name", await seal.close("name", text))).toBe(text);
    }
  });
});
