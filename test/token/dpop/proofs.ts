import { createHash, createPublicKey, verify } from "node:crypto";

/** The decoded parts of a proof. */
export interface Proof {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Decodes a proof of ES256, and verifies its signature with the key in its header. */
export function verifyProof(proof: string): Proof {
  const [header = "", claims = "", signature = ""] = proof.split(".");
  const parse = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;
  const key = createPublicKey({ key: parse(header).jwk as never, format: "jwk" });
  const isValid = verify(
    "sha256",
    Buffer.from(`${header}.${claims}`),
    { key, dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  );
  if (!isValid) throw new Error("the signature of the proof is invalid");
  return { header: parse(header), claims: parse(claims) };
}

/** The claim `ath` of a token. */
export function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
