import type { AssertionAlgorithm } from "../../../src/token/auth/index.js";

// Repeated here, so that the tests do not depend on the table of the code under test.
const forms: Record<AssertionAlgorithm, { generate: object; sign: AlgorithmIdentifier & object }> = {
  ES256: { generate: { name: "ECDSA", namedCurve: "P-256" }, sign: { name: "ECDSA", hash: "SHA-256" } as Algorithm },
  ES384: { generate: { name: "ECDSA", namedCurve: "P-384" }, sign: { name: "ECDSA", hash: "SHA-384" } as Algorithm },
  ES512: { generate: { name: "ECDSA", namedCurve: "P-521" }, sign: { name: "ECDSA", hash: "SHA-512" } as Algorithm },
  RS256: { generate: rsa("RSASSA-PKCS1-v1_5", 2_048), sign: { name: "RSASSA-PKCS1-v1_5" } },
  RS384: { generate: rsa("RSASSA-PKCS1-v1_5", 2_048, "SHA-384"), sign: { name: "RSASSA-PKCS1-v1_5" } },
  RS512: { generate: rsa("RSASSA-PKCS1-v1_5", 2_048, "SHA-512"), sign: { name: "RSASSA-PKCS1-v1_5" } },
  PS256: { generate: rsa("RSA-PSS", 2_048), sign: { name: "RSA-PSS", saltLength: 32 } as Algorithm },
  PS384: { generate: rsa("RSA-PSS", 2_048, "SHA-384"), sign: { name: "RSA-PSS", saltLength: 48 } as Algorithm },
  PS512: { generate: rsa("RSA-PSS", 2_048, "SHA-512"), sign: { name: "RSA-PSS", saltLength: 64 } as Algorithm },
  EdDSA: { generate: { name: "Ed25519" }, sign: { name: "Ed25519" } },
};

function rsa(name: string, modulusLength: number, hash = "SHA-256") {
  return { name, modulusLength, publicExponent: new Uint8Array([1, 0, 1]), hash };
}

/** A key pair in every supported key format. */
export async function keyPair(algorithm: AssertionAlgorithm, generate: object = forms[algorithm].generate) {
  const pair = (await crypto.subtle.generateKey(generate as EcKeyGenParams, true, ["sign", "verify"])) as CryptoKeyPair;
  const { privateKey, publicKey } = pair;
  const jwk = await crypto.subtle.exportKey("jwk", privateKey);
  const sign = async (input: Uint8Array<ArrayBuffer>) =>
    new Uint8Array(await crypto.subtle.sign(forms[algorithm].sign, privateKey, input));
  return { privateKey, publicKey, jwk, sign };
}

/** An RSA key with the given number of bits. */
export const weakPair = (bits: number) => keyPair("RS256", rsa("RSASSA-PKCS1-v1_5", bits));

/** Whether a signature is valid. */
export function verify(algorithm: AssertionAlgorithm, key: CryptoKey, input: string, signature: string): Promise<boolean> {
  return crypto.subtle.verify(forms[algorithm].sign, key, Buffer.from(signature, "base64url"), new TextEncoder().encode(input));
}
