import * as z from "zod";
import type { Pinned } from "../core/validation.js";
import type { components } from "../openapi/ory.js";

type Schemas = components["schemas"];

/** A client in requests and responses. */
export type WireClient = Schemas["oAuth2Client"];

const text = z.string().nullish();
const flag = z.boolean().nullish();
const texts = z.array(z.string()).nullish();

/** A client in a response. Unknown members are kept, because `update` sends them back. */
export const clientWire = z.looseObject({
  client_id: z.string(),
  client_name: text,
  grant_types: texts,
  response_types: texts,
  scope: text,
  audience: texts,
  redirect_uris: texts,
  post_logout_redirect_uris: texts,
  frontchannel_logout_uri: text,
  frontchannel_logout_session_required: flag,
  backchannel_logout_uri: text,
  backchannel_logout_session_required: flag,
  allowed_cors_origins: texts,
  contacts: texts,
  owner: text,
  client_uri: text,
  logo_uri: text,
  policy_uri: text,
  tos_uri: text,
  metadata: z.unknown().optional(),
  token_endpoint_auth_method: text,
  token_endpoint_auth_signing_alg: text,
  jwks: z
    .looseObject({
      keys: z
        .array(z.looseObject({ kty: z.string() }))
        .nullish()
        .transform((keys) => keys ?? []),
    })
    .nullish(),
  jwks_uri: text,
  subject_type: text,
  sector_identifier_uri: text,
  request_uris: texts,
  request_object_signing_alg: text,
  userinfo_signed_response_alg: text,
  access_token_strategy: text,
  skip_consent: flag,
  skip_logout_consent: flag,
  created_at: text,
  updated_at: text,
  authorization_code_grant_access_token_lifespan: text,
  authorization_code_grant_id_token_lifespan: text,
  authorization_code_grant_refresh_token_lifespan: text,
  client_credentials_grant_access_token_lifespan: text,
  device_authorization_grant_access_token_lifespan: text,
  device_authorization_grant_id_token_lifespan: text,
  device_authorization_grant_refresh_token_lifespan: text,
  implicit_grant_access_token_lifespan: text,
  implicit_grant_id_token_lifespan: text,
  jwt_bearer_grant_access_token_lifespan: text,
  refresh_token_grant_access_token_lifespan: text,
  refresh_token_grant_id_token_lifespan: text,
  refresh_token_grant_refresh_token_lifespan: text,
} satisfies Pinned<WireClient, Exclude<keyof WireClient, SecretMember>>);

// Members of responses that a client object must not have.
type SecretMember = "client_secret" | "client_secret_expires_at" | "registration_access_token" | "registration_client_uri";

/** A client that was read, with its unknown members. */
export type ReadClient = z.output<typeof clientWire>;

/** A page of clients. */
export const clientsWire = z.array(clientWire);

/** The members of a create response that must not get lost. The others are parsed later, and may be invalid. */
export const createdWire = z.looseObject({
  client_id: z.string().min(1),
  client_secret: text,
} satisfies Pinned<WireClient, "client_id" | "client_secret">);

/** The registration in a create response. */
export const registrationWire = z.object({
  registration_access_token: z.string().min(1),
  registration_client_uri: z.string(),
} satisfies Pinned<WireClient, "registration_access_token" | "registration_client_uri">);

/** The members of a rotation response that must not get lost. */
export const rotatedWire = z.looseObject({
  client_id: z.unknown().optional(),
  client_secret: z.string().min(1),
  token_endpoint_auth_method: z.unknown().optional(),
});

/** The member that shows that a response to a PUT is a client. */
export const replacedWire = z.looseObject({ client_id: z.string() } satisfies Pinned<WireClient, "client_id">);

/** The introspection response (RFC 7662 section 2.2). `active` must be a boolean; the text "true" is invalid. */
export const introspectionWire = z.object({
  active: z.boolean(),
  scope: text,
  client_id: text,
  sub: text,
  aud: z.union([z.array(z.string()), z.string().transform((one) => [one])]).nullish(),
  iss: text,
  iat: z.number().nullish(),
  nbf: z.number().nullish(),
  exp: z.number().nullish(),
  token_type: text,
  token_use: text,
  username: text,
  ext: z.record(z.string(), z.unknown()).nullish(),
} satisfies Pinned<
  Schemas["introspectedOAuth2Token"],
  Exclude<keyof Schemas["introspectedOAuth2Token"], "obfuscated_subject">
>);

/** The version of the server: `v26.2.0`. */
export const versionWire = z.object({ version: z.string() });
