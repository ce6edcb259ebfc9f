// The installed package, by its entry points.
export { isOAuthClientsError } from "oauth-clients";
export { createOryManager } from "oauth-clients/ory";
export { clientSecretBasic, clientSecretPost, createTokenCache, createTokenSource, requestToken } from "oauth-clients/token";
export { privateKeyJwt } from "oauth-clients/token/auth";
export { createDpopKey, dpopFetch, withDpop } from "oauth-clients/token/dpop";
export { authorizedFetch } from "oauth-clients/token/fetch";
export { jwtBearer, tokenExchange } from "oauth-clients/token/grants";
export { createRedisTokenStore } from "oauth-clients/token/redis";
export { createSharedTokenStore } from "oauth-clients/token/store";
