export type * from "./core/capabilities.js";
export { canImport, canRequestTokens, canRotateSecret } from "./core/capabilities.js";
export type * from "./core/credentials.js";
export type {
  AnyOAuthClientsError,
  ErrorCode,
  ErrorFacts,
  Outcome,
  ResponseErrorCode,
  ResponseFacts,
  ValidationIssue,
} from "./core/errors.js";
export {
  AbortedError,
  AuthenticationError,
  ConfigurationError,
  ConflictError,
  isOAuthClientsError,
  NetworkError,
  NotFoundError,
  OAuthClientsError,
  PermissionDeniedError,
  RateLimitError,
  ResponseError,
  SecretStorageError,
  ServerError,
  TimeoutError,
  TokenEndpointError,
  UnexpectedResponseError,
  ValidationError,
} from "./core/errors.js";
export type { RetryOptions } from "./core/http/retry.js";
export type { CallEvent, CallEvents } from "./core/http/tracing.js";
export type { Limits } from "./core/limits.js";
export type * from "./core/manager.js";
export type { TransportOptions } from "./core/options.js";
export { collect } from "./core/pagination.js";
export type { PendingSecret, SecretOptions, SecretSink, SecretSinkContext } from "./core/secret-sink.js";
