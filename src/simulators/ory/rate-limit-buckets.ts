import type { OryRateLimitBucket } from "./gateway.js";
import type { OryOperationId } from "./options.js";

/** The bucket of every operation that is counted. */
export const rateLimitBuckets: Partial<Record<OryOperationId, OryRateLimitBucket>> = {
  listOAuth2Clients: "hydra-admin-medium",
  createOAuth2Client: "hydra-admin-low",
  getOAuth2Client: "hydra-admin-high",
  setOAuth2Client: "hydra-admin-low",
  patchOAuth2Client: "hydra-admin-low",
  deleteOAuth2Client: "hydra-admin-low",
  setOAuth2ClientLifespans: "hydra-admin-low",
  rotateOAuth2ClientSecret: "hydra-admin-high",
  deleteRotatedOAuth2ClientSecrets: "hydra-admin-high",
  introspectOAuth2Token: "hydra-admin-high",
  deleteOAuth2Token: "hydra-admin-low",
  oauth2TokenExchange: "hydra-public-medium",
  revokeOAuth2Token: "hydra-public-medium",
  createOidcDynamicClient: "hydra-public-low",
  getOidcDynamicClient: "hydra-admin-high",
  setOidcDynamicClient: "hydra-public-low",
  deleteOidcDynamicClient: "hydra-public-low",
  discoverOidcConfiguration: "hydra-public-high",
  discoverServerMetadata: "hydra-public-high",
  discoverJsonWebKeys: "hydra-public-high",
};
