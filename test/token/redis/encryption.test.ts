import { describe, expect, test } from "vitest";
import { createEncryption } from "../../../src/token/redis/encryption.js";
import { everyView } from "../recorder.js";
import { firstKey, secondKey } from "./adapter-cases.js";

const encryption = createEncryption([firstKey]);

describe("a seal", () => {
  test("rule 75: does not open under another name", async () => {
    expect(await encryption.decrypt("other", await encryption.encrypt("name", "text"))).toBeUndefined();
  });

  test("rule 75: does not open with another key", async () => {
    expect(await createEncryption([secondKey]).decrypt("name", await encryption.encrypt("name", "text"))).toBeUndefined();
  });

  test("does not open after a change of any one sign", async () => {
    const sealed = await encryption.encrypt("name", "text");
    for (let index = 0; index < sealed.length - 1; index++) {
      const changed = sealed.slice(0, index) + (sealed[index] === "A" ? "B" : "A") + sealed.slice(index + 1);
      expect(await encryption.decrypt("name", changed), String(index)).toBeUndefined();
    }
  });

  test.each(["", "oc1.", "oc1.AAAA", "oc1.\u{1f512}", "oc1.A", `oc1.${"A".repeat(38)}`])("does not open %j", async (sealed) => {
    expect(await encryption.decrypt("name", sealed)).toBeUndefined();
  });

  test("never looks the same twice", async () => {
    const sealed = await Promise.all(Array.from({ length: 50 }, () => encryption.encrypt("name", "text")));
    expect(new Set(sealed).size).toBe(50);
  });

  test("names things differently for each key, and always the same for one", async () => {
    const [first] = await encryption.entryNames("name");
    const [second, also] = await createEncryption([secondKey, firstKey]).entryNames("name");
    expect(first).toMatch(/^[\w-]{43}$/);
    expect(also).toBe(first);
    expect(second).not.toBe(first);
    expect((await encryption.entryNames("other"))[0]).not.toBe(first);
  });

  test("goes on when the key that it was given is wiped", async () => {
    const given = firstKey.slice();
    const wiped = createEncryption([given]);
    given.fill(0);
    expect(await encryption.decrypt("name", await wiped.encrypt("name", "text"))).toBe("text");
  });

  test("shows no key", () => {
    expect(everyView(encryption)).not.toContain("0, 1, 2, 3");
  });

  test("opens with any of its keys, whatever the text", async () => {
    for (const text of ["", "text", "\u{1f512}".repeat(1_000)]) {
      expect(await createEncryption([secondKey, firstKey]).decrypt("name", await encryption.encrypt("name", text))).toBe(text);
    }
  });
});
