import * as z from "zod";
import { callFields, parseInput } from "../core/validation.js";
import { isHosted } from "./endpoints.js";
import { largestPage } from "./pagination.js";
import type {
  KnownServiceProvider,
  TfeClientChanges,
  TfeClientInput,
  TfeGetOptions,
  TfeListOptions,
  TfeOAuthTokenListOptions,
} from "./types.js";

interface Kind {
  readonly needsToken: boolean;
  /** What only some kinds of providers take. */
  readonly takes: readonly Special[];
}

type Special = "secret" | "rsaPublicKey" | "privateKey" | "adoOrganizationName" | "adoEntraTenantId";

const plain: Kind = { needsToken: true, takes: [] };
const bitbucketServer: Kind = { needsToken: false, takes: ["secret", "rsaPublicKey"] };

// The rules of HashiCorp's own Go client and Terraform provider together. Where the provider drops a value without a word, it is
// refused here.
const kinds: Record<KnownServiceProvider, Kind> = {
  github: plain,
  github_enterprise: plain,
  gitlab_hosted: plain,
  gitlab_community_edition: plain,
  gitlab_enterprise_edition: plain,
  bitbucket_hosted: { needsToken: true, takes: ["secret"] },
  bitbucket_data_center: bitbucketServer,
  bitbucket_server: bitbucketServer,
  bitbucket_server_legacy: plain,
  ado_server: { needsToken: true, takes: ["privateKey"] },
  ado_services: { needsToken: true, takes: ["adoOrganizationName", "adoEntraTenantId"] },
};

const serviceProviders = Object.keys(kinds) as KnownServiceProvider[];
const specials = ["secret", "rsaPublicKey", "privateKey", "adoOrganizationName", "adoEntraTenantId"] as const;

const filled = z.string().min(1, "expected text that is not empty");
const withNull = "expected text that is not empty; null clears the field";
const clearable = z.string().min(1, withNull).nullish();

// The only rule that HashiCorp's Go client has for ids.
const identifier = z
  .string()
  .regex(/^[^/\s]+$/, "expected an id: text without slash and white space")
  .refine(
    (id) => !/^(gh[a-z]_|github_pat_|glpat-)/.test(id),
    "this is a token of a VCS provider, where the id of something at Terraform Enterprise belongs",
  );

const projectIds = z.array(identifier);

const oauthTokenString = filled.refine(
  (token) => !/^ot-[A-Za-z0-9]{16}$/.test(token),
  "this is the id of an OAuth token, where the token that the VCS provider gave belongs",
);

const rsaPublicKey = filled.refine(
  (pem) => !pem.includes("PRIVATE KEY"),
  "a private key: only the public one belongs here, the private one is secret",
);

const adoOrganizationName = z
  .string()
  .regex(/^[A-Za-z0-9]([A-Za-z0-9-]{0,48}[A-Za-z0-9])?$/, "expected at most 50 letters, digits and inner hyphens");

// These are shown on the client, to whoever may read it.
const providerUrl = z.string().superRefine((value, context) => {
  const fault = addressFault(value);
  if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
});

function addressFault(value: string): string | undefined {
  if (!URL.canParse(value)) return "expected an absolute URL";
  const { protocol, username, password } = new URL(value);
  if (protocol !== "https:" && protocol !== "http:") return "expected an https: or http: URL";
  if (username !== "" || password !== "") return "a URL with user info is refused, credentials have fields of their own";
  return /[?#]/.test(value) ? "a URL with a query or a fragment is refused" : undefined;
}

const createSchema = z
  .strictObject({
    serviceProvider: z.enum(serviceProviders),
    httpUrl: providerUrl.optional(),
    apiUrl: providerUrl.optional(),
    name: filled.optional(),
    oauthTokenString: oauthTokenString.optional(),
    key: filled.optional(),
    secret: filled.optional(),
    rsaPublicKey: rsaPublicKey.optional(),
    privateKey: filled.optional(),
    organizationScoped: z.boolean().optional(),
    projectIds: projectIds.optional(),
    agentPoolId: identifier.optional(),
    adoOrganizationName: adoOrganizationName.optional(),
    adoEntraTenantId: filled.optional(),
  } satisfies Record<AnyField, z.ZodType>)
  .superRefine((input, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    const { serviceProvider, httpUrl, apiUrl } = input;
    const kind = kinds[serviceProvider];
    if (kind.needsToken && input.oauthTokenString === undefined) refuse("oauthTokenString", `required for ${serviceProvider}`);
    for (const name of specials)
      if (input[name] !== undefined && !kind.takes.includes(name)) refuse(name, `only for ${takers(name)}`);
    if (kind.takes.includes("privateKey") && input.privateKey === undefined)
      refuse("privateKey", `required for ${serviceProvider}`);
    if (input.key === undefined && (input.secret ?? input.rsaPublicKey) !== undefined)
      refuse("key", "required with secret and with rsaPublicKey");
    if (input.secret === undefined && input.rsaPublicKey !== undefined) refuse("secret", "required with rsaPublicKey");
    const hosted = isHosted(serviceProvider);
    if (!hosted || httpUrl !== undefined || apiUrl !== undefined)
      for (const name of ["httpUrl", "apiUrl"] as const)
        if (input[name] === undefined)
          refuse(name, hosted ? "required when the other address is given" : `required for ${serviceProvider}`);
    if (serviceProvider === "github_enterprise")
      for (const name of ["httpUrl", "apiUrl"] as const)
        if (isGithubCom(input[name]))
          refuse(name, "github_enterprise is for servers of one's own; for github.com it is github");
  });

// Every field that any member of the union has.
type AnyField = TfeClientInput extends infer Member ? (Member extends unknown ? keyof Member : never) : never;

function takers(name: Special): string {
  return serviceProviders.filter((provider) => kinds[provider].takes.includes(name)).join(", ");
}

function isGithubCom(url: string | undefined): boolean {
  return url !== undefined && URL.canParse(url) && /^(.+\.)?github\.com\.?$/.test(new URL(url).hostname);
}

const fixed = z.undefined("cannot be changed: delete the client and create another").optional();

const changesSchema = z.strictObject({
  name: clearable,
  oauthTokenString: oauthTokenString.optional(),
  key: clearable,
  secret: clearable,
  rsaPublicKey: rsaPublicKey.nullish(),
  organizationScoped: z.boolean().optional(),
  projectIds: projectIds.optional(),
  agentPoolId: identifier.nullish(),
  adoOrganizationName: adoOrganizationName.nullish(),
  adoEntraTenantId: clearable,
  serviceProvider: fixed,
  httpUrl: fixed,
  apiUrl: fixed,
  privateKey: fixed,
} satisfies Record<AnyField | keyof TfeClientChanges, z.ZodType>);

const getSchema = z.strictObject({ ...callFields, showAffectedWorkspaces: z.boolean().optional() });
const pageSize = z.number().int().min(1).max(largestPage).optional();
const listSchema = z.strictObject({ ...getSchema.shape, pageSize });

const tokenListSchema = z
  .strictObject({ ...callFields, pageSize, oauthClientId: identifier.optional(), serviceProvider: filled.optional() })
  .refine(({ oauthClientId, serviceProvider }) => oauthClientId === undefined || serviceProvider === undefined, {
    path: ["serviceProvider"],
    message: "excludes oauthClientId",
  });

const schemas = {
  "create client": createSchema,
  "update client": changesSchema,
  "get client": getSchema,
  "list clients": listSchema,
  "list OAuth tokens": tokenListSchema,
};

/** Checks input before anything is sent. */
export const door = {
  create: (input: unknown) => parse("create client", input) as TfeClientInput,
  changes: (changes: unknown) => parse("update client", changes) as TfeClientChanges,
  get: (options: unknown) => parse("get client", options ?? {}) as TfeGetOptions,
  list: (options: unknown) => parse("list clients", options ?? {}) as TfeListOptions,
  tokens: (options: unknown) => parse("list OAuth tokens", options ?? {}) as TfeOAuthTokenListOptions,
  projectIds: (value: unknown, operation: string) =>
    parseField({ projectIds: projectIds.min(1, "expected at least one project") }, { projectIds: value }, operation).projectIds,
  allProjectIds: (value: unknown, operation: string) => parseField({ projectIds }, { projectIds: value }, operation).projectIds,
  sshKey: (sshKey: unknown) => parseField({ sshKey: z.string().min(1, withNull).nullable() }, { sshKey }, "set SSH key").sshKey,
  /** An id, which must not be able to lead to another path. */
  id: (id: unknown, operation: string) => parseField({ id: identifier }, { id }, operation).id,
};

function parse(operation: keyof typeof schemas, value: unknown): unknown {
  return parseInput<unknown>(schemas[operation], value, { vendor: "tfe", operation });
}

function parseField<Shape extends z.ZodRawShape>(shape: Shape, value: unknown, operation: string) {
  return parseInput(z.strictObject(shape), value, { vendor: "tfe", operation });
}
