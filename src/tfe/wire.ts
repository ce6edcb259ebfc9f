import * as z from "zod";
import type { Pinned } from "../core/validation.js";
import type { components } from "../openapi/tfe.js";

type Schemas = components["schemas"];

const text = z.string().nullish();
const identifier = z.object({ id: z.string() } satisfies Pinned<Schemas["oauthTokenIdentifier"], "id">);
const toOne = z.object({ data: identifier.nullish() }).nullish();
const toMany = z.object({ data: z.array(identifier).nullish() }).nullish();

// `secret` is omitted, so that a secret in a response never reaches a client object.
const clientAttributes = z.object({
  "created-at": text,
  "updated-at": text,
  "callback-url": text,
  "connect-path": text,
  "service-provider": z.string(),
  "service-provider-display-name": text,
  name: text,
  "http-url": text,
  "api-url": text,
  key: text,
  "rsa-public-key": text,
  "organization-scoped": z.boolean().nullish(),
  "ado-org-name": text,
  "ado-entra-tenant-id": text,
  "affected-workspaces": z.array(z.string()).nullish(),
  "affected-workspaces-count": z.number().nullish(),
} satisfies Pinned<Schemas["oauthClientAttributes"], Exclude<keyof Schemas["oauthClientAttributes"], "uuid">>);

const client = z.object({
  id: z.string().min(1),
  attributes: clientAttributes,
  relationships: z
    .object({ organization: toOne, "oauth-tokens": toMany, projects: toMany, "agent-pool": toOne } satisfies Record<
      keyof Schemas["oauthClientRelationships"],
      z.ZodType
    >)
    .nullish(),
});

const token = z.object({
  id: z.string().min(1),
  attributes: z
    .object({
      "created-at": text,
      "service-provider-user": text,
      "has-ssh-key": z.boolean().nullish(),
    } satisfies Pinned<Schemas["oauthToken"]["attributes"], keyof Schemas["oauthToken"]["attributes"]>)
    .nullish(),
  relationships: z
    .object({ "oauth-client": toOne } satisfies Record<keyof NonNullable<Schemas["oauthToken"]["relationships"]>, z.ZodType>)
    .nullish(),
});

const meta = z
  .object({
    pagination: z
      .object({ "next-page": z.number().nullish(), "total-count": z.number().nullish() } satisfies Pinned<
        NonNullable<Schemas["pageMeta"]["pagination"]>,
        "next-page" | "total-count"
      >)
      .nullish(),
  })
  .nullish();

/** The features of an organization. */
export const entitlementSetWire = z.object({ data: z.object({ type: z.literal("entitlement-sets") }) });

/** One client. */
export const clientWire = z.object({ data: client });

/** The client with this id. */
export function clientWithId(id: string) {
  return z.object({ data: client.refine((data) => data.id === id, idMismatch(id)) });
}

/** The token with this id. */
export function tokenWithId(id: string) {
  return z.object({ data: token.refine((data) => data.id === id, idMismatch(id)) });
}

function idMismatch(id: string) {
  return { path: ["id"], message: `expected ${id}, the requested id` };
}

/** The part of a create response that must not be lost. It is parsed first; invalid other members are ignored. */
export const createdWire = z.looseObject({ data: z.looseObject({ id: z.string().min(1) }) });

/** One page of clients, or all clients. */
export const clientsWire = z.object({ data: z.array(client), meta });

/** One token. */
export const tokenWire = z.object({ data: token });

/** One page of tokens, or all tokens. */
export const tokensWire = z.object({ data: z.array(token), meta });

/** A client in a response. */
export type ReadClient = z.output<typeof client>;

/** A token in a response. */
export type ReadToken = z.output<typeof token>;

/** The pagination of a page. Absent: the page is the complete list. */
export type PageMeta = z.output<typeof meta>;

/** The body of a create. */
export type WireCreation = Schemas["oauthClientCreation"];

/** The body of an update. */
export type WireChanges = Schemas["oauthClientChanges"];

/** The body of a change of projects. */
export type WireProjects = Schemas["projectIdentifiers"];
