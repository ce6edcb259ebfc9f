export type { IoredisClient, NodeRedisClient, RedisClient } from "./client.js";
export { createRedisTokenStore, type RedisTokenStoreOptions } from "./store.js";
