export { type CustomGrantOptions, customGrant } from "./custom.js";
export type { GrantValue } from "./grant.js";
export { type JwtBearerOptions, jwtBearer } from "./jwt-bearer.js";
export { type TokenExchangeOptions, type TokenTypeIdentifier, tokenExchange } from "./token-exchange.js";
