/** An elliptic curve y² = x³ - 3x + b over the integers modulo p. */
interface Curve {
  readonly p: bigint;
  readonly b: bigint;
}

// FIPS 186-5 refers to NIST SP 800-186, section 3.2.1.
const curves: Readonly<Record<string, Curve>> = {
  "P-256": {
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8_aa3a93e7_b3ebbd55_769886bc_651d06b0_cc53b0f6_3bce3c3e_27d2604bn,
  },
  "P-384": {
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7_e23ee7e4_988e056b_e3f82d19_181d9c6e_fe814112_0314088f_5013875a_c656398d_8a2ed19d_2a85c8ed_d3ec2aefn,
  },
  "P-521": {
    p: 2n ** 521n - 1n,
    b: 0x0051_953eb961_8e1c9a1f_929a21a0_b68540ee_a2da725b_99b315f3_b8b48991_8ef109e1_56193951_ec7e937b_1652c0bd_3bb1bf07_3573df88_3d2c34f1_ef451fd4_6b503f00n,
  },
};

/** Whether a point with base64url coordinates lies on the curve. False for an unknown curve. */
export function isOnCurve(name: string, x: string, y: string): boolean {
  const curve = Object.hasOwn(curves, name) ? curves[name] : undefined;
  if (!curve) return false;
  const { p, b } = curve;
  const [px, py] = [toInteger(x), toInteger(y)];
  return px < p && py < p && (py * py - (px * px * px - 3n * px + b)) % p === 0n;
}

function toInteger(base64: string): bigint {
  const bytes = atob(base64.replaceAll("-", "+").replaceAll("_", "/"));
  return BigInt(`0x0${[...bytes].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join("")}`);
}
