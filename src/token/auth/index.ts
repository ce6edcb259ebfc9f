export {
  type AssertionOptions,
  type ClientSecretJwtOptions,
  clientSecretJwt,
  type PrivateKeyJwtOptions,
  privateKeyJwt,
  type SignAssertion,
} from "./assertion.js";
export { selfSignedTlsClientAuth, type TlsClientOptions, tlsClientAuth } from "./certificate.js";
export { type ClientAssertionOptions, clientAssertion } from "./foreign-assertion.js";
export type { AssertionAlgorithm } from "./keys.js";
