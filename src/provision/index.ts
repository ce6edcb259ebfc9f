export type { ClientCredentials } from "../core/credentials.js";
export type { SecretSink, SecretSinkContext } from "../core/secret-sink.js";
export { apply } from "./apply.js";
export { check } from "./check.js";
export { defineConfig, fromEnv, fromFile, loadConfig, type SecretInputOptions } from "./config.js";
export { type ConfigurationIssue, InvalidConfigurationError, VersionConflictError } from "./errors.js";
export { plan } from "./plan.js";
export type * from "./run-types.js";
export type * from "./types.js";
