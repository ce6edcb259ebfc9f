export { createSharedTokenStore, type SharedTokenStoreOptions, type TokenStoreAdapter } from "./sharing.js";
