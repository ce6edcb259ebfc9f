import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { messageLimit, redact } from "../../src/core/redact.js";

describe("scrub", () => {
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
  ])("strikes a secret %s", (_, text, secret, expected) => {
    expect(redact(text, [secret])).toBe(expected);
  });

  test("strikes the longer of two secrets that share their beginning", () => {
    expect(redact("was abcdefgh", ["abcd", "abcdefgh"])).toBe("was [secret]");
  });

  test("strikes before it cuts, so no part of a secret is left at the edge", () => {
    const shown = redact(`${"x".repeat(messageLimit - 4)}hunter2hunter2`, ["hunter2hunter2"]);
    expect(shown).not.toContain("hunt");
  });

  test.each([5_000, 50_000, 500_000])("shows nothing of a secret of %d characters, and does not fail", (length) => {
    const secret = "a%+/hunter".repeat(length / 10);
    expect(redact(`was ${secret}`, [secret])).toMatch(/^(was )?\[secret\]$/);
    expect(redact("was something else", [secret])).toBe("was something else");
  });

  test("turns terminal escapes, line breaks and direction marks into spaces", () => {
    expect(redact("a\u001b[31mred\r\nb\u202Ec\u2028d\u0000")).toBe("a [31mred b c d");
  });

  test("cuts long text", () => {
    expect(redact("y".repeat(10_000))).toHaveLength(messageLimit + 1);
  });

  test("leaves no spelling of any secret behind", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8, maxLength: 40 }), fc.string(), (secret, around) => {
        fc.pre(!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]/u.test(secret) && !"[secret]".includes(secret));
        const text = `${around}${secret}${around}${JSON.stringify(secret)}${encodeURIComponent(secret)}`;
        expect(redact(text, [secret], 1e6).includes(secret)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test("passes harmless text on as it is", () => {
    expect(redact("User not granted for this request", ["another-secret"])).toBe("User not granted for this request");
  });
});
