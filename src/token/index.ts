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
  TokenFetch,
  TokenOptions,
  TokenSource,
  TokenSourceOptions,
} from "./types.js";
