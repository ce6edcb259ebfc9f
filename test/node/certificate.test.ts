import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import { certificateThumbprint } from "oauth-clients/node";
import { describe, expect, test } from "vitest";
import { createCertificateSource } from "../../src/node/certificate.js";
import { createAuthority } from "./authority.js";

const authority = createAuthority();
const [one, two] = [authority.issue({ name: "one" }), authority.issue({ name: "two" })];
const refusal = (path: string) =>
  expect.objectContaining({ code: "invalid_configuration", issues: [expect.objectContaining({ path })] });

describe("certificateThumbprint", () => {
  test("refuses a text without a certificate, and does not repeat it", () => {
    expect(() => certificateThumbprint("canary")).toThrow(refusal("cert"));
    expect(() => certificateThumbprint("canary")).not.toThrow(/canary/);
  });

  test("is SHA-256 of the certificate in base64url, of a chain that of the first", () => {
    const expected = createHash("sha256").update(new X509Certificate(one.cert).raw).digest("base64url");
    expect(certificateThumbprint(one.cert)).toBe(expected);
    expect(certificateThumbprint(new TextEncoder().encode(one.cert + authority.cert))).toBe(expected);
    expect(expected).toMatch(/^[\w-]{43}$/);
    expect(certificateThumbprint(two.cert)).not.toBe(expected);
  });
});

describe("createCertificateSource", () => {
  test.each([
    ["a certificate that is none", "nothing", one.key, "cert"],
    ["a key that is none", one.cert, "nothing", "key"],
    ["the key of another certificate", one.cert, two.key, "key"],
  ])("refuses %s at once, and repeats no key", (_, cert, key, path) => {
    expect(() => createCertificateSource(cert, key, undefined)).toThrow(refusal(path));
    expect(() => createCertificateSource(cert, key, undefined)).not.toThrow(/BEGIN|nothing/);
  });

  test("refuses an encrypted key without its passphrase", () => {
    const key = createPrivateKey(one.key)
      .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "open sesame" })
      .toString();
    expect(() => createCertificateSource(one.cert, key, undefined)).toThrow(refusal("key"));
    expect(() => createCertificateSource(one.cert, key, "wrong")).toThrow(refusal("key"));
    expect(createCertificateSource(one.cert, key, "open sesame")()).toMatchObject({
      thumbprint: certificateThumbprint(one.cert),
    });
  });

  test("gives the same pair while what the functions read stays the same, be it text or bytes", async () => {
    let asBytes = false;
    const cert = () => (asBytes ? new TextEncoder().encode(one.cert) : one.cert);
    const source = createCertificateSource(cert, Buffer.from(one.key), undefined);
    const first = await source();
    asBytes = true;
    expect(await source()).toBe(first);
  });

  test("keeps the old pair while only half of the new one is there", async () => {
    let [cert, key] = [one.cert, one.key];
    const source = createCertificateSource(
      () => cert,
      async () => key,
      undefined,
    );
    const first = await source();
    cert = two.cert;
    expect(await source()).toBe(first);
    key = two.key;
    expect(await source()).toMatchObject({ thumbprint: certificateThumbprint(two.cert) });
  });

  test("passes on what a function throws", async () => {
    const lost = new Error("no such file");
    await expect(createCertificateSource(() => Promise.reject(lost), one.key, undefined)()).rejects.toBe(lost);
  });
});
