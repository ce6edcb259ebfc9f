export { tokenRequestFor } from "./binding.js";
export { discoverServer } from "./discovery.js";
export { introspectToken } from "./introspection.js";
export { revokeToken } from "./revocation.js";
export { createMetadataCache } from "./source.js";
export type * from "./types.js";
