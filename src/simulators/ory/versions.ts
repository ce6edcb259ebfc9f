/** The Hydra to imitate. Ory Network runs what is on `master`. */
export type OryVersion = "2.1" | "2.3" | "25.4" | "26.2" | "master";

/** In what the versions differ. */
export interface VersionFeatures {
  /** Has the `secrets/rotate` path. */
  readonly rotatesSecrets: boolean;
  /** Lets the caller of the admin API choose `client_id`. */
  readonly letsCallerChooseId: boolean;
  /** Takes `"jwks": {}` beside `jwks_uri` for two key sources. */
  readonly countsEmptyJwks: boolean;
  /** Pages by offset: readable tokens, `X-Total-Count`, and a `next` link that never ends on an empty server. */
  readonly pagesByOffset: boolean;
  /** Decodes a patched client afresh, so that what was removed is empty. Otherwise it keeps its old value. */
  readonly decodesPatchesAfresh: boolean;
  /** Tells the whole `registration_client_uri` of a client whose id the server has chosen, and not only what is before the id. */
  readonly tellsRegistrationUri: boolean;
  /** Knows the device authorization grant (RFC 8628) and its lifespans. */
  readonly knowsDevices: boolean;
  /** Refuses unknown paths and methods in JSON, adds a missing `/admin` by itself, and takes an id with a slash for an id. */
  readonly routesInJson: boolean;
  /** Asks for http or https in the four URIs that are for people. */
  readonly checksUris: boolean;
  /** Serves `/.well-known/oauth-authorization-server`. */
  readonly servesServerMetadata: boolean;
}

const newest: VersionFeatures = {
  rotatesSecrets: true,
  letsCallerChooseId: true,
  countsEmptyJwks: false,
  pagesByOffset: false,
  decodesPatchesAfresh: true,
  tellsRegistrationUri: true,
  knowsDevices: true,
  routesInJson: true,
  checksUris: true,
  servesServerMetadata: true,
};
const release26: VersionFeatures = { ...newest, rotatesSecrets: false };
const release25: VersionFeatures = { ...release26, checksUris: false };
const release23: VersionFeatures = {
  ...release25,
  countsEmptyJwks: true,
  pagesByOffset: true,
  decodesPatchesAfresh: false,
  tellsRegistrationUri: false,
  knowsDevices: false,
  routesInJson: false,
  servesServerMetadata: false,
};

/** Every version that can be imitated. */
export const versions: Readonly<Record<OryVersion, VersionFeatures>> = {
  "2.1": { ...release23, letsCallerChooseId: false },
  "2.3": release23,
  "25.4": release25,
  "26.2": release26,
  master: newest,
};
