export { selfSignedTlsClientAuth, type TlsClientOptions, tlsClientAuth } from "./authentication.js";
