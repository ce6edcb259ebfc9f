import { execFileSync, spawnSync } from "node:child_process";
import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import { certificateThumbprint } from "oauth-clients/node";
import { describe, expect, test } from "vitest";
import { createCertificateSource, createPfxSource } from "../../src/node/certificate.js";
import { createAuthority } from "./authority.js";

const authority = createAuthority();
const [one, two] = [authority.issue({ name: "one" }), authority.issue({ name: "two" })];
const invalidOption = (path: string) =>
  expect.objectContaining({ code: "invalid_configuration", issues: [expect.objectContaining({ path })] });

describe("certificateThumbprint: input and result", () => {
  test("certificateThumbprint rejects a text without a certificate and does not repeat the text", () => {
    expect(() => certificateThumbprint("canary")).toThrow(invalidOption("cert"));
    expect(() => certificateThumbprint("canary")).not.toThrow(/canary/);
  });

  test("certificateThumbprint returns the base64url SHA-256 hash of the first certificate", () => {
    const expected = createHash("sha256").update(new X509Certificate(one.cert).raw).digest("base64url");
    expect(certificateThumbprint(one.cert)).toBe(expected);
    expect(certificateThumbprint(new TextEncoder().encode(one.cert + authority.cert))).toBe(expected);
    expect(expected).toMatch(/^[\w-]{43}$/);
    expect(certificateThumbprint(two.cert)).not.toBe(expected);
  });
});

describe("createCertificateSource: PEM with escaped line breaks", () => {
  const escapeLineBreaks = (pem: string) => pem.replaceAll("\n", "\\n");

  test.each([
    ["certificate", escapeLineBreaks(one.cert), one.key, "cert"],
    ["key", one.cert, escapeLineBreaks(one.key), "key"],
  ])("createCertificateSource rejects a %s with escaped line breaks and suggests to replace them", (_, cert, key, path) => {
    const make = () => createCertificateSource(cert, key, undefined);
    expect(make).toThrow(invalidOption(path));
    expect(make).toThrow('It contains "\\n" as two characters: replace them by line breaks');
    expect(make).not.toThrow("BEGIN");
  });

  test("createCertificateSource makes no suggestion about line breaks for other invalid texts", () => {
    expect(() => createCertificateSource("nothing", one.key, undefined)).not.toThrow("two characters");
  });
});

describe("createCertificateSource: validation and rotation", () => {
  test.each([
    ["a certificate that is not PEM", "nothing", one.key, "cert"],
    ["a key that is not PEM", one.cert, "nothing", "key"],
    ["the key of another certificate", one.cert, two.key, "key"],
  ])("createCertificateSource rejects %s and does not repeat the key", (_, cert, key, path) => {
    expect(() => createCertificateSource(cert, key, undefined)).toThrow(invalidOption(path));
    expect(() => createCertificateSource(cert, key, undefined)).not.toThrow(/BEGIN|nothing/);
  });

  test("createCertificateSource rejects an encrypted key without the right passphrase", () => {
    const key = createPrivateKey(one.key)
      .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "open sesame" })
      .toString();
    expect(() => createCertificateSource(one.cert, key, undefined)).toThrow(invalidOption("key"));
    expect(() => createCertificateSource(one.cert, key, "wrong")).toThrow(invalidOption("key"));
    expect(createCertificateSource(one.cert, key, "open sesame")()).toMatchObject({
      thumbprint: certificateThumbprint(one.cert),
    });
  });

  test("the certificate source returns the same pair while the functions return the same content, as string or bytes", async () => {
    let asBytes = false;
    const cert = () => (asBytes ? new TextEncoder().encode(one.cert) : one.cert);
    const source = createCertificateSource(cert, Buffer.from(one.key), undefined);
    const first = await source();
    asBytes = true;
    expect(await source()).toBe(first);
  });

  test("the certificate source returns the old pair while certificate and key do not match", async () => {
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

  test("the certificate source rejects with the error of a function", async () => {
    const missing = new Error("no such file");
    await expect(createCertificateSource(() => Promise.reject(missing), one.key, undefined)()).rejects.toBe(missing);
  });
});

describe("createPfxSource: validation and rotation", () => {
  test("createPfxSource rejects bytes that are not PKCS#12 and does not repeat them", () => {
    const make = () => createPfxSource(new TextEncoder().encode("canary"), undefined);
    expect(make).toThrow(invalidOption("pfx"));
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

  test.skipIf(!hasOpenssl)("createPfxSource rejects a wrong or missing passphrase", () => {
    const pfx = toPfx(one, "open sesame");
    for (const passphrase of [undefined, "wrong"]) expect(() => createPfxSource(pfx, passphrase)).toThrow(invalidOption("pfx"));
  });

  test.skipIf(!hasOpenssl)("createPfxSource returns the thumbprint of the certificate and reads a replaced file", async () => {
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
