export type {
  AuthenticationContext,
  ClientAuthentication,
  ClientAuthenticationParameters,
  ClientCredentials,
  SecretAuthMethod,
  TokenEndpointResponse,
  TokenGrant,
  TokenRequest,
} from "../core/credentials.js";
export {
  ConfigurationError,
  isOAuthClientsError,
  NetworkError,
  OAuthClientsError,
  RateLimitError,
  ServerError,
  TimeoutError,
  TokenEndpointError,
  UnexpectedResponseError,
} from "../core/errors.js";
export { type ClientSecretBasicOptions, clientSecretBasic, clientSecretPost } from "./authentication.js";
export { createTokenCache, type TokenCache, type TokenCacheOptions } from "./cache.js";
export { requestToken } from "./request.js";
export { createTokenSource } from "./source.js";
export type {
  AccessToken,
  GetTokenOptions,
  TokenEvent,
  TokenEvents,
  TokenFetch,
  TokenOptions,
  TokenRequestOptions,
  TokenSource,
  TokenSourceOptions,
  TokenStore,
  TokenStoreEntry,
} from "./types.js";
