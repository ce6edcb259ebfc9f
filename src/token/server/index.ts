export { discoverServer, tokenRequestFor } from "./discovery.js";
export { introspectToken } from "./introspection.js";
export { createMetadataCache } from "./metadata-cache.js";
export { revokeToken } from "./revocation.js";
export type * from "./types.js";
