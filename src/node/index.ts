export { certificateThumbprint, type Pem, type PemSource } from "./certificate.js";
export { type NodeFetch, nodeFetch } from "./fetch.js";
export type { NodeFetchOptions } from "./options.js";
export { type PendingSecretFileContent, type SecretFileContent, type SecretFileSink, secretFile } from "./secret-file.js";
