// The installed package, by its entry points.
export { isOAuthClientsError } from "oauth-clients";
export { clientSecretBasic, clientSecretPost, createTokenSource, requestToken } from "oauth-clients/token";
export { createTokenCache } from "oauth-clients/token/cache";
export { authorizedFetch } from "oauth-clients/token/fetch";
export { privateKeyJwt } from "oauth-clients/token/jwt";
export { createRedisTokenStore } from "oauth-clients/token/redis";
export { createSharedTokenStore } from "oauth-clients/token/store";
