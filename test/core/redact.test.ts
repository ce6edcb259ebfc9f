import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { messageLimit, redact } from "../../src/core/redact.js";

describe("redact", () => {
  test.each([
    ["as it is", "value s3cr3t/+=&<é\"' was wrong", "s3cr3t/+=&<é\"'", "value [secret] was wrong"],
    ["URL-encoded", `value ${encodeURIComponent("a/b+c=d&e!")}`, "a/b+c=d&e!", "value [secret]"],
    ["URL-encoded in lower case", "value a%2fb%2bc", "a/b+c", "value [secret]"],
    ["form-encoded", `value ${new URLSearchParams({ s: "top secret+1" })}`, "top secret+1", "value s=[secret]"],
    ["in JSON", JSON.stringify({ s: 'quo"te\\d' }), 'quo"te\\d', '{"s":"[secret]"}'],
    ["in JSON that is safe in HTML", '"a\\u0026b\\u003cc"', "a&b<c", '"[secret]"'],
    ["in base64", `Basic ${btoa("client:hunter22")}`, "client:hunter22", "Basic [secret]"],
    ["in base64url without padding", "Basic YT4-P2I_Pz5zZWNyZXQ", "a>>?b??>secret", "Basic [secret]"],
    ["in HTML", "a&#38;b&#60;c", "a&b<c", "[secret]"],
  ])("redact redacts a secret %s", (_, text, secret, expected) => {
    expect(redact(text, [secret])).toBe(expected);
  });

  test("redact redacts the longer of two secrets with the same beginning", () => {
    expect(redact("was abcdefgh", ["abcd", "abcdefgh"])).toBe("was [secret]");
  });

  test("redact redacts secrets of four characters, and leaves shorter ones, which are common syllables", () => {
    expect(redact("the word was abcd", ["abcd", "the"])).toBe("the word was [secret]");
  });

  test("redact redacts a quote of the beginning of a long secret", () => {
    const secret = "hunter2hunter2".repeat(100);
    expect(redact(`key ${secret.slice(0, 700)}`, [secret])).toBe("key [secret]");
  });

  test("redact keeps the text after a secret of 512 characters, and redacts the text after a longer one", () => {
    expect(redact(`was ${"s".repeat(512)} today`, ["s".repeat(512)])).toBe("was [secret] today");
    expect(redact(`was ${"s".repeat(513)} today`, ["s".repeat(513)])).toBe("was [secret]");
  });

  test("redact redacts a secret that is encoded three times", () => {
    const secret = "a/b+c=d&e!";
    const encoded = encodeURIComponent(encodeURIComponent(encodeURIComponent(secret)));
    expect(redact(`was ${encoded} today`, [secret])).toBe("was [secret] today");
  });

  test("redact redacts before it cuts, so no part of a secret is left at the end", () => {
    const shown = redact(`${"x".repeat(messageLimit - 4)}hunter2hunter2`, ["hunter2hunter2"]);
    expect(shown).not.toContain("hunt");
  });

  test.each([5_000, 50_000, 500_000])("redact redacts a secret of %d characters, and does not fail", (length) => {
    const secret = "a%+/hunter".repeat(length / 10);
    expect(redact(`was ${secret}`, [secret])).toMatch(/^(was )?\[secret\]$/);
    expect(redact("was something else", [secret])).toBe("was something else");
  });

  test("redact replaces terminal escapes, line breaks and direction marks by spaces", () => {
    expect(redact("a\u001b[31mred\r\nb\u202Ec\u2028d\u0000")).toBe("a [31mred b c d");
  });

  test("redact cuts long text", () => {
    expect(redact("y".repeat(10_000))).toHaveLength(messageLimit + 1);
    expect(redact("y".repeat(messageLimit + 1))).toBe(`${"y".repeat(messageLimit)}…`);
    expect(redact("y".repeat(messageLimit))).toBe("y".repeat(messageLimit));
  });

  test("redact redacts every encoding of any secret", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8, maxLength: 40 }), fc.string(), (secret, around) => {
        fc.pre(!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]/u.test(secret) && !"[secret]".includes(secret));
        const text = `${around}${secret}${around}${JSON.stringify(secret)}${encodeURIComponent(secret)}`;
        expect(redact(text, [secret], 1e6).includes(secret)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  describe("encodings", () => {
    const bytesOf = (sign: string) => [...new TextEncoder().encode(sign)].map((byte) => byte.toString(16).padStart(2, "0"));
    const units = (sign: string) =>
      Array.from({ length: sign.length }, (_, index) => sign.charCodeAt(index).toString(16).padStart(4, "0"));
    const encoders: Readonly<Record<string, (sign: string) => string>> = {
      "as it is": (sign) => sign,
      percent: (sign) =>
        bytesOf(sign)
          .map((byte) => `%${byte}`)
          .join(""),
      "percent in upper case": (sign) =>
        bytesOf(sign)
          .map((byte) => `%${byte.toUpperCase()}`)
          .join(""),
      "percent of percent": (sign) =>
        bytesOf(sign)
          .map((byte) => `%25${byte}`)
          .join(""),
      form: (sign) => (sign === " " ? "+" : new URLSearchParams([["", sign]]).toString().slice(1)),
      "decimal entity": (sign) => `&#${sign.codePointAt(0)};`,
      "hexadecimal entity": (sign) => `&#x${sign.codePointAt(0)?.toString(16)};`,
      "hexadecimal entity in upper case with zeros": (sign) => `&#X00${sign.codePointAt(0)?.toString(16).toUpperCase()};`,
      "named entity": (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" })[sign] ?? sign,
      "entity of entity": (sign) => (sign === "&" ? "&amp;amp;" : `&amp;#${sign.codePointAt(0)};`),
      JSON: (sign) => JSON.stringify(sign).slice(1, -1),
      "JSON in JSON": (sign) => JSON.stringify(JSON.stringify(sign).slice(1, -1)).slice(1, -1),
      "JSON unicode": (sign) =>
        units(sign)
          .map((unit) => `\\u${unit}`)
          .join(""),
      "JSON unicode in JSON": (sign) =>
        units(sign)
          .map((unit) => `\\\\u${unit.toUpperCase()}`)
          .join(""),
      "JSON with an escaped slash": (sign) => (sign === "/" ? "\\/" : JSON.stringify(sign).slice(1, -1)),
    };
    const character = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(..."abcXYZ019+/=&<>\"'\\ -_.~%") },
      { weight: 1, arbitrary: fc.constantFrom("é", "€", "😀") },
    );

    test.each(Object.keys(encoders))("a secret in the encoding %s is redacted", (name) => {
      fc.assert(
        fc.property(fc.array(character, { minLength: 8, maxLength: 40 }), (signs) => {
          const secret = signs.join("");
          fc.pre(secret.trim() === secret);
          const encoded = signs.map((sign) => encoders[name]?.(sign)).join("");
          expect(redact(`before ${encoded} after`, [secret])).toBe("before [secret] after");
        }),
        { numRuns: 60 },
      );
    });

    test("a secret in a mixture of encodings is redacted", () => {
      const part = fc.tuple(character, fc.constantFrom(...Object.values(encoders)));
      fc.assert(
        fc.property(fc.array(part, { minLength: 8, maxLength: 40 }), (parts) => {
          const secret = parts.map(([sign]) => sign).join("");
          // Unencoded characters that begin an encoding are ambiguous beside encoded ones.
          fc.pre(secret.trim() === secret && !/[\\%&]/.test(secret));
          const encoded = parts.map(([sign, encode]) => encode(sign)).join("");
          expect(redact(`before ${encoded} after`, [secret])).toBe("before [secret] after");
        }),
        { numRuns: 200 },
      );
    });
  });

  test("redact reads a prefix of a long text, and drops a secret that crosses its end", () => {
    for (let before = 16_370; before < 16_390; before++) {
      const text = `${" ".repeat(before)}hunter2hunter2 ${"y".repeat(1_000_000)}`;
      expect(redact(text, ["hunter2hunter2"])).not.toMatch(/h/);
    }
  });

  test("redact keeps what cannot be the beginning of a secret at the end of a long text", () => {
    const text = "y".repeat(20_000);
    expect(redact(text.slice(0, 16_384), ["hunter2hunter2"], 1e6)).toHaveLength(16_384);
    expect(redact(text, ["hunter2hunter2", "hunter2"], 1e6).length).toBeGreaterThan(16_000);
    expect(redact(text, ["hunter2".repeat(1_000)], 1e6).length).toBeGreaterThan(7_000);
  });

  test("redact returns soon for a percent sign that is encoded 8,000 times", () => {
    expect(redact(`%${"25".repeat(8_000)}`, ["hunter2hunter2"])).toHaveLength(messageLimit + 1);
  });

  test.each([
    ["backslashes", "\\", "\\\\secret"],
    ["backslashes before a secret of letters", "\\", "secret"],
    ["percent signs", "%25", "%%%%secret"],
    ["ampersands", "&amp;", "&&&&secret"],
    ["the first characters of the secret", "aaaa", `${"a".repeat(40)}b`],
  ])("redact returns soon for a megabyte of %s", (_, unit, secret) => {
    const text = unit.repeat(1_000_000 / unit.length);
    expect(redact(text, [secret]).length).toBeLessThanOrEqual(messageLimit + 1);
  });

  test("redact returns a text without secrets unchanged", () => {
    expect(redact("User not granted for this request", ["another-secret"])).toBe("User not granted for this request");
  });
});
