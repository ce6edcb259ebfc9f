export { createOvhManager } from "./manager.js";
export type {
  OvhAccessTokenAuth,
  OvhApplicationKeyAuth,
  OvhEndpointOptions,
  OvhOptions,
  OvhServiceAccountAuth,
} from "./options.js";
export { ovhOptionsFromEnv } from "./options.js";
export type {
  OvhAccessGrant,
  OvhAction,
  OvhActionListOptions,
  OvhAuthorizationCodeInput,
  OvhClient,
  OvhClientChanges,
  OvhClientInput,
  OvhDeleteOptions,
  OvhDeleteResult,
  OvhFlow,
  OvhGrantOptions,
  OvhListOptions,
  OvhManager,
  OvhPolicy,
  OvhPolicyChanges,
  OvhPolicyCondition,
  OvhPolicyFields,
  OvhPolicyListOptions,
  OvhRegion,
  OvhServiceAccountInput,
} from "./types.js";
