export { createTfeManager } from "./manager.js";
export { tfeOptionsFromEnv } from "./options.js";
export type {
  TfeAzureServerClientInput,
  TfeAzureServicesClientInput,
  TfeBitbucketCloudClientInput,
  TfeBitbucketServerClientInput,
  TfeClient,
  TfeClientChanges,
  TfeClientInput,
  TfeGetOptions,
  TfeHostedClientInput,
  TfeListOptions,
  TfeManager,
  TfeOAuthToken,
  TfeOAuthTokenListOptions,
  TfeOptions,
  TfeSelfHostedClientInput,
  TfeServiceProvider,
} from "./types.js";
