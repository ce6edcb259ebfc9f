import * as z from "zod";
import type { Pinned } from "../core/validation.js";
import type { components } from "../openapi/genesys.js";

type Schemas = components["schemas"];

/** A client as requests carry it. */
export type WireClient = Schemas["oauthClientRequest"];

/** Credentials for integrations as requests carry them. */
export type WireCredential = Schemas["credentialRequest"];

/** A grant type as it travels. */
export type WireGrantType = Schemas["grantType"];

const text = z.string().nullish();
const texts = z.array(z.string()).nullish();
const reference = z.object({ id: text } satisfies Pinned<Schemas["entityReference"], "id">).nullish();

// Sets of values that may grow, and objects of which a part is read: their names are held to the description, their types are not.
type Named = "authorizedGrantType" | "state" | "createdBy" | "modifiedBy";

/** All that is read of a client. What it does not name passes by untouched, for `update` to send back. */
export const clientWire = z.looseObject({
  id: z.string().min(1),
  name: z.string().nullish(),
  description: text,
  accessTokenValiditySeconds: z.number().nullish(),
  registeredRedirectUri: texts,
  scope: texts,
  roleDivisions: z
    .array(
      z.looseObject({ roleId: z.string(), divisionId: z.string() } satisfies Pinned<
        Schemas["roleDivision"],
        "roleId" | "divisionId"
      >),
    )
    .nullish(),
  roleIds: texts,
  dateToDelete: text,
  dateCreated: text,
  dateModified: text,
  authorizedGrantType: text,
  state: text,
  createdBy: reference,
  modifiedBy: reference,
} satisfies Pinned<Schemas["oauthClient"], Exclude<keyof Schemas["oauthClient"], Named | "selfUri">> &
  Record<keyof Pick<Schemas["oauthClient"], Named>, z.ZodType>);

/** A client as it was read, with all that is unknown to us. */
export type ReadClient = z.output<typeof clientWire>;

/** All clients, or a page of them. */
export const clientsWire = z.object({
  entities: z.array(clientWire),
  total: z.number().nullish(),
  nextUri: text,
} satisfies Pinned<Schemas["oauthClientListing"], "total" | "nextUri"> &
  Record<keyof Pick<Schemas["oauthClientListing"], "entities">, z.ZodType>);

/** Clients as they were listed. */
export type Listing = z.output<typeof clientsWire>;

/** The part of a create answer that must not get lost. Read first and alone; everything else in it passes by. */
export const createdWire = z.looseObject({
  id: z.string().min(1),
  secret: z.string().nullish(),
} satisfies Pinned<Schemas["oauthClientWithSecret"], "id" | "secret">);

/** The part of a rotation's answer that must not get lost. */
export const rotatedWire = z.looseObject({ secret: z.string().min(1) } satisfies Pinned<
  Schemas["oauthClientWithSecret"],
  "secret"
>);

/** The home division. */
export const divisionWire = z.object({ id: z.string().min(1) } satisfies Pinned<Schemas["division"], "id">);

/** A page of roles. */
export const rolesWire = z.object({
  entities: z.array(z.object({ id: z.string().min(1), name: text } satisfies Pinned<Schemas["role"], "id" | "name">)),
  pageCount: z.number().nullish(),
} satisfies Pinned<Schemas["roleListing"], "pageCount"> & Record<keyof Pick<Schemas["roleListing"], "entities">, z.ZodType>);

/** The caller, as far as it may give roles away. */
export const subjectWire = z.object({
  grants: z
    .array(
      z.object({ role: reference, division: reference } satisfies Record<
        keyof Pick<Schemas["grant"], "role" | "division">,
        z.ZodType
      >),
    )
    .nullish(),
});

/** The caller as it was read. */
export type ReadSubject = z.output<typeof subjectWire>;

/** Credentials for integrations, without their fields. */
export const credentialWire = z.object({
  id: z.string().min(1),
  name: text,
  type: z.object({ name: text } satisfies Pinned<Schemas["credentialType"], "name">).nullish(),
} satisfies Pinned<Schemas["credentialInfo"], "id" | "name"> &
  Record<keyof Pick<Schemas["credentialInfo"], "type">, z.ZodType>);

/** The part of a credential's create answer that must not get lost. */
export const createdCredentialWire = z.looseObject({ id: z.string().min(1) } satisfies Pinned<Schemas["credentialInfo"], "id">);

/** Credentials for integrations as they were read. */
export type ReadCredential = z.output<typeof credentialWire>;
