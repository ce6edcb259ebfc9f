import type { Call } from "../../../src/simulators/core/router.js";

export const issuer = "https://auth.example";

/** A request as an operation receives it. */
export function callWith(headers: Record<string, string> = {}): Call {
  const url = new URL(`${issuer}/token`);
  const baseUrls = { server: issuer };
  return {
    method: "POST",
    url,
    parameters: {},
    headers: new Headers(headers),
    bytes: new Uint8Array(),
    text: "",
    baseUrls,
    origins: ["server"],
  };
}

export const basic = (pair: string) => callWith({ authorization: `Basic ${btoa(pair)}` });
