export type { IoredisClient, NodeRedisClient, RedisClient } from "./client.js";
export { type RedisTokenStoreOptions, redisTokenStore } from "./store.js";
