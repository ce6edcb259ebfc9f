import * as z from "zod";
import type { CallOptions } from "../core/manager.js";
import { callFields, listFields, parseInput } from "../core/validation.js";
import { isHosted } from "./endpoints.js";
import { operations, vendor } from "./errors.js";
import { largestPage } from "./pagination.js";
import type {
  KnownServiceProvider,
  ParsedClientInput,
  TfeClientChanges,
  TfeGetOptions,
  TfeListOptions,
  TfeOAuthTokenChanges,
  TfeOAuthTokenListOptions,
} from "./types.js";

interface ProviderRules {
  readonly requiresToken: boolean;
  /** Fields that only some service providers allow. */
  readonly allows: readonly RestrictedField[];
}

type RestrictedField = "secret" | "rsaPublicKey" | "privateKey" | "adoOrganizationName" | "adoEntraTenantId";

const tokenOnly: ProviderRules = { requiresToken: true, allows: [] };
const bitbucketServer: ProviderRules = { requiresToken: false, allows: ["secret", "rsaPublicKey"] };

// The combined rules of HashiCorp's Go client and Terraform provider. A value that the provider silently drops is refused here.
const providerRules: Record<KnownServiceProvider, ProviderRules> = {
  github: tokenOnly,
  github_enterprise: tokenOnly,
  gitlab_hosted: tokenOnly,
  gitlab_community_edition: tokenOnly,
  gitlab_enterprise_edition: tokenOnly,
  bitbucket_hosted: { requiresToken: true, allows: ["secret"] },
  bitbucket_data_center: bitbucketServer,
  bitbucket_server: bitbucketServer,
  bitbucket_server_legacy: tokenOnly,
  ado_server: { requiresToken: true, allows: ["privateKey"] },
  ado_services: { requiresToken: true, allows: ["adoOrganizationName", "adoEntraTenantId"] },
};

const serviceProviders = Object.keys(providerRules) as KnownServiceProvider[];
const restrictedFields = ["secret", "rsaPublicKey", "privateKey", "adoOrganizationName", "adoEntraTenantId"] as const;

const nonEmpty = z.string().min(1, "expected text that is not empty");
const nonEmptyOrNull = "expected text that is not empty; null clears the field";
const clearable = z.string().min(1, nonEmptyOrNull).nullish();

// The rule for ids in HashiCorp's Go client.
const identifier = z
  .string()
  .regex(/^[^/\s]+$/, "expected an id: text without slash and white space")
  .refine(
    (id) => !/^(gh[a-z]_|github_pat_|glpat-)/.test(id),
    "expected an id of Terraform Enterprise; this is a token of a VCS provider",
  );

const projectIds = z.array(identifier);

const oauthTokenString = z
  .string()
  .regex(/^\P{Cc}+$/u, "expected text without line breaks, not empty")
  .refine(
    (token) => !/^ot-[A-Za-z0-9]{16}$/.test(token),
    "expected a token of the VCS provider; this is the id of an OAuth token of Terraform Enterprise",
  );

const rsaPublicKey = nonEmpty.refine(
  (pem) => !pem.includes("PRIVATE KEY"),
  "expected a public key; this is a private key, which belongs in secret",
);

const adoOrganizationName = z
  .string()
  .regex(/^[A-Za-z0-9]([A-Za-z0-9-]{0,48}[A-Za-z0-9])?$/, "expected at most 50 letters, digits and inner hyphens");

// The URLs are readable for every user with access to the client.
const providerUrl = z.string().superRefine((value, context) => {
  const problem = urlProblem(value);
  if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
});

function urlProblem(value: string): string | undefined {
  if (!URL.canParse(value)) return "expected an absolute URL";
  const { protocol, username, password } = new URL(value);
  if (protocol !== "https:" && protocol !== "http:") return "expected an https: or http: URL";
  if (username !== "" || password !== "") return "user info is not allowed; credentials have their own fields";
  return /[?#]/.test(value) ? "a query or a fragment is not allowed" : undefined;
}

const createSchema = z
  .strictObject({
    serviceProvider: z.enum(serviceProviders),
    httpUrl: providerUrl.optional(),
    apiUrl: providerUrl.optional(),
    name: nonEmpty.optional(),
    oauthTokenString: oauthTokenString.optional(),
    key: nonEmpty.optional(),
    secret: nonEmpty.optional(),
    rsaPublicKey: rsaPublicKey.optional(),
    privateKey: nonEmpty.optional(),
    organizationScoped: z.boolean().optional(),
    projectIds: projectIds.optional(),
    agentPoolId: identifier.optional(),
    adoOrganizationName: adoOrganizationName.optional(),
    adoEntraTenantId: nonEmpty.optional(),
  } satisfies Record<keyof ParsedClientInput, z.ZodType>)
  .superRefine((input, context) => {
    const addIssue = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    const { serviceProvider, httpUrl, apiUrl } = input;
    const rules = providerRules[serviceProvider];
    if (rules.requiresToken && input.oauthTokenString === undefined)
      addIssue("oauthTokenString", `required for ${serviceProvider}`);
    for (const name of restrictedFields)
      if (input[name] !== undefined && !rules.allows.includes(name))
        addIssue(name, `not allowed for ${serviceProvider}; only for ${providersWith(name)}`);
    if (rules.allows.includes("privateKey") && input.privateKey === undefined)
      addIssue("privateKey", `required for ${serviceProvider}`);
    if (input.key === undefined && (input.secret ?? input.rsaPublicKey) !== undefined)
      addIssue("key", "required with secret and with rsaPublicKey");
    if (input.secret === undefined && input.rsaPublicKey !== undefined) addIssue("secret", "required with rsaPublicKey");
    const hosted = isHosted(serviceProvider);
    if (!hosted || httpUrl !== undefined || apiUrl !== undefined)
      for (const name of ["httpUrl", "apiUrl"] as const)
        if (input[name] === undefined)
          addIssue(name, hosted ? "required when the other address is given" : `required for ${serviceProvider}`);
    if (serviceProvider === "github_enterprise")
      for (const name of ["httpUrl", "apiUrl"] as const)
        if (isGithubCom(input[name])) addIssue(name, "github_enterprise is for self-hosted servers; use github for github.com");
  });

function providersWith(name: RestrictedField): string {
  return serviceProviders.filter((provider) => providerRules[provider].allows.includes(name)).join(", ");
}

function isGithubCom(url: string | undefined): boolean {
  return url !== undefined && URL.canParse(url) && /^(.+\.)?github\.com\.?$/.test(new URL(url).hostname);
}

const immutable = z.undefined("cannot be changed: delete the client and create another").optional();

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
  serviceProvider: immutable,
  httpUrl: immutable,
  apiUrl: immutable,
  privateKey: immutable,
} satisfies Record<keyof ParsedClientInput | keyof TfeClientChanges, z.ZodType>);

const callSchema = z.strictObject(callFields);
const getSchema = z.strictObject({ ...callFields, showAffectedWorkspaces: z.boolean().optional() });
const pageSize = z.number().int().min(1).max(largestPage).optional();
const listSchema = z.strictObject({ ...getSchema.shape, ...listFields, pageSize });

const oauthTokenListSchema = z
  .strictObject({ ...callFields, pageSize, oauthClientId: identifier.optional(), serviceProvider: nonEmpty.optional() })
  .refine(({ oauthClientId, serviceProvider }) => oauthClientId === undefined || serviceProvider === undefined, {
    path: ["serviceProvider"],
    message: "cannot be combined with oauthClientId",
  });

const oauthTokenChangesSchema = z.strictObject({ sshKey: z.string().min(1, nonEmptyOrNull).nullable() });

/** @throws {ValidationError} with one issue for each invalid field */
export function parseCreateInput(input: unknown): ParsedClientInput {
  return parse<unknown>(createSchema, input, operations.create) as ParsedClientInput;
}

/** @throws {ValidationError} with one issue for each invalid field */
export function parseChanges(changes: unknown): TfeClientChanges {
  return parse<unknown>(changesSchema, changes, operations.update) as TfeClientChanges;
}

/** @throws {ValidationError} with one issue for each invalid field */
export function parseOAuthTokenChanges(changes: unknown): TfeOAuthTokenChanges {
  return parse(oauthTokenChangesSchema, changes, operations.updateOAuthToken);
}

const idSchema = z.strictObject({ id: identifier });

/** @throws {ValidationError} the id cannot be one segment of a path */
export function parseId(id: unknown, operation: string): string {
  return parse(idSchema, { id }, operation).id;
}

/** @throws {ValidationError} the list is empty, or an id is invalid */
export function parseProjectIds(ids: unknown, operation: string): string[] {
  const schema = z.strictObject({ projectIds: projectIds.min(1, "expected at least one project") });
  return parse(schema, { projectIds: ids }, operation).projectIds;
}

/**
 * Parses a list of projects that may be empty.
 * @throws {ValidationError} an id is invalid
 */
export function parseReplacementProjectIds(ids: unknown, operation: string): string[] {
  return parse(z.strictObject({ projectIds }), { projectIds: ids }, operation).projectIds;
}

/** @throws {ValidationError} an option is unknown or invalid */
export function parseGetOptions(options: unknown): TfeGetOptions {
  return parseOptional(getSchema, options, operations.get) as TfeGetOptions;
}

/** @throws {ValidationError} an option is unknown or invalid */
export function parseListOptions(options: unknown): TfeListOptions {
  return parseOptional(listSchema, options, operations.list) as TfeListOptions;
}

/** @throws {ValidationError} an option is unknown or invalid */
export function parseOAuthTokenListOptions(options: unknown): TfeOAuthTokenListOptions {
  return parseOptional(oauthTokenListSchema, options, operations.listOAuthTokens) as TfeOAuthTokenListOptions;
}

/** @throws {ValidationError} an option is unknown or invalid */
export function parseCallOptions(options: unknown, operation: string): CallOptions {
  return parseOptional(callSchema, options, operation) as CallOptions;
}

function parse<T>(schema: z.ZodType<T>, value: unknown, operation: string): T {
  return parseInput(schema, value, { vendor, operation });
}

function parseOptional(schema: z.ZodType, options: unknown, operation: string): unknown {
  return parse(schema, options === undefined ? {} : options, operation);
}
