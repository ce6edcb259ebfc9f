export type * from "./core/capabilities.js";
export { canImport, canIssueTokens, canRotateSecret } from "./core/capabilities.js";
export type * from "./core/credentials.js";
export type { Deliver, DeliveryOccasion, IssueOptions, SecretDelivery } from "./core/delivery.js";
export type { AnyOAuthManagerError, ErrorCode, ErrorFacts, Issue, Outcome, RefusalCode, ResponseFacts } from "./core/errors.js";
export {
  AuthenticationError,
  ConfigurationError,
  ConflictError,
  DeliveryError,
  InputError,
  isOAuthManagerError,
  NetworkError,
  NotFoundError,
  OAuthManagerError,
  PermissionError,
  RateLimitError,
  ResponseError,
  TimeoutError,
  TokenError,
  UnexpectedResponseError,
  VendorError,
} from "./core/errors.js";
export type { Limits } from "./core/limits.js";
export type * from "./core/manager.js";
export { collect } from "./core/pages.js";
export type { RetryOptions } from "./core/retry.js";
export type { TransportOptions } from "./core/transport.js";
