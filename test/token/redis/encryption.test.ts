import { describe, expect, test } from "vitest";
import { createEncryption } from "../../../src/token/redis/encryption.js";
import { everyView } from "../recorder.js";
import { firstKey, secondKey } from "./adapter-cases.js";

const encryption = createEncryption([firstKey]);

describe("createEncryption: encrypted values and entry names", () => {
  test("rule 75: decrypt returns undefined for a different entry name", async () => {
    expect(await encryption.decrypt("other", await encryption.encrypt("name", "text"))).toBeUndefined();
  });

  test("rule 75: decrypt returns undefined with a different key", async () => {
    expect(await createEncryption([secondKey]).decrypt("name", await encryption.encrypt("name", "text"))).toBeUndefined();
  });

  test("decrypt returns undefined after a change of any single character", async () => {
    const encrypted = await encryption.encrypt("name", "text");
    for (let index = 0; index < encrypted.length - 1; index++) {
      const changed = encrypted.slice(0, index) + (encrypted[index] === "A" ? "B" : "A") + encrypted.slice(index + 1);
      expect(await encryption.decrypt("name", changed), String(index)).toBeUndefined();
    }
  });

  test.each(["", "oc1.", "oc1.AAAA", "oc1.\u{1f512}", "oc1.A", `oc1.${"A".repeat(38)}`])(
    "decrypt returns undefined for the invalid value %j",
    async (value) => {
      expect(await encryption.decrypt("name", value)).toBeUndefined();
    },
  );

  test("encrypt returns a different value on each call", async () => {
    const encrypted = await Promise.all(Array.from({ length: 50 }, () => encryption.encrypt("name", "text")));
    expect(new Set(encrypted).size).toBe(50);
  });

  test("entryNames returns a deterministic name per key, different for each key", async () => {
    const [first] = await encryption.entryNames("name");
    const [second, also] = await createEncryption([secondKey, firstKey]).entryNames("name");
    expect(first).toMatch(/^[\w-]{43}$/);
    expect(also).toBe(first);
    expect(second).not.toBe(first);
    expect((await encryption.entryNames("other"))[0]).not.toBe(first);
  });

  test("createEncryption copies its key, so that the caller may overwrite it", async () => {
    const input = firstKey.slice();
    const wiped = createEncryption([input]);
    input.fill(0);
    expect(await encryption.decrypt("name", await wiped.encrypt("name", "text"))).toBe("text");
  });

  test("createEncryption does not reveal its key when it is logged", () => {
    expect(everyView(encryption)).not.toContain("0, 1, 2, 3");
  });

  test("decrypt accepts a value of any of the keys, with any text", async () => {
    for (const text of ["", "text", "\u{1f512}".repeat(1_000)]) {
      expect(await createEncryption([secondKey, firstKey]).decrypt("name", await encryption.encrypt("name", text))).toBe(text);
    }
  });
});
