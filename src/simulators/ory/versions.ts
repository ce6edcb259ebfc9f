/** The simulated version of Hydra. Ory Network runs `master`. */
export type OryVersion = "2.1" | "2.3" | "25.4" | "26.2" | "master";

/** The differences between the versions. Each was observed at a server of that version. */
export interface VersionFeatures {
  /** The version that `GET /version` returns. */
  readonly version: string;
  /** `secrets/rotate` exists. */
  readonly rotatesSecrets: boolean;
  /** The admin API accepts a `client_id`. */
  readonly acceptsClientId: boolean;
  /** Undecodable content of a create request gets 400. Otherwise 500. */
  readonly reportsDecodingErrors: boolean;
  /** Keys of the type `oct` and padded base64 are handled as in 2.1: the first is valid, the second is not. */
  readonly decodesKeysAsIn21: boolean;
  /** `"jwks": {}` counts as a key source beside `jwks_uri`. */
  readonly countsEmptyJwks: boolean;
  /** Pagination by offset, with `X-Total-Count`. Otherwise by the last id. */
  readonly pagesByOffset: boolean;
  /** The connection is closed when a page token is shorter than 24 bytes. */
  readonly closesOnShortPageToken: boolean;
  /** A member that a patch removes gets its zero value. Otherwise it keeps its value. */
  readonly patchRemovesMembers: boolean;
  /** A patch ends the registration access token. */
  readonly patchEndsRegistration: boolean;
  /** The path below `/oauth2/register` in `registration_client_uri` of a client with a generated id. */
  readonly generatedRegistrationPath: "id" | "slash" | "none";
  /** `location` and `registration_client_uri` have ids that are percent-encoded twice. Otherwise `location` has the plain id. */
  readonly encodesIdsTwice: boolean;
  /** The device authorization grant (RFC 8628) and its lifespans exist. */
  readonly hasDeviceGrant: boolean;
  /** `skip_logout_consent` exists. */
  readonly hasSkipLogoutConsent: boolean;
  /** The responses to requests without an operation: see `createRoutes`. */
  readonly routing: "httprouter" | "servemux" | "servemux-json";
  /** The members that have to be http(s) URLs. */
  readonly webUris: readonly ("tos_uri" | "policy_uri" | "logo_uri" | "client_uri")[];
  /** `/.well-known/oauth-authorization-server` exists. */
  readonly hasServerMetadata: boolean;
  /** A path that no patch may change, besides `/id`. */
  readonly deniedPatchPath: string | undefined;
}

const newest: VersionFeatures = {
  version: "master",
  rotatesSecrets: true,
  acceptsClientId: true,
  reportsDecodingErrors: true,
  decodesKeysAsIn21: false,
  countsEmptyJwks: false,
  pagesByOffset: false,
  closesOnShortPageToken: false,
  patchRemovesMembers: true,
  patchEndsRegistration: true,
  generatedRegistrationPath: "none",
  encodesIdsTwice: true,
  hasDeviceGrant: true,
  hasSkipLogoutConsent: true,
  routing: "servemux-json",
  webUris: ["tos_uri", "policy_uri", "logo_uri", "client_uri"],
  hasServerMetadata: true,
  deniedPatchPath: "/RotatedSecrets",
};
const release26: VersionFeatures = {
  ...newest,
  version: "v26.2.0",
  rotatesSecrets: false,
  closesOnShortPageToken: true,
  routing: "servemux",
  deniedPatchPath: undefined,
};
const release25: VersionFeatures = { ...release26, version: "v25.4.0", webUris: ["tos_uri"] };
const release23: VersionFeatures = {
  ...release25,
  version: "v2.3.0",
  countsEmptyJwks: true,
  pagesByOffset: true,
  patchRemovesMembers: false,
  patchEndsRegistration: false,
  generatedRegistrationPath: "slash",
  encodesIdsTwice: false,
  hasDeviceGrant: false,
  routing: "httprouter",
  webUris: [],
  hasServerMetadata: false,
};

/** The features of every version. */
export const versions: Readonly<Record<OryVersion, VersionFeatures>> = {
  "2.1": {
    ...release23,
    version: "v2.1.2",
    acceptsClientId: false,
    reportsDecodingErrors: false,
    decodesKeysAsIn21: true,
    generatedRegistrationPath: "id",
    hasSkipLogoutConsent: false,
  },
  "2.3": release23,
  "25.4": release25,
  "26.2": release26,
  master: newest,
};
