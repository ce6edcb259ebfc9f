export type {
  AppliedAuthentication,
  AuthenticationContext,
  ClientAuthentication,
  ClientCredentials,
  SecretAuthMethod,
  TokenRequest,
} from "../core/credentials.js";
export { type ClientSecretBasicOptions, clientSecretBasic, clientSecretPost } from "./authentication.js";
export { requestToken } from "./request.js";
export { createTokenSource } from "./source.js";
export type {
  AccessToken,
  ExchangeOptions,
  GetTokenOptions,
  GrantedScope,
  SharedToken,
  TokenEvent,
  TokenEvents,
  TokenFetch,
  TokenOptions,
  TokenSource,
  TokenSourceOptions,
  TokenStore,
} from "./types.js";
