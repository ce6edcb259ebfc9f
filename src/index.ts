export type * from "./core/capabilities.js";
export { canImport, canIssueTokens, canRotateSecret } from "./core/capabilities.js";
export type * from "./core/credentials.js";
export * from "./core/errors.js";
export type * from "./core/manager.js";
