import { execFileSync, spawnSync } from "node:child_process";
import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import { certificateThumbprint } from "oauth-clients/node";
import { describe, expect, test } from "vitest";
import { createCertificateSource, createPfxSource } from "../../src/node/certificate.js";
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

describe("PEM whose line breaks are escaped", () => {
  const escapeLineBreaks = (pem: string) => pem.replaceAll("\n", "\\n");

  test.each([
    ["certificate", escapeLineBreaks(one.cert), one.key, "cert"],
    ["key", one.cert, escapeLineBreaks(one.key), "key"],
  ])("is refused as a %s by a message that says so and repeats nothing", (_, cert, key, path) => {
    const make = () => createCertificateSource(cert, key, undefined);
    expect(make).toThrow(refusal(path));
    expect(make).toThrow('It contains "\\n" as two characters: replace them by line breaks');
    expect(make).not.toThrow("BEGIN");
  });

  test("has no such hint when the text is wrong in another way", () => {
    expect(() => createCertificateSource("nothing", one.key, undefined)).not.toThrow("two characters");
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

describe("createPfxSource", () => {
  test("refuses bytes that are not PKCS#12, and repeats nothing", () => {
    const make = () => createPfxSource(new TextEncoder().encode("canary"), undefined);
    expect(make).toThrow(refusal("pfx"));
    expect(make).not.toThrow("canary");
  });

  // Node cannot write PKCS#12.
  const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
  const toPfx = ({ cert, key }: { cert: string; key: string }, passphrase: string) =>
    new Uint8Array(
      execFileSync("openssl", ["pkcs12", "-export", "-passout", "env:TEST_PASSPHRASE"], {
        input: key + cert,
        env: { ...process.env, TEST_PASSPHRASE: passphrase },
      }),
    );

  test.skipIf(!hasOpenssl)("refuses a wrong or missing passphrase", () => {
    const pfx = toPfx(one, "open sesame");
    for (const passphrase of [undefined, "wrong"]) expect(() => createPfxSource(pfx, passphrase)).toThrow(refusal("pfx"));
  });

  test.skipIf(!hasOpenssl)("has the thumbprint of the certificate, and reads a replaced file", async () => {
    expect(createPfxSource(toPfx(one, "open sesame"), "open sesame")()).toMatchObject({
      thumbprint: certificateThumbprint(one.cert),
    });
    let file = toPfx(one, "a");
    const source = createPfxSource(async () => file, "a");
    const first = await source();
    file = file.slice();
    expect(await source()).toBe(first);
    file = toPfx(two, "a");
    expect(await source()).toMatchObject({ thumbprint: certificateThumbprint(two.cert) });
  });
});
