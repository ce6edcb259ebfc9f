import * as z from "zod";
import type { Pinned } from "../core/validation.js";
import type { components } from "../openapi/genesys.js";

type Schemas = components["schemas"];

/** A client in a request. */
export type WireClient = Schemas["oauthClientRequest"];

/** An integration credential in a request. */
export type WireCredential = Schemas["credentialRequest"];

/** A grant type in requests and responses. */
export type WireGrantType = Schemas["grantType"];

const text = z.string().nullish();
const texts = z.array(z.string()).nullish();
const reference = z.object({ id: text } satisfies Pinned<Schemas["entityReference"], "id">).nullish();

// Value sets that may grow, and objects of which a part is read: their names are checked against the description, their types are not.
type Named = "authorizedGrantType" | "state" | "createdBy" | "modifiedBy";

/** The members of a client that are read. Others are kept unchanged, because `update` sends them back. */
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

/** The client with this id. The server may change the case of a UUID. */
export function clientWithId(id: string) {
  return clientWire.refine((client) => isSameId(client.id, id), { path: ["id"], message: `expected ${id}, the requested id` });
}

function isSameId(id: string, requested: string): boolean {
  return id.toLowerCase() === requested.toLowerCase();
}

/** A client in a response, with its unknown members. */
export type ReadClient = z.output<typeof clientWire>;

/** All clients, or a page of them. */
export const clientsWire = z.object({
  entities: z.array(clientWire),
  total: z.number().nullish(),
  nextUri: text,
} satisfies Pinned<Schemas["oauthClientListing"], "total" | "nextUri"> &
  Record<keyof Pick<Schemas["oauthClientListing"], "entities">, z.ZodType>);

/** A list of clients in a response. */
export type Listing = z.output<typeof clientsWire>;

/** The part of a create response that must not be lost. It is parsed first; invalid other members are ignored. */
export const createdWire = z.looseObject({
  id: z.string().min(1),
  secret: z.string().nullish(),
} satisfies Pinned<Schemas["oauthClientWithSecret"], "id" | "secret">);

/** The part of a rotation response that must not be lost. */
export const rotatedWire = z.looseObject({ secret: z.string().min(1) } satisfies Pinned<
  Schemas["oauthClientWithSecret"],
  "secret"
>);

/** The organization of the caller. */
export const organizationWire = z.object({ id: z.string().min(1) } satisfies Pinned<Schemas["organization"], "id">);

/** The home division. */
export const divisionWire = z.object({ id: z.string().min(1) } satisfies Pinned<Schemas["division"], "id">);

/** A page of roles. */
export const rolesWire = z.object({
  entities: z.array(z.object({ id: z.string().min(1), name: text } satisfies Pinned<Schemas["role"], "id" | "name">)),
  pageCount: z.number().nullish(),
} satisfies Pinned<Schemas["roleListing"], "pageCount"> & Record<keyof Pick<Schemas["roleListing"], "entities">, z.ZodType>);

/** A page of divisions. */
export const divisionsWire = z.object({
  entities: z.array(z.object({ id: z.string().min(1), name: text } satisfies Pinned<Schemas["division"], "id" | "name">)),
  pageCount: z.number().nullish(),
} satisfies Pinned<Schemas["divisionListing"], "pageCount"> &
  Record<keyof Pick<Schemas["divisionListing"], "entities">, z.ZodType>);

/** The caller's roles. */
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

/** The caller in a response. */
export type ReadSubject = z.output<typeof subjectWire>;

/** An integration credential, without its fields. */
export const credentialWire = z.object({
  id: z.string().min(1),
  name: text,
  type: z.object({ name: text } satisfies Pinned<Schemas["credentialType"], "name">).nullish(),
} satisfies Pinned<Schemas["credentialInfo"], "id" | "name"> &
  Record<keyof Pick<Schemas["credentialInfo"], "type">, z.ZodType>);

/** A page of integration credentials. */
export const credentialsWire = z.object({
  entities: z.array(credentialWire),
  nextUri: text,
} satisfies Pinned<Schemas["credentialInfoListing"], "nextUri"> &
  Record<keyof Pick<Schemas["credentialInfoListing"], "entities">, z.ZodType>);

/** The integration credential with this id. */
export function credentialWithId(id: string) {
  return credentialWire.refine((credential) => isSameId(credential.id, id), {
    path: ["id"],
    message: `expected ${id}, the requested id`,
  });
}

/** The part of a create response that must not be lost. */
export const createdCredentialWire = z.looseObject({ id: z.string().min(1) } satisfies Pinned<Schemas["credentialInfo"], "id">);

/** An integration credential in a response. */
export type ReadCredential = z.output<typeof credentialWire>;
