// The installed package, by its entry points.
export { isOAuthManagerError } from "oauth-clients";
export { clientSecretBasic, clientSecretPost, createTokenSource, requestToken } from "oauth-clients/token";
export { createTokenCache } from "oauth-clients/token/cache";
export { authorizedFetch } from "oauth-clients/token/fetch";
export { privateKeyJwt } from "oauth-clients/token/jwt";
export { redisTokenStore } from "oauth-clients/token/redis";
export { shareTokens } from "oauth-clients/token/store";
