import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** A certificate and its private key, in PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateOptions {
  /** Common name. */
  readonly name: string;
  /** Subject alternative names: host names and addresses. */
  readonly hosts?: readonly string[];
  /** Start and end of validity, in days from now. */
  readonly days?: readonly [from: number, to: number];
}

/** A certificate authority for one test run. */
export interface Authority {
  readonly cert: string;
  readonly issue: (options: CertificateOptions) => Identity;
}

/** Creates an authority with a new key. All certificates are created at run time, so the repository contains none that can expire. */
export function createAuthority(name = "Test authority"): Authority {
  const authorityKeys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const make = (options: CertificateOptions, issuer: string, signer: KeyObject, subject: KeyObject, isAuthority: boolean) =>
    encode({ options, issuer, signer, subject, isAuthority });
  return {
    cert: make({ name }, name, authorityKeys.privateKey, authorityKeys.publicKey, true),
    issue(options) {
      const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
      return {
        cert: make(options, name, authorityKeys.privateKey, pair.publicKey, false),
        key: pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      };
    },
  };
}

/** A self-signed certificate. */
export function createSelfSigned(options: CertificateOptions): Identity {
  const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    cert: encode({ options, issuer: options.name, signer: pair.privateKey, subject: pair.publicKey, isAuthority: false }),
    key: pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

interface Contents {
  readonly options: CertificateOptions;
  readonly issuer: string;
  readonly signer: KeyObject;
  readonly subject: KeyObject;
  readonly isAuthority: boolean;
}

/** RFC 5280 section 4.1, in DER, signed with ECDSA and SHA-256. */
function encode({ options, issuer, signer, subject, isAuthority }: Contents): string {
  const [from, to] = options.days ?? [-1, 30];
  const ecdsaWithSha256 = sequence(oid("1.2.840.10045.4.3.2"));
  const names = (options.hosts ?? []).map((host) =>
    /^\d+(\.\d+){3}$/.test(host) ? der(0x87, Buffer.from(host.split(".").map(Number))) : der(0x82, Buffer.from(host)),
  );
  const extensions = [
    extension("2.5.29.19", true, sequence(...(isAuthority ? [der(0x01, Buffer.from([0xff]))] : []))),
    ...(names.length > 0 ? [extension("2.5.29.17", false, sequence(...names))] : []),
  ];
  const signed = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([0x4f]), randomBytes(8)])),
    ecdsaWithSha256,
    commonName(issuer),
    sequence(time(from), time(to)),
    commonName(options.name),
    subject.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = der(0x03, Buffer.from([0]), sign("sha256", signed, signer));
  const lines =
    sequence(signed, ecdsaWithSha256, signature)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return der(0x30, ...parts);
}

function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const groups = [part & 0x7f];
    for (let remaining = part >> 7; remaining > 0; remaining >>= 7) groups.unshift((remaining & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return der(0x06, Buffer.from(bytes));
}

function commonName(name: string): Buffer {
  return sequence(der(0x31, sequence(oid("2.5.4.3"), der(0x0c, Buffer.from(name)))));
}

function time(days: number): Buffer {
  const digits = new Date(Date.now() + days * 86_400_000).toISOString().replace(/\D/g, "").slice(0, 14);
  return der(0x18, Buffer.from(`${digits}Z`));
}

function extension(id: string, isCritical: boolean, value: Buffer): Buffer {
  return sequence(oid(id), ...(isCritical ? [der(0x01, Buffer.from([0xff]))] : []), der(0x04, value));
}
