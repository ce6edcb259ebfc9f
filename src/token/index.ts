export type {
  AuthenticationContext,
  ClientAuthentication,
  ClientAuthenticationParameters,
  ClientCredentials,
  SecretAuthMethod,
  TokenRequest,
} from "../core/credentials.js";
export { type ClientSecretBasicOptions, clientSecretBasic, clientSecretPost } from "./authentication.js";
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
