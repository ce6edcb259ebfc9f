export { createTokenCache } from "./sources.js";
export type { TokenCache, TokenCacheOptions } from "./types.js";
